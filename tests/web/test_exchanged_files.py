"""An attached file that is not the one that was attached is neither given out nor passed over by verification."""

import logging

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.operations import store_file
from khcn.kernel.registers.attachments import attach
from tests.factories.base import ATTACHED_AT
from tests.factories.science import ScienceTaskFactory

PDF = b"%PDF-1.4\none"
EXCHANGED = "Văn bản đã ký, đã cấp bị sửa hoặc mất: mot.pdf (#"


def on_disk(attachment):
    with default_storage.open(attachment.file.content.name, "wb") as file:
        file.write(PDF + b" forged")


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def elsewhere(attachment):
    """The row names another file, and keeps the hash."""
    other = store_file(content=PDF + b" forged", name="x.pdf", actor=SYSTEM)
    sql(
        "UPDATE kernel_files_storedfile SET content = %s WHERE id = %s",
        other.content.name,
        attachment.file_id,
    )


def another_hash(attachment):
    """The row names another file together with its hash."""
    other = store_file(content=PDF + b" forged", name="x.pdf", actor=SYSTEM)
    digest, place = other.sha256, other.content.name
    sql("DELETE FROM kernel_files_storedfile WHERE id = %s", other.pk)
    sql(
        "UPDATE kernel_files_storedfile SET sha256 = %s, content = %s WHERE id = %s",
        digest,
        place,
        attachment.file_id,
    )


def gone(attachment):
    default_storage.delete(attachment.file.content.name)


@pytest.mark.parametrize("exchange", [on_disk, elsewhere, another_hash, gone])
def test_an_exchanged_file_is_refused_and_named(officer, settings, tmp_path, caplog, exchange):
    settings.ANCHORS = tmp_path / "anchors"
    task, content = ScienceTaskFactory(), PDF + exchange.__name__.encode()
    with acting(SYSTEM):
        attachment = attach(record=task, content=content, name="mot.pdf", actor=SYSTEM, at=ATTACHED_AT)
    address = f"{task.get_absolute_url()}files/{attachment.pk}/"
    assert b"".join(officer.get(address)) == content
    assert [each for each in verify_log().findings if EXCHANGED in str(each)] == []
    exchange(attachment)
    with caplog.at_level(logging.ERROR):
        page = officer.get(address, follow=True)
    assert (page.redirect_chain, "không còn đúng như lúc đính kèm" in page.content.decode()) == (
        [(task.get_absolute_url(), 303)],
        True,
    )
    assert f"attachment {attachment.pk}" in caplog.text
    assert [str(each) for each in verify_log().findings if "mot.pdf" in str(each)] == [
        f"{EXCHANGED}{attachment.pk})"
    ]


@pytest.mark.django_db
def test_a_file_whose_record_is_gone_is_named(settings, tmp_path):
    settings.ANCHORS = tmp_path / "anchors"
    task = ScienceTaskFactory()
    with acting(SYSTEM):
        attachment = attach(record=task, content=PDF, name="mot.pdf", actor=SYSTEM, at=ATTACHED_AT)
    sql("UPDATE kernel_registers_attachment SET object_id = 0 WHERE id = %s", attachment.pk)
    assert f"mot.pdf (#{attachment.pk}): không còn bản ghi nhiệm vụ KH&CN #0" in " ".join(
        str(each) for each in verify_log().findings
    )
    assert StoredFile.objects.count() == 1
