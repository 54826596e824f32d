"""Workbooks that were imported are verified with the log: their bytes on disk are those whose hash was logged."""

import pytest
from django.urls import reverse

from khcn.kernel.actors import Role
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.intake import operations as intake
from khcn.science.models import ScienceTask
from tests.kernel.intake_sample import DAY, OFFICER, TASK, book_of, reference_data
from tests.web.conftest import account

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_workbook_exchanged_on_disk_is_neither_written_nor_given_out(client):
    reference_data()
    client.force_login(account(Role.HEAD, "QLKH"))
    batch = intake.upload(content=book_of(ScienceTask, [TASK]), name="thang-9.xlsx", actor=OFFICER, on=DAY)
    with batch.file.storage.open(batch.file.name, "wb") as file:
        file.write(book_of(ScienceTask, [{**TASK, "code": "ĐT.99"}]))
    sentence = "“thang-9.xlsx” trên máy chủ không còn đúng như khi tải lên"
    page = reverse("import-batch", args=[batch.pk])
    shown = client.get(page)
    assert (shown.status_code, sentence in shown.content.decode()) == (200, True)
    for name in ("import-file", "import-problems"):
        answer = client.get(reverse(name, args=[batch.pk]), follow=True)
        assert answer.redirect_chain == [(page, 303)]
        assert sentence in answer.content.decode()
    confirmed = client.post(reverse("import-confirm", args=[batch.pk]))
    assert (confirmed.status_code, sentence in confirmed.content.decode()) == (409, True)
    assert not ScienceTask.objects.exists()
    assert client.post(reverse("import-reject", args=[batch.pk])).status_code == 303


@pytest.mark.parametrize("lost", [False, True])
def test_a_workbook_exchanged_or_lost_on_disk_is_named(lost):
    reference_data()
    batch = intake.upload(content=book_of(ScienceTask, [TASK]), name="thang-9.xlsx", actor=OFFICER, on=DAY)
    assert verify_log().findings == []
    storage, name = batch.file.storage, batch.file.name
    if lost:
        storage.delete(name)
    else:
        with storage.open(name, "wb") as file:
            file.write(book_of(ScienceTask, [{**TASK, "code": "ĐT.99"}]))
    found = [(each.kind, each.what) for each in verify_log().findings]
    assert found == [(FindingKind.DOCUMENT_CHANGED, f"thang-9.xlsx (#{batch.pk})")]
