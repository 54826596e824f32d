"""The unit of amounts: read from headings and lines as departments write them, applied, told, or asked about."""

import io

import pytest
import xlsxwriter

from khcn.councils.models import CouncilMeeting
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.readers.workbook_reading import Sheet, ShownFormat
from khcn.kernel.intake.tables.column_units import units_of_columns
from khcn.kernel.intake.tables.heading_units import unit_in, unit_of_line
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.science.models import ScienceTask
from tests.kernel.intake_sample import DAY, OFFICER, TASK, heading, reference_data, rows_of, sheets

OWN = "Tổng kinh phí (đồng)"
HEADINGS = [
    ("Tổng kinh phí", None),
    ("Tổng kinh phí (nếu có)", None),
    ("Ngân sách nhà nước (ngân sách tỉnh)", None),
    ("Kinh phí (công ty góp)", None),
    ("Tổng kinh phí (đồng)", 1),
    ("Tổng kinh phí (đ)", 1),
    ("Tổng kinh phí (VNĐ)", 1),
    ("Tổng kinh phí (ĐVT: đồng)", 1),
    ("Tổng kinh phí (nghìn đồng)", 10**3),
    ("Tổng kinh phí\n(ngàn đồng)", 10**3),
    ("TỔNG KINH PHÍ (1.000đ)", 10**3),
    ("Tổng kinh phí (1000 đồng)", 10**3),
    ("Tổng kinh phí (1.000 VNĐ)", 10**3),
    ("Tổng kinh phí (triệu đồng)", 10**6),
    ("Tổng kinh phí (Triệu)", 10**6),
    ("Tổng kinh phí (tr.đ)", 10**6),
    ("Tổng kinh phí (trđ)", 10**6),
    ("Tổng kinh phí (Tr.đồng)", 10**6),
    ("Tổng kinh phí, triệu đồng", 10**6),
    ("Tổng kinh phí - triệu đồng", 10**6),
    ("Tổng kinh phí triệu đồng", 10**6),
    ("Tổng kinh phí [triệu đồng]", 10**6),
    ("Tổng kinh phí (đơn vị tính: triệu đồng)", 10**6),
    ("Tổng kinh phí (triệu đồng/năm)", 10**6),
    ("Tổng kinh phí (công ty góp) (triệu đồng)", 10**6),
    ("Tổng kinh phí (tỷ đồng)", 10**9),
    ("Tổng kinh phí (tỉ)", 10**9),
    ("Tổng kinh phí (USD)", 0),
    ("Tổng kinh phí (triệu USD)", 0),
    ("Tổng kinh phí (làm tròn đến triệu)", 0),
    ("Tổng kinh phí (trăm triệu đồng)", 0),
    ("Tổng kinh phí, trăm triệu", 0),
    ("Tổng kinh phí (nghìn tỷ đồng)", 0),
    ("Tổng kinh phí (10 triệu đồng)", 0),
    ("Tổng kinh phí (T.đồng)", 0),
    ("Tổng kinh phí (T.đ)", 0),
    ("Tổng kinh phí T.đồng", 0),
    ("Tổng kinh phí năm 2023 triệu đồng", 10**6),
    ("Tổng kinh phí (theo hợp đồng)", None),
    ("Kinh phí tổ chức Hội đồng", None),
]
LINES = [
    ("ĐVT: triệu đồng", 10**6),
    ("Đơn vị tính: 1.000 đồng", 10**3),
    ("Đơn vị: triệu đồng", 10**6),
    ("đvt : Trđ", 10**6),
    ("Đ.V.T: tỷ đồng", 10**9),
    ("DANH SÁCH NHIỆM VỤ NĂM 2026 (ĐVT: Triệu đồng)", 10**6),
    ("(nghìn đồng)", 10**3),
    ("Triệu đồng", 10**6),
    ("ĐVT: đồng", 1),
    ("ĐVT: USD", 0),
    ("Đơn vị: Phòng Quản lý khoa học", None),
    ("Đồng Tháp", None),
    ("UBND TỈNH BẮC KẠN", None),
    ("ĐVT", None),
    ("Kinh phí: triệu đồng", 10**6),
    ("Kinh phí thực hiện (nguồn tỉnh): trđ", 10**6),
    ("Số tiền: nghìn", 10**3),
    ("Biểu số 2: nghìn đồng", 10**3),
    ("Kinh phí: USD", 0),
    ("Tổng kinh phí: 1.200 triệu đồng", None),
    ("Kinh phí: 1.000", None),
    ("Kinh phí: ngân sách tỉnh", None),
    ("Người lập: Tỷ", None),
    ("Kinh phí (trăm triệu đồng)", 0),
    ("Kinh phí: trăm triệu đồng", 0),
    ("ĐVT: trăm triệu đồng", 0),
    ("Đơn vị: chục triệu đồng", 0),
    ("(T.đồng)", 0),
    ("DANH SÁCH NHIỆM VỤ TRÊN 500 TRIỆU ĐỒNG (hợp đồng)", None),
    ("Tổng kinh phí (1.200 triệu đồng)", None),
]


