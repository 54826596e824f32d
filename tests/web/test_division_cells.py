"""Cells of divisions' own workbooks that hold something else than they show: the whole path, to what is stored.

Codes, names of persons and amounts are dữ liệu minh họa.
"""

import io
from datetime import date

import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from khcn.directives.models import AssignedTask
from khcn.kernel.actors import Role
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.readers.shown_values import number_shown, part_of_day_shown
from khcn.kernel.text.legacy_letters import legacy_text
from khcn.parties.models import Person
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.kernel.intake_sample import rows_of
from tests.kernel.other_workbooks import ods_of, of_windows_1258, xls_of
from tests.web.conftest import confirmed, tree, words
from tests.web.test_division_workbooks import (
    HEADINGS,
    PLAIN,
    ROWS,
    TRUTH,
    assign,
    cells,
    own_division,
    send,
    sheet_address,
    stored,
    workbook,
)

__all__ = ["own_division"]

WITH_DAYS = [*HEADINGS, "Ngày bắt đầu", "Ngày kết thúc theo hợp đồng", "Ghi chú"]


def task(number, *, start=None, end=None, note=None, **changed):
    """A row of the table with days and a note."""
    return [*cells(number, ROWS[number - 1], **changed), start, end, note]


def look(client, *rows, **options):
    """The preview of a workbook whose columns are assigned, in words."""
    return words(assign(client, sheet_address(send(client, workbook(WITH_DAYS, *rows, **options)))))


def stored_days():
    tasks = ScienceTask.objects.order_by("code")
    return [(each.code, each.planned_start_on, each.planned_end_on, each.note) for each in tasks]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "shown", ["mm/yyyy", "mmm\\-yy", "mmm-yy", '"tháng "m" năm "yyyy', "[$-42A]mmmm\\ yyyy;@"]
)
def test_a_cell_that_shows_a_month_is_no_day(division, shown):
    page = look(
        division,
        task(1, start=date(2022, 1, 5), end=date(2025, 12, 1)),
        formats={"K2": "dd/mm/yyyy", "L2": shown},
    )
    assert "“12/2025” là tháng 12 năm 2025, ở đây cần đúng một ngày." in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    assert not ScienceTask.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("shown", ["yyyy", "mm/yyyy", "mmm-yy"])
@pytest.mark.parametrize("day", [date(1905, 7, 18), date(1939, 1, 1), date(2207, 12, 1)])
def test_a_day_of_a_year_that_no_record_has_is_named_at_its_cell_and_stops_no_file(division, shown, day):
    rows = [task(1, note=day), task(2, end=day)]
    page = look(division, *rows, formats={"M2": shown, "L3": shown})
    assert (
        f"3 (L3) Ngày kết thúc theo hợp đồng{day:%d/%m/%Y} “{day.day}/{day.month}/{day.year}” có năm nằm ngoài khoảng 1945 đến 2100."
        in page
    )
    send(division, workbook(WITH_DAYS, rows[0], task(2), formats={"M2": shown}))
    confirmed(division, Batch.objects.latest("pk").pk)
    assert ScienceTask.objects.count() == 2


@pytest.mark.django_db
def test_days_are_stored_as_shown_and_a_year_that_is_not_shown_is_named(division):
    page = look(
        division,
        task(1, start=date(2022, 1, 5), end=date(2025, 12, 1), note=date(2024, 5, 1)),
        task(2, start="05/3/2022", end=date(2025, 12, 5), note=date(2024, 5, 1)),
        formats={"K2": "d/m/yyyy", "L2": "dd/mm/yyyy;@", "L3": "d-mmm", "M2": "mmm-yy", "M3": "dd/mm/yyyy"},
    )
    assert "L3 “05/12” là 05/12/2025" in page
    assert "M2 “05/2024” là 05/2024" in page
    confirmed(division, Batch.objects.get().pk)
    assert stored_days() == [
        ("24-Q01", date(2022, 1, 5), date(2025, 12, 1), "05/2024"),
        ("24-Q02", date(2022, 3, 5), date(2025, 12, 5), "01/05/2024"),
    ]


