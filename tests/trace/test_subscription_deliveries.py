"""Deliveries to a real receiver: signed, repeated with the same bytes, put off, parked; nobody waits for another."""

import hashlib
import hmac
import json
import threading
import uuid
from collections import Counter
from datetime import timedelta

import pytest

from khcn.trace.models import Delivery, NamedQuery, Subscription
from khcn.trace.operations import deliveries, webhook_client
from khcn.trace.operations.deliveries import (
    delete_old_deliveries,
    lease_deliveries,
    record_outcome,
    retry_delay,
    send_waiting_deliveries,
)
from khcn.trace.operations.webhook_client import DeliveryResult
from tests.trace.rest_given import GROWER, party
from tests.trace.subscription_given import Clock, a_key_of, clock, private
from tests.trace.subscription_receiver import receiving

__all__ = ["clock", "private"]  # fixtures
pytestmark = pytest.mark.django_db

TOKEN = "bí mật của bên nhận"


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


@pytest.fixture
def query():
    at = Clock().at
    return NamedQuery.objects.create(party=party(GROWER), name="cau-hoi", parameters="{}", created_at=at)


def subscription(query, url, clock, **fields):
    usual = {"signature_token": TOKEN, "stream": True, "initial_record_time": 0, "last_round": 0}
    return Subscription.objects.create(
        query=query, key=a_key_of(query.party), destination=url, created_at=clock.at, **{**usual, **fields}
    )


def body_of(name, *serials):
    results = {
        "queryName": "cau-hoi",
        "resultsBody": {"eventList": [{"eventID": str(each)} for each in serials]},
    }
    return json.dumps({"id": f"urn:uuid:{name}", "epcisBody": {"queryResults": results}})


def delivery(one, clock, *serials, **fields):
    name = uuid.uuid4()
    usual = {"body": body_of(name, *serials), "created_at": clock.at, "send_at": clock.at}
    return Delivery.objects.create(name=name, subscription=one, **{**usual, **fields})


def send(clock):
    send_waiting_deliveries(clock=clock, stopping=threading.Event())


def state(one):
    one.refresh_from_db()
    return one


def fail(one, clock, status=500, problem="HTTP 500"):
    """What an attempt would have come to, at the time it was due."""
    one.refresh_from_db()
    clock.at = max(clock.at, one.send_at)
    record_outcome(delivery=one, result=DeliveryResult(status, problem), at=clock.at)


# ------------------------------------------------------------------------------------------- what is sent


def test_the_receiver_can_check_who_sent_it(query, receiver, clock):
    one = delivery(subscription(query, receiver.url("/hook?a=1"), clock), clock, 1)
    send(clock)
    (got,) = receiver.received
    assert got.path == "/hook?a=1"
    assert got.body == one.body.encode()
    # as a receiver would, from its own token and the bytes that came
    assert got.headers["GS1-Signature"] == hmac.new(TOKEN.encode(), got.body, hashlib.sha256).hexdigest()
    assert got.headers["Webhook-Id"] == str(one.name)
    assert got.document["id"] == f"urn:uuid:{one.name}"
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["GS1-EPCIS-Version"] == got.headers["GS1-CBV-Version"] == "2.0.0"
    taken = state(one)
    assert (taken.delivered_at, taken.attempts, taken.leased_until) == (clock.at, 1, None)
    assert taken.subscription.last_notified_at == clock.at


def test_without_a_token_there_is_no_signature(query, receiver, clock):
    delivery(subscription(query, receiver.url(), clock, signature_token=""), clock, 1)
    send(clock)
    assert "GS1-Signature" not in receiver.received[0].headers


def test_what_is_taken_is_not_sent_again(query, receiver, clock):
    delivery(subscription(query, receiver.url(), clock), clock, 1)
    send(clock)
    send(clock)
    clock.on(days=2)
    send(clock)
    assert len(receiver.received) == 1


