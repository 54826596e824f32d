"""``/queries/{name}/subscriptions``: what is taken and what is refused, what is told of them, how they end."""

import uuid
from datetime import datetime

import pytest

from khcn.trace.models import Delivery, Subscription
from khcn.trace.operations import destinations, subscriptions, webhook_client
from tests.trace.rest_given import GROWER, SHOP, Speaker, party, problem_of
from tests.trace.subscription_given import validator

pytestmark = pytest.mark.django_db

HOOK = "http://127.0.0.1:8/hook"
QUERY = "/queries/giao-hang"
SUBSCRIPTIONS = QUERY + "/subscriptions"
TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"


@pytest.fixture
def grower(settings):
    settings.WEBHOOK_PRIVATE = True
    speaker = Speaker(party(GROWER))
    assert (
        speaker.post("/queries", {"name": "giao-hang", "query": {"EQ_action": ["OBSERVE"]}}).status_code
        == 201
    )
    return speaker


def subscribe(speaker, wanted=None, **headers):
    usual = {"dest": HOOK, "signatureToken": TOKEN, "stream": True}
    fields = {**usual, **(wanted or {})}
    return speaker.post(
        SUBSCRIPTIONS, {name: value for name, value in fields.items() if value is not ...}, **headers
    )


def test_a_stream(grower, shared_dir):
    made = subscribe(grower)
    assert made.status_code == 201
    reported = made.json()
    one = uuid.UUID(reported["subscriptionID"])
    assert made["Location"] == f"/epcis{SUBSCRIPTIONS}/{one}"
    assert reported.items() >= {"dest": HOOK, "stream": True, "epcFormat": "Always_GS1_Digital_Link"}.items()
    assert reported["deliveries"] == {"state": "active", "waiting": 0, "parked": 0}
    assert {"createdAt", "initialRecordTime", "minRecordTime"} <= reported.keys()
    assert "schedule" not in reported
    assert TOKEN.encode() not in made.content
    assert grower.get(f"{SUBSCRIPTIONS}/{one}").json() == reported
    assert grower.get(SUBSCRIPTIONS).json() == [reported]
    for part in ("AbstractQuerySubscriptionResponse", "QueryStreamSubscription"):
        assert validator(shared_dir, part).is_valid(reported)


@pytest.mark.parametrize(
    ("listed", "dest", "is_taken"),
    [
        ((), "http://127.0.0.1:8/hook", True),
        (("127.0.0.1",), "http://127.0.0.1:8/hook", True),
        (("nhan.example.vn",), "http://127.0.0.1:8/hook", False),
        ((".0.0.1",), "http://127.0.0.1:8/hook", True),
        (("0.0.1",), "http://127.0.0.1:8/hook", False),
        (("127.0.0.1",), "http://127.0.0.1.nip.example:8/hook", False),
    ],
)
def test_events_go_to_listed_machines_alone(grower, settings, listed, dest, is_taken):
    settings.WEBHOOK_HOSTS = listed
    answer = subscribe(grower, {"dest": dest})
    assert answer.status_code == (201 if is_taken else 400)
    if not is_taken:
        problem_of(answer, 400, "SubscriptionControlsException")
    result = webhook_client.post(dest, b"{}", {})
    assert (
        "on none of the machines" in result.problem or "không có trong danh sách" in result.problem
    ) is not is_taken


def test_a_schedule(grower, shared_dir):
    schedule = {"hour": "1", "minute": "5"}
    reported = subscribe(grower, {"stream": ..., "schedule": schedule, "reportIfEmpty": True}).json()
    assert reported.items() >= {"schedule": schedule, "reportIfEmpty": True}.items()
    assert "stream" not in reported
    made = Subscription.objects.get()
    assert made.next_run_at.astimezone().strftime("%H:%M:%S") == "01:05:00"
    assert made.next_run_at > made.created_at
    assert validator(shared_dir, "AbstractQuerySubscriptionResponse").is_valid(reported)


def test_what_may_be_left_out(grower):
    reported = subscribe(grower, {"signatureToken": ...}).json()
    assert Subscription.objects.get().signature_token == ""
    assert reported["stream"] is True
    reported = subscribe(grower, {"stream": False, "schedule": {"second": "0"}}).json()
    assert reported["reportIfEmpty"] is False