@pytest.mark.parametrize(("text", "factor"), HEADINGS)
def test_the_unit_of_a_heading(text, factor):
    unit = unit_in(text, own=OWN)
    assert (unit.factor if unit else None) == factor


@pytest.mark.parametrize(("text", "factor"), LINES)
def test_the_unit_of_a_line_above_the_table(text, factor):
    unit = unit_of_line(text)
    assert (unit.factor if unit else None) == factor


def plan_of(*above, budget="Tổng kinh phí (đồng)", amount=1200, **fields):
    """The plan of one task under a table whose heading for the budget, and whose lines above, are given."""
    headings, row = rows_of(ScienceTask, [{**TASK, "budget_total": amount, **fields}])
    headings[headings.index(heading(ScienceTask, "budget_total"))] = budget
    return make_plan(sheets({"Dữ liệu": [*above, headings, row]}), "nhiem-vu.xlsx", actor=OFFICER, on=DAY)


def budget_in(plan):
    (sheet,) = plan.sheets
    (row,) = sheet.rows
    return {change.heading: change.new for change in row.changes}.get(OWN)


def problems_of(plan, code):
    return [problem for problem in plan.problems if problem.code == code]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("above", "budget", "amount", "stored", "reported"),
    [
        ((), "Tổng kinh phí (đồng)", 1200, "1.200", False),
        ((), "Tổng kinh phí (triệu đồng)", 1200, "1.200.000.000", True),
        ((), "Tổng kinh phí (triệu đồng)", 1500.5, "1.500.500.000", True),
        ((), "Tổng kinh phí (triệu đồng)", "1.500,5", "1.500.500.000", True),
        ((), "Tổng kinh phí, trđ", "1.200", "1.200.000.000", True),
        ((["ĐVT: triệu đồng"],), "Tổng kinh phí", 1200, "1.200.000.000", True),
        ((["", "", "", "Đơn vị tính: 1.000 đồng"], []), "Tổng kinh phí", 1200, "1.200.000", True),
        ((["Đơn vị: Phòng Quản lý khoa học"],), "Tổng kinh phí", 1200, "1.200", False),
    ],
)
def test_amounts_are_stored_in_dong_and_the_preview_says_what_was_done(
    above, budget, amount, stored, reported
):
    reference_data()
    plan = plan_of(*above, budget=budget, amount=amount)
    assert budget_in(plan) == stored
    assert [each.severity for each in problems_of(plan, "unit_applied")] == [
        ImportSeverity.WARNING
    ] * reported
    assert not problems_of(plan, "unit_unknown")


def formatted(*formats, budget="Tổng kinh phí"):
    """A workbook of tasks, the amount of each shown by a number format."""
    tasks = [{**TASK, "code": f"NV-{number}", "budget_total": 1200} for number, _each in enumerate(formats)]
    headings, *rows = rows_of(ScienceTask, tasks)
    place = headings.index(heading(ScienceTask, "budget_total"))
    headings[place] = budget
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Dữ liệu")
    sheet.write_row(0, 0, headings)
    for number, (row, shown) in enumerate(zip(rows, formats, strict=True), start=1):
        sheet.write_row(number, 0, row)
        sheet.write_number(number, place, 1200, book.add_format({"num_format": shown}) if shown else None)
    book.close()
    return stream.getvalue()


MILLIONS = '#,##0" triệu"'


