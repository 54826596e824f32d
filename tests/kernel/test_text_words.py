"""Amounts in words: golden cases, and a reader that undoes them for any amount."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.text.amounts_in_words import LARGEST, amount_in_words, number_in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (45998409, "Bốn mươi lăm triệu, chín trăm chín mươi tám nghìn, bốn trăm linh chín đồng"),
        (0, "Không đồng"),
        (1, "Một đồng"),
        (4, "Bốn đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (14, "Mười bốn đồng"),
        (15, "Mười lăm đồng"),
        (20, "Hai mươi đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (25, "Hai mươi lăm đồng"),
        (55, "Năm mươi lăm đồng"),
        (100, "Một trăm đồng"),
        (101, "Một trăm linh một đồng"),
        (104, "Một trăm linh bốn đồng"),
        (105, "Một trăm linh năm đồng"),
        (110, "Một trăm mười đồng"),
        (111, "Một trăm mười một đồng"),
        (115, "Một trăm mười lăm đồng"),
        (121, "Một trăm hai mươi mốt đồng"),
        (1_000, "Một nghìn đồng"),
        (1_001, "Một nghìn, không trăm linh một đồng"),
        (1_010, "Một nghìn, không trăm mười đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (105_000, "Một trăm linh năm nghìn đồng"),
        (1_000_000, "Một triệu đồng"),
        (1_000_005, "Một triệu, không trăm linh năm đồng"),
        (1_005_000, "Một triệu, không trăm linh năm nghìn đồng"),
        (10_500_000, "Mười triệu, năm trăm nghìn đồng"),
        (3_005_000_004, "Ba tỷ, không trăm linh năm triệu, không trăm linh bốn đồng"),
        (
            1_234_567_890_123,
            (
                "Một nghìn tỷ, hai trăm ba mươi tư tỷ, năm trăm sáu mươi bảy triệu, "
                "tám trăm chín mươi nghìn, một trăm hai mươi ba đồng"
            ),
        ),
        (1_005_000_000_000, "Một nghìn tỷ, không trăm linh năm tỷ đồng"),
        (1_000_005_000_000, "Một nghìn tỷ, không trăm linh năm triệu đồng"),
        (10**15, "Một triệu tỷ đồng"),
        (-5, "Âm năm đồng"),
    ],
)
def test_amounts(amount, words):
    assert amount_in_words(amount) == words


@pytest.mark.parametrize("amount", [LARGEST + 1, -LARGEST - 1])
def test_beyond_what_is_proved_nothing_is_printed(amount):
    with pytest.raises(ValueError, match="10\\^15"):
        amount_in_words(amount)


DIGITS = {
    word: digit
    for digit, words in enumerate(
        ["không", "một mốt", "hai", "ba", "bốn tư", "năm lăm", "sáu", "bảy", "tám", "chín"]
    )
    for word in words.split()
}
MAGNITUDES = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9, "nghìn tỷ": 10**12, "triệu tỷ": 10**15}


def read(words: str) -> int:
    """An independent reader: written from the spoken rules, not from the code under test."""
    sign = -1 if words.startswith("âm ") else 1
    total = 0
    for part in words.removeprefix("âm ").split(", "):
        magnitude = max((name for name in MAGNITUDES if part.endswith(" " + name)), key=len, default="")
        group = 0
        for word in part.removesuffix(magnitude).split():
            if word == "trăm":
                group *= 100
            elif word == "mươi":
                group += group % 10 * 9  # the last digit spoken was the tens
            elif word == "mười":
                group += 10
            elif word != "linh":
                group += DIGITS[word]
        total += group * MAGNITUDES.get(magnitude, 1)
    return sign * total


@given(st.integers(-LARGEST, LARGEST) | st.integers(0, 10**6))
def test_words_say_the_number(number):
    assert read(number_in_words(number)) == number


@given(st.integers(-LARGEST, LARGEST))
def test_no_slip_of_the_tongue(number):
    words = number_in_words(number)
    assert "  " not in words
    assert words == words.strip()
    for wrong in (
        "mươi một",
        "mươi năm",
        "mươi bốn",
        "mười mốt",
        "mười tư",
        "linh lăm",
        "linh mốt",
        "linh không",
    ):
        assert wrong not in words


def test_every_number_below_ten_thousand_reads_back():
    assert [read(number_in_words(number)) for number in range(10_000)] == list(range(10_000))
    assert len({number_in_words(number) for number in range(10_000)}) == 10_000
