"""Violations of the rules about events and the rows beside them."""

import zlib
from datetime import timedelta
from itertools import count

from django.db import models

from khcn.epcis import Time
from khcn.epcis.extensions import Extension, Extensions
from khcn.epcis.model import Vocabulary, VocabularyElement
from khcn.trace.models import (
    ApiKey,
    CaptureJob,
    Delivery,
    Event,
    EventObject,
    Identity,
    KnownValue,
    LineageEdgeEnd,
    MasterRecord,
    NamedQuery,
    PartyObject,
    Subscription,
)
from khcn.trace.store import write_events, write_master_data
from khcn.trace.stored_codes import EdgeSide, EventRole
from tests.factories.trace import TracePartyFactory
from tests.integrity.given import AT, breaks, made, put, removed, stamped
from tests.trace.store_given import OTHER_GTIN, crate, event, item, kind

_count = count(1)
_AT = Time("2023-12-01T05:00:00Z")
GONE = 10**12


def a_party(**values):
    return TracePartyFactory(**values)


def captured(time="2023-11-30T08:00:00+07:00", at=_AT, **fields):
    """An event that its job stored: a serial number was packed into a crate in a known step."""
    party, number = a_party(), next(_count)
    job = stamped(CaptureJob, party=party, created_at=AT, finished_at=AT, success=True, accepted=1)
    packed = event(
        "AggregationEvent", time=time, action="ADD", parentID=crate(number),
        childEPCs=[item(f"{number}")], bizStep="packing", **fields,
    )  # fmt: skip
    result = write_events([packed], at=at, owner=party.pk, job=job.pk)
    change(CaptureJob.objects.filter(pk=job.pk), first_event=result.first, last_event=result.last)
    return Event.objects.get(pk=result.first)


def change(rows, **values):
    assert models.QuerySet.update(rows, **values)


def beside(model, stored):
    return model.objects.filter(event=stored.pk)


def in_words(stored):
    """As rules name an event that they have read."""
    return f"Sự kiện số {stored.pk}, mã {stored.event_id}"


@breaks("trace.event_without_identity")
def _():
    stored = captured()
    beside(Identity, stored).delete()
    return stored


@breaks("trace.identity_without_event")
def _():
    stored = captured()
    beside(Identity, stored).update(event=GONE)
    return {"": GONE, "trace.event_without_identity": stored}


@breaks("trace.identity_time")
def _():
    stored = captured()
    beside(Identity, stored).update(event_time=1)
    return stored


@breaks("trace.object_without_event")
def _():
    stored = captured()
    first = beside(EventObject, stored).order_by("role").first()
    EventObject.objects.filter(thing=first.thing, role=first.role, event=stored.pk).update(event=GONE)
    return {"": GONE, "trace.event_rows": in_words(stored)}


@breaks("trace.object_time")
def _():
    stored = captured()
    first = beside(EventObject, stored).order_by("role").first()
    EventObject.objects.filter(thing=first.thing, role=first.role, event=stored.pk).update(event_time=1)
    return stored


@breaks("trace.object_unknown_to_party")
def _():
    stored = captured()
    thing = beside(EventObject, stored).order_by("role").first().thing
    PartyObject.objects.filter(owner=stored.owner, thing=thing).delete()
    return stored


@breaks("trace.edge_without_event")
def _():
    stored = captured()
    beside(LineageEdgeEnd, stored).update(event=GONE + 1)
    return {"": [GONE + 1, GONE + 1], "trace.event_rows": in_words(stored)}


@breaks("trace.edge_one_sided")
def _():
    stored = captured()
    beside(LineageEdgeEnd, stored).filter(side=EdgeSide.PRODUCT.value).delete()
    return {"": stored, "trace.event_rows": in_words(stored)}


@breaks("trace.edge_half_voided")
def _():
    stored = captured()
    beside(LineageEdgeEnd, stored).filter(side=EdgeSide.PRODUCT.value).update(voided=True)
    return stored


@breaks("trace.edge_time")
def _():
    stored = captured()
    beside(LineageEdgeEnd, stored).filter(side=EdgeSide.PRODUCT.value).update(event_time=1)
    return stored


@breaks("trace.event_of_nobody")
def _():
    stored = captured()
    for model in (Identity, EventObject, LineageEdgeEnd):
        beside(model, stored).update(owner=GONE)
    for model in (PartyObject, KnownValue):
        model.objects.filter(owner=stored.owner).update(owner=GONE)
    Event.objects.filter(pk=stored.pk).update(owner=GONE)
    return stored


@breaks("trace.event_without_job")
def _():
    stored = captured()
    removed(CaptureJob.objects.get(pk=stored.job))
    return stored


@breaks("trace.event_ahead")
def _():
    return captured(time="2023-12-05T08:00:00+07:00")


@breaks("trace.event_recorded_in_future")
def _():
    return captured(at=Time("2023-12-01T07:00:00Z"))


@breaks("trace.value_unlisted")
def _():
    stored = captured()
    KnownValue.objects.filter(owner=stored.owner, value=stored.biz_step).delete()
    return stored


@breaks("trace.master_of_nobody")
def _():
    return described(GONE)