@pytest.mark.django_db
def test_a_deadline_that_shows_a_month_is_the_end_of_it(sign_in):
    LegalDocumentFactory(number="731/QĐ-UBND")
    OrgUnitFactory(name="Văn phòng", code="VP")
    row = {
        "source_document": "731/QĐ-UBND", "ordinal": 1, "content": "Xây dựng kế hoạch", "year": 2026, "lead_unit": "VP",
    }  # fmt: skip
    written = [{**row, "ordinal": number, "due_on": date(2026, 11, 1)} for number in (1, 2)]
    client = sign_in(Role.OFFICE, "VP")
    send(client, workbook(*rows_of(AssignedTask, written), formats={"F2": "mmm-yy", "F3": "dd/mm/yyyy"}))
    confirmed(client, Batch.objects.get().pk)
    assert {(each.ordinal, each.due_on, each.due_precision) for each in AssignedTask.objects.all()} == {
        (1, date(2026, 11, 30), "month"),
        (2, date(2026, 11, 1), "day"),
    }


@pytest.mark.django_db
def test_codes_and_telephones_are_stored_as_the_cell_shows_them(division):
    look(
        division,
        task(1, c1=7, c9=1200, note=0.95),
        task(2, c1=8, note=12),
        formats={"B2": '"24-Q"00', "B3": "000", "J2": '#,##0 "triệu"', "M2": "0%", "M3": '"Quyết định số "0'},
    )
    confirmed(division, Batch.objects.get().pk)
    assert set(ScienceTask.objects.values_list("code", "budget_total", "note")) == {
        ("24-Q07", 1_200_000_000, "95%"),
        ("008", 850_500_000, "Quyết định số 12"),
    }
    OrganisationFactory(name="Đơn vị Minh Họa")
    people = [
        ["Họ và tên", "Đơn vị công tác", "Điện thoại"],
        *([f"Người Thử {name}", "Đơn vị Minh Họa", phone] for name, phone in (
            ("Một", 912345678), ("Hai", 912345679), ("Ba", "0912 345 680"), ("Bốn", 19001234),
        )),
    ]  # fmt: skip
    page = send(division, workbook(*people, formats={"C2": "0000\\ 000\\ 000"}))
    assert "C3 “912345679” là 0912345679" in words(page)
    confirmed(division, Batch.objects.latest("pk").pk)
    phones = Person.objects.filter(full_name__startswith="Người Thử").values_list("full_name", "phone")
    assert dict(phones) == {
        "Người Thử Một": "0912 345 678",
        "Người Thử Hai": "0912345679",
        "Người Thử Ba": "0912 345 680",
        "Người Thử Bốn": "19001234",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("shown", ["0.00", "#,##0.00", '[<9]0;"x"0'])
def test_a_text_that_is_shown_in_a_way_not_known_is_a_problem(division, shown):
    page = look(division, task(1, c1=1.1), formats={"B2": shown, "G2": "#,##0", "J2": "#,##0"})
    assert f"Excel hiện ô này khác với số 1,1 ghi trong ô (định dạng “{shown}”)." in page
    assert page.count("khác với số") == 1
    assert confirmed(division, Batch.objects.get().pk).status_code == 409


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "encoding", "meant"),
    [
        ("Nghiªn cøu tiÕn bé kü thuËt trång c©y d\u00adîc liÖu", "TCVN3", "Nghiên cứu tiến bộ kỹ thuật trồng cây dược liệu"),
        ("Nghieân cöùu tieán boä kyõ thuaät troàng caây döôïc lieäu", "VNI", "Nghiên cứu tiến bộ kỹ thuật trồng cây dược liệu"),
        ("Së KHOA HäC", "TCVN3", "Sở KHOA HọC"),
    ],
)  # fmt: skip
def test_text_of_an_old_font_is_a_problem_that_says_what_was_meant(division, typed, encoding, meant):
    page = look(division, task(1, c2=typed))
    assert f"Ô gõ bằng phông chữ cũ (bảng mã {encoding}), không phải Unicode; có lẽ là “{meant}”." in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    assert not ScienceTask.objects.exists()


