"""Stored files and attachments: kept once, unchanged, refused when a browser could run them."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import SYSTEM, Actor, ActorKind, Role, acting
from khcn.kernel.files.content_types import MOST_ENTRIES, SIGNATURES, FileRefusedError, content_type_of
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.operations import LARGEST, clean_file_name, store_file
from khcn.kernel.registers.attachments import AttachmentRefused, attach, attachments_of, detach
from tests.factories.base import ATTACHED_AT
from tests.factories.reference import LegalDocumentFactory

PDF = b"%PDF-1.7 noi dung"
READER = Actor(user_id=1, label="Người xem", role=Role.READER, kind=ActorKind.STAFF)


@pytest.mark.django_db
def test_same_bytes_are_stored_once_and_stay_intact():
    first = store_file(content=PDF, name="a.pdf", actor=SYSTEM)
    assert store_file(content=PDF, name="b.pdf", actor=SYSTEM) == first
    assert (StoredFile.objects.count(), first.size, first.is_intact()) == (1, len(PDF), True)
    with pytest.raises(TypeError):
        first.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.pdf", "không có nội dung"),
        (b"<svg onload=alert(1)>", "a.svg", "Chỉ đính kèm được"),
        (b"<html>", "a.html", "Chỉ đính kèm được"),
        (PDF, "a.docx", "không khớp với nội dung"),
        (b"%PDF-" + b"0" * LARGEST, "a.pdf", "lớn hơn 20 MB"),
    ],
)
def test_refusals_say_what_to_do_and_leave_nothing(content, name, says):
    with pytest.raises(FileRefusedError, match=says):
        store_file(content=content, name=name, actor=SYSTEM)
    assert StoredFile.objects.count() == 0


def test_a_package_of_very_many_parts_is_refused_before_they_are_listed(monkeypatch):
    def package(parts):
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for number in range(parts):
                archive.writestr(str(number), b"")
        return stream.getvalue()

    assert content_type_of(package(MOST_ENTRIES), "a.docx") == SIGNATURES[1][1]
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(FileRefusedError, match=r"hơn 5\.000 phần"):
        content_type_of(b"PK\x03\x04" + b"PK\x01\x02" * (MOST_ENTRIES + 1), "a.docx")


@given(st.text(max_size=400))
def test_a_shown_name_is_always_safe(raw):
    name = clean_file_name(raw)
    assert 0 < len(name) <= 150
    assert not set(name) & set("/\\\0\r\n\u202e")


def test_folders_and_direction_marks_are_stripped_and_the_ending_survives():
    assert clean_file_name("../../etc/passwd") == "passwd"
    assert clean_file_name("C:\\Users\\a\\Báo cáo\u202e.pdf") == "Báo cáo.pdf"
    assert clean_file_name("ă" * 300 + ".pdf").endswith("ă.pdf")


@pytest.mark.django_db
def test_attaching_follows_the_registers_rule_and_is_logged():
    with acting(SYSTEM, "test"):
        record, other = LegalDocumentFactory(), LegalDocumentFactory()
        attach(record=other, content=PDF, name="khac.pdf", actor=SYSTEM, at=ATTACHED_AT)
        mine = attach(record=record, content=PDF, name="x/quyet-dinh.pdf", actor=SYSTEM, at=ATTACHED_AT)
        assert [each.name for each in attachments_of(record)] == ["quyet-dinh.pdf"]
        with pytest.raises(AttachmentRefused):
            attach(record=record, content=PDF, name="a.pdf", actor=READER, at=ATTACHED_AT)
        with pytest.raises(AttachmentRefused):
            detach(attachment=mine, record=record, actor=READER)
        detach(attachment=mine, record=record, actor=SYSTEM)
    assert list(attachments_of(record)) == []
    assert StoredFile.objects.count() == 1
    assert has_role(Role.ADMIN).test(SYSTEM)