def test_every_attempt_is_the_same(query, receiver, clock):
    receiver.answers["/"] = 500
    one = delivery(subscription(query, receiver.url(), clock), clock, 1)
    for _count in range(3):
        send(clock)
        clock.on(days=1)
    receiver.answers["/"] = 200
    send(clock)
    assert len(receiver.received) == 4
    assert len({(each.body, tuple(sorted(each.headers.items()))) for each in receiver.received}) == 1
    assert state(one).delivered_at == clock.at


# ------------------------------------------------------------------------------------------- when it fails


def test_attempts_are_put_off_further_and_further(query, clock):
    one = delivery(subscription(query, "http://127.0.0.1:8/", clock), clock, 1)
    waits = []
    for _count in range(deliveries.MAX_ATTEMPTS):
        fail(one, clock)
        waits.append(state(one).send_at - clock.at)
    usual = [15, 60, 240, 960, 3840, 15360, 43200, 43200]
    assert all(
        each * 0.8 <= wait.total_seconds() <= each * 1.2 for each, wait in zip(usual, waits, strict=True)
    )
    assert timedelta(hours=12) < clock.at - one.created_at < timedelta(hours=36)
    assert one.parked_at == clock.at
    assert one.last_error == "HTTP 500"


def test_waits_are_spread():
    waits = {retry_delay(3, DeliveryResult(500)) for _count in range(20)}
    assert len(waits) == 20


def test_retry_after_is_honoured(query, receiver, clock):
    receiver.answers["/"] = lambda got: (503, {"Retry-After": "7200"})
    one = delivery(subscription(query, receiver.url(), clock), clock, 1)
    send(clock)
    assert state(one).send_at - clock.at == timedelta(hours=2)
    assert one.subscription.quiet_until == one.send_at
    clock.on(minutes=119)
    send(clock)
    assert len(receiver.received) == 1
    clock.on(minutes=1)
    send(clock)
    assert len(receiver.received) == 2


def test_a_receiver_that_is_unwell_is_given_time(query, receiver, clock):
    """Many deliveries wait: they do not all knock at once."""
    receiver.answers["/"] = 500
    one = subscription(query, receiver.url(), clock)
    for serial in range(20):
        delivery(one, clock, serial)
    for _second in range(600):
        send(clock)
        clock.on(seconds=1)
    assert 5 <= len(receiver.received) <= 15
    assert state(one).failures == len(receiver.received)
    receiver.answers["/"] = 200
    clock.on(minutes=30)
    before = len(receiver.received)
    send(clock)
    assert len(receiver.received) - before == 20
    assert (state(one).failures, one.failing_since, one.quiet_until) == (0, None, None)


def test_what_the_receiver_refuses_holds_up_nothing_else(query, receiver, clock):
    receiver.answers["/"] = lambda got: (400 if got.event_ids == ["0"] else 200, {})
    one = subscription(query, receiver.url(), clock)
    poison = delivery(one, clock, 0)
    others = [delivery(one, clock, serial) for serial in range(1, 10)]
    send(clock)
    assert all(state(each).delivered_at for each in others)
    assert (state(poison).attempts, poison.delivered_at) == (1, None)
    for _day in range(deliveries.MAX_ATTEMPTS):
        clock.on(days=1)
        send(clock)
    assert state(poison).attempts == deliveries.MAX_ATTEMPTS
    assert poison.parked_at is not None
    assert state(one).parked_at is None  # the receiver is well
    delivery(one, clock, 10)
    send(clock)
    assert receiver.received[-1].event_ids == ["10"]


