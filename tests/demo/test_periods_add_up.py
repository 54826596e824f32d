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

from khcn.kernel.indicators import Basis, Share, registry
from khcn.reports import operations as op
from khcn.reports.models import FormVersion, ReportInstance
from khcn.science.models import TaskMilestone
from tests.demo.windows import KINDS, WHOLES, disagreements, read
from tests.reports.conftest import OFFICE

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]


@pytest.fixture
def changed():
    """Everything that a test writes is taken back: the year is that of the whole module."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


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
