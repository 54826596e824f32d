"""A subscription ends with the key by which it was made, and people see and remove the subscriptions of a party."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.trace.models import ApiKey, Delivery, Subscription
from khcn.trace.operations.api_keys import exchange_key, issue_key, revoke_key
from khcn.trace.operations.deliveries import lease_deliveries
from tests.trace.rest_given import NEVER, OTHER, Speaker, party
from tests.trace.subscription_given import (
    HOOK,
    Clock,
    a_key_of,
    answers,
    capture,
    clock,
    dispatched,
    grower,
    private,
    query_of,
    sent,
    stream,
    subscribe,
)
from tests.trace.test_party_keys import address, own_people, signed_in
from tests.web.conftest import account, words

pytestmark = pytest.mark.django_db
EVERY_HOUR = {"schedule": {"minute": "0"}}


def scheduled(one, clock):
    return subscribe(query_of(one, {}, clock.at, name="theo lịch"), clock.at, **EVERY_HOUR)


def everything(clock):
    dispatched(clock)
    clock.on(hours=1)
    answers(clock)


def revoked(key, clock):
    revoke_key(key=key, actor=SYSTEM, at=clock.at)


def at_once(key, clock):
    exchange_key(key=key, overlap=timedelta(0), actor=SYSTEM, at=clock.at, until=NEVER)


def expired(key, clock):
    with acting(SYSTEM):
        key.expires_at = clock.at
        key.save()


@pytest.mark.parametrize("end", [revoked, at_once, expired])
def test_subscriptions_end_with_their_key(grower, clock, end):
    """Another key of the party stays good: the feed was of all who had this key."""
    one, other = stream(grower, clock), scheduled(grower, clock)
    issue_key(party=grower, label="khóa khác", actor=SYSTEM, at=clock.at, until=NEVER)
    capture(grower, clock, 1)
    everything(clock)
    assert (sent(one), sent(other)) == ([[1]], [[1]])
    end(a_key_of(grower), clock)
    capture(grower, clock, 2)
    everything(clock)
    assert (sent(one), sent(other)) == ([[1]], [[1]])
    assert lease_deliveries(at=clock.at, limit=9) == []


def test_a_regular_exchange_passes_them_to_the_new_key(grower, clock):
    one = stream(grower, clock)
    old = a_key_of(grower)
    exchange_key(key=old, overlap=timedelta(days=7), actor=SYSTEM, at=clock.at, until=NEVER)
    revoke_key(key=old, actor=SYSTEM, at=clock.at)
    capture(grower, clock, 1)
    everything(clock)
    assert sent(one) == [[1]]
    assert len(lease_deliveries(at=clock.at, limit=9)) == 1


def test_the_interface_says_that_a_subscription_is_stopped_and_other_keys_delete_it():
    one, other = Speaker(party()), Speaker(party())
    assert one.post("/queries", {"name": "q", "query": {}}).status_code == 201
    made = one.post("/queries/q/subscriptions", {"dest": HOOK, "stream": True})
    assert (made.status_code, Subscription.objects.get().key) == (201, ApiKey.objects.earliest("pk"))
    place = made["Location"].removeprefix("/epcis")
    assert other.get(place).json()["deliveries"]["state"] == "active"
    revoke_key(key=ApiKey.objects.earliest("pk"), actor=SYSTEM, at=datetime.now(UTC))
    assert one.get(place).status_code == 401
    assert [each["deliveries"]["state"] for each in other.get("/queries/q/subscriptions").json()] == [
        "stopped"
    ]
    assert other.ask("DELETE", place).status_code == 204


@pytest.fixture
def page_clock(clock):
    with time_machine.travel(clock.at, tick=False) as travelled:
        yield travelled


def test_people_see_remove_and_resume_subscriptions(grower, clock, page_clock):
    one, other = stream(grower, clock), scheduled(grower, clock)
    browser, editor = own_people(grower), signed_in(account(Role.OFFICER, "TDC"))
    for client in (browser, editor):
        assert words(client.get(address(grower))).count(one.destination) >= 2
    assert one.destination not in words(signed_in(account(Role.READER, "TDC")).get(address(grower)))
    revoke_key(key=a_key_of(grower), actor=SYSTEM, at=clock.at)
    assert words(browser.get(address(grower))).count("dừng: khóa không còn dùng") == 2
    place = address(grower, "subscriptions", one.pk, "resume")
    assert "chưa có khóa nào đang dùng" in words(browser.get(place))
    issue_key(party=grower, label="khóa mới", actor=SYSTEM, at=clock.at, until=NEVER)
    issue_key(party=party(OTHER, "Bên khác"), label="khóa lạ", actor=SYSTEM, at=clock.at, until=NEVER)
    new, foreign = ApiKey.objects.get(label="khóa mới"), ApiKey.objects.get(label="khóa lạ")
    statuses = [browser.post(place, {"key": key}).status_code for key in (foreign.pk, "", "x", new.pk)]
    assert (statuses, Subscription.objects.get(pk=one.pk).key) == ([422, 422, 422, 303], new)
    assert browser.post(address(grower, "subscriptions", other.pk, "remove")).status_code == 303
    assert list(Subscription.objects.all()) == [one]
    capture(grower, clock, 1)
    everything(clock)
    assert (sent(one), Delivery.objects.count()) == ([[1]], 1)


def test_the_subscriptions_of_another_party_are_not_there(grower, clock, page_clock):
    stranger = party(OTHER, "Bên khác")
    browser, theirs = own_people(stranger, "Bên khác"), stream(grower, clock)
    statuses = {
        (pk, name): browser.post(address(one, "subscriptions", theirs.pk, name)).status_code
        for pk, one in (("own", stranger), ("theirs", grower))
        for name in ("resume", "remove")
    }
    assert (set(statuses.values()), Subscription.objects.count()) == ({404}, 1)


__all__ = ["Clock", "clock", "grower", "private"]
