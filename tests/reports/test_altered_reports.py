"""What is changed by SQL behind a signed report is named at the next download and by the verification of the log."""

import hashlib

import pytest
from django.db import transaction
from django.db.models import QuerySet

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.reference.models import LegalDocument
from khcn.reports.models import FrozenFigure, FrozenReport
from tests.web.conftest import tree, words

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db
CHANGED, DOCUMENT = FindingKind.RECORD_CHANGED, FindingKind.DOCUMENT_CHANGED
OTHER = "<p>khác</p>"
FIGURE = {"code": "NV-14"}


def a_record():
    return LegalDocument.objects.get(number="NV-14/1")


def rows(model, **where):
    return QuerySet(model).filter(**where)  # as SQL does it: without the log


# How it is changed, what the verification finds, what is named, and which download is not handed out at all
KINDS = {
    "value": (
        lambda: rows(FrozenFigure, **FIGURE).update(value="11"), {CHANGED, DOCUMENT}, "NV-14 = 11", "xlsx",
    ),
    "names of records": (
        lambda: rows(FrozenFigure, **FIGURE).update(lines=["khác"] * 10), {DOCUMENT}, "số liệu đã chốt", "xlsx",
    ),
    "figure gone": (
        lambda: rows(FrozenFigure, **FIGURE)._raw_delete("default"),
        {FindingKind.RECORD_DELETED, DOCUMENT},
        "số liệu đã chốt",
        "xlsx",
    ),
    "file": (lambda: rows(FrozenReport).update(pdf=b"%PDF-1.7 khac"), {DOCUMENT}, "tệp PDF", "pdf"),
    "file with its hash": (
        lambda: rows(FrozenReport).update(html=OTHER, sha256_html=hashlib.sha256(OTHER.encode()).hexdigest()),
        {CHANGED},
        "sha256_html",
        "html",
    ),
    "text": (lambda: rows(FrozenReport).update(document={"blocks": []}), {DOCUMENT}, "văn bản đã chốt", "json"),
    "seal": (lambda: rows(FrozenReport).update(seal="0" * 64), {CHANGED, DOCUMENT}, "seal", "xlsx"),
}  # fmt: skip


def test_what_was_signed(approved, sign_in):
    client = sign_in("office")
    files = {
        name: f"/reports/{approved.pk}/files/{name}/" for name in ("docx", "pdf", "html", "xlsx", "json")
    }
    assert [client.get(each).status_code for each in files.values()] == [200] * 5
    assert verify_log(check_age=False).findings == []
    for kind, (change, found, named, spoiled) in KINDS.items():
        with transaction.atomic():
            change()
            for name, address in files.items():
                answer = client.get(address)
                assert answer.status_code == 303, (kind, name)
                shown = words(client.get(answer["Location"]))
                is_refused = "không còn đúng như khi ký nên không tải về được" in shown
                assert is_refused == (name == spoiled), (kind, name)
                assert named in shown, (kind, name)
                again = client.get(address, {"anyway": "1"}, follow=True)
                assert bool(again.redirect_chain) == (name == spoiled), (kind, name)
            assert {each.kind for each in verify_log(check_age=False).findings} == found, kind
            transaction.set_rollback(True)
    assert verify_log(check_age=False).findings == []


def test_a_register_row_behind_a_figure_is_named_and_the_file_is_had_on_asking_again(approved, sign_in):
    record = a_record()
    client = sign_in("office")
    address = f"/reports/{approved.pk}/files/docx/"
    signed = client.get(address).content
    rows(LegalDocument, pk=record.pk).update(subject="Tên khác, gõ thẳng vào cơ sở dữ liệu")
    rows(LegalDocument, number="NT-06/2").update(note="không báo cáo nào đếm theo chữ này")
    answer = client.get(address)
    assert answer.status_code == 303
    page = client.get(answer["Location"])
    shown = words(page)
    assert "Tệp này còn đúng như khi ký" in shown
    assert f"(#{record.pk}): subject" in shown
    [again] = tree(page).xpath("//a[text()='Vẫn tải tệp']/@href")
    assert client.get(again).content == signed
    found = verify_log(check_age=False).findings
    assert {each.kind for each in found} == {CHANGED}
    assert {each.what.rpartition(": ")[2] for each in found} == {"subject", "note"}


def test_a_row_that_is_gone_is_named_and_one_that_the_program_changed_is_not(approved, sign_in):
    client = sign_in("office")
    address = f"/reports/{approved.pk}/files/pdf/"
    other = LegalDocument.objects.get(number="NV-14/2")
    other.note = "sửa trong chương trình"
    with acting(SYSTEM):
        other.save()
    assert client.get(address).status_code == 200
    record = a_record()
    rows(LegalDocument, pk=record.pk)._raw_delete("default")
    shown = words(client.get(client.get(address)["Location"]))
    assert "Bản ghi bị xóa ngoài chương trình" in shown
    assert f"(#{record.pk})" in shown
    assert "Tên NV-14 2" not in shown
