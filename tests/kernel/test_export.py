"""A register as a workbook: safe text, equal bytes, and the way back in without a change."""

import html
import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.utils.text import capfirst
from openpyxl.utils import column_index_from_string, get_column_letter

from khcn.directives.models import AssignedTask
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.workbooks.export import export_name, export_workbook
from khcn.kernel.workbooks.workbook_sheet import sheet_columns, sheet_name
from khcn.parties.models import Organisation
from khcn.science.models import PilotModel, ScienceTask
from tests.conformance.shapes import covering, features_of_sheets
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrganisationFactory
from tests.factories.registry import factory_of
from tests.factories.science import PilotModelFactory, ScienceTaskFactory
from tests.of_areas import merged

pytestmark = pytest.mark.django_db

RISKY = [
    "=1+1",
    "+84 209",
    "-5",
    "@SUM(A1)",
    "\tthụt",
    '=HYPERLINK("http://x")',
    "'=1",
    "_x000D_",
    "007",
    "1/2",
    "x\r\ny",
    "a\nb",
]


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def printed_head(content):
    """What Excel prints at the top of each page, with its signs: "&L" to the left, "&&" for "&"."""
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    return html.unescape(re.search(r"<oddHeader>(.*?)</oddHeader>", sheet)[1])


def out(model):
    return export_workbook(register_of(model), model.objects.order_by("pk"))


def test_headings_and_values_have_their_kinds():
    host = OrganisationFactory(name="Trung tâm Khuyến nông")
    ScienceTaskFactory(
        code="007",
        host=host,
        principal_investigator=None,
        budget_total=1_152_000_000,
        is_supplementary=True,
        planned_end_on=date(2024, 12, 31),
        illustrative=["budget_total", "planned_end_on"],
    )
    sheet = opened(out(ScienceTask))
    assert sheet.title == "Nhiệm vụ KH&CN"
    row = {head.value: cell for head, cell in zip(*list(sheet.iter_rows()), strict=True)}
    assert (row["Mã nhiệm vụ *"].value, row["Mã nhiệm vụ *"].data_type) == ("007", "s")
    assert row["Tổ chức chủ trì"].value == "Trung tâm Khuyến nông"
    assert row["Chủ nhiệm"].value is None
    assert (row["Tổng kinh phí (đồng)"].value, row["Tổng kinh phí (đồng)"].number_format) == (
        1_152_000_000,
        "#,##0",
    )
    assert row["Ngày kết thúc theo hợp đồng"].value.date() == date(2024, 12, 31)
    assert (row["Nhiệm vụ bổ sung trong năm"].value, row["Nhiệm vụ liên vùng"].value) == ("Có", "Không")
    assert row["Cấp quản lý *"].value == "Cấp tỉnh"
    assert row["Cột có dữ liệu minh họa"].value == "Tổng kinh phí (đồng); Ngày kết thúc theo hợp đồng"


def printed_columns(content):
    """So many of the first columns, each whole."""
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml").decode()
    return column_index_from_string(
        re.search(r"_xlnm.Print_Area[^>]*>[^<]*!\$A:\$([A-Z]+)</definedName>", book)[1]
    )


def printed_width(sheet, columns):
    """In millimetres, as Excel draws so many columns on a screen of 96 dots to the inch, with letters of 7 dots."""
    letters = [sheet.column_dimensions[get_column_letter(place + 1)].width for place in range(columns)]
    return (
        sum(7 * each for each in letters) * 25.4 / 96
    )  # a file has the 5 dots beside the letters in its widths