OTHER_TEXTS = (
    "Xây dựng mô hình", "bé Hà", "TRÀ VÀ CÀ PHÊ", "10 µm, 50 µg/l", "Roundup® 1,5 l/ha", "«Cây chè» xanh", "30°C ± 2", "Müller",
    "São Paulo", "déjà vu", "Trung tâm", "thuỷ lợi",
)  # fmt: skip


def test_other_texts_are_of_no_old_font():
    assert [legacy_text(each) for each in OTHER_TEXTS] == [None] * len(OTHER_TEXTS)


@pytest.mark.django_db
def test_a_text_file_of_an_old_font_is_refused_and_one_of_windows_1258_is_read(division):
    line = "1;24-Q01;§Ò tµi nghiªn cøu;§Ò tµi;CÊp tØnh;TØnh qu¶n lý;2022;Trung t©m;Ng\u00adêi;1200"
    old = "\r\n".join([";".join(f"C{each}" for each in range(10)), *[line] * 3]).encode("latin-1")
    assert "bảng mã không phải Unicode hoặc Windows-1258" in words(send(division, old, "danh-muc.csv"))
    rows = [HEADINGS, *(cells(number, row) for number, row in enumerate(ROWS, 1))]
    text = "\r\n".join(";".join(str(each).replace(".5", ",5") for each in row) for row in rows)
    assign(division, sheet_address(send(division, of_windows_1258(text), "danh-muc.csv")))
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "made"), [("xls", xls_of), ("ods", ods_of)])
def test_a_number_in_a_text_of_a_file_whose_formats_are_not_known_is_named(division, kind, made):
    content = made([HEADINGS, cells(1, ROWS[0], c1=7)])
    page = words(assign(division, sheet_address(send(division, content, f"danh-muc.{kind}"))))
    assert "1 ô được đọc như sau: B2 “7” là 7." in page
    confirmed(division, Batch.objects.get().pk)
    assert ScienceTask.objects.get().code == "7"


