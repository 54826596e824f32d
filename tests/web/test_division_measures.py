"""Amounts and areas in another unit than our heading's: converted where it is sure, else a question or a problem.

Codes, areas and amounts are dữ liệu minh họa.
"""

import io
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from khcn.kernel.intake.models import Batch
from khcn.science.models import PilotModel, ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import confirmed, words
from tests.web.test_division_columns import BUDGET, NAMES, TITLE, VALUES, renamed, tasks
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    assign,
    own_division,
    send,
    sheet_address,
    workbook,
)


def models(heading, *areas, above=(), formats=()):
    rows = [["T10", f"Mô hình {number}", area] for number, area in enumerate(areas, 1)]
    return workbook(*above, ["Nhiệm vụ", "Tên mô hình", heading], *rows, formats=formats)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "stored", "reported"),
    [
        (lambda: models("Diện tích (ha)", 0.5), "0.5", ""),
        (lambda: models("Diện tích", 0.5), "0.5", ""),
        (lambda: models("Diện tích (ĐVT: ha)", "0,5", formats={"C2": '#,##0" ha"'}), "0.5", ""),
        (lambda: models("Diện tích (m2)", 5000), "0.5", "ghi theo m²: mỗi số được nhân với 0,0001"),
        (lambda: models("Diện tích (m²)", "5.000"), "0.5", "ghi theo m²"),
        (lambda: models("Diện tích (km2)", 0.25), "25", "ghi theo km²: mỗi số được nhân với 100"),
        (lambda: models("Diện tích", 5000, above=(["ĐVT: m2"],)), "0.5", "ghi theo m²"),
        (lambda: models("Diện tích", 5000, formats={"C2": '#,##0" m2"'}), "0.5", "ghi theo m²"),
        (lambda: models("Diện tích (m2)", 5050, formats={"C2": '#,##0" m²"'}), None, "“5050 m² = 0,505 ha” có quá nhiều"),
        (lambda: models("Diện tích (sào)", 20), None, "không đổi được đơn vị ghi ở “sào”"),
        (lambda: models("Diện tích (ha)", 5000, formats={"C2": '#,##0" m2"'}), None, "không hiểu định dạng ô hiện “m2”"),
        (lambda: models("Diện tích", 5000, 0.5, formats={"C2": '#,##0" m2"'}), None, "không đổi được đơn vị"),
        (lambda: models("Diện tích (nghìn ha)", 5), None, "không đổi được đơn vị"),
        (lambda: models("Diện tích", "15%"), None, "“15%” là tỷ lệ phần trăm"),
    ],
)  # fmt: skip
def test_areas_are_stored_in_hectares_or_not_at_all(division, content, stored, reported):
    ScienceTaskFactory(code="T10")
    page = words(send(division, content()))
    assert reported in page
    assert "ghi theo" not in page or "m²" in reported or "km²" in reported
    answer = confirmed(division, Batch.objects.get().pk)
    assert (answer.status_code == 409) == (stored is None)
    assert [*PilotModel.objects.values_list("area_ha", flat=True)] == (
        [] if stored is None else [Decimal(stored)]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["x1000đ", "x 1.000 đồng", "nghđ", "10³ đồng"])
def test_short_ways_of_writing_a_unit_of_money_are_read(division, unit):
    page = send(
        division,
        tasks(renamed(BUDGET, f"Tổng kinh phí ({unit})"), [*VALUES[:BUDGET], 850, *VALUES[BUDGET + 1 :]]),
    )
    assert "mỗi số được nhân với 1.000 " in words(page)
    confirmed(division, Batch.objects.get().pk)
    assert ScienceTask.objects.get().budget_total == 850_000


@pytest.mark.django_db
def test_a_column_of_money_without_a_unit_beside_one_with_a_unit_is_asked_about_once(division):
    headings = [*renamed(BUDGET, "Kinh phí"), None]
    below = [
        *[None] * BUDGET,
        "Tổng kinh phí (triệu đồng)",
        *[None] * (len(NAMES) - BUDGET - 1),
        "Ngân sách nhà nước",
    ]
    row = [*VALUES[:BUDGET], 1200, *VALUES[BUDGET + 1 :], 800]
    assert len(NAMES) - 1 == BUDGET, "the last column, so that the heading above can span two"
    content = workbook(headings, below, row, merge=(f"{letter(BUDGET)}1:{letter(BUDGET + 1)}1",))
    page = send(division, content)
    shown = f"Chưa rõ đơn vị tiền của cột, vì cột tiền khác của bảng có ghi đơn vị: {letter(BUDGET + 1)} “Kinh phí Ngân sách nhà nước”."
    assert shown in words(page)
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    assert "Chưa chọn đơn vị tiền của cột" in words(assign(division, sheet_address(page)))
    assign(division, sheet_address(page), **{f"unit-{BUDGET + 1}": "1000000"})
    confirmed(division, Batch.objects.get().pk)
    assert ScienceTask.objects.values_list("budget_total", "budget_state").get() == (
        1_200_000_000,
        800_000_000,
    )
    assert "Chưa rõ đơn vị" not in words(send(division, content))