@pytest.mark.parametrize(
    ("head", "cut"),
    [
        ("Chứa “R&G”; xuất ngày 14/09/2023", False),
        ("&G&&G&[Picture]&&[Picture]", False),
        ("&" * 126, False),
        ("&" * 127, True),
        ("x" * 253, False),
        ("x" * 254, True),
        ("🌾" * 126, False),
        ("🌾" * 127, True),
        ("&G🌾" * 5000, True),
    ],
)
def test_every_head_is_printed_as_far_as_excel_takes_it(head, cut):
    content = export_workbook(register_of(Organisation), Organisation.objects.none(), head)
    printed = printed_head(content)
    assert len(printed.encode("utf-16-le")) <= 2 * 255
    marks, text = printed[:2], printed[2:]
    assert (marks, re.search(r"&(?:G|\[Picture\])", text)) == ("&L", None)
    shown = re.sub("&&", "&", text).replace("\u200b", "")
    assert shown.endswith("…") == cut
    assert head.startswith(shown[:-1]) if cut else shown == head
    if cut:  # not one letter more would have room
        longer = head[: len(shown)].replace("&", "&&") + "…"
        assert len(f"&L{longer}".encode("utf-16-le")) + 2 * head[: len(shown)].count("&G") > 2 * 255


def test_a_workbook_is_set_up_for_the_printer_outside_of_its_cells():
    ScienceTaskFactory(title="Nghiên cứu xây dựng mô hình trồng rau trong nhà màng tại huyện Chợ Mới")
    register, rows = register_of(ScienceTask), ScienceTask.objects.all()
    content = export_workbook(register, rows, "Nhiệm vụ R&D; xuất ngày 14/09/2023")
    sheet = opened(content)
    pages = sheet.page_setup
    assert (pages.orientation, pages.paperSize, pages.scale, pages.pageOrder) == (
        "landscape",
        9,
        75,
        "overThenDown",
    )
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$B")
    assert [cell.value for cell in sheet[1]][:2] == ["Mã nhiệm vụ *", "Tên nhiệm vụ *"]
    assert printed_head(content) == "&LNhiệm vụ R&&D; xuất ngày 14/09/2023"
    title = next(cell for cell in sheet[2] if str(cell.value).startswith("Nghiên cứu"))
    assert title.alignment.wrap_text
    plain = opened(export_workbook(register, rows))
    assert [[cell.value for cell in row] for row in sheet] == [[cell.value for cell in row] for row in plain]


def test_each_register_is_printed_in_letters_that_can_be_read_and_without_marks():
    across = {}
    for register in registers():
        content = out(register.model)
        sheet, printed = opened(content), printed_columns(content)
        headings, pages = [cell.value for cell in sheet[1]], sheet.page_setup
        assert headings[printed:] == ["Cột có dữ liệu minh họa", "Khóa bản ghi (không sửa)"]
        assert printed_head(content) == "&L" + capfirst(str(register.title)).replace("&", "&&")
        place = 297 - (sheet.page_margins.left + sheet.page_margins.right) * 25.4
        width = printed_width(sheet, printed)
        if sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage:
            assert (pages.fitToWidth or 1, pages.fitToHeight) == (
                1,
                0,
            )  # what Excel takes where no width is written
            assert place / width >= 0.6, register.name
        else:
            repeated = column_index_from_string(sheet.print_title_cols.rpartition("$")[2])
            assert printed_width(sheet, repeated) * 0.75 < place / 2
            assert pages.scale == 75
            across[register.name] = headings[:repeated]
    assert across == merged("printed", "ACROSS")


