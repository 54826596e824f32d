"""Files are read for search in a lane of their own: each once, accounts in turn, a page and a file within bounds."""

import dataclasses
import subprocess
import sys
import time
import zlib
from datetime import timedelta

import pytest
import typst
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.bounded_process import places, run_bounded
from khcn.kernel.files import text_process, texts
from khcn.kernel.files.models import StoredFileReading
from khcn.kernel.jobs.recurring import JobContext, all_recurring
from khcn.kernel.registers.attachments import attach, detach
from khcn.kernel.registers.models import AttachmentText
from khcn.kernel.screens import jobs
from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.reading_turns import LEASE, MOST_ATTEMPTS, SHARE, lease_next
from khcn.kernel.search.rebuilding import rebuild_entries
from tests.factories.base import ATTACHED_AT
from tests.factories.science import ScienceTaskFactory
from tests.kernel.docx_given import word

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = JobContext(timezone.now)


def attached(content, account=7, record=None, name="a.docx"):
    actor = dataclasses.replace(SYSTEM, user_id=account)
    with acting(SYSTEM):
        return attach(
            record=record or ScienceTaskFactory(), content=content, name=name, actor=actor, at=ATTACHED_AT
        )


def read_all():
    with acting(SYSTEM):
        while jobs.read_next_file(NOW):
            pass


@pytest.fixture
def reads(monkeypatch):
    """Which accounts' files are read, in order; their letters are their hash."""
    done = []

    def read(stored, _name):
        done.append(StoredFileReading.objects.get(file=stored).account)
        return f"chữ {stored.sha256}"

    monkeypatch.setattr(jobs, "text_of", read)
    return done


def test_attaching_puts_nothing_on_the_queue_and_the_lane_is_for_reading_alone():
    attached(word("một"))
    assert DBTaskResult.objects.count() == 0
    lane = next(each.lane for each in all_recurring() if each.path.endswith("read_next_file"))
    assert [each.path for each in all_recurring() if each.lane == lane] == [
        "khcn.kernel.screens.jobs.read_next_file"
    ]


def test_a_file_is_found_by_its_name_before_it_is_read():
    attached(word("một"), name="thuyết minh.docx")
    assert SearchEntry.objects.filter(label="thuyết minh.docx").count() == 1
    assert rebuild_entries().total == 0


def test_the_same_bytes_are_read_once_for_all_records(reads, monkeypatch):
    monkeypatch.setattr(jobs, "WRITTEN_AT_ONCE", 2)
    content = word("một")
    for _count in range(5):
        attached(content)
    read_all()
    attached(content, account=8)
    read_all()
    assert reads == [7]
    assert len(set(AttachmentText.objects.values_list("text", flat=True))) == 1
    assert AttachmentText.objects.exclude(text="").count() == 6
    assert rebuild_entries().total == 0


def test_a_file_that_was_taken_off_everywhere_is_read_again_and_counted_on(reads):
    record = ScienceTaskFactory()
    content = word("một")
    made = attached(content, record=record)
    read_all()
    StoredFileReading.objects.update(seconds=5)
    with acting(SYSTEM):
        detach(attachment=made, record=record, actor=SYSTEM)
    attached(content, account=8)
    read_all()
    assert reads == [7, 8]
    assert StoredFileReading.objects.get().seconds >= 5
    assert AttachmentText.objects.get().text.startswith("chữ ")


def test_one_that_was_taken_off_before_its_turn_is_not_read(reads):
    record = ScienceTaskFactory()
    made = attached(word("một"), record=record)
    with acting(SYSTEM):
        detach(attachment=made, record=record, actor=SYSTEM)
    read_all()
    assert (reads, StoredFileReading.objects.filter(read_at=None).count()) == ([], 0)


def test_accounts_take_turns_and_files_of_nobody_come_last(reads):
    for number in range(4):
        attached(word(f"cũ {number}"), account=None)
        attached(word(f"nhiều {number}"), account=7)
    attached(word("của tôi"), account=8)
    read_all()
    assert sorted(reads[:2]) == [7, 8]
    assert reads[2:] == [7, 7, 7, None, None, None, None]