def letter(place):
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place]


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["850¹", "850₁", "850①", "15%", "15 %"])
def test_a_footnote_mark_and_a_percentage_are_no_part_of_an_amount(division, written):
    row = [*VALUES[:BUDGET], written, *VALUES[BUDGET + 1 :]]
    page = words(send(division, tasks(renamed(BUDGET, "Tổng kinh phí (triệu đồng)"), row)))
    reported = "là tỷ lệ phần trăm" if "%" in written else "có số nhỏ của chú thích hoặc số mũ"
    assert f"“{written}” {reported}" in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 409


def raised(text, digit, rest=""):
    small = TextBlock(InlineFont(vertAlign="superscript"), digit)
    return CellRichText(TextBlock(InlineFont(), text), small, TextBlock(InlineFont(), rest))


@pytest.mark.django_db
def test_a_digit_that_the_cell_shows_raised_is_none_of_the_number_and_stays_raised_in_a_text(division):
    budget, year = BUDGET, NAMES.index("Thực hiện từ năm")
    book = openpyxl.load_workbook(io.BytesIO(tasks(row=[*VALUES[:budget], 850, *VALUES[budget + 1 :]])))
    sheet = book.active
    sheet.cell(2, TITLE + 1).value = raised("Nuôi 500 m", "2", " nấm")
    stream = io.BytesIO()
    book.save(stream)
    assert "dấu chú thích" not in words(send(division, stream.getvalue()))
    sheet.cell(2, TITLE + 1).value = raised("Trồng thử nghiệm cây mắc ca xen chè", "2")
    stream = io.BytesIO()
    book.save(stream)
    page = words(send(division, stream.getvalue()))
    assert f"1 ô có số nhỏ như dấu chú thích, được ghi cùng nội dung: {letter(TITLE)}2." in page
    confirmed(division, Batch.objects.latest("pk").pk)
    assert ScienceTask.objects.get().title == "Trồng thử nghiệm cây mắc ca xen chè²"
    for place, written in ((budget, "850"), (year, "2023")):
        before, sheet.cell(2, place + 1).value = sheet.cell(2, place + 1).value, raised(written, "1")
        stream = io.BytesIO()
        book.save(stream)
        page = words(send(division, stream.getvalue()))
        assert f"{written}¹" in page
        assert confirmed(division, Batch.objects.latest("pk").pk).status_code == 409
        sheet.cell(2, place + 1).value = before


def with_units(*units, title="Tổng kinh phí"):
    """A table of tasks with a column of units before the amounts."""
    rows = [[*VALUES[:BUDGET], unit, 1200 + place, *VALUES[BUDGET + 1 :]] for place, unit in enumerate(units)]
    for number, row in enumerate(rows):
        row[0], row[TITLE] = f"NV-{number}", f"Nhiệm vụ thứ {number}"
    return workbook([*NAMES[:BUDGET], "ĐVT", title, *NAMES[BUDGET + 1 :]], *rows)


@pytest.mark.django_db
def test_the_unit_of_a_column_beside_the_amounts_is_read(division):
    page = words(send(division, with_units("triệu đồng", "nt", "Triệu đồng", None)))
    assert "ghi theo đơn vị “triệu đồng”: mỗi số được nhân với 1.000.000" in page
    confirmed(division, Batch.objects.get().pk)
    amounts = ScienceTask.objects.order_by("code").values_list("budget_total", flat=True)
    assert [*amounts] == [1_200_000_000, 1_201_000_000, 1_202_000_000, 1_203_000_000]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "place"),
    [
        (lambda: with_units("triệu đồng", "nghìn đồng"), "dòng 3 “nghìn đồng”"),
        (lambda: with_units("mô hình", "triệu đồng"), "dòng 2 “mô hình”"),
        (lambda: with_units("triệu đồng", title="Tổng kinh phí (đồng)"), "dòng 2 “triệu đồng”"),
    ],
)
def test_units_of_rows_that_differ_stop_the_file(division, content, place):
    page = words(send(division, content()))
    assert f"nhưng tệp còn ghi đơn vị khác ở: {place}." in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 409


@pytest.mark.django_db
def test_a_column_of_units_that_are_no_money_says_nothing_of_amounts(division):
    send(division, with_units("mô hình", "hộ"))
    confirmed(division, Batch.objects.get().pk)
    assert {*ScienceTask.objects.values_list("budget_total", flat=True)} == {1200, 1201}
