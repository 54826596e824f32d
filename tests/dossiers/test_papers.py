"""The forms of the counter: slips on A5, the book on A4, each with what its record says."""

import io
import re
import zipfile
from datetime import date

import pytest
from pypdf import PdfReader

from khcn.dossiers.documents import APOLOGY, BOOK, PROCESS, RECEIPT, REFUSAL, STOP, SUPPLEMENT
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.papers.printing import print_files
from khcn.kernel.papers.template_versions import format_of
from khcn.kernel.refusals import NotPermitted
from khcn.parties.models import User
from tests.factories.base import an_actor
from tests.factories.dossiers import (
    DossierFactory,
    DossierHandoverFactory,
    ProcedureComponentFactory,
    SupplementRequestFactory,
)
from tests.factories.parties import OrgUnitFactory

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


PROCEDURE = "Cấp giấy phép tiến hành công việc bức xạ (sử dụng thiết bị X-quang chẩn đoán trong y tế)"
COMPONENTS = (
    "Đơn đề nghị cấp giấy phép (Mẫu 05)",
    "Phiếu khai báo thiết bị X-quang chẩn đoán y tế",
    "Báo cáo đánh giá an toàn đối với công việc bức xạ",
    "Bản sao chứng chỉ nhân viên bức xạ của người phụ trách an toàn",
    "Giấy chứng nhận kiểm định thiết bị còn hiệu lực",
)
REASON = "Hồ sơ không thuộc thẩm quyền giải quyết của Sở theo điểm b khoản 2 Điều 12 Nghị định số 142/2020/NĐ-CP; đề nghị nộp tại Bộ."


def usual_dossier(components=1):
    """Names, addresses and reasons as long as they usually are."""
    made = DossierFactory(
        procedure__name=PROCEDURE,
        applicant="Phòng khám đa khoa Minh Họa 12",
        address="Số 12, đường Trường Chinh, phường Bắc Kạn",
        phone="0209 3870 123",
        email="phongkham12@vidu.vn",
        content="Đề nghị giải quyết thủ tục theo hồ sơ kèm theo",
        outcome_reason=REASON,
        apology_reason=REASON,
        reappointed_on=DAY,
    )
    for place, name in enumerate(COMPONENTS * components, start=1):
        ProcedureComponentFactory(procedure=made.procedure, ordinal=place, name=name)
    return made


def pages_of(files):
    return [" ".join(each.extract_text().split()) for each in PdfReader(io.BytesIO(files.pdf)).pages]


def test_slips_with_what_is_usual_are_one_page(calendar):
    dossier = usual_dossier()
    units = ("Văn phòng", "Phòng Quản lý công nghệ và chuyên ngành", "Ban Giám đốc", "Văn phòng")
    for place, name in enumerate(units, start=1):
        DossierHandoverFactory(dossier=dossier, ordinal=place, unit__name=name, share=place)
    asked = SupplementRequestFactory(dossier=dossier, asked_on=DAY, content=REASON)
    for kind in (RECEIPT, REFUSAL, APOLOGY, STOP, PROCESS, SUPPLEMENT):
        deputy = "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC" if kind is not RECEIPT else kind.signer_capacity
        files = printed(kind, asked if kind is SUPPLEMENT else dossier, signer_capacity=deputy)
        (page,) = pages_of(files)
        assert "Nguyễn Văn Ký" in page, kind.code


def test_a_receipt_with_many_papers_repeats_the_head_of_its_table(calendar):
    first, *others = pages_of(printed(RECEIPT, usual_dossier(components=6)))
    assert others
    assert all("Thành phần hồ sơ nộp" in page for page in (first, *others))
    assert "NGƯỜI NỘP HỒ SƠ" in others[-1]


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


def test_who_settles_a_dossier_draws_up_its_slips_and_nobody_of_another_division(calendar):
    """What the button offers may be sent: both ask about the dossier as it is stored."""
    dossier = DossierHandoverFactory(dossier__unit=OrgUnitFactory(code="QLCN")).dossier
    own = an_actor(unit_code="QLCN", unit_id=dossier.unit_id)
    draft = draft_paper(kind=PROCESS, record=dossier, actor=own, on=DAY)
    for stranger in (an_actor(unit_code="QLKH", unit_id=dossier.unit_id + 1), an_actor(Role.LEADER, "BGD")):
        with pytest.raises(NotPermitted):
            draft_paper(kind=REFUSAL, record=dossier, actor=stranger, on=DAY)
        with pytest.raises(NotPermitted):
            issue_paper(paper=draft, actor=stranger, on=DAY)
    assert issue_paper(paper=draft, actor=own, on=DAY).number_text


def test_each_slip_that_is_offered_may_be_sent_and_no_other(calendar, client):
    with acting(SYSTEM):
        unit = OrgUnitFactory(code="QLCN")
        client.force_login(
            User.objects.create(username="qlcn", full_name="Chuyên viên", role_id="officer", unit=unit)
        )
    for of_unit in (unit, OrgUnitFactory(code="QLKH")):
        dossier = DossierHandoverFactory(dossier__unit=of_unit).dossier
        shown = client.get(f"/dossiers/dossiers/{dossier.pk}/").content.decode()
        address = f"/dossiers/dossiers/{dossier.pk}/actions/draft-process-slip/"
        assert (address in shown) == (of_unit == unit)
        form = client.get(address)
        version = re.search(r'name="version" value="([^"]*)"', form.content.decode())
        given = {
            "signer_name": "Nguyễn Văn Ký",
            "signer_capacity": "CHUYÊN VIÊN",
            "version": version[1] if version else "",
        }
        assert [form.status_code, client.post(address, given).status_code] == (
            [200, 303] if of_unit == unit else [403, 403]
        )
