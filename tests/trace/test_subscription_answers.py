"""Standing queries: which events go to which subscriber, in which deliveries, and that none is lost or doubled."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DataError, OperationalError, connection

from khcn.trace.models import CaptureJob, Delivery, Subscription
from khcn.trace.operations import delivery_buffer, subscription_answers
from khcn.trace.operations.subscription_answers import answer_stream_subscriptions
from khcn.trace.operations.subscriptions import delete_subscription
from tests.trace.rest_given import OTHER, PROVINCE, SHOP, party
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
    sgtin,
    stream,
    subscribe,
    validator,
)

__all__ = ["clock", "grower", "private"]  # fixtures
pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------------------------------- streams


def test_a_stream_gets_what_matches_once(grower, clock, shared_dir):
    made = stream(grower, clock, {"EQ_bizStep": ["shipping"]})
    capture(grower, clock, 1, 2)
    capture(grower, clock, 3, bizStep="packing")
    capture(grower, clock, 4)
    dispatched(clock)
    assert sent(made) == [[1, 2, 4]]
    capture(grower, clock, 4)  # was there already
    capture(grower, clock, 5)
    dispatched(clock)
    dispatched(clock)
    assert sent(made) == [[1, 2, 4], [5]]
    (first, _second) = documents(made)
    answer = first["epcisBody"]["queryResults"]
    assert (answer["queryName"], answer["subscriptionID"]) == (made.query.name, str(made.name))
    delivery = Delivery.objects.order_by("pk").first()
    assert first["id"] == f"urn:uuid:{delivery.name}"
    assert validator(shared_dir, "epcisQueryDocument").is_valid(first)
    assert CaptureJob.objects.filter(dispatch_round=0, accepted__gt=0).count() == 0


def test_without_subscriptions_it_is_one_statement(grower, clock, django_assert_num_queries):
    with django_assert_num_queries(1):  # nothing to do
        assert answer_stream_subscriptions(at=clock.at) is False
    for serial in range(1, 6):
        capture(grower, clock, serial)
    # look, subscriptions, savepoint, the lock of rounds (PostgreSQL), round, subscriptions, write, release
    with django_assert_num_queries(8 if connection.vendor == "postgresql" else 7) as asked:
        assert answer_stream_subscriptions(at=clock.at) is False
    assert sum(each["sql"].startswith("UPDATE") for each in asked.captured_queries) == 1
    assert set(CaptureJob.objects.values_list("dispatch_round", flat=True)) == {1}


def test_rounds_count_upwards(grower, clock):
    for serial in range(1, 4):
        capture(grower, clock, serial)
        dispatched(clock)
    assert list(CaptureJob.objects.order_by("pk").values_list("dispatch_round", flat=True)) == [1, 2, 3]


def test_what_was_captured_before_is_none_of_a_stream_s_business(grower, clock):
    capture(grower, clock, 1)
    dispatched(clock)
    capture(grower, clock, 2)  # and not yet dispatched
    clock.on(seconds=1)
    made = stream(grower, clock)
    dispatched(clock)
    capture(grower, clock, 3)
    dispatched(clock)
    assert sent(made) == [[3]]


def test_a_stream_may_begin_in_the_past(grower, clock):
    capture(grower, clock, 1)
    begin = clock.on(seconds=1).isoformat()
    capture(grower, clock, 2)
    dispatched(clock)
    capture(grower, clock, 3)
    clock.on(seconds=1)
    made = stream(grower, clock, initialRecordTime=begin)
    dispatched(clock)
    capture(grower, clock, 4)
    dispatched(clock)
    answers(clock)
    assert sorted(map(tuple, sent(made))) == [(2,), (3,), (4,)]


def test_a_capture_between_the_request_and_its_end_is_not_lost(grower, clock):
    """Made in answer to a request of 03:00:00, written at 03:00:02, after another capture was dispatched."""
    query = query_of(grower, {}, clock.at)
    asked_at = clock.at
    capture(grower, clock, 1)
    dispatched(clock)
    made = subscribe(query, asked_at)
    answers(clock)
    capture(grower, clock, 2)
    dispatched(clock)
    assert sent(made) == [[1], [2]]


def test_a_stream_may_begin_in_the_future(grower, clock):
    made = stream(grower, clock, initialRecordTime=(clock.at + timedelta(seconds=5)).isoformat())
    capture(grower, clock, 1)
    clock.on(seconds=10)
    capture(grower, clock, 2)
    dispatched(clock)
    assert sent(made) == [[2]]


def test_order_and_limits_of_the_query_are_no_matter_of_a_stream(grower, clock):
    limits = {"orderBy": "eventTime", "eventCountLimit": 1, "perPage": 1}
    made, other = stream(grower, clock, limits), stream(grower, clock, {"maxEventCount": 1})
    capture(grower, clock, 1, 2, 3)
    dispatched(clock)
    assert sent(made) == sent(other) == [[1, 2, 3]]


def test_large_answers_come_in_several_deliveries(grower, clock, monkeypatch):
    monkeypatch.setattr(delivery_buffer, "EVENTS_IN_ONE", 3)
    made = stream(grower, clock)
    capture(grower, clock, *range(1, 8))
    dispatched(clock)
    assert sent(made) == [[1, 2, 3], [4, 5, 6], [7]]
    monkeypatch.setattr(delivery_buffer, "EVENTS_IN_ONE", 100)
    monkeypatch.setattr(delivery_buffer, "BYTES_IN_ONE", 1)
    capture(grower, clock, 8, 9)
    dispatched(clock)
    assert sent(made)[3:] == [[8], [9]]


@pytest.mark.parametrize("first", [1, 2, 3, 100])
def test_events_are_looked_at_a_few_at_a_time(grower, clock, monkeypatch, first):
    monkeypatch.setattr("khcn.trace.store.capture_job_events._FIRST", first)
    monkeypatch.setattr(subscription_answers, "BATCH_SIZE", 2)
    made = stream(grower, clock, {"EQ_bizStep": ["shipping"]})
    capture(grower, clock, *range(1, 7))
    capture(grower, clock, 7, bizStep="packing")
    capture(grower, clock, *range(8, 11))
    dispatched(clock)
    assert sent(made) == [[1, 2, 3, 4, 5, 6, 8, 9, 10]]


def test_a_round_takes_jobs_until_it_is_full(grower, clock, monkeypatch):
    monkeypatch.setattr(subscription_answers, "MAX_ROUND_EVENTS", 4)
    made = stream(grower, clock)
    for serial in range(1, 7):
        capture(grower, clock, serial * 10, serial * 10 + 1)
    dispatched(clock)
    assert sent(made) == [[10, 11, 20, 21], [30, 31, 40, 41], [50, 51, 60, 61]]


def test_a_subscriber_gets_only_what_it_may_see(grower, clock):
    shop, stranger, province = (
        party(SHOP, "Cửa hàng"),
        party(OTHER, "Người lạ"),
        party(PROVINCE, "Sở", authority=True),
    )
    mine, theirs, none, every = (stream(each, clock) for each in (grower, shop, stranger, province))
    to_shop = [{"type": "owning_party", "destination": f"https://id.gs1.org/417/{SHOP}"}]
    capture(grower, clock, 1)
    capture(grower, clock, 2, destinationList=to_shop)
    capture(shop, clock, 3)
    dispatched(clock)
    assert sent(mine) == [[1, 2]]
    assert sent(theirs) == [[2, 3]]
    assert sent(none) == []
    assert sent(every) == [[1, 2, 3]]


def test_a_query_for_everything_does_not_open_other_people_s_events(grower, clock):
    """Not by a schedule, nor by asking for the past."""
    stranger = party(OTHER, "Người lạ")
    capture(grower, clock, 1)
    dispatched(clock)
    past = "2000-01-01T00:00:00Z"
    first = subscribe(query_of(stranger, {}, clock.at, "mot"), clock.at, stream=True, initialRecordTime=past)
    second = subscribe(
        query_of(stranger, {}, clock.at, "hai"),
        clock.at,
        schedule={"second": "[0-59]"},
        initialRecordTime=past,
    )
    clock.on(seconds=5)
    answers(clock)
    assert sent(first) == sent(second) == []
    assert Subscription.objects.get(pk=second.pk).last_run_at == clock.at


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        ("Always_GS1_Digital_Link", sgtin(7)),
        ("Never_Translates", "urn:epc:id:sgtin:9521234.022031.7"),
        ("No_Preference", "urn:epc:id:sgtin:9521234.022031.7"),
    ],
)
def test_identifiers_come_in_the_form_requested_for(grower, clock, requested, expected):
    query = query_of(grower, {}, clock.at)
    made = subscribe(query, clock.at, requested)
    capture(grower, clock, 7, epcList=["urn:epc:id:sgtin:9521234.022031.7"])
    dispatched(clock)
    assert [each["epcList"] for each in events_in(documents(made)[0])] == [[expected]]


def test_fields_of_one_s_own_keep_their_meaning(grower, clock):
    made = stream(grower, clock)
    capture(grower, clock, 1, **{"vidu:ghiChu": "gùi 12"})
    dispatched(clock)
    (found,) = events_in(documents(made)[0])
    assert found["vidu:ghiChu"] == "gùi 12"
    assert {"vidu": "https://example.org/truy-xuat/"} in found["@context"]


def test_declarations_of_error_are_events_too(grower, clock):
    made = stream(grower, clock)
    wrong = {"declarationTime": "2026-10-09T09:00:00+07:00", "reason": "incorrect_data"}
    capture(grower, clock, 1)
    dispatched(clock)
    capture(grower, clock, 1, errorDeclaration=wrong)
    dispatched(clock)
    assert sent(made) == [[1], [1]]
    assert "errorDeclaration" not in events_in(documents(made)[0])[0]
    assert "errorDeclaration" in events_in(documents(made)[1])[0]


@pytest.mark.parametrize("fault", [ZeroDivisionError, DataError, OperationalError])
def test_one_that_cannot_be_answered_does_not_keep_the_others(grower, clock, caplog, fault):
    first, broken, last = (stream(grower, clock) for _count in range(3))
    real = subscription_answers._answer_stream

    def fails(one, part, into):
        if one.subscription.pk == broken.pk:
            raise fault
        real(one, part, into)

    capture(grower, clock, 1)
    with patch.object(subscription_answers, "_answer_stream", fails):
        dispatched(clock)
    assert sent(first) == sent(last) == [[1]]
    assert sent(broken) == []
    broken.refresh_from_db()
    assert (broken.parked_at, broken.parked_because) == (clock.at, subscription_answers.INTERNAL_ERROR_REASON)
    assert "cannot be answered" in caplog.text


def test_a_parked_stream_gets_nothing(grower, clock):
    made = stream(grower, clock)
    Subscription.objects.update(parked_at=clock.at)
    capture(grower, clock, 1)
    dispatched(clock)
    assert sent(made) == []


# ------------------------------------------------------------------------------------------- interrupted


@pytest.mark.parametrize("moment", ["lock_rounds", "_next_round_jobs"])
def test_somebody_who_subscribes_meanwhile_is_not_forgotten(grower, clock, moment):
    """Between the look at the subscriptions and the end of the round."""
    first = stream(grower, clock)
    query = query_of(grower, {}, clock.at, "moi")
    late = []
    real = getattr(subscription_answers, moment)

    def meanwhile(*arguments):
        if not late:
            late.append(None)
            late[0] = subscribe(query, clock.at)
        return real(*arguments)

    capture(grower, clock, 1)
    with patch.object(subscription_answers, moment, meanwhile):
        assert answer_stream_subscriptions(at=clock.at) is True  # not done: again
        assert sent(first) == []
        dispatched(clock)
    answers(clock)
    assert sent(first) == [[1]]
    assert sent(late[0]) == [[1]]


def test_somebody_who_leaves_meanwhile_stops_nobody(grower, clock):
    first, leaves = stream(grower, clock), stream(grower, clock)
    real = subscription_answers._answer_streams

    def meanwhile(*arguments):
        found = real(*arguments)
        delete_subscription(subscription=leaves)
        return found

    capture(grower, clock, 1)
    with patch.object(subscription_answers, "_answer_streams", meanwhile):
        assert answer_stream_subscriptions(at=clock.at) is True
    dispatched(clock)
    assert sent(first) == [[1]]


def test_two_workers_on_the_same_jobs_deliver_once(grower, clock):
    made = stream(grower, clock)
    capture(grower, clock, 1)
    real = subscription_answers._answer_streams

    def meanwhile(*arguments):
        with patch.object(subscription_answers, "_answer_streams", real):
            dispatched(clock)  # the other worker has done it all
        return real(*arguments)

    with patch.object(subscription_answers, "_answer_streams", meanwhile):
        assert answer_stream_subscriptions(at=clock.at) is True
    dispatched(clock)
    assert sent(made) == [[1]]


@pytest.mark.parametrize("moment", ["write", "add_events"])
def test_a_database_that_goes_away_loses_and_doubles_nothing(grower, clock, moment):
    made = stream(grower, clock)
    capture(grower, clock, 1)
    gone = OperationalError("gone")
    with (
        patch.object(subscription_answers, "_database_answers", return_value=False),
        patch.object(delivery_buffer.DeliveryBuffer, moment, side_effect=gone),
        pytest.raises(OperationalError),
    ):
        answer_stream_subscriptions(at=clock.at)
    assert CaptureJob.objects.get().dispatch_round == 0
    dispatched(clock)
    assert sent(made) == [[1]]
