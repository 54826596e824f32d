"""Scheduled subscriptions: each run answers what was recorded since the last, once, whatever happens meanwhile."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from khcn.trace.models import CaptureJob, Delivery, NamedQuery, Subscription
from khcn.trace.operations import delivery_buffer, subscription_answers
from khcn.trace.operations.named_queries import delete_query
from khcn.trace.operations.subscription_answers import answer_due
from tests.trace.subscription_given import (
    answers,
    capture,
    clock,
    dispatched,
    documents,
    events_in,
    grower,
    private,
    query_of,
    sent,
    serials_of,
    subscribe,
    validator,
)

__all__ = ["clock", "grower", "private"]  # fixtures
pytestmark = pytest.mark.django_db


def scheduled(one, clock, parameters=None, **wanted):
    query = query_of(one, parameters or {}, clock.at, name=f"lich-{NamedQuery.objects.count()}")
    return subscribe(query, clock.at, schedule={"minute": "0"}, **wanted)


def test_each_run_answers_what_was_recorded_since_the_last(grower, clock):
    made = scheduled(grower, clock)
    capture(grower, clock, 1, 2)
    dispatched(clock)
    answers(clock)
    assert sent(made) == []  # not yet due
    clock.on(hours=1)
    answers(clock)
    assert sent(made) == [[1, 2]]
    capture(grower, clock, 3)
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    clock.on(hours=1)
    answers(clock)
    assert sent(made) == [[1, 2], [3]]
    made.refresh_from_db()
    assert (made.last_run_at, made.next_run_at) == (
        clock.at,
        clock.at.replace(minute=0, second=0) + timedelta(hours=1),
    )


def test_runs_that_were_missed_are_one(grower, clock):
    made = scheduled(grower, clock, reportIfEmpty=True)
    clock.on(days=3)
    answers(clock)
    assert [events_in(each) for each in documents(made)] == [[]]


def test_an_empty_answer_is_sent_where_it_is_wanted(grower, clock, shared_dir):
    wants, wants_not = scheduled(grower, clock, reportIfEmpty=True), scheduled(grower, clock)
    clock.on(hours=1)
    answers(clock)
    assert sent(wants_not) == []
    (document,) = documents(wants)
    assert events_in(document) == []
    assert validator(shared_dir, "epcisQueryDocument").is_valid(document)


def test_a_job_that_ends_late_is_in_the_next_run(grower, clock):
    """Its row is older than those of jobs that were answered: its transaction took longer."""
    made = scheduled(grower, clock)
    capture(grower, clock, 1)
    capture(grower, clock, 2)
    late = CaptureJob.objects.order_by("pk").first()
    CaptureJob.objects.filter(pk=late.pk).update(accepted=0)  # as if not yet committed
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    assert sent(made) == [[2]]
    CaptureJob.objects.filter(pk=late.pk).update(accepted=1)
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    assert sent(made) == [[2], [1]]


def test_the_first_run_goes_back_to_the_time_asked_for(grower, clock):
    capture(grower, clock, 1)
    begin = clock.on(seconds=1).isoformat()
    capture(grower, clock, 2)
    dispatched(clock)
    clock.on(seconds=1)
    now, since = scheduled(grower, clock), scheduled(grower, clock, initialRecordTime=begin)
    capture(grower, clock, 3)
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    assert sent(now) == [[3]]
    assert sent(since) == [[2, 3]]


def test_order_and_limits_of_the_query_hold_for_each_run(grower, clock):
    made = scheduled(grower, clock, {"orderBy": "eventTime", "orderDirection": "DESC", "eventCountLimit": 2})
    for serial in (1, 2, 3):
        capture(grower, clock, serial, eventTime=f"2026-10-0{serial}T08:00:00Z")
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    assert sent(made) == [[3, 2]]


def test_an_answer_that_is_too_large_for_the_query_is_a_problem(grower, clock):
    made = scheduled(grower, clock, {"maxEventCount": 1})
    capture(grower, clock, 1, 2)
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    (problem,) = documents(made)
    assert (
        problem.items()
        >= {
            "type": "epcisException:QueryTooLargeException",
            "status": 413,
            "queryName": made.query.name,
            "subscriptionID": str(made.name),
        }.items()
    )
    capture(grower, clock, 3)
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    assert serials_of(events_in(documents(made)[1])) == [3]


@pytest.mark.parametrize("pages", [1, 2, 3, 50])
def test_pages_of_a_run(grower, clock, monkeypatch, pages):
    monkeypatch.setattr(subscription_answers, "BATCH_SIZE", pages)
    monkeypatch.setattr(delivery_buffer, "EVENTS_IN_ONE", 2)
    made = scheduled(grower, clock)
    capture(grower, clock, 1, 2, 3, 4, 5)
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)
    assert sent(made) == [[1, 2], [3, 4], [5]]


def test_two_workers_on_the_same_run_deliver_once(grower, clock):
    made = scheduled(grower, clock)
    capture(grower, clock, 1)
    dispatched(clock)
    clock.on(hours=1)
    real = subscription_answers._run_subscription

    def meanwhile(*arguments):
        with patch.object(subscription_answers, "_run_subscription", real):
            answers(clock)
        real(*arguments)

    with patch.object(subscription_answers, "_run_subscription", meanwhile):
        answer_due(at=clock.at)
    assert sent(made) == [[1]]


def test_a_query_deleted_during_its_run(grower, clock):
    made = scheduled(grower, clock)
    capture(grower, clock, 1)
    dispatched(clock)
    clock.on(hours=1)
    real = subscription_answers._run_subscription

    def meanwhile(*arguments):
        real(*arguments)
        delete_query(query=made.query)

    with patch.object(subscription_answers, "_run_subscription", meanwhile):
        assert answer_due(at=clock.at) is True
    assert Delivery.objects.count() == Subscription.objects.count() == 0


def test_a_schedule_that_cannot_be_answered_is_parked_and_the_next_goes_on(grower, clock, caplog):
    broken, good = scheduled(grower, clock), scheduled(grower, clock)
    capture(grower, clock, 1)
    dispatched(clock)
    clock.on(hours=1)
    real = subscription_answers._run_subscription

    def fails(one, until, into):
        if one.pk == broken.pk:
            raise ZeroDivisionError
        real(one, until, into)

    with patch.object(subscription_answers, "_run_subscription", fails):
        answers(clock)
    assert sent(good) == [[1]]
    broken.refresh_from_db()
    assert broken.parked_because == subscription_answers.INTERNAL_ERROR_REASON
