"""Reports of the months, quarters, half-years, nine months and year of one year: their figures agree.

A figure of events adds up over adjacent windows, one of things that had an event unites, and one of a state is that of the
last window; one of plans is no smaller than that of the last window, which plans for a shorter time. Asked of the demonstration year, and of years made from it by moving every event to a day drawn by chance and
repeating some of them.
"""

import random
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from khcn.kernel.indicators import Basis, PeriodKind, Share, registry
from khcn.reference.models import ReportingRegime
from khcn.reports import operations as op
from khcn.reports.models import FormVersion, ReportInstance
from khcn.science.models import TaskMilestone
from tests.of_areas import merged
from tests.reports.conftest import OFFICE

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
# In tests/<area>/demonstrated.py: the path from the records of a figure to what it counts once.
COUNTED_ONCE = merged("demonstrated", "COUNTED_ONCE")
# Those of plans, which are for the time that the heading of a report names: for more of it after a longer window.
LOOKING_AHEAD = merged("demonstrated", "LOOKING_AHEAD")
KINDS = {
    PeriodKind.MONTH: 12,
    PeriodKind.QUARTER: 4,
    PeriodKind.HALF: 2,
    PeriodKind.NINE_MONTHS: 1,
    PeriodKind.YEAR: 1,
}
# The windows that make up another one: (kind, number) of the whole, then those of its parts
WHOLES = {
    **{
        (PeriodKind.QUARTER, n): [(PeriodKind.MONTH, 3 * n - 2 + m) for m in range(3)] for n in (1, 2, 3, 4)
    },
    **{(PeriodKind.HALF, n): [(PeriodKind.QUARTER, 2 * n - 1), (PeriodKind.QUARTER, 2 * n)] for n in (1, 2)},
    (PeriodKind.NINE_MONTHS, 1): [(PeriodKind.QUARTER, n) for n in (1, 2, 3)],
    (PeriodKind.YEAR, 1): [(PeriodKind.QUARTER, n) for n in (1, 2, 3, 4)],
}  # fmt: skip


@pytest.fixture
def changed():
    """Everything that a test writes is taken back: the year is that of the whole module."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def read(year):
    """The value and the counted records of every figure in every window of a year."""
    regime = ReportingRegime.objects.get(code="BC-DINH-KY")
    periods = {
        (kind, number): regime.period(kind, year, number)
        for kind, many in KINDS.items()
        for number in range(1, many + 1)
    }
    return {
        each.code: {key: _value_and_things(each, period) for key, period in periods.items()}
        for each in registry
    }


def _value_and_things(indicator, period):
    """The figure, and of what happened what it counts. That of a month is worked out from its records, as in a signed report, and that of
    a longer window by the database, so that each has to agree with the other. Of a state only the number has to be that of the last
    window.
    """
    if indicator.basis is Basis.STOCK:
        return indicator.value(period), frozenset()
    rows = indicator.rows(period)
    is_month = period.kind is PeriodKind.MONTH
    value = indicator.measure.over(list(rows)) if is_month else indicator.value(period)
    return value, frozenset(_things(indicator, rows))


def _things(indicator, rows):
    """What the figure counts: the records, or where events stand for the tasks, customers and others that had them, these."""
    if indicator.basis is Basis.TOUCHED and indicator.model is TaskMilestone:
        return [row.task_id for row in rows]
    if (path := COUNTED_ONCE.get(indicator.code)) is not None:
        return rows.values_list(path, flat=True)
    return [row.pk for row in rows]  # as the figure is printed: the statement is there already


def disagreements(figures):
    found = []
    for code, windows in figures.items():
        basis = registry[code].basis
        for whole, parts in WHOLES.items():
            value, things = windows[whole]
            values = [windows[part][0] for part in parts]
            union = frozenset().union(*(windows[part][1] for part in parts))
            if basis is Basis.FLOW and (value, things) != (sum(values), union):
                found.append((code, whole, value, values))
            # A certificate that was withdrawn in a later window is in none that holds both days
            if basis is Basis.TOUCHED and not (things <= union and (code == "NT-05" or things == union)):
                found.append((code, whole, value, values))
            if code in LOOKING_AHEAD:
                if value < values[-1]:
                    found.append((code, whole, value, values))
            elif basis is Basis.STOCK and value != values[-1]:
                found.append((code, whole, value, values))
    return found


def test_the_demonstration_year(demo_year, changed):
    windows = read(2023)
    assert disagreements(windows) == []
    # What counts tasks by their milestones adds up too where no task has two of a kind
    milestones = [
        each.code
        for each in registry
        if each.basis is Basis.TOUCHED and not isinstance(each.measure, Share)  # percentages do not add up
    ]
    for code in milestones:
        for whole, parts in WHOLES.items():
            # nor parties whose support goes on from one window to the next
            if code not in {"LV-01", "HT-01", "TX-01", "TX-02", "CN-02", "KHTC-02"}:
                assert windows[code][whole][0] == sum(windows[code][part][0] for part in parts), (code, whole)


@pytest.mark.parametrize("seed", range(2))
def test_years_with_events_on_any_day(demo_year, changed, seed):
    chance = random.Random(seed)
    first = date(2022, 12, 1)
    moved = 0
    for model, field in sorted(
        {(each.model, each.date_path) for each in registry if each.date_path and "__" not in each.date_path},
        key=lambda pair: (pair[0].__name__, pair[1]),
    ):
        for pk in model._base_manager.order_by("pk").values_list("pk", flat=True):
            day = first + timedelta(days=chance.randrange(400))
            moved += _tried(partial(QuerySet(model).filter(pk=pk).update, **{field: day}))
    again = 0
    for milestone in TaskMilestone.objects.order_by("pk"):
        if chance.random() < 0.4:
            milestone.pk, milestone.on = None, first + timedelta(days=chance.randrange(400))
            again += _tried(partial(QuerySet(TaskMilestone).bulk_create, [milestone]))
    assert moved > 200
    assert again > 10
    assert disagreements(read(2023)) == []


def _tried(change):
    """Carried out, unless the database refuses the day."""
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return False
    return True


def test_reports_of_all_periods_of_a_year_stand_side_by_side(demo_year, changed):
    forms = {each.form().period_kind: each for each in FormVersion.objects.order_by("code", "version")}
    assert set(forms) == set(KINDS)
    before = ReportInstance.objects.count()
    for kind, many in KINDS.items():
        for number in range(1, many + 1):
            op.create_report(
                form_version=forms[kind],
                year=2023,
                kind=kind,
                number=number,
                actor=OFFICE,
                on=date(2023, 12, 20),
            )
    made = ReportInstance.objects.filter(year=2023, variant="")
    assert made.count() == ReportInstance.objects.count() - before == 20
    assert len({str(each) for each in made}) == 20
