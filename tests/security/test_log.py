"""The change log on the administrator's page: verification is asked for here, done by the worker, and shown here."""

import logging

import pytest

from khcn.kernel.audit.models import ChainHead, ChangeEntry, LogCheck
from khcn.kernel.jobs.queue import run_queue
from khcn.kernel.jobs.recurring import JobContext
from tests.factories.reference import LegalDocumentFactory
from tests.kernel.test_jobs import NOON
from tests.security.test_matrix import signed_in
from tests.web.conftest import words


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch):
    """The library closes connections between jobs; the one of a test is in a transaction and must stay."""
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)


def page(world):
    return words(signed_in(world, "admin").get("/log/"))


def asked(world):
    return words(signed_in(world, "admin").post("/log/verify/", follow=True))


def work():
    """All that is queued: files of records are read too."""
    while run_queue(JobContext(lambda: NOON)):
        pass


@pytest.mark.django_db
def test_the_page_starts_the_job_and_shows_what_it_found(world):
    assert "Chưa kiểm tra lần nào" in page(world)
    assert "Đang kiểm tra" in asked(world)
    assert "Đang kiểm tra" in asked(world)  # a second click starts no second job
    assert not LogCheck.objects.exists()  # nothing is walked in a request
    work()
    assert LogCheck.objects.count() == 1
    assert "nhật ký còn nguyên" in page(world)
    assert ChainHead.objects.get().seal[:16] in page(world)
    assert "Đang kiểm tra" not in page(world)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "named"),
    [(slice(-1, None), "bị cắt mất phần cuối"), (slice(3, 4), "bị xóa ở giữa"), (slice(None), "bị cắt mất")],
    ids=["end", "middle", "all"],
)
def test_rows_that_are_gone_are_named_on_the_page(world, rows, named):
    asked(world)
    work()
    keys = list(ChangeEntry.objects.order_by("pk").values_list("pk", flat=True))
    ChangeEntry.objects.filter(pk__in=keys[rows]).delete()
    asked(world)
    work()
    text = page(world)
    assert named in text
    assert "không còn nguyên" in text


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["một\r\n2023-01-01 ERROR giả", "\x1b[31mđỏ", "\u202egiả"])
def test_words_in_the_log_forge_no_line_of_the_server_log(world, caplog, text):
    logging.disable(logging.NOTSET)
    LegalDocumentFactory(subject=text)
    signed_in(world, "admin").get("/log/", {"actor": text})
    assert not any("giả" in record.getMessage() or "\x1b" in record.getMessage() for record in caplog.records)
