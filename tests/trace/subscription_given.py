"""What the tests of named queries, subscriptions and the worker share."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache

import jsonschema_rs
import pytest

from khcn.trace.models import ApiKey, Delivery, ErrorBehaviour, NamedQuery
from khcn.trace.operations.capture import accept_document
from khcn.trace.operations.named_queries import create_query
from khcn.trace.operations.subscription_answers import answer_due, answer_stream_subscriptions
from khcn.trace.operations.subscriptions import create_subscription
from tests.trace.rest_given import GROWER, document, event, key_of, party, sgtin

TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"
START = datetime(2026, 10, 9, 3, 0, tzinfo=UTC)


@cache
def validator(shared, schema):
    """A validator of a schema of the OpenAPI document, formats asserted."""
    text = (shared / "corpora/epcis-artefacts/REST_Bindings/openapi.json").read_text(encoding="utf-8")
    return jsonschema_rs.Draft7Validator(
        {"$ref": f"#/components/schemas/{schema}", **json.loads(text)}, validate_formats=True
    )


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, at=START):
        self.at = at

    def __call__(self):
        return self.at

    def on(self, **span):
        self.at += timedelta(**span)
        return self.at


@pytest.fixture(autouse=True)
def private(settings):
    settings.WEBHOOK_PRIVATE = True


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def grower():
    return party(GROWER)


def events_document(*serials, **fields):
    """A document of events about one object each."""
    return json.dumps(document(*(event(serial, **fields) for serial in serials))).encode()


def serials_of(events):
    return [int(each["epcList"][0].rpartition("/")[2]) for each in events]


# ------------------------------------------------------------------------------------------- without HTTP

HOOK = "http://127.0.0.1:8/hook"


def query_of(one, parameters, at, name="cau-hoi"):
    return create_query(party=one, name=name, parameters=parameters, prefixes={}, at=at)


def a_key_of(one):
    """The first key of a party."""
    if not ApiKey.objects.filter(party=one).exists():
        key_of(one)
    return ApiKey.objects.filter(party=one).earliest("pk")


def subscribe(query, at, epc_format="Always_GS1_Digital_Link", key=None, **wanted):
    key = key or a_key_of(query.party)
    wanted = {"dest": HOOK, **(wanted or {"stream": True})}
    return create_subscription(
        query=query, key=key.pk, wanted=wanted, epc_format=epc_format, cbv_format="", at=at
    )


def stream(one, clock, parameters=None, **wanted):
    """A subscription to a stream, past its first look at what was there before."""
    query = query_of(one, parameters or {}, clock.at, name=f"cau-hoi-{NamedQuery.objects.count()}")
    made = subscribe(query, clock.at, stream=True, **wanted)
    answers(clock)
    return made


def capture(one, clock, *serials, **fields):
    clock.on(seconds=1)
    body = events_document(*serials, **fields)
    return accept_document(party=one, body=body, behaviour=ErrorBehaviour.ROLLBACK, at=clock.at)


def dispatched(clock):
    while answer_stream_subscriptions(at=clock.at):
        pass


def answers(clock):
    while answer_due(at=clock.at):
        pass


def documents(subscription):
    rows = Delivery.objects.filter(subscription=subscription).order_by("pk")
    return [json.loads(row.body) for row in rows]


def events_in(document):
    return document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def sent(subscription):
    """The serials of the objects in each delivery."""
    return [serials_of(events_in(each)) for each in documents(subscription)]


__all__ = [
    "HOOK",
    "START",
    "TOKEN",
    "Clock",
    "a_key_of",
    "answers",
    "capture",
    "clock",
    "dispatched",
    "document",
    "documents",
    "event",
    "events_document",
    "events_in",
    "grower",
    "private",
    "query_of",
    "sent",
    "serials_of",
    "sgtin",
    "stream",
    "subscribe",
    "validator",
]