def test_an_account_has_its_share_of_a_day(reads):
    attached(word("một"))
    read_all()
    StoredFileReading.objects.update(seconds=SHARE)
    attached(word("hai"))
    attached(word("ba"), account=8)
    read_all()
    assert reads == [7, 8]
    StoredFileReading.objects.exclude(read_at=None).update(read_at=timezone.now() - timedelta(hours=25))
    read_all()
    assert reads == [7, 8, 7]


def test_a_reading_belongs_to_one_worker_and_to_another_when_that_was_killed(reads):
    attached(word("một"))
    at = timezone.now()
    assert lease_next(at=at) is not None
    assert lease_next(at=at) is None
    for attempt in range(1, MOST_ATTEMPTS):
        assert lease_next(at=at + LEASE.length * attempt) is not None
    StoredFileReading.objects.update(leased_until=None)
    read_all()  # every worker that began with it was killed
    assert (reads, StoredFileReading.objects.filter(read_at=None).count()) == ([], 0)
    assert AttachmentText.objects.get().text == ""


def slow_page(count):
    """Pages of which the first takes a minute to read and has a few kilobytes; the last says so."""
    stream = zlib.compress(b"BT /F 9 Tf " + b"(a)Tj " * 1_200_000 + b"ET")
    last = b"BT /F 9 Tf (trang sau) Tj ET"
    kids = b" ".join(b"%d 0 R" % (10 + each) for each in range(count + 1))
    pages = b"".join(
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</Font<</F 5 0 R>>>>/Contents %d 0 R>>endobj\n"
        % (10 + each, 3 if each < count else 4)
        for each in range(count + 1)
    )
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[%b]/Count %d>>endobj\n"
        b"3 0 obj<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        b"4 0 obj<</Length %d>>stream\n%b\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n%b"
        b"trailer<</Root 1 0 R/Size 99>>\nstartxref\n0\n%%%%EOF"
    ) % (kids, count + 1, len(stream), stream, len(last), last, pages)


@pytest.mark.once
def test_a_page_that_takes_too_long_is_left_out_and_the_next_is_read():
    limits = dataclasses.replace(texts.LIMITS, seconds=300)
    assert run_bounded(texts.PROCESS, b".pdf\n" + slow_page(1), limits) == b"trang sau"


SHORTER = """
import sys
from khcn.kernel.files import text_process
text_process.PAGE_SECONDS, text_process.MOST_SECONDS, text_process.AGAIN_SECONDS = 0.1, 1, 0.001
sys.stdout.buffer.write(b"read: " + text_process.answer(sys.stdin.buffer.read()))
"""


@pytest.mark.once
def test_a_file_of_slow_pages_ends_within_its_own_bound():
    """By itself, and not by the limit of the process, at which nothing is left of it; nor by a signal that comes after the page is left."""
    assert texts.LIMITS.cpu_seconds > text_process.MOST_SECONDS + text_process.PAGE_SECONDS
    request = b".pdf\n" + slow_page(40)
    made = subprocess.run([sys.executable, "-c", SHORTER], input=request, capture_output=True, check=True)
    assert made.stdout == b"read: "  # the last page, which has words, is not reached


def test_reading_takes_no_place_that_people_wait_for_and_lets_them_go_first(monkeypatch):
    monkeypatch.setattr(places, "PLACES", None)
    with places.SEARCHED_FILES.one(), pytest.raises(places.Busy):
        in_a_thread(lambda: run_bounded(texts.PROCESS, b"", texts.LIMITS, places.SEARCHED_FILES))
    assert texts.LIMITS.niceness > 0


def in_a_thread(work):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def test_a_real_file_is_read_in_its_turn():
    attached(typst.compile("Chế phẩm vi sinh".encode()), name="a.pdf")
    begun = time.monotonic()
    read_all()
    assert AttachmentText.objects.get().text == "Chế phẩm vi sinh"
    assert 0 < StoredFileReading.objects.get().seconds <= time.monotonic() - begun
