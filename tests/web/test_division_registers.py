"""Lists of other registers as divisions keep them, in every format: each value against the known truth, each row not read named.

Names, places, days and numbers are dữ liệu minh họa.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from khcn.councils.models import CouncilMeeting
from khcn.directives.models import AdvisedDocument, AssignedTask
from khcn.kernel.actors import Role
from khcn.kernel.intake.models import Batch
from khcn.parties.models import Organisation, Person
from khcn.reference.models import LegalDocument
from khcn.science.models import (
    OperationCertificate,
    PilotModel,
    ProgressCheck,
    ScienceTask,
    TaskAmendment,
    TaskMilestone,
    TaskWorkshop,
)
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.other_workbooks import ods_of, xls_of
from tests.web.conftest import confirmed, form_values, tree, words
from tests.web.test_division_long_lists import not_read
from tests.web.test_division_workbooks import send, sheet_address, workbook

pytestmark = pytest.mark.django_db
COUNT = 8
SUBJECTS = (
    "nấm Linh chi",
    "khoai môn",
    "hồng không hạt",
    "lợn đen",
    "dong riềng",
    "giảo cổ lam",
    "chè Shan",
    "gạo nếp Tài",
)
PLACES = ("Ba Bể", "Chợ Đồn", "Na Rì", "Pác Nặm", "Bạch Thông", "Chợ Mới", "Ngân Sơn", "Nặm Cắt")


@dataclass(frozen=True)
class Sheet:
    """A list of one register: how somebody wrote it, and what its records hold."""

    model: type
    fields: tuple  # (heading, field) of each column but the first, which counts the rows; "-" for one that is not read
    row: callable  # number from 0: the cells as written, and what is stored in ``stored``
    stored: tuple  # paths from the record
    ditto: int | None = (
        None  # the column in which the third row of the second part says "nt", meaning the same as above
    )
    staff: tuple = (Role.OFFICER, "QLKH")
    before: callable = lambda: None  # makes the records that the rows name


def day(written):
    return f"{written.day}/{written.month}/{written.year}"


def a_task(number):
    return f"NV-{number + 1:02}"


def tasks():
    for number in range(COUNT):
        ScienceTaskFactory(
            code=a_task(number), title=f"Phát triển {SUBJECTS[number]} ở {PLACES[number]}", short_name="", start_year=2022,
            planned_start_on=date(2022, 1, 1), planned_end_on=date(2024, 6, 30), budget_total=900_000_000,
        )  # fmt: skip


def tasks_under_contract():
    tasks()
    LegalDocumentFactory(number="58/QĐ-SKHCN", issued_on=date(2023, 1, 9))
    for task in ScienceTask.objects.all():
        TaskMilestoneFactory(task=task, on=date(2022, 1, 15))


def organisation(number):
    name = f"Hợp tác xã {SUBJECTS[number].capitalize()} {PLACES[number]}"
    return (
        [name, "Hợp tác xã", f"Thôn {number + 1}, xã Yên Dương", f"0209 387 0{number}23"],
        (name, "cooperative", f"Thôn {number + 1}, xã Yên Dương", f"0209 387 0{number}23"),
    )


def person(number):
    name = (
        "Nông Thị Hoàn",
        "Hà Văn Đức",
        "Bế Thị Lan",
        "Lý Văn Sơn",
        "Ma Thế Khải",
        "Đặng Thúy Hòa",
        "Triệu Kim Quý",
        "Lường Thị Ngọc",
    )[number]
    return [name, "ThS.", "Viên chức", "Trung tâm Ứng dụng"], (
        name,
        "ThS.",
        "Viên chức",
        "Trung tâm Ứng dụng",
    )


def meeting(number):
    on = date(2023, 3, 5 + number)
    subject = f"Tuyển chọn nhiệm vụ phát triển {SUBJECTS[number]}"
    return (
        [f"HOP-{number + 1}", "Hội đồng tư vấn tuyển chọn", subject, day(on), "Sở KH&CN", 7, 7 - number % 3],
        (f"HOP-{number + 1}", "selection", subject, on, "Sở KH&CN", 7, 7 - number % 3),
    )


def milestone(number):
    on = date(2022, 1 + number, 15)
    amount = f"{800 + number},5"
    return [a_task(number), "Ký hợp đồng", day(on), f"{number + 1}/2022/HĐ-KHCN", amount], (
        a_task(number), "contract_signed", on, f"{number + 1}/2022/HĐ-KHCN", (8005 + 10 * number) * 100_000,
    )  # fmt: skip


def amendment(number):
    on, end = date(2023, 1 + number, 9), date(2024, 9, 30)
    return [a_task(number), "Gia hạn thời gian thực hiện", day(on), "58/QĐ-SKHCN", "30/6/2024", "30/9/2024"], (
        a_task(number), "extend_duration", on, "58/QĐ-SKHCN", date(2024, 6, 30), end,
    )  # fmt: skip


def certificate(number):
    on = date(2023, 1 + number, 20)
    holder = f"Viện {SUBJECTS[number].capitalize()}"
    return [f"{number + 1:02}/2023/GCN-KHCN", "Cấp mới", holder, day(on)], (
        f"{number + 1:02}/2023/GCN-KHCN",
        "new",
        holder,
        on,
    )


def model_of_task(number):
    return [a_task(number), f"Mô hình trồng {SUBJECTS[number]}", f"{2500 + 500 * number}", f"T{number + 3}/2023"], (
        a_task(number), f"Mô hình trồng {SUBJECTS[number]}", Decimal(2500 + 500 * number) / 10_000,
    )  # fmt: skip


def workshop(number):
    on = date(2023, 10, 1 + number)
    return [a_task(number), f"Hội thảo {SUBJECTS[number]}", on, "Có" if number % 2 else "Không", f"Xã {PLACES[number]}"], (
        a_task(number), f"Hội thảo {SUBJECTS[number]}", on, bool(number % 2), f"Xã {PLACES[number]}",
    )  # fmt: skip


def check(number):
    on = date(2023, 5, 11 + number)
    return [a_task(number), "Kiểm tra định kỳ", f"{on:%d-%m-%Y}", f"Đạt {50 + number}% khối lượng"], (
        a_task(number), "periodic", on, f"Đạt {50 + number}% khối lượng",
    )  # fmt: skip


def advised(number):
    on = date(2023, 4, 14 + number)
    return [f"TM-{number + 1}", "Kế hoạch", f"Kế hoạch phát triển {SUBJECTS[number]}", "Phòng Quản lý khoa học", day(on)], (
        f"TM-{number + 1}", "plan", f"Kế hoạch phát triển {SUBJECTS[number]}", "Phòng Quản lý khoa học", on,
    )  # fmt: skip


def assigned(number):
    due = date(2023, 3 + number, 20)
    return ["2519/QĐ-UBND", number + 1, f"Xây dựng kế hoạch {SUBJECTS[number]}", 2023, "Phòng Quản lý khoa học", day(due), "Ngày"], (
        "2519/QĐ-UBND", number + 1, f"Xây dựng kế hoạch {SUBJECTS[number]}", 2023, "Phòng Quản lý khoa học", due, "day",
    )  # fmt: skip


def document(number):
    on = date(2023, 6, 2 + number)
    subject = f"Về việc phát triển {SUBJECTS[number]}"
    return [f"{731 + number}/QĐ-UBND", "Quyết định", day(on), "UBND tỉnh", subject, "Không"], (
        f"{731 + number}/QĐ-UBND", "decision", on, "UBND tỉnh", subject, False,
    )  # fmt: skip


OFFICE = (Role.OFFICE, "VP")
SHEETS = {
    "organisations": Sheet(
        Organisation,
        (("Tên đơn vị", "name"), ("Loại hình", "kind"), ("Địa chỉ", "address"), ("ĐT", "phone")),
        organisation, ("name", "kind", "address", "phone"), ditto=2, staff=OFFICE,
    ),
    "people": Sheet(
        Person,
        (("Họ tên cán bộ", "full_name"), ("Học vị", "degree"), ("Chức danh", "position"), ("Nơi công tác", "organisation")),
        person, ("full_name", "degree", "position", "organisation__name"), ditto=4, staff=OFFICE,
        before=lambda: OrganisationFactory(name="Trung tâm Ứng dụng"),
    ),
    "meetings": Sheet(
        CouncilMeeting,
        (
            ("Ký hiệu", "code"), ("Loại hội đồng họp", "kind"), ("Nội dung", "subject"), ("Họp ngày", "held_on"),
            ("Nơi họp", "venue"), ("Tổng số TV", "members_total"), ("Có mặt", "members_present"),
        ),
        meeting, ("code", "kind", "subject", "held_on", "venue", "members_total", "members_present"), ditto=2,
    ),
    "milestones": Sheet(
        TaskMilestone,
        (("Mã số", "task"), ("Bước", "kind"), ("Ngày tháng", "on"), ("Số hợp đồng", "number"), ("Kinh phí (triệu đồng)", "amount")),
        milestone, ("task__code", "kind", "on", "number", "amount"), ditto=2, before=tasks,
    ),
    "amendments": Sheet(
        TaskAmendment,
        (
            ("Mã số", "task"), ("Nội dung điều chỉnh", "kind"), ("Ngày QĐ", "decided_on"), ("Số QĐ", "decision"), ("Hạn cũ", "old_end_on"),
            ("Hạn mới", "new_end_on"),
        ),
        amendment, ("task__code", "kind", "decided_on", "decision__number", "old_end_on", "new_end_on"), ditto=2,
        staff=(Role.HEAD, "QLKH"), before=tasks_under_contract,
    ),
    "certificates": Sheet(
        OperationCertificate,
        (("Số GCN", "number"), ("Hình thức", "kind"), ("Tên tổ chức", "holder"), ("Cấp ngày", "issued_on")),
        certificate, ("number", "kind", "holder__name", "issued_on"), ditto=2,
        before=lambda: [OrganisationFactory(name=f"Viện {each.capitalize()}") for each in SUBJECTS],
    ),
    "models": Sheet(
        PilotModel,
        (("Mã số", "task"), ("Mô hình", "name"), ("Diện tích (m2)", "area_ha"), ("Tháng ra đồng", "-")),
        model_of_task, ("task__code", "name", "area_ha"), before=tasks,
    ),
    "workshops": Sheet(
        TaskWorkshop,
        (("Mã số", "task"), ("Tên cuộc", "title"), ("Tổ chức ngày", "held_on"), ("Sở phối hợp", "organised"), ("Ở đâu", "venue")),
        workshop, ("task__code", "title", "held_on", "organised", "venue"), before=tasks,
    ),
    "checks": Sheet(
        ProgressCheck,
        (("Mã số", "task"), ("Hình thức", "kind"), ("Thời điểm", "checked_on"), ("Kết quả", "findings")),
        check, ("task__code", "kind", "checked_on", "findings"), ditto=2, before=tasks,
    ),
    "advised documents": Sheet(
        AdvisedDocument,
        (("Ký hiệu", "code"), ("Loại VB", "kind"), ("Trích yếu", "title"), ("Phòng tham mưu", "lead_unit"), ("Ngày", "advised_on")),
        advised, ("code", "kind", "title", "lead_unit__name", "advised_on"), ditto=4, staff=OFFICE,
        before=lambda: OrgUnitFactory(code="QLKH", name="Phòng Quản lý khoa học"),
    ),
    "assigned tasks": Sheet(
        AssignedTask,
        (
            ("Văn bản giao việc", "source_document"), ("Mục", "ordinal"), ("Nội dung công việc", "content"), ("Năm", "year"),
            ("Chủ trì", "lead_unit"), ("Thời hạn", "due_on"), ("Tính theo", "due_precision"),
        ),
        assigned, ("source_document__number", "ordinal", "content", "year", "lead_unit__name", "due_on", "due_precision"),
        ditto=1, staff=OFFICE,
        before=lambda: (
            OrgUnitFactory(code="QLKH", name="Phòng Quản lý khoa học"),
            LegalDocumentFactory(number="2519/QĐ-UBND", issued_on=date(2022, 12, 30)),
        ),
    ),
    "legal documents": Sheet(
        LegalDocument,
        (
            ("Số hiệu", "number"), ("Loại VB", "kind"), ("Ban hành ngày", "issued_on"), ("Nơi ban hành", "issuer"),
            ("Nội dung", "subject"), ("QPPL", "is_normative"),
        ),
        document, ("number", "kind", "issued_on", "issuer", "subject", "is_normative"), ditto=2, staff=OFFICE,
    ),
}  # fmt: skip


def layout(sheet):
    """The list as written, from row 1, and the numbers of its rows that are no records."""
    headings = ["STT", *(heading for heading, _field in sheet.fields)]
    rows = [[number + 1, *sheet.row(number)[0]] for number in range(COUNT)]
    rows[1] = [unicodedata.normalize("NFD", each) if isinstance(each, str) else each for each in rows[1]]
    if sheet.ditto is not None:
        rows[6][sheet.ditto] = "nt"
    whole = [
        ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"],
        ["DANH SÁCH THEO DÕI NĂM 2023"],
        [],
        headings,
        [f"({number})" for number in range(1, len(headings) + 1)],
        ["I. Sáu tháng đầu năm"],
        *rows[: COUNT // 2],
        ["II. Sáu tháng cuối năm"],
        *rows[COUNT // 2 :],
        [None, f"Cộng: {COUNT:02}"],
        [],
        [*[None] * (len(headings) - 1), "NGƯỜI LẬP"],
        [*[None] * (len(headings) - 1), "(Ký, ghi rõ họ tên)"],
    ]
    left_out = [
        number
        for number, cells in enumerate(whole, 1)
        if cells and cells not in rows and cells is not headings
    ]
    return [[*cells, *[None] * (len(headings) - len(cells))] for cells in whole], left_out


def as_text(rows):
    stream = io.StringIO()
    lines = [
        ["" if each is None else f"{each:%d/%m/%Y}" if isinstance(each, date) else each for each in cells]
        for cells in rows
    ]
    csv.writer(stream, delimiter=";").writerows(lines)
    return stream.getvalue().encode("utf-8-sig")


def plain(rows):
    """Days as texts: the files of these two formats are written for the test without a format of days."""
    return [[day(each) if isinstance(each, date) else each for each in cells] for cells in rows]


FORMATS = {
    "xlsx": lambda rows: workbook(*rows, merge=("A2:C2",), hide=(8,)),
    "xls": lambda rows: xls_of(plain(rows)),
    "ods": lambda rows: ods_of(plain(rows)),
    "csv": as_text,
}


def stored(sheet):
    found = sheet.model._default_manager.all()
    if sheet.model is LegalDocument or sheet.model is Organisation:
        found = found.filter(
            **{f"{sheet.stored[0]}__in": [sheet.row(number)[1][0] for number in range(COUNT)]}
        )
    return set(found.values_list(*sheet.stored))


def chosen(client, page, sheet):
    """The mapping step as a person does it."""
    address = f"{sheet_address(page)}?kind={sheet.model._meta.label_lower}&row=4"
    values = form_values(tree(client.get(address))) | {"field-0": "-"}
    values |= {f"field-{place}": field for place, (_heading, field) in enumerate(sheet.fields, 1)}
    return client.post(address, values, follow=True)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", SHEETS)
def test_each_value_of_a_list_is_the_known_one_and_each_row_not_read_is_named(sign_in, name, kind):
    sheet = SHEETS[name]
    client = sign_in(*sheet.staff)
    sheet.before()
    whole, left_out = layout(sheet)
    content = FORMATS[kind](whole)
    page = chosen(client, send(client, content, f"danh-sach.{kind}"), sheet)
    batch = Batch.objects.get()
    assert (batch.problems_total, batch.questions_total, not_read(page)) == (0, 0, left_out), words(page)
    assert confirmed(client, batch.pk).status_code == 303
    assert stored(sheet) == {sheet.row(number)[1] for number in range(COUNT)}
    again = send(client, content, f"danh-sach.{kind}")
    assert (not_read(again), f"Không đổi: {COUNT}" in words(again)) == (left_out, True)


def test_a_heading_with_a_unit_of_money_is_for_no_words_and_has_its_unit_where_that_is_asked_for_later(
    sign_in,
):
    """“Kinh phí (triệu đồng)” is like “Lý do số tiền vượt kinh phí”; a person who takes another field first is asked with the unit chosen."""
    client = sign_in()
    tasks()
    address = sheet_address(send(client, workbook(*layout(SHEETS["milestones"])[0])))
    address = f"{address}?kind={TaskMilestone._meta.label_lower}&row=4"
    values = form_values(tree(client.get(address)))
    assert (values["field-5"], values.pop("unit-5")) == ("", "1000000")
    page = client.post(address, values | {"field-5": "amount"})
    asked = form_values(tree(page))
    assert (page.status_code, asked["field-5"], asked["unit-5"]) == (422, "amount", "1000000")
