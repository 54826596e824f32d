"""Dates as officials type them: the forms of the seed report, the refusals, and round trips."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.text.dates import (
    DateProblem,
    ParsedDate,
    Precision,
    format_date,
    long_date,
    parse_date,
    short_date,
)

days = st.dates(date(1945, 1, 1), date(2100, 12, 31))
DAY = date(2023, 9, 14)
SEPTEMBER = ParsedDate(date(2023, 9, 1), date(2023, 9, 30), Precision.MONTH)
MARCH = ParsedDate(date(2023, 3, 1), date(2023, 3, 31), Precision.MONTH)
LAST_QUARTER = ParsedDate(date(2023, 10, 1), date(2023, 12, 31), Precision.QUARTER)
YEAR = ParsedDate(date(2023, 1, 1), date(2023, 12, 31), Precision.YEAR)


@pytest.mark.parametrize(
    "typed",
    [
        "14/9/2023",
        "14/09/2023",
        "14-9-2023",
        "14.9.2023",
        "14–9–2023",
        "2023-09-14",
        "2023/9/14",
        "2023-09-14 00:00:00",
        "2023-09-14T08:30",
        "14/9/2023 7:05",
        "ngày 14/9/2023",
        "ngày 14 tháng 9 năm 2023",
        "Ngày 14 tháng 09 năm 2023.",
        "NGÀY 14 THÁNG 9 NĂM 2023",
        "nga\u0300y 14 tha\u0301ng 9 na\u0306m 2023",
        "14 tháng 9, 2023",
        "\u00a0 14 / 9 /\u00a02023 ;",
        date(2023, 9, 14),
        datetime(2023, 9, 14, 23, 59),
    ],
)
def test_one_day(typed):
    assert parse_date(typed) == ParsedDate(DAY, DAY, Precision.DAY)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("09/2023", SEPTEMBER),
        ("9/2023", SEPTEMBER),
        ("9-2023", SEPTEMBER),
        ("2023-09", SEPTEMBER),
        ("T9/2023", SEPTEMBER),
        ("tháng 3 năm 2023", MARCH),
        ("Tháng 3/2023", MARCH),
        ("Tháng 03, 2023", MARCH),
        ("quý IV/2023", LAST_QUARTER),
        ("Quý 4 năm 2023", LAST_QUARTER),
        ("QUÝ IV - 2023", LAST_QUARTER),
        ("Q4/2023", LAST_QUARTER),
        ("năm 2023", YEAR),
        ("2023", YEAR),
        (2023, YEAR),
        (2023.0, YEAR),
        (LAST_QUARTER, LAST_QUARTER),
        ("tháng 2/2024", ParsedDate(date(2024, 2, 1), date(2024, 2, 29), Precision.MONTH)),
    ],
)
def test_coarser_precisions(typed, expected):
    assert parse_date(typed) == expected


def test_the_day_comes_first_whatever_the_order_could_be():
    assert parse_date("03/04/2026").first == date(2026, 4, 3)
    assert parse_date("09/10/2026").first == date(2026, 10, 9)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("  \u00a0", "empty"),
        (None, "empty"),
        ("31/2/2023", "no_such_day"),
        ("29/2/2023", "no_such_day"),
        ("0/9/2023", "no_such_day"),
        ("9/14/2023", "no_such_month"),
        ("0/2023", "no_such_month"),
        ("quý V/2023", "no_such_quarter"),
        ("quý 0/2023", "no_such_quarter"),
        ("14/9/23", "two_digit_year"),
        ("14.9.23", "two_digit_year"),
        ("14/9", "no_year"),
        ("14 tháng 9", "no_year"),
        ("14/9/1944", "year_out_of_range"),
        ("14/9/2101", "year_out_of_range"),
        ("9/1944", "year_out_of_range"),
        (date(1944, 12, 31), "year_out_of_range"),
        ("14/9-2023", "unreadable"),
        ("14/9/02023", "unreadable"),
        ("hết năm 2023", "unreadable"),
        ("6 tháng đầu năm 2023", "unreadable"),
        ("14/9/2023 25:00", "unreadable"),
        (True, "unreadable"),
        (45183.0, "unreadable"),
        (2023.5, "unreadable"),
        (float("nan"), "unreadable"),
        (float("inf"), "unreadable"),
        ([14, 9, 2023], "unreadable"),
    ],
)
def test_refusals(typed, code):
    with pytest.raises(DateProblem) as refusal:
        parse_date(typed)
    assert refusal.value.code == code


def test_a_refusal_says_what_is_wrong_and_what_to_type():
    with pytest.raises(DateProblem) as refusal:
        parse_date("14/9/23")
    assert str(refusal.value) == (
        "“14/9/23” ghi năm bằng hai chữ số. Gõ đủ bốn chữ số của năm, ví dụ 14/9/2023."
    )
    with pytest.raises(DateProblem) as refusal:
        parse_date("31/2/2023")
    assert str(refusal.value) == (
        "“31/2/2023” không có trong lịch: tháng 2 năm 2023 có 28 ngày. "
        "Xem lại ngày, gõ theo dạng ngày/tháng/năm, ví dụ 28/02/2023."
    )


def test_a_pasted_page_is_quoted_by_its_beginning():
    with pytest.raises(DateProblem) as refusal:
        parse_date("x" * 5000)
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (45183, DAY),
        (45183.0, DAY),
        (45183.999, DAY),
        (16438, date(1945, 1, 1)),
        (73415.5, date(2100, 12, 31)),
    ],
)
def test_serial_days_of_a_workbook(serial, day):
    assert parse_date(serial, excel=True) == ParsedDate(day, day, Precision.DAY)


@pytest.mark.parametrize("serial", [16437, 73416, 0, -1, 1e300])
def test_serials_outside_our_years(serial):
    with pytest.raises(DateProblem):
        parse_date(serial, excel=True)


def test_a_year_in_a_number_cell_stays_a_year():
    assert parse_date(2023.0, excel=True) == YEAR


@given(days)
def test_serials_follow_the_days(day):
    serial = (day - date(1899, 12, 30)).days
    assert parse_date(serial, excel=True).first == day


@given(days, st.sampled_from(Precision))
def test_formatted_and_read_again(day, precision):
    parsed = parse_date(format_date(day, precision))
    assert parsed.precision is precision
    assert parsed.first <= day <= parsed.last
    assert parse_date(format_date(parsed)) == parsed
    assert parse_date(long_date(parsed)) == parsed
    assert str(parsed) == format_date(parsed)


@given(days)
def test_every_way_to_write_a_day_is_read_as_that_day(day):
    for text in (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        short_date(day),
        long_date(day),
        f"{day.day}.{day.month}.{day.year}",
    ):
        assert parse_date(text) == ParsedDate(day, day, Precision.DAY)


@given(days, st.sampled_from([Precision.MONTH, Precision.QUARTER, Precision.YEAR]))
def test_spans_touch_without_gap_or_overlap(day, precision):
    span = parse_date(format_date(day, precision))
    if span.last < date(2100, 12, 31):
        assert parse_date(
            format_date(span.last + timedelta(days=1), precision)
        ).first == span.last + timedelta(days=1)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_sentence(text):
    try:
        parsed = parse_date(text)
    except DateProblem as problem:
        assert str(problem).endswith(".")  # noqa: PT017 -- either outcome is right, and each has its own promise
    else:
        assert date(1945, 1, 1) <= parsed.first <= parsed.last <= date(2100, 12, 31)


# Zeros as in NĐ 30/2020/NĐ-CP: days 01-09, months 01 and 02. Short forms as the seed report prints them.
@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(2023, 9, 14), "14/9/2023", "ngày 14 tháng 9 năm 2023"),
        (date(2023, 2, 5), "05/02/2023", "ngày 05 tháng 02 năm 2023"),
        (date(2023, 1, 31), "31/01/2023", "ngày 31 tháng 01 năm 2023"),
        (date(2023, 7, 1), "01/7/2023", "ngày 01 tháng 7 năm 2023"),
        (date(2022, 12, 23), "23/12/2022", "ngày 23 tháng 12 năm 2022"),
        (date(2019, 10, 5), "05/10/2019", "ngày 05 tháng 10 năm 2019"),
        (date(2023, 3, 10), "10/3/2023", "ngày 10 tháng 3 năm 2023"),
    ],
)
def test_printed_days(day, short, long):
    assert short_date(day) == short
    assert long_date(day) == long


@pytest.mark.parametrize(
    ("value", "screen", "printed"),
    [
        (MARCH, "03/2023", "tháng 3 năm 2023"),
        (LAST_QUARTER, "quý IV/2023", "quý IV năm 2023"),
        (YEAR, "2023", "năm 2023"),
        (parse_date("14/9/2023"), "14/09/2023", "ngày 14 tháng 9 năm 2023"),
    ],
)
def test_printed_precisions(value, screen, printed):
    assert format_date(value) == screen
    assert long_date(value) == printed


def test_a_stored_precision_is_as_good_as_the_enum():
    assert format_date(DAY, "quarter") == "quý III/2023"
    assert Precision("month") is Precision.MONTH
