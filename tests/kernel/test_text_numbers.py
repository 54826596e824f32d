"""Numbers and money, read and written the Vietnamese way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.text.numbers import (
    NumberProblem,
    format_amount,
    format_money,
    format_number,
    parse_number,
    two_digits,
)

decimals = st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.152", 1152),
        ("1 152", 1152),
        ("1\u00a0152", 1152),
        ("1\u202f152", 1152),
        ("1152", 1152),
        ("45.998.409 đồng", 45998409),
        ("45.998.409đ", 45998409),
        ("45.998.409 VNĐ", 45998409),
        ("45 998 409 ₫", 45998409),
        ("09", 9),
        ("007", 7),
        ("0", 0),
        ("-5", -5),
        ("\u22121.152", -1152),
        ("86,96 %", Decimal("86.96")),
        ("86,96%", Decimal("86.96")),
        ("100 %", 100),
        ("1,5", Decimal("1.5")),
        ("1,152", Decimal("1.152")),
        ("1.152,5", Decimal("1152.5")),
        ("1.152,00", 1152),
        ("0,5", Decimal("0.5")),
        (1152, 1152),
        (1152.0, 1152),
        (0.1 + 0.2, Decimal("0.3")),
        (86.96, Decimal("86.96")),
        (1e14, 10**14),
        (Decimal("1152.00"), 1152),
        (Decimal("1.5"), Decimal("1.5")),
    ],
)
def test_read(typed, number):
    read = parse_number(typed)
    assert read == number
    assert type(read) is type(number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (None, "empty"),
        ("\u00a0", "empty"),
        ("1.5", "ambiguous_dot"),
        ("1.50", "ambiguous_dot"),
        ("0.152", "ambiguous_dot"),
        ("1152.5", "ambiguous_dot"),
        ("1,152,000", "english_separators"),
        ("1,152.5", "english_separators"),
        ("1.15.2", "unreadable"),
        ("1.152 000", "unreadable"),
        ("1 15", "unreadable"),
        ("12.", "unreadable"),
        (",5", "unreadable"),
        ("1e5", "unreadable"),
        ("=1+1", "unreadable"),
        ("--5", "unreadable"),
        ("3 triệu", "unreadable"),
        ("đồng", "unreadable"),
        (True, "unreadable"),
        (float("nan"), "unreadable"),
        (float("-inf"), "unreadable"),
        (Decimal("NaN"), "unreadable"),
        ([1], "unreadable"),
        (1e15, "too_long_for_excel"),
    ],
)
def test_refusals(typed, code):
    with pytest.raises(NumberProblem) as refusal:
        parse_number(typed)
    assert refusal.value.code == code


def test_the_ambiguous_dot_is_explained():
    with pytest.raises(NumberProblem) as refusal:
        parse_number("1.5")
    assert str(refusal.value) == (
        "“1.5” chưa rõ là số lẻ hay số nguyên, vì dấu chấm chỉ dùng để ngăn hàng nghìn như 1.152. "
        "Nếu là số lẻ, gõ 1,5; nếu là số nguyên, gõ liền 15."
    )


@given(st.integers(-(10**18), 10**18))
def test_whole_numbers_come_back(number):
    assert parse_number(format_number(number)) == number
    assert parse_number(format_money(number)) == number
    assert parse_number(str(number)) == number


@given(decimals)
def test_decimals_come_back(number):
    assert parse_number(format_number(number)) == number


@given(st.integers(-(10**14), 10**14))
def test_floats_of_whole_numbers_come_back_exactly(number):
    assert parse_number(float(number)) == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_sentence(text):
    try:
        number = parse_number(text)
    except NumberProblem as problem:
        assert str(problem).endswith(".")  # noqa: PT017 -- either outcome is right, and each has its own promise
    else:
        assert isinstance(number, int | Decimal)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (1152, None, "1.152"),
        (999, None, "999"),
        (45998409, None, "45.998.409"),
        (-1152, None, "-1.152"),
        (Decimal("1152.5"), None, "1.152,5"),
        (Decimal("1E+3"), None, "1.000"),
        (Decimal("0.005"), 2, "0,01"),
        (3, 2, "3,00"),
        (Decimal("86.956"), 1, "87,0"),
    ],
)
def test_write(number, places, text):
    assert format_number(number, places) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (4, "04"), (9, "09"), (10, "10"), (12, "12"), (999, "999"), (1152, "1.152")]
)
def test_counts_in_running_text(count, text):
    assert two_digits(count) == text


def test_a_count_is_never_negative():
    with pytest.raises(ValueError, match="-1"):
        two_digits(-1)


def test_money():
    assert format_money(45998409) == "45.998.409 đồng"
    assert format_money(0) == "0 đồng"


@pytest.mark.parametrize("raw", [1e-70, 1.5e-39, "9" * 41, "0," + "1" * 40])
def test_a_number_of_more_digits_than_are_read_back_is_refused(raw):
    with pytest.raises(NumberProblem):
        parse_number(raw)


@pytest.mark.parametrize("raw", ["9" * 40, "-" + "1" * 40, "0," + "1" * 39, 1.5e-38, 2.3e-17])
def test_the_longest_numbers_come_back_with_their_separators(raw):
    number = parse_number(raw)
    assert parse_number(format_number(number)) == number
    if isinstance(number, int):
        assert parse_number(format_money(number)) == number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Decimal("400.000"), "400"),
        (Decimal("12400.000"), "12.400"),
        (Decimal("86.500"), "86,5"),
        (Decimal("0.000"), "0"),
        (Decimal("-0.250"), "-0,25"),
        (Decimal("1E+3"), "1.000"),
        (7, "7"),
    ],
)
def test_an_amount_has_no_zeros_behind_what_it_says(number, shown):
    assert format_amount(number) == shown


@given(decimals)
def test_an_amount_is_read_as_what_it_was(number):
    assert parse_number(format_amount(number)) == number