def test_a_subscription_whose_deliveries_fail_one_after_another_is_parked(query, clock):
    one = subscription(query, "http://127.0.0.1:8/", clock)
    made = [delivery(one, clock, serial) for serial in range(deliveries.MAX_PARKED + 1)]
    for number, each in enumerate(made[: deliveries.MAX_PARKED], 1):
        for _count in range(deliveries.MAX_ATTEMPTS):
            fail(each, clock, 422, "HTTP 422")
        assert (state(one).parked_at is None) is (number < deliveries.MAX_PARKED)
    assert "5 deliveries failed" in one.parked_because
    assert lease_deliveries(at=clock.on(days=9), limit=9) == []  # nothing is sent any more
    assert state(made[-1]).delivered_at is None


def test_one_that_is_taken_in_between_starts_the_count_again(query, clock):
    one = subscription(query, "http://127.0.0.1:8/", clock)
    for round_ in range(2):
        for serial in range(deliveries.MAX_PARKED - 1):
            each = delivery(one, clock, round_, serial)
            for _count in range(deliveries.MAX_ATTEMPTS):
                fail(each, clock, 422)
        record_outcome(delivery=delivery(one, clock, 99), result=DeliveryResult(200), at=clock.on(seconds=1))
        clock.on(seconds=1)
    assert state(one).parked_at is None


def test_a_receiver_that_is_away_for_days_is_parked(query, clock):
    one = subscription(query, "http://127.0.0.1:8/", clock)
    days = 0
    while state(one).parked_at is None:
        each = delivery(one, clock, days)
        for _count in range(deliveries.MAX_ATTEMPTS):
            fail(each, clock, None, "ConnectionRefusedError")
        days += 1
        assert days < 10
    assert clock.at - one.created_at >= deliveries.MAX_FAILING_TIME


def test_a_quiet_week_is_no_failing_week(query, clock):
    """One failure, nothing to send for a week, one failure: that is no reason to park."""
    one = subscription(query, "http://127.0.0.1:8/", clock)
    fail(delivery(one, clock, 1), clock)
    clock.on(days=7)
    fail(delivery(one, clock, 2), clock)
    assert state(one).parked_at is None


def test_410_ends_the_subscription(query, receiver, clock):
    receiver.answers["/"] = 410
    one = subscription(query, receiver.url(), clock)
    delivery(one, clock, 1), delivery(one, clock, 2)
    send(clock)
    clock.on(days=1)
    send(clock)
    assert len(receiver.received) == 1
    assert (state(one).parked_because, one.parked_at is None) == ("the receiver answered 410 Gone", False)


def test_413_asks_for_smaller_documents(query, receiver, clock):
    receiver.answers["/"] = lambda got: (413 if len(got.event_ids) > 2 else 200, {})
    one = subscription(query, receiver.url(), clock)
    delivery(one, clock, *range(7))
    send(clock)
    taken = [each.event_ids for each in receiver.received if len(each.event_ids) <= 2]
    assert sorted(serial for each in taken for serial in each) == [str(serial) for serial in range(7)]
    assert all(len(bodies) == 1 for bodies in receiver.bodies().values())
    assert all(each.document["id"] == f"urn:uuid:{each.delivery}" for each in receiver.received)
    assert Delivery.objects.filter(delivered_at=None).count() == 0


def test_413_to_a_single_event_is_a_failure_like_others(query, receiver, clock):
    receiver.answers["/"] = 413
    one = delivery(subscription(query, receiver.url(), clock), clock, 1)
    send(clock)
    assert (state(one).attempts, one.last_error) == (1, "HTTP 413")
    problem = delivery(one.subscription, clock, body='{"type": "epcisException:QueryTooLargeException"}')
    send(clock)
    assert (state(problem).attempts, problem.last_error) == (1, "HTTP 413")


# ------------------------------------------------------------------------------------------- side by side


