"""One typed sentence at a time: right ones raise no contradiction, slips are found by the value that is wrong."""

from dataclasses import replace

import pytest

from khcn.reports.checking.reading import is_addressed
from tests.reports.printed_given import written
from tests.reports.sentences_given import CLEAN, HEADINGS_OF_YEARS, SLIPS, table
from tests.reports.test_printed_checks import found_in

pytestmark = pytest.mark.django_db  # the name of the province


def contradictions(text, name="year", year=2024):
    report = written(name, year)
    found = found_in(replace(report, texts={"A.2": text}, carried={}))
    return [each for each in found if each.severity == "error"]


@pytest.mark.parametrize("text", CLEAN)
def test_right_sentences_raise_no_contradiction(text):
    assert [each.message for each in contradictions(text)] == []


@pytest.mark.parametrize(("text", "value"), SLIPS.items())
def test_slips_are_found_once_by_their_value(text, value):
    found = contradictions(text)
    assert [value for each in found if value in {each.value_1, each.value_2}] == [value], found


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("5/8 hồ sơ (61 %)", "63 %"), ("1/40 hồ sơ (4%)", "3 %"), ("129/160 hồ sơ (80,5 %)", "80,6 %")],
)
def test_a_rate_is_rounded_as_officials_do(wrong, right):
    found = contradictions(f"Đúng hạn {wrong}.")
    assert [each.value_2 for each in found] == [right]


@pytest.mark.parametrize("heading", HEADINGS_OF_YEARS)
def test_totals_are_compared_under_headings_with_a_year(heading):
    assert contradictions(table("Năm 2023", heading, "4.850", "60", "4.380", "4.910")) == []
    found = contradictions(table("Năm 2023", heading, "4.850", "60", "4.380", "9.910"))
    assert [(each.value_1, each.value_2) for each in found] == [("4.910", "9.910")]


@pytest.mark.parametrize("heading", ["Năm", "Năm cấp", "Thực hiện so với năm 2023"])
def test_years_and_comparisons_are_not_added(heading):
    assert contradictions(table("Năm 2023", heading, "2019", "2021", "4.380", "2")) == []


@pytest.mark.parametrize(
    ("name", "words", "wrong"),
    [
        ("month", "Trong tháng 4 năm 2024", []),
        ("month", "Trong tháng 4", []),
        ("month", "Trong tháng 3", ["Trong tháng 3"]),
        ("month", "Trong tháng 4 năm 2023", ["Trong tháng 4 năm 2023"]),
        ("year", "Trong tháng 12 năm 2023", []),
        ("half", "Trong tháng 12/2023", []),
        ("half", "Trong tháng 11/2023", ["Trong tháng 11/2023"]),
        ("quarter", "Trong tháng 3", []),
        ("quarter", "Trong tháng 2", ["Trong tháng 2"]),
        ("year", "Trong tháng 13", ["Trong tháng 13"]),
    ],
)
def test_a_month_of_which_half_is_counted_belongs_to_the_report(name, words, wrong):
    assert [each.value_1 for each in contradictions(f"{words}, kiểm tra 03 cơ sở.", name)] == wrong


@pytest.mark.parametrize(
    ("text", "addressed"),
    [("ông Đỗ Minh", True), ("Bà Ấn Thị Hoa", True), ("đ/c Ý Nhi", True), ("ông đỗ", False), ("Ấn", False)],
)
def test_a_form_of_address_stands_before_a_name(text, addressed):
    assert is_addressed(text) is addressed