def test_a_time_to_begin_with(grower):
    reported = subscribe(grower, {"initialRecordTime": "2020-04-04T20:33:31.116-06:00"}).json()
    assert reported["initialRecordTime"] == "2020-04-05T02:33:31.116000Z"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"stream": ...}, "stream"),
        ({"stream": None}, "stream"),
        ({"stream": False}, "stream"),
        ({"schedule": {"hour": "1"}}, "stream"),
        ({"stream": "true"}, "stream"),
        ({"stream": 1}, "stream"),
        ({"stream": ..., "schedule": {}}, "schedule"),
        ({"stream": ..., "schedule": {"hour": "24"}}, "schedule.hour"),
        ({"stream": ..., "schedule": {"hour": "\0"}}, "schedule.hour"),
        ({"stream": ..., "schedule": "0 1 * * *"}, "schedule"),
        ({"stream": ..., "schedule": {"month": "2", "dayOfMonth": "30"}}, "schedule"),
        ({"reportIfEmpty": True}, "reportIfEmpty"),
        ({"reportIfEmpty": "no"}, "reportIfEmpty"),
        ({"dest": ...}, "dest"),
        ({"dest": None}, "dest"),
        ({"dest": ""}, "dest"),
        ({"dest": ["http://127.0.0.1/"]}, "dest"),
        ({"dest": "http://127.0.0.1/\0"}, "dest"),
        ({"dest": "ftp://127.0.0.1/"}, "dest"),
        ({"dest": "http://user:secret@127.0.0.1/"}, "dest"),
        ({"signatureToken": ""}, "signatureToken"),
        ({"signatureToken": 7}, "signatureToken"),
        ({"signatureToken": "a" * 1001}, "signatureToken"),
        ({"signatureToken": "a\0b"}, "signatureToken"),
        ({"initialRecordTime": "0001-01-01T00:00:00+14:00"}, "initialRecordTime"),
        ({"initialRecordTime": "9999-12-31T23:59:59-14:00"}, "initialRecordTime"),
        ({"initialRecordTime": "0000-01-01T00:00:00Z"}, "initialRecordTime"),
        ({"initialRecordTime": "2026-10-09"}, "initialRecordTime"),
        ({"initialRecordTime": "2026-10-09T08:00:00"}, "initialRecordTime"),
        ({"initialRecordTime": 1791500000}, "initialRecordTime"),
        ({"secret": "abc"}, "secret"),
    ],
)
def test_what_is_refused(grower, wanted, field):
    reported = problem_of(subscribe(grower, wanted), 400, "SubscriptionControlsException")
    assert reported["parameter"] == field
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize("body", [b" ", b"[]", b"{", b'{"dest": "a", "dest": "b"}'])
def test_what_is_no_subscription_at_all(grower, body):
    problem_of(grower.post(SUBSCRIPTIONS, body), 400, "ValidationException")


def test_headers_and_media_types(grower):
    problem_of(
        grower.post(SUBSCRIPTIONS, b"<a/>", content_type="application/xml"),
        415,
        "UnsupportedMediaTypeException",
    )
    problem_of(subscribe(grower, GS1_EPC_Format="urn"), 406, "NotAcceptableException")
    assert subscribe(grower, GS1_EPC_Format="Never_Translates").json()["epcFormat"] == "Never_Translates"
    assert subscribe(grower, {"dest": "http://127.0.0.1/" + "a" * 70_000}).status_code == 413


# Not even a word of whether the machine is there: the answer is the same.
@pytest.mark.parametrize("dest", ["http://127.0.0.1:8/", "http://[::1]/", "http://localhost/"])
def test_nobody_subscribes_this_machine_or_its_neighbours(grower, settings, dest):
    settings.WEBHOOK_PRIVATE = False
    reported = problem_of(subscribe(grower, {"dest": dest}), 400, "SubscriptionControlsException")
    assert reported["parameter"] == "dest"
    assert Subscription.objects.count() == 0


def test_nobody_subscribes_the_server_by_its_own_name(grower, settings, monkeypatch):
    settings.WEBHOOK_PRIVATE = False
    settings.ALLOWED_HOSTS = ["truyxuat.example.vn"]
    monkeypatch.setattr(destinations, "find_address", lambda destination: ("8.8.8.8", 443))
    problem_of(
        grower.post(
            SUBSCRIPTIONS, {"dest": "https://TruyXuat.example.vn/epcis/capture", "stream": True}, Host="truyxuat.example.vn"
        ),
        400,
        "SubscriptionControlsException",
    )  # fmt: skip


