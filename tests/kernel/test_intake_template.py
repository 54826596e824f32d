"""The workbook that goes out: lists, marks, an example that is never data; and it takes what people fill in."""

import io
from datetime import date

import openpyxl
import pytest

from khcn.kernel.actors import SYSTEM
from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.layouts.template_workbook import HEADING_ROW, LISTS, template_workbook
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.readers.workbook_reading import Sheet
from khcn.kernel.intake.sheet_kinds import SheetKind, sheet_kinds
from khcn.kernel.intake.tables.headings import recognise_by_headings
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.workbooks.record_keys import HEADING as KEY_HEADING
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.parties.models import Organisation
from khcn.science.models import ScienceTask
from tests.factories.base import OUTSIDER
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import CodeListItemFactory
from tests.kernel.intake_sample import OFFICER, TASK, reference_data

pytestmark = pytest.mark.django_db
TASKS = register_of(ScienceTask)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def lists_of(book, sheet, heading):
    """Values that the drop-down of a column offers."""
    column = next(cell.column_letter for cell in sheet[HEADING_ROW + 1] if cell.value.rstrip(" *") == heading)
    (rule,) = [
        each for each in sheet.data_validations.dataValidation if str(each.sqref).startswith(f"{column}5:")
    ]
    if rule.type != "list":
        return None
    letter, last = rule.formula1.split("!$")[1].split("$")[0], int(rule.formula1.rsplit("$", 1)[1])
    return [book[LISTS][f"{letter}{row}"].value for row in range(1, last + 1)]


def test_headings_lists_and_formats():
    field, host, _person = reference_data()
    CodeListItemFactory(code_list="programme", code="p", label="Chương trình", valid_from=date(2020, 1, 1))
    book = opened(template_workbook([SheetKind(TASKS), SheetKind(register_of(Organisation))], actor=OFFICER))
    assert book.sheetnames == ["Nhiệm vụ KH&CN", "Tổ chức", LISTS]
    assert book[LISTS].sheet_state == "veryHidden"
    sheet = book["Nhiệm vụ KH&CN"]
    heads = [cell.value for cell in sheet[HEADING_ROW + 1]]
    own = [column.heading + (" *" if column.required else "") for column in sheet_columns(TASKS)]
    assert heads == [*own, KEY_HEADING]
    assert lists_of(book, sheet, "Loại nhiệm vụ") == ["Đề tài", "Dự án", "Đề án", "Nhiệm vụ khác"]
    assert lists_of(book, sheet, "Lĩnh vực") == [field.label]
    assert lists_of(book, sheet, "Tổ chức chủ trì") == [host.name]
    assert lists_of(book, sheet, "Nhiệm vụ liên vùng") == ["Có", "Không"]
    assert lists_of(book, sheet, "Mã nhiệm vụ") is None
    letters = {cell.value.rstrip(" *"): cell.column_letter for cell in sheet[HEADING_ROW + 1]}
    assert sheet.column_dimensions[letters["Mã nhiệm vụ"]].number_format == "@"
    assert sheet.column_dimensions[letters["Ngày bắt đầu"]].number_format == "@"
    assert sheet.column_dimensions[letters["Tổng kinh phí (đồng)"]].number_format == "#,##0"
    assert sheet.freeze_panes == f"B{HEADING_ROW + 2}"


def test_a_long_list_and_what_one_may_not_see_are_left_out():
    for number in range(501):
        OrganisationFactory(name=f"Tổ chức {number:03d}")
    book = opened(template_workbook([SheetKind(TASKS)], actor=OFFICER))
    assert lists_of(book, book["Nhiệm vụ KH&CN"], "Tổ chức chủ trì") is None
    book = opened(template_workbook([SheetKind(TASKS)], actor=OUTSIDER))
    assert lists_of(book, book["Nhiệm vụ KH&CN"], "Tổ chức chủ trì") is None


def test_an_unfilled_template_says_nothing_and_a_filled_one_is_read():
    reference_data()
    empty = template_workbook([SheetKind(TASKS)], actor=OFFICER)
    found = make_plan(empty, "mau.xlsx", actor=OFFICER, on=date(2026, 1, 5))
    assert (found.problems, found.is_empty, found.counts.errors) == ([], True, 0)
    book = opened(empty)
    sheet = book["Nhiệm vụ KH&CN"]
    places = {column.name: place for place, column in enumerate(sheet_columns(TASKS), start=1)}
    for name, value in TASK.items():
        sheet.cell(HEADING_ROW + 2, places[name], value)
    stream = io.BytesIO()
    book.save(stream)
    found = make_plan(stream.getvalue(), "mau.xlsx", actor=OFFICER, on=date(2026, 1, 5))
    assert [str(problem) for problem in found.problems] == []
    assert [(row.row, row.action, row.label) for row in found.sheets[0].rows] == [(5, "create", TASK["code"])]


def headings(register):
    return frozenset(column.heading for column in sheet_columns(register))


ALIKE = {
    register.name: [each for each in registers() if headings(each) == headings(register)]
    for register in registers()
}


def test_every_register_is_recognised_by_its_headings():
    kinds = sheet_kinds()
    for register in registers():
        heads = [column.heading + " *" * column.required for column in sheet_columns(register)]
        sheet = Sheet("Sheet1", [(HEADING_ROW + 1, heads)], frozenset(), frozenset(), [])
        found = recognise_by_headings(sheet, kinds)
        if ALIKE[register.name] == [register]:
            assert found.kind == SheetKind(register), register.name
        else:
            assert found == [SheetKind(each) for each in ALIKE[register.name]], register.name


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_template_under_another_name_is_recognised_by_its_headings(is_alone):
    register = next(each for each in registers() if (ALIKE[each.name] == [each]) == is_alone)
    book = opened(template_workbook([SheetKind(register)], actor=SYSTEM))
    book.worksheets[0].title = "Sheet1"
    stream = io.BytesIO()
    book.save(stream)
    if is_alone:
        (sheet,) = make_plan(stream.getvalue(), "mau.xlsx", actor=SYSTEM, on=date(2026, 1, 5)).sheets
        assert sheet.register is register
        return
    with pytest.raises(WorkbookRefused) as caught:
        make_plan(stream.getvalue(), "mau.xlsx", actor=SYSTEM, on=date(2026, 1, 5))
    assert [problem.code for problem in caught.value.problems] == ["wrong_template", "several_registers"]


def test_every_template_is_recognised_in_one_workbook_of_all_registers_and_actions():
    written = [kind for kind in sheet_kinds() if kind.may_write(SYSTEM)]
    # Rows of the rest come with operations of other records alone; a submission is written by who hands it in.
    assert {kind.register.name for kind in sheet_kinds() if kind not in written and kind.register.form} == {
        "science.submission"
    }
    found = make_plan(template_workbook(written, actor=SYSTEM), "mau.xlsx", actor=SYSTEM, on=date(2026, 1, 5))
    assert sorted(sheet.kind.key for sheet in found.sheets) == sorted(kind.key for kind in written)
    for sheet in found.sheets:
        assert sheet.columns == tuple(column.heading for column in sheet.kind.columns()), sheet.kind.key
    assert found.problems == []
