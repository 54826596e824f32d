"""Figures of places, posts and documents: of two provinces in one store, after another decision, and at the turn of the year."""

from datetime import date

import pytest

from khcn.kernel.indicators import Period, registry
from tests.factories.office import CorrespondenceCountFactory, IndexRankingFactory, PostQuotaFactory

pytestmark = pytest.mark.django_db
NINE_MONTHS, YEAR = (Period(date(2022, 12, 15), date(2023, month, 15), 2023) for month in (9, 12))
NEXT_YEAR = Period(date(2023, 12, 15), date(2024, 12, 15), 2024)


def value(code, period):
    (figure,) = [each for each in registry if each.code == code]
    return figure.value(period)


def test_the_own_place_counts_where_the_store_of_another_province_was_merged():
    IndexRankingFactory(
        province="00", kind="par", year=2022, rank=5, population=20, published_on=date(2023, 5, 1)
    )
    assert [value(code, YEAR) for code in ("VP-11", "VP-12")] == [5, 20]
    IndexRankingFactory(kind="par", year=2022, rank=6, population=19, published_on=date(2023, 6, 1))
    assert [value(code, YEAR) for code in ("VP-11", "VP-12")] == [6, 19]


def test_a_later_decision_on_posts_leaves_what_was_reported_before():
    first = PostQuotaFactory(posts=7, decided_on=date(2022, 12, 30))
    PostQuotaFactory(posts=6, decided_on=date(2022, 12, 30))
    PostQuotaFactory(unit=first.unit, posts=9, decided_on=date(2023, 10, 1))
    assert [value("VP-17", period) for period in (NINE_MONTHS, YEAR)] == [13, 15]


@pytest.mark.parametrize(
    ("year", "month", "found"), [(2023, 11, [1, 0]), (2023, 12, [0, 1]), (2022, 12, [1, 0])]
)
def test_the_documents_of_each_month_are_in_the_report_of_one_year(year, month, found):
    CorrespondenceCountFactory(way="incoming", year=year, month=month, documents=1)
    assert [value("VP-15", period) for period in (YEAR, NEXT_YEAR)] == found
