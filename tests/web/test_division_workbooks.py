"""Workbooks laid out as divisions keep them: assigned once, read without questions afterwards, and nothing wrong silently.

Titles and kinds of tasks are facts of the report of 2023; codes, years, hosts and amounts are dữ liệu minh họa.
"""

import io
import unicodedata

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.styles import Font

from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.models import Batch, SheetLayout
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.kernel.other_workbooks import ods_of, xls_of
from tests.web.conftest import confirmed, form_values, tree, words

HOST, OTHER_HOST = "Trung tâm Ứng dụng", "Trung tâm Khuyến nông"
HEADINGS = (
    "STT", "Mã số", "Tên đề tài, dự án", "Loại", "Cấp", "Bên quản lý", "Năm bắt đầu",
    "Cơ quan chủ trì", "Chủ nhiệm đề tài", "Tổng kinh phí (triệu đồng)",
)  # fmt: skip
FIELDS = (
    "-", "code", "title", "task_type", "level", "managing_side", "start_year", "host", "principal_investigator",
    "budget_total",
)  # fmt: skip
ROWS = (
    ("24-Q01", "Xây dựng mô hình quản lý người bệnh tăng huyết áp", "Dự án", 2022, HOST, 1200, 1_200_000_000),
    ("24-Q02", "Trồng thử nghiệm nấm Linh chi và nấm Vân chi", "Dự án", 2022, OTHER_HOST, 850.5, 850_500_000),
    ("24-Q03", "Tuyển chọn chủng vi sinh vật gốc", "Đề tài", 2023, HOST, "1.152,25", 1_152_250_000),
)
TRUTH = {(code, title, kind, year, host, amount) for code, title, kind, year, host, _written, amount in ROWS}


def cells(number, row, **changed):
    """One row as a division writes it."""
    code, title, kind, year, host, written, _amount = row
    values = [number, code, title, kind, "Cấp tỉnh", "Tỉnh quản lý", year, host, "Người Minh Họa", written]
    for place, value in changed.items():
        values[int(place.removeprefix("c"))] = value
    return values


