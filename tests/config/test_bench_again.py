"""What the bench compares is there in every run on the same data, whatever the service that an earlier run started has written."""

import pytest

from bench import bars, deadlines, volume
from bench.command import measuring_account
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.jobs import deadline_drift_job
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.indicators import registry
from khcn.reference.operations import enter_shipped_rules

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SMALL = {
    "TASKS": 60,
    "PROPOSALS": 20,
    "MEETINGS": 20,
    "CHECKS": 30,
    "ORGANISATIONS": 10,
    "PERSONS": 10,
    "ALL_ROWS": 100,
}
OF_TERMS = ("NT-07", "TH-01", "TH-02", "TH-03")


def figures():
    deadlines.restore()
    assert (
        bars.figures().value is not None
    )  # raises UnequalFiguresError where ours are not those written by hand
    return [registry[code].value(bars.PERIOD) for code in OF_TERMS]


def the_service_of_a_run():
    """It enters the rules, and its nightly comparison is ended in the middle: some terms are not there."""
    with acting(SYSTEM, "x"):
        enter_shipped_rules(actor=SYSTEM)
        deadline_drift_job()
    ordered = Deadline.objects.order_by("subject_id")
    gone, _of_models = Deadline.objects.filter(
        subject_id__lt=ordered[ordered.count() // 4].subject_id
    ).delete()
    assert gone > 10


def test_a_second_run_compares_the_same_figures(monkeypatch):
    for name, number in SMALL.items():
        monkeypatch.setattr(volume, name, number)
    monkeypatch.setattr(deadlines, "ROWS", 2_000)
    monkeypatch.setattr(bars, "ROUNDS", 1)  # how long it takes does not matter here
    volume.build(lambda _step: None)
    first = figures()
    assert all(first[1:])
    deadlines.fill()
    assert Deadline.objects.count() == deadlines.ROWS
    the_service_of_a_run()
    assert figures() == first


def test_the_overdue_page_is_compared_with_the_same_rows_by_hand(monkeypatch):
    """Processor time of the database's server is counted where it is another process."""
    for name, number in {"ROWS": 4_000, "PAGES": 2, "ROUNDS": 2}.items():
        monkeypatch.setattr(deadlines, name, number)
    [found, indexed] = deadlines.overdue(measuring_account())
    assert (found.value > 1, found.limit, indexed.limit) == (True, 5, 1)
