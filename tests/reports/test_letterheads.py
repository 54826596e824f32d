"""The letterhead of every shipped form names the province of the day of signature, or of the last day of the period."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from khcn.kernel.indicators import Period
from khcn.reports.checking.letterhead_checks import province_of_letterhead
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import Report
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.texts.period_words import place_words
from tests.conformance.provinces import AFTER, BEFORE, given_succession
from tests.factories.reference import RuleParameterFactory

pytestmark = pytest.mark.django_db
FORMS = shipped_bodies()
OLD, NEW = ("UBND TỈNH BẮC KẠN", "Bắc Kạn"), ("UBND TỈNH THÁI NGUYÊN", "Thái Nguyên")


def report_until(name, last_day, **changes):
    """Without its sections: only what stands around them is looked at."""
    form = parse_form(FORMS[name])
    end = last_day + timedelta(days=1)
    period = Period(end - timedelta(days=30), end, last_day.year, form.period_kind, 1)
    return Report(replace(source_from_form(form, period), **changes), (), None)


def letterhead(report):
    document = compose(report)
    return document.governing_body, document.place


@pytest.mark.parametrize("name", FORMS)
def test_body_and_place_are_those_of_the_last_day(name):
    given_succession()
    found = [letterhead(report_until(name, day)) for day in (BEFORE, AFTER)]
    assert found == [OLD, NEW]


def test_the_day_of_signature_counts_for_the_letterhead_and_the_last_day_for_the_text():
    given_succession()
    report = report_until("bao-cao-quy", BEFORE, signed_on=AFTER)
    assert letterhead(report) == NEW
    assert "UBND tỉnh Bắc Kạn" in "".join(run.text for run in compose(report).bases[0])


@pytest.mark.parametrize(
    ("document", "province"),
    [
        ("19/2019/QĐ-UBND ngày 14/10/2019", "Bắc Kạn"),
        ("30/2025/QĐ-UBND ngày 15/8/2025", "Thái Nguyên"),
        ("30/2025/QĐ-UBND", "Thái Nguyên"),
        ("30/2025/QĐ-UBND ngày 31/02/2019", "Thái Nguyên"),
    ],
)
def test_a_base_names_the_province_of_the_day_of_its_document(document, province):
    given_succession()
    report = report_until("bao-cao-quy", AFTER, given={"qd-che-do-bao-cao": document})
    base = "".join(run.text for run in compose(report).bases[0])
    assert f"{document} của UBND tỉnh {province} về việc" in base


def test_places_under_the_province_are_those_of_the_period():
    days = [date(2025, 3, 15), date(2025, 6, 15), date(2025, 7, 1), date(2025, 9, 15)]
    periods = [Period(start, end, 2025) for start, end in pairwise(days)]
    assert {place_words(each)["dia_phuong"] for each in periods} == {"huyện, thành phố"}
    RuleParameterFactory(code="reference.two_levels", value=1, unit="other", valid_from=date(2025, 7, 1))
    assert [place_words(each)["dia_phuong"] for each in periods] == [
        "huyện, thành phố",
        "huyện, thành phố",
        "xã, phường",
    ]
    whole = Period(days[0], days[-1], 2025)
    assert place_words(whole)["dia_phuong"] == "huyện, thành phố, xã, phường"


def findings(report):
    return [(each.code, each.value_1, each.value_2) for each in province_of_letterhead(report)]


def test_a_typed_name_of_an_ended_province_is_a_finding():
    given_succession()
    for day, expected in (
        (BEFORE, []),
        (AFTER, [("ended_province", OLD[0], "tỉnh Bắc Kạn hết hiệu lực từ ngày 01/7/2025")]),
    ):
        report = report_until("bao-cao-quy", day)
        assert findings(report) == []
        form = report.source.form
        typed = replace(form, letterhead=replace(form.letterhead, governing_body=OLD[0]))
        assert findings(replace(report, source=replace(report.source, form=typed))) == expected


def test_a_name_that_no_row_gives_is_left_open_and_a_finding():
    report = report_until("bao-cao-quy", AFTER)
    assert letterhead(report) == ("UBND TỈNH …", "…")
    assert findings(report) == [("unknown_province", "UBND TỈNH …", "không có tên tỉnh vào ngày 01/7/2025")]