@pytest.mark.parametrize("text", RISKY)
def test_text_that_looks_like_a_formula_is_text_and_comes_back_equal(text):
    organisation = OrganisationFactory(name=" ".join(text.split()), address=text)
    content = out(Organisation)
    sheet = opened(content)
    cell = next(cell for head, cell in zip(sheet[1], sheet[2], strict=True) if head.value == "Địa chỉ")
    assert cell.data_type == "s"
    assert cell.quotePrefix is text.startswith(tuple("=+-@\t\r"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not re.search(rb"<f[ >]", archive.read("xl/worksheets/sheet1.xml"))
    found = make_plan(content, "x.xlsx", actor=SYSTEM, on=date(2026, 1, 5))
    assert [str(problem) for problem in found.problems] == []
    assert (found.counts.same, found.is_empty) == (1, True)
    organisation.refresh_from_db()
    assert organisation.address == text


def test_numbers_stay_numbers():
    PilotModelFactory(area_ha=Decimal("12.50"))
    PilotModelFactory(area_ha=Decimal("0.10"))
    sheet = opened(out(PilotModel))
    column = next(cell.column for cell in sheet[1] if cell.value == "Diện tích (ha)")
    assert [sheet.cell(row, column).value for row in (2, 3)] == [12.5, 0.1]
    assert make_plan(out(PilotModel), "x.xlsx", actor=SYSTEM, on=date(2026, 1, 5)).counts.same == 2


@pytest.mark.parametrize(
    ("due_on", "precision", "written"),
    [
        (date(2023, 9, 30), "month", "09/2023"),
        (date(2023, 12, 31), "quarter", "quý IV/2023"),
        (date(2023, 12, 31), "year", "2023"),
    ],
)
def test_a_deadline_is_written_as_exactly_as_it_is_known(due_on, precision, written):
    AssignedTaskFactory(due_on=due_on, due_precision=precision)
    sheet = opened(out(AssignedTask))
    row = {head.value: cell.value for head, cell in zip(*list(sheet.iter_rows()), strict=True)}
    assert row["Hạn hoàn thành *"] == written
    found = make_plan(out(AssignedTask), "x.xlsx", actor=SYSTEM, on=date(2026, 1, 5))
    assert (found.problems, found.counts.same) == ([], 1)


def imported_registers():
    """Registers whose rows a workbook may write; those of others come with operations alone."""
    return [register for register in registers() if register.may("create", SYSTEM)]


# Cells are written and read by the kind of their column, and rows are known by their key: registers that have all kinds stand for the rest.
@pytest.mark.parametrize("register", covering(imported_registers(), features_of_sheets), ids=str)
def test_a_register_with_any_kind_of_column_goes_out_and_comes_back_without_a_change(register):
    make = factory_of(register.model)
    for _number in range(3):
        make()
    first = out(register.model)
    found = make_plan(first, "x.xlsx", actor=SYSTEM, on=date(2026, 1, 5))
    assert [str(problem) for problem in found.errors] == []
    assert [question.text for question in found.questions] == []
    (sheet,) = found.sheets
    count = register.model.objects.count()
    assert (sheet.register, sheet.counts.same, sheet.counts.create, sheet.counts.change) == (
        register,
        count,
        0,
        0,
    )
    assert out(register.model) == first


def test_headings_and_sheet_names_tell_registers_apart():
    for register in registers():
        headings = [column.heading.casefold() for column in sheet_columns(register)]
        assert len(headings) == len(set(headings)), register.name
        assert re.fullmatch(r"[a-z0-9-]+\.xlsx", export_name(register)), register.name
    names = [sheet_name(register) for register in registers()]
    assert len(names) == len(set(names))


def test_memory_does_not_grow_with_the_rows():
    """Ten times the rows, about the same memory above the finished file: rows are neither gathered nor kept."""
    import tracemalloc  # local: beside its only use

    with acting(SYSTEM):
        for number in range(40):
            OrganisationFactory(name=f"Tổ chức {number}", address="x" * 200)
    records = Organisation.objects.order_by("pk")

    class Many:
        """A query set that gives its rows again and again, as a large register would."""

        def __init__(self, times):
            self.times = times

        def values_list(self, *paths):
            self.paths = paths
            return self

        def iterator(self, chunk_size):
            for _time in range(self.times):
                yield from records.values_list(*self.paths).iterator(chunk_size=chunk_size)

    peaks = []
    for times in (10, 100):
        tracemalloc.start()
        content = export_workbook(register_of(Organisation), Many(times))
        peaks.append(tracemalloc.get_traced_memory()[1] - 3 * len(content))
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000