ORDINARY = [
    "", "General", "0", "0.00", "#,##0", '#,##0\\ "đ"', "#,##0 đ", '#"."##0', "[Red]#,##0", "#,##0;[Red]-#,##0", "0.00E+00", "# ?/?",
    "_-* #,##0\\ _₫_-", '_-* #,##0\\ _₫_-;\\-* #,##0\\ _₫_-;_-* "-"??\\ _₫_-;_-@_-',
    '_-* #,##0\\ "₫"_-;\\-* #,##0\\ "₫"_-;_-* "-"??\\ "₫"_-;_-@_-', '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    "[>=1000]#,##0;#,##0", "@", "0%",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("formats", "budget", "stored"),
    [
        ([MILLIONS, MILLIONS], "Tổng kinh phí", "1.200.000.000"),
        ([MILLIONS], "Tổng kinh phí (triệu đồng)", "1.200.000.000"),
        ([MILLIONS, ""], "Tổng kinh phí (triệu đồng)", "1.200.000.000"),
        (['_-* #,##0\\ "tr.đ"_-;-* #,##0\\ "tr.đ"'], "Tổng kinh phí", "1.200.000.000"),
        (['#,##0,," triệu"'], "Tổng kinh phí", "1.200"),  # 1200 đồng, shown as "0 triệu"
        (["#,##0,"], "Tổng kinh phí (triệu đồng)", "1.200.000"),
        (["#,##0,"], "Tổng kinh phí", "1.200"),
        (['#,##0" đ"', ""], "Tổng kinh phí", "1.200"),
        (["#,##0\\ [$₫-42A]"], "Tổng kinh phí", "1.200"),
        (["#,##0", '#,##0_);("âm" #,##0)'], "Tổng kinh phí", "1.200"),
        (['General" tr"'], "Tổng kinh phí", "1.200.000.000"),
        (['General\\ "triệu đồng"'], "Tổng kinh phí", "1.200.000.000"),
        (['[>=1000]#,##0" tr";#,##0" tr"'], "Tổng kinh phí", "1.200.000.000"),
        (ORDINARY, "Tổng kinh phí", "1.200"),
    ],
)
def test_the_unit_that_a_number_format_shows_is_read(formats, budget, stored):
    reference_data()
    plan = make_plan(formatted(*formats, budget=budget), "nhiem-vu.xlsx", actor=OFFICER, on=DAY)
    assert plan.errors == []
    (sheet,) = plan.sheets
    assert [{each.heading: each.new for each in row.changes}[OWN] for row in sheet.rows] == [
        stored for _each in formats
    ]
    assert len(problems_of(plan, "unit_applied")) == (stored != "1.200")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("formats", "budget", "why"),
    [
        ([MILLIONS, ""], "Tổng kinh phí", "“triệu” ở dòng 2; “đồng” ở dòng 3"),
        ([MILLIONS, '#,##0" tỷ"'], "Tổng kinh phí", "“tỷ” ở dòng 3; “triệu” ở dòng 2"),
        ([MILLIONS], "Tổng kinh phí (đồng)", "“đồng”, định dạng ô hiện “triệu” (dòng 2)"),
        (['#,##0" USD"'], "Tổng kinh phí", "“USD”"),
        (['#,##0"k"'], "Tổng kinh phí", "“k” cạnh số (dòng 2)"),
        (["#,##0", '#,##0".000.000"'], "Tổng kinh phí", '“#,##0".000.000"” cạnh số (dòng 3)'),
        (["#,##0\\0\\0\\0"], "Tổng kinh phí (triệu đồng)", "cạnh số (dòng 2)"),
        (['[>=1000]#,##0" triệu";#,##0" đồng"'], "Tổng kinh phí", "cạnh số (dòng 2)"),
        (['[>=1000]#,##0" triệu"'], "Tổng kinh phí (triệu đồng)", "cạnh số (dòng 2)"),
        ([";;;", ";;;"], "Tổng kinh phí", "“;;;” cạnh số (dòng 2, 3)"),
        (['#,##0" trăm triệu"'], "Tổng kinh phí", "“trăm triệu”"),
        (["[$$-409]#,##0"], "Tổng kinh phí", "“$”"),
        (["#,##0,,"], "Tổng kinh phí (nghìn đồng)", "“nghìn đồng”"),
    ],
)
def test_formats_that_disagree_or_are_not_understood_stop_the_file(formats, budget, why):
    reference_data()
    plan = make_plan(formatted(*formats, budget=budget), "nhiem-vu.xlsx", actor=OFFICER, on=DAY)
    (problem,) = problems_of(plan, "unit_unknown")
    assert (problem.severity, why in problem.message) == (ImportSeverity.ERROR, True)