def rich_texts(pieces):
    """A workbook whose title and note are made of pieces, each with whether it is struck out; as XlsxWriter shares strings."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Danh mục")
    looks = {True: book.add_format({"font_strikeout": True}), False: book.add_format({"italic": True})}
    for number, row in enumerate([WITH_DAYS, task(1), task(2)]):
        sheet.write_row(number, 0, row)
    for row, column, texts in pieces:
        sheet.write_rich_string(
            row, column, *(part for text, struck in texts for part in (looks[struck], text))
        )
    book.close()
    return stream.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("inline", [False, True])
def test_a_text_of_which_a_part_is_struck_out_is_a_problem(division, inline):
    old, new = "Nghiên cứu trồng nghệ ", "Nghiên cứu trồng gừng đá"
    if inline:
        struck = CellRichText(TextBlock(InlineFont(strike=True), old), new)
        content = workbook(WITH_DAYS, task(1, c2=struck), task(2))
    else:
        pieces = [(1, 2, [(old, True), (new, False)]), (2, 12, [("Đã ", False), ("dừng", False)])]
        content = rich_texts(pieces)
    page = assign(division, sheet_address(send(division, content)))
    problems = [row.text_content() for row in tree(page).xpath("//tr[.//button[@value='skip']]")]
    assert [("(C2)" in each, "Một phần nội dung của ô bị gạch ngang" in each) for each in problems] == [
        (True, True)
    ]
    assert confirmed(division, Batch.objects.get().pk).status_code == 409


@pytest.mark.django_db
def test_a_text_that_is_struck_out_as_a_whole_by_its_pieces_names_its_row(division):
    page = assign(
        division, sheet_address(send(division, rich_texts([(1, 12, [("Đã ", True), ("dừng", True)])])))
    )
    assert "1 dòng có chữ gạch ngang trong tệp cũng được đọc: dòng 2." in words(page)


@pytest.mark.django_db
def test_an_amount_merged_over_rows_is_not_given_to_each(division):
    rows = [HEADINGS, cells(1, ROWS[0]), cells(2, ROWS[1], c9=None), cells(3, ROWS[2], c8=None)]
    page = words(assign(division, sheet_address(send(division, workbook(*rows, merge=("J2:J3", "I3:I4"))))))
    assert "Ô số gộp nhiều dòng, chưa rõ mỗi dòng bao nhiêu: J3 cùng số với dòng trên." in page
    assert "các dòng dưới lấy giá trị của dòng đầu: I4." in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    send(division, PLAIN)
    confirmed(division, Batch.objects.latest("pk").pk)
    assert stored() == TRUTH


@pytest.mark.django_db
def test_days_that_an_english_excel_has_probably_swapped_are_named(division):
    days = {"K2": "dd/mm/yyyy", "K3": "dd/mm/yyyy", "L2": "dd/mm/yyyy", "L3": "dd/mm/yyyy"}
    rows = [
        task(1, start=date(2022, 9, 10), end=date(2025, 12, 25)),
        task(2, start=date(2022, 5, 5), end=date(2025, 6, 5)),
        task(3, start="15/03/2023", end="25/12/2025"),
    ]
    page = look(division, *rows, formats=days)
    assert "Excel có thể đã đổi chỗ ngày và tháng: K2 là 10/09/2022, hay 09/10/2022." in page
    assert page.count("đổi chỗ ngày và tháng") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("unit", "is_read"), [("triệu", False), ("nghìn", False), ("tỷ", True)])
def test_a_comma_before_three_digits_is_no_guess(division, unit, is_read):
    headings = [*HEADINGS[:9], f"Tổng kinh phí ({unit} đồng)"]
    page = assign(division, sheet_address(send(division, workbook(headings, cells(1, ROWS[0], c9="1,250")))))
    assert ("có thể là 1.250 hoặc 1,25." in words(page)) is not is_read
    confirmed(division, Batch.objects.get().pk)
    assert [each.budget_total for each in ScienceTask.objects.all()] == ([1_250_000_000] if is_read else [])


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("General", 7, None),
        ("0", 7, None),
        ("@", 7, None),
        ("#,##0", 999, None),
        ("#,##0", 1200, ""),
        ("000", 8, "008"),
        ("000", 12345, None),
        ('"24-Q"00', 7, "24-Q07"),
        ("\\Q\\-General", 7, "Q-7"),
        ("00\\.00", 712, "07.12"),
        ('0"/QĐ-UBND"', 731, "731/QĐ-UBND"),
        ("[Red]000", 8, "008"),
        ("000;-000", 8, "008"),
        ("000;-000", -8, ""),
        ("0%", 0.5, "50%"),
        ("0%", 0.505, ""),
        ("0.00", 7, ""),
        ("# ?/?", 7, ""),
        (";;;", 7, ""),
        ("[<=99]00;000", 7, ""),
    ],
)
def test_the_text_that_a_format_makes_of_a_number(code, number, shown):
    assert number_shown(code, number) == shown


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("dd/mm/yyyy", ""),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", ""),
        ("mm/yyyy", "month"),
        ("[$-42A]mmm\\-yy;@", "month"),
        ('"ngày "dd', "no_year"),
        ("d-mmm", "no_year"),
        ("yyyy", "year"),
        ("hh:mm", ""),
        ("[h]:mm:ss", ""),
        ("#,##0", ""),
        ("General", ""),
    ],
)
def test_the_part_of_a_day_that_a_format_shows(code, part):
    assert part_of_day_shown(code) == part