def workbook(*rows, merge=(), hide=(), strike=(), hidden_sheet="", formats=()):
    """Bytes of a workbook with these rows from row 1; `merge` and the others as openpyxl names cells and rows; `formats` are
    pairs of a cell and its number format.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh mục"
    for row in rows:
        sheet.append(list(row) or [None])
    for area in merge:
        sheet.merge_cells(area)
    for number in hide:
        sheet.row_dimensions[number].hidden = True
    for number in strike:
        for cell in sheet[number]:
            cell.font = Font(strike=True)
    for cell, shown in dict(formats).items():
        sheet[cell].number_format = shown
    if hidden_sheet:
        book.create_sheet(hidden_sheet).sheet_state = "hidden"
        book[hidden_sheet]["A1"] = "ẩn"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


PLAIN = workbook(HEADINGS, *(cells(number, row) for number, row in enumerate(ROWS, 1)))
WITH_ALL = workbook(
    ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"],
    ["DANH MỤC NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ"],
    [],
    HEADINGS,
    [f"({number})" for number in range(1, 11)],
    ["I", "Dự án", *[None] * 7, 2050.5],
    cells(1, ROWS[0]),
    cells(2, ROWS[1]),
    ["II. Đề tài"],
    cells(3, ROWS[2]),
    [None, None, "Cộng", *[None] * 6, 3202.75],
    [],
    [*[None] * 7, "TRƯỞNG PHÒNG"],
    [*[None] * 7, "(Ký, ghi rõ họ tên)"],
    merge=("A2:J2", "A9:J9"),
    hide=(8,),
    strike=(10,),
    hidden_sheet="Nháp",
)
DITTOS = workbook(
    HEADINGS,
    cells(1, ROWS[0]),
    cells(2, ROWS[1], c3="nt", c4='"', c5="-nt-", c6="Như trên"),
    cells(3, ROWS[2], c4=None, c8="nt"),
    merge=("E3:E4",),
)


@pytest.fixture(name="division")
def own_division(officer):
    """An officer of the division, with the records that the rows name on file."""
    host = OrganisationFactory(name=HOST)
    OrganisationFactory(name=OTHER_HOST)
    PersonFactory(full_name="Người Minh Họa", organisation=host)
    return officer


def send(client, content, name="danh-muc.xlsx"):
    return client.post("/import/upload/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def assign(client, address, **changed):
    """The mapping step as a person does it: what is proposed, and what is changed by hand."""
    page = tree(client.get(address))
    return client.post(address, form_values(page) | changed, follow=True)


def sheet_address(page):
    (found,) = tree(page).xpath("//section[@id='unread']//a/@href")
    return found


def stored():
    return {
        (
            each.code,
            each.title,
            each.get_task_type_display(),
            each.start_year,
            each.host.name,
            each.budget_total,
        )
        for each in ScienceTask.objects.select_related("host")
    }


@pytest.mark.django_db
def test_a_divisions_own_workbook_is_assigned_once_and_read_without_questions_afterwards(division):
    page = send(division, PLAIN)
    assert "Trang tính cần chọn cách đọc" in words(page)
    address = sheet_address(page)
    step = tree(division.get(address))
    proposed = form_values(step)
    assert tuple(proposed[f"field-{index}"] for index in range(len(HEADINGS))) == FIELDS
    assert (proposed["kind"], proposed["unit-9"]) == ("science.sciencetask", "1000000")
    assert step.xpath("//td[@data-label='Vài giá trị đầu']")[1].text_content() == "24-Q01; 24-Q02; 24-Q03"
    page = assign(division, address)
    assert "Thêm mới: 3" in words(page)
    assert "mỗi số được nhân với 1.000.000" in words(page)
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH
    layout = SheetLayout.objects.get()
    assert (layout.unit_code, layout.decided_by_label) == ("QLKH", "Nguyễn officer.qlkh")
    assert ChangeEntry.objects.filter(model="kernel_intake.sheetlayout").count() == 1
    again = send(division, workbook([], HEADINGS, cells(1, ROWS[0], c2=f"{ROWS[0][1]} (đã sửa)")))
    assert "Trang tính cần chọn cách đọc" not in words(again)
    assert "Sửa: 1" in words(again)
    assert f"{ROWS[0][1]} (đã sửa)" in words(again)


@pytest.mark.django_db
def test_the_choice_is_revised_dropped_and_seen_by_its_own_division_only(division, sign_in):
    assign(division, sheet_address(send(division, PLAIN)))
    layout = SheetLayout.objects.get()
    listed = tree(division.get("/import/layouts/")).xpath("//main//tbody/tr/td")
    assert [" ".join(cell.text_content().split()) for cell in listed[:6]] == [
        "Danh mục", "QLKH", "Nhiệm vụ KH&CN", "9", "STT", "Nguyễn officer.qlkh",
    ]  # fmt: skip
    assign(division, f"/import/layouts/{layout.pk}/", **{"field-8": "-"})
    layout.refresh_from_db()
    assert [each["field"] for each in layout.columns] == ["", *FIELDS[1:8], "", "budget_total"]
    other = sign_in(unit="TĐC")
    assert other.get(f"/import/layouts/{layout.pk}/").status_code == 403
    assert other.post(f"/import/layouts/{layout.pk}/forget/").status_code == 403
    assert "Trang tính cần chọn cách đọc" in words(send(other, PLAIN))
    mine = sign_in()
    assert mine.post(f"/import/layouts/{layout.pk}/forget/", follow=True).status_code == 200
    assert not SheetLayout.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "words_of_refusal"),
    [
        ({"field-2": ""}, "Chưa chọn cho cột: “Tên đề tài, dự án”."),
        ({"field-2": "code"}, "Hai cột cùng ghi vào: “Mã nhiệm vụ”."),
        ({"field-1": "-", "field-2": "-"}, "Chưa có cột nào ghi vào: “Mã nhiệm vụ”."),
        ({"field-0": "code", "field-1": "-"}, "Cột “STT” chỉ là số thứ tự"),
        ({"unit-9": ""}, "Chưa chọn đơn vị tiền của cột: “Tổng kinh phí (triệu đồng)”."),
        ({"field-2": "no_such_field"}, "Sổ này không còn trường: no_such_field."),
        ({"fingerprint": "x"}, "Tên cột không còn như lúc mở trang."),
    ],
)
def test_a_choice_that_cannot_be_used_is_refused_in_words(division, changed, words_of_refusal):
    refused = assign(division, sheet_address(send(division, PLAIN)), **changed)
    assert refused.status_code == 422
    assert words_of_refusal in words(refused)
    assert not SheetLayout.objects.exists()


@pytest.mark.django_db
def test_a_unit_other_than_the_files_is_a_problem(division):
    page = assign(division, sheet_address(send(division, PLAIN)), **{"unit-9": "1000"})
    assert "tệp ghi đơn vị “trieu dong”" in words(page) or "cách đọc đã chọn là “nghìn đồng”" in words(page)
    assert confirmed(division, Batch.objects.get().pk).status_code == 409


@pytest.mark.django_db
def test_rows_that_are_no_records_are_named_and_can_be_put_back(division):
    page = assign(division, sheet_address(send(division, WITH_ALL)))
    left_out = [
        " ".join(cell.text_content().strip() for cell in row.xpath("td"))
        for row in tree(page).xpath("//div[@aria-label='Các dòng không được đọc']//tbody/tr")
    ]
    assert left_out == [
        "1 SỞ KHOA HỌC VÀ CÔNG NGHỆ phần trên bảng –",
        "2 DANH MỤC NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ phần trên bảng –",
        "5 (1) | (2) | (3) | (4) | (5) | (6) | (7) | (8) | (9) | (10) số thứ tự của cột Đọc dòng này: Danh mục, dòng 5",
        "6 I | Dự án | 2.050,5 dòng đầu mục Đọc dòng này: Danh mục, dòng 6",
        "9 II. Đề tài dòng đầu mục –",
        "11 Cộng | 3.202,75 dòng cộng Đọc dòng này: Danh mục, dòng 11",
        "13 TRƯỞNG PHÒNG nơi nhận, chữ ký Đọc dòng này: Danh mục, dòng 13",
        "14 (Ký, ghi rõ họ tên) nơi nhận, chữ ký Đọc dòng này: Danh mục, dòng 14",
    ]
    shown = words(page)
    assert "1 dòng đang ẩn trong tệp cũng được đọc: dòng 8." in shown
    assert "1 dòng có chữ gạch ngang trong tệp cũng được đọc: dòng 10." in shown
    assert "Nháp" in shown
    batch = Batch.objects.get()
    choose = f"/import/{batch.pk}/rows/"
    page = division.post(choose, {"sheet": "Danh mục", "row": "11", "choice": "read"}, follow=True)
    assert "Lỗi: " in words(page)
    assert confirmed(division, batch.pk).status_code == 409
    division.post(choose, {"sheet": "Danh mục", "row": "11", "choice": "skip"})
    page = division.post(choose, {"sheet": "Danh mục", "row": "8", "choice": "skip"}, follow=True)
    assert "Bỏ qua: 1" in words(page)
    confirmed(division, batch.pk)
    assert stored() == {each for each in TRUTH if each[0] != "24-Q02"}
    assert division.post(choose, {"sheet": "Danh mục", "row": "8", "choice": "read"}).status_code in {
        303,
        403,
    }
    batch.refresh_from_db()
    assert batch.row_choices == {"Danh mục!11": "skip", "Danh mục!8": "skip"}


@pytest.mark.django_db
def test_the_section_that_a_row_stands_in_gives_the_kind_of_task(division):
    headings = [each for each in HEADINGS if each != "Loại"]
    rows = [[*cells(number, row)[:3], *cells(number, row)[4:]] for number, row in enumerate(ROWS, 1)]
    content = workbook(headings, ["I", "Dự án"], *rows[:2], ["II. Đề tài"], rows[2])
    assign(division, sheet_address(send(division, content)), section="task_type")
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH


@pytest.mark.django_db
def test_cells_that_say_as_above_take_the_value_above_and_are_named(division):
    page = assign(division, sheet_address(send(division, DITTOS)))
    shown = words(page)
    assert "Ô ghi “nt”, “như trên” được đọc là giá trị của dòng trên: D3, E3, F3, G3, I4." in shown
    assert "Ô gộp nhiều dòng" in shown
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH
    assert {each.level for each in ScienceTask.objects.all()} == {"province"}


@pytest.mark.django_db
def test_numbers_and_years_as_written_are_read_and_the_preview_says_how(division):
    headings = [each.replace(" (triệu đồng)", "") for each in HEADINGS]
    content = workbook(
        headings,
        cells(1, ROWS[0], c6="năm 2022", c9="1,2 tỷ"),
        cells(2, ROWS[1], c6=22, c9="850,5 triệu đồng"),
        cells(3, ROWS[2], c6="2023", c9="1.152.250.000"),
    )
    page = assign(division, sheet_address(send(division, content)), **{"unit-9": "1"})
    shown = words(page)
    for reading in (
        "G2 “năm 2022” là 2022",
        "J2 “1,2 tỷ” là 1.200.000.000",
        "G3 “22” là 2022",
        "J3 “850,5 triệu đồng” là",
    ):
        assert reading in shown
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"c2": "NaN"}, "Ô ghi “NaN”, là dấu của phần mềm khác"),
        ({"c2": "Trồng\u202e mơ"}, "Ô có ký tự đổi chiều chữ không nhìn thấy được (RIGHT-TO-LEFT OVERRIDE)."),
        ({"c2": "Tên_x0007_ chuông"}, "Ô có ký tự điều khiển không nhìn thấy được."),
        ({"c8": "nt"}, "nhưng dòng trên không có giá trị để lấy"),
        ({"c6": 45}, "45"),
    ],
)
def test_what_is_no_value_is_a_problem_and_no_blank(division, changed, problem):
    page = assign(division, sheet_address(send(division, workbook(HEADINGS, cells(1, ROWS[0], **changed)))))
    assert problem in words(page)
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    assert not ScienceTask.objects.exists()


def separated(separator, encoding, mark=b""):
    """The plain table as Excel saves it as text; Windows-1258 writes tones as marks of their own."""
    lines = [HEADINGS, *(cells(number, row) for number, row in enumerate(ROWS, 1))]
    texts = [separator.join(f'"{str(each).replace(".5", ",5")}"' for each in line) for line in lines]
    return mark + "\r\n".join(texts).encode(encoding)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("separator", "encoding", "mark"),
    [(";", "utf-8", b"\xef\xbb\xbf"), (",", "utf-8", b""), ("\t", "utf-16", b"")],
)
def test_text_files_are_read_behind_the_same_guard(division, separator, encoding, mark):
    page = send(division, separated(separator, encoding, mark), "danh-muc.csv")
    assert "Thêm mới: 3" in words(assign(division, sheet_address(page)))
    batch = Batch.objects.get()
    assert division.get(f"/import/{batch.pk}/file/")["Content-Type"] == "text/csv"
    confirmed(division, batch.pk)
    assert stored() == TRUTH


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "made"), [("xls", xls_of), ("ods", ods_of)])
def test_workbooks_of_old_excel_and_of_libreoffice_are_read_and_the_preview_says_what_is_not_known(
    division, kind, made
):
    content = made(
        [
            ["DANH MỤC NHIỆM VỤ"],
            HEADINGS,
            ["I", "Dự án"],
            cells(1, ROWS[0]),
            cells(2, ROWS[1], c7=OTHER_HOST),
            cells(3, ROWS[2], c4="nt"),
            [None, None, "Cộng", *[None] * 6, 3202.75],
        ]
    )
    page = send(division, content, f"danh-muc.{kind}")
    assert f"Tệp .{kind}: phần mềm không biết dòng nào ẩn" in words(page)
    page = assign(division, sheet_address(page))
    assert [each in words(page) for each in ("dòng cộng", "dòng đầu mục", "E6")] == [True] * 3
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH


@pytest.mark.django_db
def test_one_code_written_in_three_ways_is_one_task_and_a_title_under_another_code_is_named(division):
    assign(division, sheet_address(send(division, PLAIN)))
    confirmed(division, Batch.objects.get().pk)
    again = [
        cells(1, ROWS[0], c1=code, c2=f"{ROWS[0][1]} (đã sửa)")
        for code in ("24-q01", "24 - Q01", "24\u201301".replace("01", "Q01"))
    ]
    for row in again:
        page = send(division, workbook(HEADINGS, row))
        assert [each in words(page) for each in ("Sửa: 1", "Thêm mới", "được hiểu là “24-Q01”")] == [
            True,
            False,
            True,
        ]
    page = send(division, workbook(HEADINGS, *again[:2]))
    assert "Trùng với dòng 2 của tệp" in words(page)
    page = send(division, workbook(HEADINGS, cells(1, ROWS[1], c1="25-Q77")))
    assert [each in words(page) for each in ("Câu hỏi: 1", "Tên này đã có ở “24-Q02")] == [True, True]


def with_amounts(heading, factor, *, above=()):
    """The plain table with amounts in another unit, named in the heading or in lines above the table."""
    rows = [cells(number, row, c9=row[6] / factor) for number, row in enumerate(ROWS, 1)]
    return workbook(*above, [*HEADINGS[:9], heading], *rows)


def decomposed(row):
    """Text as some machines store it: letters and their marks apart."""
    return [unicodedata.normalize("NFD", each) if isinstance(each, str) else each for each in row]


SPANNED = workbook(
    [*HEADINGS[:3], "Phân loại", None, *HEADINGS[5:]],
    [None, None, None, "Loại", "Cấp", *[None] * 5],
    *(cells(number, row) for number, row in enumerate(ROWS, 1)),
    merge=("D1:E1", "A1:A2", "B1:B2"),
)
TABLE = [HEADINGS, *(cells(number, row) for number, row in enumerate(ROWS, 1))]
BOOKS = {
    "plain.xlsx": PLAIN,
    "titles, sections, sums, signatures.xlsx": WITH_ALL,
    "as above.xlsx": DITTOS,
    "thousands.xlsx": with_amounts("Kinh phí (nghìn đồng)", 10**3),
    "unit above.xlsx": with_amounts("Tổng kinh phí", 10**6, above=(["ĐVT: triệu đồng"],)),
    "billions.xlsx": with_amounts("Tổng KP (tỷ đồng)", 10**9),
    "marks apart.xlsx": workbook(*map(decomposed, TABLE)),
    "two rows of headings.xlsx": SPANNED,
    "old.xls": xls_of(TABLE),
    "open.ods": ods_of(TABLE),
    "semicolons.csv": separated(";", "utf-8", b"\xef\xbb\xbf"),
    "tabs.csv": separated("\t", "utf-16"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BOOKS)
def test_twelve_layouts_give_the_same_records_with_one_choice_and_no_question_the_second_time(division, name):
    assign(division, sheet_address(send(division, BOOKS[name], name)))
    assert Batch.objects.get().questions_total == 0
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH
    again = words(send(division, BOOKS[name], name))
    assert ["Trang tính cần chọn cách đọc" in again, "Không đổi: 3" in again] == [False, True]
