"""The letterhead of every shipped paper names the province as it is called on the day of issue."""

import tomllib

import pytest

from khcn.kernel.papers.kinds import all_paper_kinds
from khcn.kernel.papers.printing import words_of_province
from khcn.kernel.papers.toml_template import compose_document, read_layout
from tests.conformance.provinces import AFTER, BEFORE, given_succession

KINDS = all_paper_kinds()
OF_DEPARTMENT = "SỞ KHOA HỌC VÀ CÔNG NGHỆ"


def composed(kind, day):
    dated = {"day": f"{day.day}", "month": f"{day.month}", "year": f"{day.year}", "symbol": ""}
    data = {**kind.sample(), **dated, **words_of_province(day)}
    return compose_document(read_layout(kind.template.read_bytes()), kind.variable_names, data)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=[kind.code for kind in KINDS])
def test_body_and_place_are_those_of_the_day_of_issue(kind):
    given_succession()
    typed = tomllib.loads(kind.template.read_text("utf-8"))["governing_body"]
    for day, body, place in (
        (BEFORE, "UBND TỈNH BẮC KẠN", "Bắc Kạn"),
        (AFTER, "UBND TỈNH THÁI NGUYÊN", "Thái Nguyên"),
    ):
        document = composed(kind, day)
        expected = OF_DEPARTMENT if typed == OF_DEPARTMENT else body
        assert (document.governing_body, document.place) == (expected, place)


@pytest.mark.django_db
def test_the_name_is_left_to_be_filled_in_where_no_row_says_it():
    kind = next(each for each in KINDS if each.code == "check-result")
    document = composed(kind, AFTER)
    assert (document.governing_body, document.place) == ("UBND TỈNH …", "…")
