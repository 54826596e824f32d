"""Events as they are stored: the body, and the rows by which they are found. Written only by `khcn.trace.store`.

These tables grow with every scan of a label, so they hold plain numbers instead of foreign keys, take no part in the
change log (an event is never changed: EPCIS 2.0, 7.4.1.2, corrects by a declaration) and are filled in bulk. On
PostgreSQL `Event` is partitioned by month of ``event_time``, `Link`, `Goods` and `Identity` by hash (docs/adr/0010).

Instants are whole microseconds since 1970-01-01T00:00:00Z; what an event says beyond that is in its body.
Identifiers are canonical Digital Links (`khcn.epcis.ids.canonical`), or as written where GS1's keys know none.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from khcn.trace.enums import Holding, Listing, Passage, Side


class Event(models.Model):
    """One event. ``id`` counts in the order of capture."""

    id = models.BigIntegerField(primary_key=True)
    job = models.BigIntegerField()  # CaptureJob that brought it
    owner = models.BigIntegerField()  # TraceParty that captured it
    event_id = models.TextField()  # as given, or the event hash
    declared = models.BooleanField()  # is an error declaration about the event of the same event_id
    event_time = models.BigIntegerField()
    event_time_rest = models.TextField(
        default=""
    )  # digits of the fraction after the sixth; orders equal microseconds
    record_time = models.BigIntegerField()
    event_type = models.TextField()
    action = models.TextField(default="")
    biz_step = models.TextField(default="")
    disposition = models.TextField(default="")
    read_point = models.TextField(default="")
    biz_location = models.TextField(default="")
    body = models.TextField()  # the event as EPCIS JSON-LD with its own context, as `khcn.epcis` writes it

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["event_time", "event_time_rest", "id"], name="trace_event_time"),
            models.Index(fields=["record_time", "id"], name="trace_event_recorded"),
            models.Index(fields=["read_point", "id"], name="trace_event_read_point"),
            models.Index(fields=["biz_location", "id"], name="trace_event_location"),
            models.Index(fields=["owner", "id"], name="trace_event_owner"),
            models.Index(fields=["id"], condition=models.Q(declared=True), name="trace_event_declared"),
        ]


class Identity(models.Model):
    """That an event is stored once: SHA-256 over province and identity, cut to 16 bytes (store.rows.identity_key)."""

    key = models.BinaryField(primary_key=True, max_length=16)
    event = models.BigIntegerField()
    event_time = models.BigIntegerField()  # in which month's partition the event lies


class Link(models.Model):
    """That an event touches a thing, in one of the ways of `Touch`.

    What is no goods (classes, transactions, parties, transformationIDs) is named apart: ``" transaction <id>"``; see
    `khcn.trace.store.encoding.rows.link_name`.
    """

    pk = models.CompositePrimaryKey("thing", "touch", "event")
    thing = models.TextField()
    touch = models.SmallIntegerField()
    event = models.BigIntegerField()
    event_time = models.BigIntegerField()
    owner = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["event"], name="trace_link_event"),
        ]


class Goods(models.Model):
    """That a party's own events touch a thing: where its right to see others' events begins, and what it has listed.

    Kept beside `Link`, of which most name a thing again that its party has named before.
    """

    pk = models.CompositePrimaryKey("owner", "thing", "holding")
    owner = models.BigIntegerField()
    thing = models.TextField()
    holding = models.SmallIntegerField(choices=[(holding.value, holding.name) for holding in Holding])


class Flow(models.Model):
    """A thing's place in an event that carries goods from one thing to another: the graph of trace queries.

    Kept beside `Link`, so that the graph is walked over the few events that make it and never over the many that only
    saw a thing pass. Goods go from each SOURCE row to each PRODUCT row of the same event, the same passage and the
    same ``part``: an event that names instances of several lots has a part for each lot, all else is part 0.
    ``voided``: the event was declared an error by who captured it, or by an authority; others' declarations are kept
    and void nothing.

    A transformation with a transformationID may be told by several events (inputs in one, outputs in another: EPCIS
    2.0, 7.4.6). Its id stands between them as a thing of its own, ``transformation <id>``: inputs flow into it, it
    flows into outputs. It is a knot of the graph and no goods.
    """

    # the side before the thing: the walk asks for one side of a passage
    pk = models.CompositePrimaryKey("event", "part", "side", "thing")
    event = models.BigIntegerField()
    part = models.IntegerField(default=0)
    thing = models.TextField()
    side = models.SmallIntegerField(choices=[(side.value, side.name) for side in Side])
    passage = models.SmallIntegerField(choices=[(passage.value, passage.name) for passage in Passage])
    event_time = models.BigIntegerField()
    owner = models.BigIntegerField()
    voided = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            # the time last: the first unpacking after a packing is found without looking at all of a crate's others
            models.Index(fields=["thing", "side", "passage", "event_time"], name="trace_flow_thing")
        ]


class KnownValue(models.Model):
    """A value that some event of a party holds, for the lists of ``GET /bizSteps`` and its like."""

    pk = models.CompositePrimaryKey("listing", "value", "owner")
    listing = models.SmallIntegerField(choices=[(listing.value, listing.name) for listing in Listing])
    value = models.TextField()
    owner = models.BigIntegerField()


class MasterRecord(models.Model):
    """One captured record of master data (EPCIS 2.0, 6.1.1); later records of an id add to earlier ones."""

    vocabulary = models.TextField()  # URI of the vocabulary type
    thing = models.TextField()  # the id it describes, canonical
    owner = models.BigIntegerField()
    body = models.TextField()  # a vocabulary of this one element as JSON-LD with its own context
    body_hash = models.BinaryField(max_length=16)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thing", "owner", "body_hash"], name="trace_master_once")
        ]
        indexes: ClassVar = [models.Index(fields=["thing"], name="trace_master_thing")]
