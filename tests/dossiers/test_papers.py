"""The forms of the counter: slips on A5, the book on A4, each with what its record says."""

import io
import re
import zipfile
from datetime import date

import pytest

from khcn.dossiers.documents import APOLOGY, BOOK, PROCESS, RECEIPT, REFUSAL, STOP, SUPPLEMENT
from khcn.kernel.papers.printing import print_files
from khcn.kernel.papers.template_versions import format_of
from tests.factories.dossiers import (
    DossierFactory,
    DossierHandoverFactory,
    ProcedureComponentFactory,
    SupplementRequestFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2023, 3, 20)
OF_THE_PAPER = {
    "number": "05/TNHS", "issued_on": "20/03/2023", "day": "20", "month": "3", "year": "2023", "symbol": "TNHS",
    "signer_name": "Nguyễn Văn Ký", "signer_capacity": "NGƯỜI TIẾP NHẬN HỒ SƠ", "earlier": "", "earlier_kind": "", "reason": "",
    "province": "tỉnh Bắc Kạn", "province_name": "Bắc Kạn", "province_capitals": "TỈNH BẮC KẠN",
}  # fmt: skip


def printed(kind, record, **more):
    content = kind.template.read_bytes()
    data = {**kind.context(record, DAY), **OF_THE_PAPER, **more}
    return print_files(kind, format_of(content), content, data)


def page_of(docx):
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        body = package.read("word/document.xml").decode()
    width, height = (int(re.search(rf'<w:pgSz[^>]*w:{side}="(\d+)"', body)[1]) for side in "wh")
    return (
        round(width * 127 / 7200),
        round(height * 127 / 7200),
        re.sub(r"<[^>]+>", "", body.replace("<w:noBreakHyphen/>", "-")),
    )


@pytest.mark.parametrize("kind", [RECEIPT, REFUSAL, APOLOGY, STOP, PROCESS], ids=lambda each: each.code)
def test_slips_are_half_a_page(calendar, kind):
    files = printed(kind, DossierFactory())
    assert page_of(files.docx)[:2] == (210, 148)


def test_the_receipt_says_when_the_result_can_be_fetched(calendar):
    dossier = DossierFactory(phone="0209 3870 123")
    ProcedureComponentFactory(procedure=dossier.procedure, name="Đơn đề nghị cấp phép")
    files = printed(RECEIPT, dossier)
    text = " ".join(page_of(files.docx)[2].split())
    for words in (dossier.code, dossier.applicant, "Đơn đề nghị cấp phép", "20/3/2023", "10 ngày làm việc"):
        assert words in text, words
    assert "01/2018/TT" in text
    later = printed(RECEIPT, dossier, year="2025", month="9", day="15", issued_on="15/09/2025")
    assert "03/2025/TT" in page_of(later.docx)[2]


def test_the_book_of_a_procedure_has_the_dossiers_of_its_year(calendar):
    first = DossierFactory()
    DossierFactory(procedure=first.procedure, received_on=date(2022, 12, 30))
    width, height, text = page_of(printed(BOOK, first.procedure).docx)
    assert (width, height) == (210, 297)
    rows = BOOK.context(first.procedure, DAY)["dossiers"]
    assert [(each["code"], each["due"]) for each in rows] == [(first.code, "20/03/23")]
    assert first.applicant in text
    assert "chưa có hồ sơ nào" in BOOK.missing(first.procedure, date(2024, 1, 1))


def test_what_a_paper_lacks_is_named_with_the_button(calendar):
    dossier = DossierFactory()
    for kind, button in (
        (REFUSAL, "Từ chối, trả lại"),
        (STOP, "Dừng giải quyết"),
        (APOLOGY, "Xin lỗi, hẹn lại"),
        (PROCESS, "Chuyển xử lý"),
    ):
        assert f"“{button}”" in kind.missing(dossier, DAY)
    DossierHandoverFactory(dossier=dossier)
    assert PROCESS.missing(dossier, DAY) == ""
    request = SupplementRequestFactory(dossier=dossier, asked_on=date(2023, 3, 8))
    assert SUPPLEMENT.context(request, DAY)["asked"] == "08/3/2023"
