"""Who approves a report is refused for no number that says the same as on their page."""

from datetime import date
from decimal import Decimal

import pytest

from khcn.kernel.indicators import Period
from khcn.kernel.refusals import Stale
from khcn.kernel.refusals.shown_content import ShownPart, refuse_unless_shown, shown_content_text
from khcn.reports.composing.readings import Readings
from tests.factories.technology import InvestmentProjectFactory, TechnologyOpinionFactory

CAPACITY = "CN-03"


@pytest.mark.django_db
def test_a_sum_is_the_same_by_one_query_and_over_its_records():
    project = InvestmentProjectFactory(scale=Decimal("505.00"), scale_unit="m3_day")
    TechnologyOpinionFactory(project=project, answered_on=date(2023, 5, 20))
    period = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
    by_query, over_records = Readings(period), Readings(period, with_records=frozenset({CAPACITY}))
    shown, now = (
        {CAPACITY: ShownPart("Công suất", [each.value(CAPACITY)])} for each in (by_query, over_records)
    )
    assert by_query.value(CAPACITY) == over_records.value(CAPACITY) == 505
    refuse_unless_shown(now, shown_content_text(shown))


def test_another_number_is_refused():
    shown, now = ({"x": ShownPart("Công suất", [Decimal(each)])} for each in ("500.00", "5"))
    with pytest.raises(Stale, match="Công suất"):
        refuse_unless_shown(now, shown_content_text(shown))
