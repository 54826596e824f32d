"""Workbooks that were imported are verified with the log: their bytes on disk are those whose hash was logged."""

import pytest

from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.intake import operations as intake
from khcn.science.models import ScienceTask
from tests.kernel.intake_sample import DAY, OFFICER, TASK, book_of, reference_data

pytestmark = pytest.mark.django_db(transaction=True)


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