@pytest.mark.django_db
def test_the_heading_that_spans_a_column_says_its_unit_and_the_columns_own_heading_goes_first():
    columns = {each.name: each for each in sheet_columns(register_of(ScienceTask))}
    rows = [
        (1, ["ĐVT: tỷ đồng"]),
        (2, ["Mã", "Kinh phí (triệu đồng)", "", "Khác"]),
        (3, ["", "Tổng kinh phí", "Ngân sách nhà nước (nghìn đồng)", ""]),
    ]
    places = {1: columns["budget_total"], 2: columns["budget_state"]}
    spanned = Sheet("Dữ liệu", rows, frozenset(), frozenset(), [[1, 1, 1, 2]])
    found, notes = units_of_columns(spanned, 3, places)
    assert {name: unit.factor for name, unit in found.items()} == {
        "budget_total": 10**6,
        "budget_state": 10**3,
    }
    assert [note.code for note in notes] == ["unit_differs", "unit_applied"] * 2


@pytest.mark.django_db
def test_a_multiple_in_the_heading_of_a_plain_number_is_asked_about():
    columns = {each.name: each for each in sheet_columns(register_of(CouncilMeeting))}
    sheet = Sheet("Dữ liệu", [(1, ["Số thành viên (nghìn)"])], frozenset(), frozenset(), [])
    _found, notes = units_of_columns(sheet, 1, {0: columns["members_total"]})
    assert [note.code for note in notes] == ["unit_unknown"]
    for words, is_sure, codes in (
        ("nghìn", True, ["unit_unknown"]),
        ('0".000"', False, ["unit_unknown"]),
        ("người", True, []),
    ):
        shown = (ShownFormat(words, 0, is_sure, 0, 2, 9),)
        sheet = Sheet("Dữ liệu", [(1, ["Số thành viên"])], frozenset(), frozenset(), [], formats=shown)
        _found, notes = units_of_columns(sheet, 1, {0: columns["members_total"]})
        assert [note.code for note in notes] == codes


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("above", "budget"), [((), "Tổng kinh phí (USD)"), ((["ĐVT: USD"],), "Tổng kinh phí")]
)
def test_a_unit_that_is_not_understood_stops_the_file(above, budget):
    reference_data()
    plan = plan_of(*above, budget=budget)
    (problem,) = problems_of(plan, "unit_unknown")
    assert problem.severity is ImportSeverity.ERROR
    assert "không đổi được đơn vị" in problem.message


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "code"),
    [("0,0000001", "not_whole"), ("1.200 USD", "unreadable"), ("1.200 m2", "unreadable")],
)
def test_a_cell_that_does_not_fit_the_unit_is_a_problem_of_the_cell(amount, code):
    reference_data()
    plan = plan_of(budget="Tổng kinh phí (triệu đồng)", amount=amount)
    (problem,) = [each for each in plan.problems if each.severity is ImportSeverity.ERROR]
    assert (problem.code, problem.value) == (code, amount)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "read"),
    [
        ("1,2 tỷ", "1.200.000.000"),
        ("1,25 tỷ đồng", "1.250.000.000"),
        ("1.152.000.000 đồng", "1.152.000.000"),
        ("1.200 nghìn", "1.200.000"),
        ("850 triệu", "850.000.000"),
    ],
)
def test_a_unit_in_the_cell_counts_under_a_heading_with_another_and_is_named(amount, read):
    reference_data()
    plan = plan_of(budget="Tổng kinh phí (triệu đồng)", amount=amount)
    (row,) = plan.sheets[0].rows
    assert (plan.errors, [each.new for each in row.changes if each.column == "budget_total"]) == ([], [read])
    (note,) = problems_of(plan, "read_as_written")
    assert f"“{amount}” là {read}" in note.message