def test_a_slow_receiver_holds_up_nobody(query, receiver, clock, monkeypatch):
    slow = threading.Event()

    def wait(got):
        slow.wait(180)
        return 200, {}

    receiver.answers["/slow"] = wait
    sluggish = [subscription(query, receiver.url("/slow"), clock) for _count in range(3)]
    quick = subscription(query, receiver.url("/quick"), clock)
    for one in sluggish:
        for serial in range(5):
            delivery(one, clock, serial)
    for serial in range(20):
        delivery(quick, clock, serial)

    while_slow = []

    def let_go():
        while_slow.append(receiver.wait_for(lambda: len(receiver.at("/quick")) == 20))
        slow.set()

    monkeypatch.setattr(webhook_client, "RESPONSE_TIMEOUT", 240)  # on a busy machine too
    helper = threading.Thread(target=let_go)
    helper.start()
    send(clock)
    helper.join()
    assert while_slow == [True]
    assert len(receiver.at("/quick")) == 20
    assert Delivery.objects.filter(delivered_at=None).count() == 0
    # one at a time to each receiver, in the order in which they were made
    assert [each.event_ids for each in receiver.at("/quick")] == [[str(serial)] for serial in range(20)]


def test_many_deliveries_of_one_receiver_do_not_push_the_others_aside(query, clock):
    busy, other = (subscription(query, "http://127.0.0.1:8/", clock) for _count in range(2))
    for serial in range(50):
        delivery(busy, clock, serial)
    waiting = delivery(other, clock, 99)
    leased = lease_deliveries(at=clock.at, limit=8)
    assert {each.subscription_id for each in leased} == {busy.pk, other.pk}
    assert waiting in leased


def test_a_lease_is_one_worker_s_until_its_lease_ends(query, clock):
    one = delivery(subscription(query, "http://127.0.0.1:8/", clock), clock, 1)
    assert lease_deliveries(at=clock.at, limit=8) == [one]
    assert lease_deliveries(at=clock.at, limit=8) == []
    clock.at += deliveries.LEASE.length - timedelta(seconds=1)
    assert lease_deliveries(at=clock.at, limit=8) == []
    assert lease_deliveries(at=clock.on(seconds=1), limit=8) == [one]


def test_an_attempt_that_overran_its_lease_changes_nothing_that_another_settled(query, clock):
    one = delivery(subscription(query, "http://127.0.0.1:8/", clock), clock, 1)
    (slow,) = lease_deliveries(at=clock.at, limit=8)
    (quick,) = lease_deliveries(at=clock.on(minutes=1), limit=8)
    record_outcome(delivery=quick, result=DeliveryResult(200), at=clock.at)
    record_outcome(delivery=slow, result=DeliveryResult(None, "late"), at=clock.on(seconds=1))
    assert (state(one).delivered_at, one.last_error, one.attempts) == (
        one.subscription.last_notified_at,
        "",
        1,
    )


def test_one_who_left_meanwhile(query, clock):
    one = subscription(query, "http://127.0.0.1:8/", clock)
    delivery(one, clock, 1)
    (leased,) = lease_deliveries(at=clock.at, limit=8)
    one.delete()
    record_outcome(delivery=leased, result=DeliveryResult(200), at=clock.at)
    assert Delivery.objects.count() == 0


def test_nothing_new_is_begun_when_the_worker_stops(query, receiver, clock):
    delivery(subscription(query, receiver.url(), clock), clock, 1)
    stopping = threading.Event()
    stopping.set()
    send_waiting_deliveries(clock=clock, stopping=stopping)
    assert receiver.received == []


def test_old_deliveries_are_forgotten_and_waiting_ones_stored(query, clock):
    one = subscription(query, "http://127.0.0.1:8/", clock)
    old, new = clock.at - timedelta(days=31), clock.at
    delivery(one, clock, 1, delivered_at=old), delivery(one, clock, 2, parked_at=old)
    stored = [delivery(one, clock, 3, delivered_at=new), delivery(one, clock, 4, parked_at=new)]
    stored.append(delivery(one, clock, 5, created_at=old, send_at=old))
    assert delete_old_deliveries(before=clock.at - timedelta(days=30)) == 2
    assert Counter(Delivery.objects.all()) == Counter(stored)