def test_a_party_has_a_limited_number(grower, monkeypatch):
    monkeypatch.setattr(subscriptions, "MAX_SUBSCRIPTIONS", 2)
    assert [subscribe(grower).status_code for _count in range(3)] == [201, 201, 400]


def test_subscriptions_are_a_party_s_own(grower):
    shop = Speaker(party(SHOP, "Cửa hàng"))
    one = subscribe(grower).json()["subscriptionID"]
    problem_of(shop.get(f"{SUBSCRIPTIONS}/{one}"), 404, "NoSuchNameException")
    shop.post("/queries", {"name": "giao-hang", "query": {}})
    assert shop.get(SUBSCRIPTIONS).json() == []
    problem_of(shop.get(f"{SUBSCRIPTIONS}/{one}"), 404, "NoSuchNameException")
    problem_of(shop.ask("DELETE", f"{SUBSCRIPTIONS}/{one}"), 404, "NoSuchNameException")
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("one", ["7", "x", str(uuid.UUID(int=0)), "%00", "1' OR '1'='1"])
def test_what_is_no_id(grower, one):
    subscribe(grower)
    problem_of(grower.get(f"{SUBSCRIPTIONS}/{one}"), 404, "NoSuchNameException")


def test_the_list_comes_page_by_page(grower):
    made = [subscribe(grower).json()["subscriptionID"] for _count in range(5)]
    found, path = [], SUBSCRIPTIONS + "?perPage=2"
    while path:
        page = grower.get(path)
        found.append([each["subscriptionID"] for each in page.json()])
        link = page.headers.get("Link", "")
        path = link[link.find("<") + 1 : link.find(">")].removeprefix("/epcis") if link else None
    assert found == [made[:2], made[2:4], made[4:]]
    problem_of(grower.get(SUBSCRIPTIONS + "?nextPageToken=x"), 400, "QueryParameterException")
    problem_of(grower.get(SUBSCRIPTIONS + "?nextPageToken=" + "9" * 30), 400, "QueryParameterException")


def delivery(subscription, **fields):
    at = datetime.fromisoformat("2026-10-09T01:00:00+07:00")
    return Delivery.objects.create(subscription=subscription, body="{}", created_at=at, send_at=at, **fields)


def test_unsubscribing_takes_what_was_on_its_way(grower):
    one = subscribe(grower).json()["subscriptionID"]
    other = subscribe(grower).json()["subscriptionID"]
    for made in Subscription.objects.all():
        delivery(made)
    gone = grower.ask("DELETE", f"{SUBSCRIPTIONS}/{one}")
    assert (gone.status_code, gone.content) == (204, b"")
    problem_of(grower.ask("DELETE", f"{SUBSCRIPTIONS}/{one}"), 404, "NoSuchNameException")
    assert [str(each.subscription.name) for each in Delivery.objects.all()] == [other]


def test_deleting_a_query_ends_its_subscriptions(grower):
    subscribe(grower)
    delivery(Subscription.objects.get())
    assert grower.ask("DELETE", QUERY).status_code == 204
    assert Subscription.objects.count() == Delivery.objects.count() == 0


def test_its_owner_sees_how_it_fares(grower):
    subscribe(grower)
    made = Subscription.objects.get()
    delivery(made)
    delivery(made, attempts=2, last_error="HTTP 500")
    delivery(made, attempts=8, last_error="HTTP 400", parked_at=made.created_at)
    delivery(made, attempts=1, delivered_at=made.created_at)
    made.parked_at, made.parked_because, made.last_notified_at = made.created_at, "HTTP 500", made.created_at
    made.save()
    (reported,) = grower.get(SUBSCRIPTIONS).json()
    assert reported["lastNotifiedAt"] == reported["createdAt"] == reported["deliveries"]["parkedAt"]
    assert reported["deliveries"].items() >= {
        "state": "parked", "waiting": 2, "parked": 1, "lastError": "HTTP 400", "parkedBecause": "HTTP 500",
    }.items()  # fmt: skip