def described(owner):
    """Master data that a party has sent."""
    names = Extensions([Extension("urn:example:name", "Miến dong")])
    sent = Vocabulary("urn:epcglobal:epcis:vtype:EPCClass", (VocabularyElement(kind(), names),))
    write_master_data([sent], owner=owner, at=AT)
    return MasterRecord.objects.get(owner=owner)


@breaks("trace.master_body")
def _():
    record = described(a_party().pk)
    change(MasterRecord.objects.filter(pk=record.pk), body=record.body.replace("Miến", "Bún"))
    return f"Dữ liệu mô tả số {record.pk}, về {record.thing}"


@breaks("trace.master_body")
def _():
    record = described(a_party().pk)
    other = kind(OTHER_GTIN)
    change(MasterRecord.objects.filter(pk=record.pk), thing=other)
    return f"Dữ liệu mô tả số {record.pk}, về {other}"


# ------------------------------------------------------------------------------- what follows from the text of an event


@breaks("trace.event_rows")
def _():
    stored = captured(disposition="recalled")
    beside(EventObject, stored).filter(role=EventRole.RECALL.value).delete()
    return in_words(stored)


@breaks("trace.event_rows")
def _():
    stored = captured(disposition="recalled")
    change(Event.objects.filter(pk=stored.pk), disposition="https://ref.gs1.org/cbv/Disp-active")
    return in_words(stored)


@breaks("trace.event_rows")
def _():
    stored = captured()
    beside(LineageEdgeEnd, stored).update(voided=True)
    return in_words(stored)


@breaks("trace.event_rows")
def _():
    stored = captured()
    declaration = event(
        "AggregationEvent", time="2023-11-30T08:00:00+07:00", action="ADD", parentID=crate(0), eventID=stored.event_id,
        errorDeclaration={"declarationTime": "2023-11-30T09:00:00+07:00"},
    )  # fmt: skip
    result = write_events([declaration], at=_AT, owner=stored.owner, job=stored.job)
    change(CaptureJob.objects.filter(pk=stored.job), accepted=2, last_event=result.last)
    beside(LineageEdgeEnd, stored).update(voided=False)
    return in_words(stored)


@breaks("trace.event_rows")
def _():
    stored = captured()
    change(Event.objects.filter(pk=stored.pk), body="{}")
    return in_words(stored)


def of_hash(**fields):
    """An event whose id is its hash, and whose offset somebody has changed afterwards."""
    stored = captured(eventID=None)
    offset = stored.body.replace('"eventTimeZoneOffset":"+07:00"', '"eventTimeZoneOffset":"+08:00"')
    change(Event.objects.filter(pk=stored.pk), body=offset)
    change(CaptureJob.objects.filter(pk=stored.job), **fields)
    return stored


@breaks("trace.event_hash")
def _():
    of_hash(warnings=[{"code": "EVENT_ID_HASH"}])  # sent so: their sender was warned
    return in_words(of_hash(warnings=[]))


# ------------------------------------------------------------------------------- jobs and parties


@breaks("trace.job_count")
def _():
    job = CaptureJob.objects.get(pk=captured().job)
    return put(job, accepted=2)


def a_job(**values):
    return stamped(
        CaptureJob, **{"party": a_party(), "created_at": AT, "body": zlib.compress(b"x"), **values}
    )


@breaks("trace.job_stuck")
def _():
    return a_job(created_at=AT - timedelta(days=2))


@breaks("trace.job_body_left")
def _():
    return a_job(body=None)


@breaks("trace.job_body_left")
def _():
    return a_job(finished_at=AT, success=True)


@breaks("trace.job_given_up")
def _():
    return a_job(finished_at=AT)


@breaks("trace.party_gln")
def _():
    return put(a_party(), gln="8930000000001")


@breaks("trace.party_codes")
def _():
    return put(a_party(), confirmed_codes="12345")


def a_key(party=None, **values):
    return made(
        ApiKey, **{
            "party": party or a_party(), "label": "x", "digest": next(_count).to_bytes(32, "big"), "issued_at": AT,
            "expires_at": AT + timedelta(days=1), **values,
        },
    )  # fmt: skip


@breaks("trace.key_days")
def _():
    return a_key(expires_at=AT).party


@breaks("trace.key_of_other_party")
def _():
    return a_key(replaces=a_key()).party


def a_subscription(**values):
    query = stamped(NamedQuery, party=a_party(), name="x", parameters="{}", created_at=AT)
    return stamped(
        Subscription, **{
            "query": query, "destination": "https://example.org", "stream": True, "initial_record_time": 0,
            "created_at": AT, "last_round": 0, "key": a_key(query.party, expires_at=AT + timedelta(days=3650)), **values,
        },
    )  # fmt: skip


@breaks("trace.delivery_waiting")
def _():
    long_ago = AT - timedelta(days=8)
    return stamped(Delivery, subscription=a_subscription(), body="{}", created_at=long_ago, send_at=long_ago)


@breaks("trace.subscription_unscheduled")
def _():
    return a_subscription(stream=False)


@breaks("trace.subscription_of_other_party")
def _():
    return a_subscription(key=a_key())
