"""Figures that count organisations once, and what the report prints of a contest that is over or was not organised."""

from datetime import date

import pytest

from khcn.kernel.indicators import Period, registry
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.ip import ContestEditionFactory, IpGuidanceFactory
from tests.factories.parties import OrganisationFactory
from tests.integrity.given import put

pytestmark = pytest.mark.django_db
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)


def value(code, period=PERIOD):
    return registry[code].value(period)


def printed():
    source = source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), PERIOD)
    return "\n".join(line.text for line in resolve(source).lines if line.section == "A.III.3")


@pytest.mark.parametrize(
    ("code", "values", "kind"),
    [
        ("SH-01", {"purpose": "use", "kind": "indication"}, "cooperative"),
        ("SH-02", {"kind": "collective"}, "cooperative"),
        ("SH-03", {"kind": "trademark"}, "enterprise"),
    ],
)
def test_an_organisation_that_was_guided_twice_is_one(code, values, kind):
    guided, other = OrganisationFactory.create_batch(2, kind=kind)
    for day in (date(2022, 12, 14), date(2023, 3, 20), date(2023, 9, 14)):
        IpGuidanceFactory(organisation=guided, guided_on=day, **values)
    assert value(code) == 1
    IpGuidanceFactory(organisation=other, guided_on=date(2023, 3, 20), **values)
    assert value(code) == 2


def test_the_month_of_the_results_is_printed_until_they_are_public():
    edition = ContestEditionFactory(year=2023, ordinal=3, result_planned_on=date(2023, 10, 20))
    assert "lần thứ 3, năm 2023" in printed()
    assert "công bố kết quả dự kiến tháng 10/2023" in printed()
    put(edition, published_on=date(2023, 9, 15))  # after the window
    assert value("KN-02") == 10
    put(edition, published_on=date(2023, 9, 14))
    assert value("KN-02") == 0
    assert "dự kiến" not in printed()
    assert "Tổng hợp, chấm điểm." in printed()


def test_a_month_of_another_year_is_not_printed_with_this_year():
    ContestEditionFactory(year=2023, result_planned_on=date(2024, 1, 15))
    assert value("KN-02") == 0


def test_a_contest_that_was_not_organised_is_not_described():
    assert "Ban hành Kế hoạch tổ chức Hội thảo" not in printed()
    assert "Tổ chức Cuộc thi Khởi nghiệp đổi mới sáng tạo: không phát sinh." in printed()
