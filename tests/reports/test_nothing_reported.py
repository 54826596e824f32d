"""A section that says "Không phát sinh" is compared with the registers of its division, in reports of every kind."""

from dataclasses import replace
from datetime import date

import pytest

from khcn.kernel.indicators import Period
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.quality import QualityGuidanceFactory
from tests.quality.counted import metrology_check

pytestmark = pytest.mark.django_db
PERIODS = {
    "bao-cao-thang": Period(date(2023, 6, 15), date(2023, 7, 15), 2023, number=7),
    "bao-cao-nam": Period(date(2022, 12, 15), date(2023, 12, 15), 2023),
}
DAY = date(2023, 6, 20)


def found(form, text):
    """What the check says where every section of the division has this text."""
    source = source_from_form(parse_form(shipped_bodies()[form]), PERIODS[form])
    sections = tuple(replace(each, text=text) if each.owner == "TDC" else each for each in source.sections)
    findings = run_checks(resolve(replace(source, sections=sections)))
    return [each for each in findings if each.code == "nothing_beside_records"]


@pytest.mark.parametrize("form", PERIODS)
def test_nothing_is_not_what_the_registers_say(form):
    assert found(form, "Không phát sinh.") == []
    metrology_check()(DAY)
    QualityGuidanceFactory(purpose="label", guided_on=DAY)
    for each in found(form, "Không phát sinh."):
        assert {"DL-01", "CL-11"} <= set(each.codes)
        assert "(DL-01): 01 cuộc" in each.value_2
    assert len(found(form, "Không phát sinh.")) >= 1
    assert found(form, "Hoàn thành [DL-01] cuộc kiểm tra.") == []
