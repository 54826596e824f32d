"""Windows of reporting regimes: each day lies in exactly one window of each kind, whatever the edge."""

import itertools
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.indicators import Period, PeriodKind
from khcn.reference.models import RegimeWindow
from khcn.reference.queries import window_of
from tests.factories.councils import CouncilMeetingFactory
from tests.factories.reference import RegimeWindowFactory, ReportingRegimeFactory

ONE_DAY = timedelta(days=1)
MONTHS = range(1, 13)


def province_windows():
    """NĐ 09/2019/NĐ-CP art. 12: months and quarters 15..14, half years and year from 15/12."""
    for month in MONTHS:
        yield "month", month, (15, month - 1 or 12, month == 1), (14, month)
    for quarter in range(1, 5):
        first = 3 * quarter - 3 or 12
        yield "quarter", quarter, (15, first, quarter == 1), (14, 3 * quarter)
    yield "half", 1, (15, 12, True), (14, 6)
    yield "half", 2, (15, 6, False), (14, 12)
    yield "nine_months", 1, (15, 12, True), (14, 9)
    yield "year", 1, (15, 12, True), (14, 12)


def calendar_windows():
    """Statistics go by the calendar."""
    ends = {3: 31, 6: 30, 9: 30, 12: 31}
    for quarter in range(1, 5):
        yield "quarter", quarter, (1, 3 * quarter - 2, False), (ends[3 * quarter], 3 * quarter)
    yield "half", 1, (1, 1, False), (30, 6)
    yield "half", 2, (1, 7, False), (31, 12)
    yield "nine_months", 1, (1, 1, False), (30, 9)
    yield "year", 1, (1, 1, False), (31, 12)


REGIMES = {"province": list(province_windows()), "calendar": list(calendar_windows())}


def windows_of(name):
    return [
        RegimeWindow(
            kind=kind,
            number=number,
            start_day=start[0],
            start_month=start[1],
            starts_year_before=start[2],
            end_day=end[0],
            end_month=end[1],
        )
        for kind, number, start, end in REGIMES[name]
    ]


def tiling(name, kind, years):
    return sorted(
        (window.period(year) for window in windows_of(name) if window.kind == kind for year in years),
        key=lambda period: period.start,
    )


KINDS = [("province", "month"), *((name, kind) for name in REGIMES for kind in ("quarter", "half", "year"))]


@pytest.mark.parametrize(("name", "kind"), KINDS)
@given(day=st.dates(date(2019, 12, 20), date(2029, 12, 10)))
def test_each_day_lies_in_exactly_one_window_of_each_kind(name, kind, day):
    assert len([period for period in tiling(name, kind, range(2019, 2031)) if day in period]) == 1


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_windows_of_a_kind_follow_each_other_without_gap_or_overlap(name, kind):
    periods = tiling(name, kind, range(2019, 2031))
    for one, next_one in itertools.pairwise(periods):
        assert one.end == next_one.start
        assert (one.last_day in one, one.end in one) == (True, False)


@pytest.mark.parametrize(("name", "kind"), KINDS)
@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(year=st.integers(2020, 2028))
def test_a_record_on_each_edge_is_counted_in_exactly_one_window(name, kind, year):
    periods = tiling(name, kind, (year - 1, year, year + 1))
    edges = [
        day
        for period in tiling(name, kind, [year])
        for day in (period.start, period.last_day, period.end, period.start - ONE_DAY)
    ]
    days = sorted(set(edges))
    meetings = [CouncilMeetingFactory.build(held_on=day, council=None) for day in days]
    with acting(SYSTEM):
        bulk_insert(meetings)
    made = CouncilMeeting.objects.filter(pk__in=[each.pk for each in meetings])
    counted = []
    for period in periods:
        found = sorted(made.held_in(period).values_list("held_on", flat=True))
        assert found == [day for day in days if day in period]
        counted += found
    assert sorted(counted) == days


@pytest.mark.django_db
def test_a_regime_gives_the_window_in_force_that_year():
    regime = ReportingRegimeFactory(code="BC-DINH-KY")
    RegimeWindowFactory(regime=regime, kind="nine_months", end_day=14, end_month=9, valid_to=date(2025, 1, 1))
    RegimeWindowFactory(
        regime=regime, kind="nine_months", end_day=30, end_month=9, start_day=1, start_month=1, starts_year_before=False,
        valid_from=date(2025, 1, 1),
    )  # fmt: skip
    RegimeWindowFactory(kind="nine_months", end_day=1, end_month=9)  # of another regime
    kind = PeriodKind.NINE_MONTHS
    assert regime.period(kind, 2023) == Period(date(2022, 12, 15), date(2023, 9, 15), 2023, kind)
    assert regime.period(kind, 2025) == Period(date(2025, 1, 1), date(2025, 10, 1), 2025, kind)
    with pytest.raises(RegimeWindow.DoesNotExist):
        regime.period(PeriodKind.MONTH, 2023, 4)


@pytest.mark.parametrize(
    "window",
    [
        RegimeWindow(kind="month", start_day=31, start_month=2, end_day=14, end_month=3),
        RegimeWindow(kind="month", start_day=15, start_month=3, end_day=14, end_month=13),
        RegimeWindow(
            kind="year", start_day=15, start_month=12, end_day=14, end_month=12, starts_year_before=False
        ),
    ],
    ids=["no such day", "no such month", "ends before it starts"],
)
def test_a_window_that_is_none_is_refused(window):
    with pytest.raises(ValidationError, match="không tạo thành một khoảng thời gian"):
        window.clean()


@pytest.mark.django_db
def test_the_window_of_a_period_is_that_in_force_of_the_regime_or_of_the_first_by_code():
    later, first = ReportingRegimeFactory(code="QD-19"), ReportingRegimeFactory(code="ND-09")
    year = {"kind": PeriodKind.YEAR, "number": 1}
    old = RegimeWindowFactory(
        regime=first, kind="year", valid_from=date(2019, 1, 1), valid_to=date(2022, 1, 1)
    )
    new = RegimeWindowFactory(regime=first, kind="year", valid_from=date(2022, 1, 1))
    other = RegimeWindowFactory(regime=later, kind="year", valid_from=date(2019, 1, 1))
    RegimeWindowFactory(regime=first, kind="quarter", number=1, valid_from=date(2018, 1, 1))
    days = (date(2018, 12, 31), date(2019, 1, 1), date(2021, 12, 31), date(2022, 1, 1))
    assert [window_of(on=day, **year) for day in days] == [None, old, old, new]
    assert [window_of(on=day, regime="QD-19", **year) for day in days] == [None, other, other, other]
    assert window_of(on=days[-1], regime="TT-13", **year) is None
    assert window_of(on=days[-1], kind=PeriodKind.YEAR, number=2) is None
    assert window_of(on=days[-1], **year).period(2023) == new.period(2023)
