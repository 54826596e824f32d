"""Numbers of documents: written one way, never turned into another document."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.text.document_numbers import (
    DocumentReference,
    doubt,
    find_references,
    normalise_number,
    number_key,
    parse_reference,
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" 713 / QD-UBND ", "713/QĐ-UBND"),
        ("số 713/qđ - ubnd", "713/QĐ-UBND"),
        ("Số: 713/QĐ–UBND.", "713/QĐ-UBND"),
        ("713/QĐ-UBND", "713/QĐ-UBND"),
        ("5/BC-SKHCN", "05/BC-SKHCN"),
        ("123/SKHCN-QLKH", "123/SKHCN-QLKH"),
        ("13/2022/nd-cp", "13/2022/NĐ-CP"),
        ("996/QĐ-TTG", "996/QĐ-TTg"),
        ("36-nq/tw", "36-NQ/TW"),
        ("101/2023/qh15", "101/2023/QH15"),
        ("12/NQ-HDND", "12/NQ-HĐND"),
        ("21-HD/BTCTW", "21-HD/BTCTW"),  # guidance, not a contract
        ("07/HĐ-SKHCN", "07/HĐ-SKHCN"),  # a contract, not guidance
        ("TCVN ISO 9001 : 2015", "TCVN ISO 9001:2015"),
        ("13/2021/TT-BKHCHN", "13/2021/TT-BKHCHN"),  # doubted below, never repaired
    ],
)
def test_normalise(typed, written):
    assert normalise_number(typed) == written
    assert normalise_number(written) == written


@given(st.text(alphabet="0123456789/-–. QĐqđUBNDubndTtGgHhsốCPKH", max_size=25))
def test_normalising_twice_changes_nothing_and_no_digit_moves(text):
    once = normalise_number(text)
    assert normalise_number(once) == once
    assert [c for c in once if c in "123456789"] == [c for c in text if c in "123456789"]


def test_keys_compare_the_writing_away_and_nothing_else():
    assert number_key(" 713 / qd-ubnd") == number_key("713/QĐ-UBND")
    assert number_key("5/BC-SKHCN") == number_key("05/BC-SKHCN")
    assert number_key("713/QĐ-UBND") != number_key("731/QĐ-UBND")
    assert number_key("07/HĐ-SKHCN") != number_key("07/HD-SKHCN")
    assert number_key("13/2021/TT-BKHCHN") != number_key("13/2021/TT-BKHCN")


@pytest.mark.parametrize(
    ("number", "question"),
    [
        ("13/2021/TT-BKHCHN", "BKHCN"),
        ("05/BC-SKHCHN", "SKHCN"),
        ("713/QĐ-UBDN", "UBND"),
        ("713/QĐ-UBND", None),
        ("13/2021/TT-BKHCN", None),
        ("327/GP-ATBXHN", None),
        ("46/KH-XYZW", None),
        ("123/SKHCN-QLKH", None),
    ],
)
def test_doubts(number, question):
    assert doubt(number) == question


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (
            "Quyết định số 713/QĐ-UBND ngày 24/4/2023",
            DocumentReference("Quyết định", "713/QĐ-UBND", date(2023, 4, 24)),
        ),
        (
            "theo Kế hoạch số 46/KH-UBND, ngày 31 tháng 01 năm 2023 của UBND tỉnh",
            DocumentReference("Kế hoạch", "46/KH-UBND", date(2023, 1, 31)),
        ),
        ("Nghị quyết số 11/NQ-CP của Chính phủ", DocumentReference("Nghị quyết", "11/NQ-CP", None)),
        ("713/QD-UBND", DocumentReference("Quyết định", "713/QĐ-UBND", None)),
        ("Chỉ thị 24-CT/TU ngày 14/11/2022", DocumentReference("Chỉ thị", "24-CT/TU", date(2022, 11, 14))),
        ("Luật số 11/2022/QH15", DocumentReference("Luật", "11/2022/QH15", None)),
        ("văn bản 123/SKHCN-QLKH", DocumentReference("", "123/SKHCN-QLKH", None)),
        ("Quyết định số 713/QĐ-UBND ngày 31/2/2023", DocumentReference("Quyết định", "713/QĐ-UBND", None)),
        ("ngày 24/4/2023", None),
        ("đúng hạn là 40/46", None),
        ("", None),
    ],
)
def test_one_reference(text, reference):
    assert parse_reference(text) == reference


def test_all_references_of_a_sentence_in_order():
    text = (
        "Quyết định số 1264/QĐ-UBND ngày 12/7/2023; Quyết định số 1592/QĐ-UBND ngày 31/8/2023 thay "
        "Quyết định số 731/QĐ-UBND ngày 10/5/2019"
    )
    assert [(found.number, found.issued_on) for found in find_references(text)] == [
        ("1264/QĐ-UBND", date(2023, 7, 12)),
        ("1592/QĐ-UBND", date(2023, 8, 31)),
        ("731/QĐ-UBND", date(2019, 5, 10)),
    ]
