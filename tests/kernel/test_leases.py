"""Leases of background work, on the table of daily work and on one that counts attempts."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from khcn.kernel.jobs.leases import Lease
from khcn.kernel.jobs.models import DailyRun

AT = datetime(2026, 10, 9, 5, 0, tzinfo=UTC)
HOUR = Lease(timedelta(hours=1))
ROWS = DailyRun.objects


@pytest.mark.django_db
def test_one_leases_and_another_takes_over_after_the_end():
    row, same = ROWS.create(path="a"), ROWS.get(path="a")
    assert HOUR.acquire(ROWS.all(), row, at=AT)
    assert row.leased_until == AT + timedelta(hours=1)
    assert not HOUR.acquire(ROWS.all(), same, at=AT + timedelta(minutes=59))
    assert [ROWS.filter(state(AT + timedelta(minutes=59))).count() for state in (HOUR.active, HOUR.free)] == [
        1,
        0,
    ]
    assert HOUR.acquire(ROWS.all(), same, at=AT + timedelta(hours=1))
    HOUR.release(ROWS.all(), "a", done_on=AT.date())
    assert ROWS.get() == row
    assert (ROWS.get().leased_until, ROWS.get().done_on) == (None, AT.date())
    assert not HOUR.acquire(ROWS.filter(done_on=None), row, at=AT)  # not among the rows that are due


@pytest.mark.django_db
def test_a_lost_lease_is_taken_back_only_where_nobody_has_moved_it():
    begun = Lease(timedelta(hours=2), from_start=True)
    row = ROWS.create(path="a", leased_until=AT)  # here: when it began
    assert not ROWS.filter(begun.lost(AT + timedelta(minutes=119))).exists()
    (lost,) = ROWS.filter(begun.lost(AT + timedelta(hours=2)))
    ROWS.filter(pk=row.pk).update(leased_until=AT + timedelta(hours=2))  # another worker began it again
    assert not begun.take_back(ROWS.all(), lost, leased_until=None)
    lost.refresh_from_db()
    assert begun.take_back(ROWS.all(), lost, leased_until=None)


def test_leases_that_were_lost_are_longer():
    lease = Lease(timedelta(seconds=30), growth=4)
    assert [lease.after(number).total_seconds() for number in (1, 2, 3)] == [30, 120, 480]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="in memory there is one connection")
def test_of_eight_workers_one_leases():
    ROWS.create(path="a")
    gate, taken = threading.Barrier(8), []

    def worker():
        row = ROWS.get(path="a")
        gate.wait(120)
        if HOUR.acquire(ROWS.all(), row, at=AT):
            taken.append(1)
        connection.close()

    workers = [threading.Thread(target=worker) for _each in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(120)
    assert taken == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="in memory there is one connection")
def test_a_lease_is_renewed_while_the_work_goes_on():
    row = ROWS.create(path="a", leased_until=AT)
    ticks = iter(AT + timedelta(minutes=number) for number in range(1, 1000))
    renewed = threading.Event()

    def clock():
        at = next(ticks)
        if at >= AT + timedelta(minutes=3):
            renewed.set()
        return at

    with HOUR.keep(ROWS.all(), row, clock=clock, every=timedelta(seconds=0.05)):
        assert renewed.wait(120)
    row.refresh_from_db()
    assert row.leased_until >= AT + timedelta(hours=1, minutes=2)
