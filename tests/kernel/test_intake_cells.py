"""Cells: what people type, what Excel makes of it, and what the fields take."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.directives.models import AssignedTask
from khcn.kernel.fields.workbook_cells import CellProblem, NamedRecord, UnlistedValue, workbook_cell_text
from khcn.kernel.intake.cells.cell_reading import read_cell
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import Precision, format_date, last_day_of_parsed, parse_date
from khcn.kernel.text.fold import name_key
from khcn.kernel.text.numbers import format_number
from khcn.kernel.text.text_problem import text_problem_and_advice
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.parties.models import Organisation
from khcn.science.models import PilotModel, ScienceTask, TaskProposal


def column(model, name):
    return next(each for each in sheet_columns(register_of(model)) if each.name == name)


DAY_REMEDY = "Gõ đủ ngày, tháng, năm, ví dụ 14/9/2023."
YEAR_REMEDY = "Gõ bốn chữ số của một năm, ví dụ 2023."
DASH_REMEDY = "Nếu không có, để trống ô này; nếu bằng không, gõ 0."


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("code", "  ĐT.01/2023 ", "ĐT.01/2023"),
        ("code", "007", "007"),
        ("code", 9.0, "9"),
        ("code", "", None),
        ("code", " \u00a0 ", None),
        ("title", "Nghiên  cứu\nchè", "Nghiên cứu chè"),
        ("objective", "một\r\nhai\0", "một\nhai"),
        ("objective", date(2023, 9, 14), "14/09/2023"),
        ("start_year", 2023.0, 2023),
        ("start_year", "2.023", 2023),
        ("budget_total", "1.152", 1152),
        ("budget_total", "45.998.409 đồng", 45_998_409),
        ("budget_total", 1.5e9, 1_500_000_000),
        ("is_supplementary", "Có", True),
        ("is_supplementary", "X", True),
        ("is_supplementary", "không", False),
        ("is_supplementary", True, True),
        ("is_supplementary", "-", False),
        ("level", "CẤP TỈNH", "province"),
        ("level", "cap bo", "ministry"),
        ("planned_end_on", "14/9/2023", date(2023, 9, 14)),
        ("planned_end_on", date(2023, 9, 14), date(2023, 9, 14)),
        ("planned_end_on", 45183.0, date(2023, 9, 14)),
        ("host", " Sở  Nội vụ", NamedRecord("Sở Nội vụ", name_key("SỞ NỘI VỤ"))),
        ("illustrative", "Tên nhiệm vụ; tong kinh phi (dong)", ["title", "budget_total"]),
        ("illustrative", "Tất cả", ["*"]),
    ],
)
def test_reads(name, raw, value):
    assert read_cell(column(ScienceTask, name), raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("code", "x" * 41, "too_long"),
        ("code", date(2023, 1, 2), "date_in_text"),
        ("code", 1.0e16, "too_long_for_excel"),
        ("host", date(2023, 1, 2), "date_in_text"),
        ("start_year", 2023.5, "not_whole"),
        ("start_year", 40_000.0, "out_of_range"),
        ("start_year", -1.0, "out_of_range"),
        ("budget_total", "-5", "out_of_range"),
        ("budget_total", "1.5", "ambiguous_dot"),
        ("is_supplementary", "chắc vậy", "yesno"),
        ("planned_end_on", "09/2023", "not_a_day"),
        ("planned_end_on", "2023", "not_a_day"),
        ("planned_end_on", "14/9/23", "two_digit_year"),
        ("planned_end_on", "sau Tết", "unreadable"),
        ("illustrative", "Cột lạ", "unknown_column"),
    ],
)
def test_refuses_with_a_remedy(name, raw, code):
    with pytest.raises(CellProblem) as caught:
        read_cell(column(ScienceTask, name), raw)
    assert caught.value.code == code
    assert caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "raw", "sentence", "remedy"),
    [
        ("planned_end_on", "sáng 22/9", "Chưa đọc được “sáng 22/9” thành ngày.", DAY_REMEDY),
        ("planned_end_on", "22/9", "“22/9” thiếu năm.", DAY_REMEDY),
        ("start_year", "2025-2026", "Chưa đọc được “2025-2026” thành số.", YEAR_REMEDY),
        ("start_year", "hai nghìn", "Chưa đọc được “hai nghìn” thành số.", YEAR_REMEDY),
        ("budget_total", "-", "“-” không phải số hay ngày.", DASH_REMEDY),
        ("planned_end_on", "—", "“—” không phải số hay ngày.", DASH_REMEDY),
        ("budget_total", "-5", "“-5” là số âm.", "Ở đây chỉ ghi số từ 0 trở lên."),
    ],
)
def test_the_remedy_is_one_that_the_column_takes(name, raw, sentence, remedy):
    with pytest.raises(CellProblem) as caught:
        read_cell(column(ScienceTask, name), raw)
    assert (caught.value.message, caught.value.remedy) == (sentence, remedy)


def test_the_remedy_of_a_term_may_be_a_month():
    with pytest.raises(CellProblem) as caught:
        read_cell(column(AssignedTask, "due_on"), "sau Tết")
    assert "quý III/2023" in caught.value.remedy


def test_other_kinds():
    assert read_cell(column(PilotModel, "area_ha"), "12,5") == Decimal("12.50")
    assert read_cell(column(PilotModel, "area_ha"), 0.1) == Decimal("0.10")
    for raw, code in (("0,125", "too_many_decimals"), ("1.000.000", "out_of_range")):
        with pytest.raises(CellProblem) as caught:
            read_cell(column(PilotModel, "area_ha"), raw)
        assert caught.value.code == code
    with pytest.raises(CellProblem) as caught:
        read_cell(column(Organisation, "email"), "không có")
    assert caught.value.code == "email"
    parsed = read_cell(column(AssignedTask, "due_on"), "tháng 3 năm 2023")
    assert (parsed.last, parsed.precision) == (date(2023, 3, 31), Precision.MONTH)


@pytest.mark.parametrize(
    ("typed", "mixed", "offered"),
    [
        ("đề tài/dự án", True, ["research_topic", "pilot_project"]),
        ("Đề tài, dự án", True, ["research_topic", "pilot_project"]),
        ("dự án hoặc đề án", True, ["pilot_project", "science_scheme"]),
        ("Đề tàii", False, ["research_topic", "pilot_project", "science_scheme", "other"]),
        ("???", False, ["research_topic", "pilot_project", "science_scheme", "other"]),
    ],
)
def test_words_outside_a_list_come_with_offers(typed, mixed, offered):
    found = read_cell(column(ScienceTask, "task_type"), typed)
    assert isinstance(found, UnlistedValue)
    assert (found.mixed, found.text) == (mixed, typed)
    assert sorted(value for value, _label, _score in found.candidates) == sorted(offered)
    if typed == "Đề tàii":
        assert found.candidates[0][0] == "research_topic"


def test_the_negation_of_what_was_typed_is_offered_last():
    found = read_cell(column(TaskProposal, "outcome"), "Đưa vào danh mục")
    assert isinstance(found, UnlistedValue)
    assert [value for value, _label, _score in found.candidates] == [
        "open",
        "determined",
        "merged",
        "rejected",
    ]
    found = read_cell(column(TaskProposal, "outcome"), "Không đưa vào danh mục thực hiện")
    assert isinstance(found, UnlistedValue)
    assert found.candidates[0][0] == "rejected"


def test_advice_is_split_from_the_finding():
    assert text_problem_and_advice("Chưa đọc được “a. B” thành số. Chỉ gõ 1.152 hoặc 86,96.") == (
        "Chưa đọc được “a. B” thành số.",
        "Chỉ gõ 1.152 hoặc 86,96.",
    )
    assert text_problem_and_advice("Không có lời khuyên.") == ("Không có lời khuyên.", "")


@given(st.dates(date(1945, 1, 1), date(2100, 12, 31)), st.sampled_from(list(Precision)))
def test_the_last_day_ends_its_period(day, precision):
    end = last_day_of_parsed(parse_date(day), precision)
    assert end >= day
    written, following = format_date(end, precision), format_date(end + timedelta(days=1), precision)
    assert written != following
    assert format_date(day, precision) == written


@given(st.integers(0, 10**14))
def test_an_amount_comes_back_however_it_is_written(amount):
    money = column(ScienceTask, "budget_total")
    assert read_cell(money, format_number(amount)) == amount
    assert read_cell(money, str(amount)) == amount
    assert read_cell(money, float(amount)) == amount


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for model, name in (
        (ScienceTask, "title"),
        (ScienceTask, "level"),
        (ScienceTask, "start_year"),
        (ScienceTask, "planned_end_on"),
        (ScienceTask, "host"),
        (ScienceTask, "is_supplementary"),
        (ScienceTask, "illustrative"),
        (PilotModel, "area_ha"),
        (AssignedTask, "due_on"),
    ):
        try:
            read_cell(column(model, name), text)
        except CellProblem as problem:
            assert problem.message  # noqa: PT017 -- both outcomes are right; an empty sentence is not
    assert "\0" not in workbook_cell_text(text)
