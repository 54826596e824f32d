"""Stored events: the body, and the rows by which they are found. Written only by `khcn.trace.store`.

These tables grow with every scan of a label. Therefore they hold plain numbers instead of foreign keys, they are
filled in bulk, and they stand outside the change log: an event is never changed, an error declaration corrects it
(EPCIS 2.0, 7.4.1.2). On PostgreSQL `Event` is partitioned by year of ``event_time``; `EventObject`, `PartyObject` and
`Identity` are partitioned by hash (docs/adr/0010).

Instants are whole microseconds since 1970-01-01T00:00:00Z; the body of the event holds the full precision.
A thing is named by its canonical Digital Link (`khcn.epcis.ids.canonical`), or as written if it is not a GS1 identifier.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from khcn.kernel.database_roles import only_adds_to
from khcn.trace.stored_codes import EdgeKind, EdgeSide, Listing, PartyObjectKind


class Event(models.Model):
    """One event. ``id`` increases in the order of capture."""

    id = models.BigIntegerField(primary_key=True)
    job = models.BigIntegerField()  # the CaptureJob that stored it
    owner = models.BigIntegerField()  # the TraceParty that captured it
    event_id = models.TextField()  # as given, else the event hash
    declared = models.BooleanField()  # it is an error declaration about the event with the same event_id
    event_time = models.BigIntegerField()
    event_time_rest = models.TextField(
        default=""
    )  # digits of the fraction after the sixth; orders events of the same microsecond
    record_time = models.BigIntegerField()
    event_type = models.TextField()
    action = models.TextField(default="")
    biz_step = models.TextField(default="")
    disposition = models.TextField(default="")
    read_point = models.TextField(default="")
    biz_location = models.TextField(default="")
    body = models.TextField()  # the event as EPCIS JSON-LD with its own context, as written by `khcn.epcis`

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
    """Makes sure that an event of a party is stored once: SHA-256 of its identity, cut to 16 bytes (`identity_key`).

    ``owner`` is the party that sent it (`identity_of`).
    """

    pk = models.CompositePrimaryKey("key", "owner")
    key = models.BinaryField(max_length=16)
    owner = models.BigIntegerField()
    event = models.BigIntegerField()
    event_time = models.BigIntegerField()  # tells in which year's partition the event is stored


class EventObject(models.Model):
    """A thing that an event names, with the role in which it names it.

    Things that are not goods (classes, transactions, parties, transformationIDs), and goods as subjects of a recall, get a
    prefix in their name: ``" transaction <id>"``; see `khcn.trace.store.encoding.rows.object_row_name`.
    """

    pk = models.CompositePrimaryKey("thing", "role", "event")
    thing = models.TextField()
    role = models.SmallIntegerField()
    event = models.BigIntegerField()
    event_time = models.BigIntegerField()
    owner = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["event"], name="trace_eventobject_event"),
        ]


class PartyObject(models.Model):
    """A thing that a party's own events name, once for each way. The rights to see other parties' events start here.

    Redundant with `EventObject`, but much smaller, because most events name things that the party has named before.
    """

    pk = models.CompositePrimaryKey("owner", "thing", "kind")
    owner = models.BigIntegerField()
    thing = models.TextField()
    kind = models.SmallIntegerField(choices=[(kind.value, kind.name) for kind in PartyObjectKind])


class LineageEdgeEnd(models.Model):
    """One end of a lineage edge: a thing on one side of an event that carries goods from one thing to another.

    An edge is identified by ``event`` and ``part``; it leads from each of its SOURCE things to each of its PRODUCT
    things. An event that names instances with their lots has one edge (part) for each lot: from 1 upwards for instances
    that it created, from -1 downwards for others; all other edges are part 0. Redundant with `EventObject`, so that a trace query reads only the few events that change or move goods,
    and not the many that only observed them. ``voided``: the event was declared an error by the party that captured
    it, or by an authority; declarations of other parties are stored and have no effect.

    Several events of a party may report one transformation by a shared transformationID (inputs in one event, outputs
    in another: EPCIS 2.0, 7.4.6). The id is a node of its own in the graph, named ``transformation <owner> <id>``:
    inputs lead to it, and it leads to the outputs. The owner is in it, so that nobody joins the transformation of
    another party by using its id. It is not goods and never part of an answer.

    How much of a lot an event packs into a container, or takes out of it, is a row of side AMOUNT (`lineage_graph.amount_name`), so
    that ten of a hundred kilograms that are taken out leave ninety inside.
    """

    # the side before the thing: the traversal asks for one side of an edge
    pk = models.CompositePrimaryKey("event", "part", "side", "thing")
    event = models.BigIntegerField()
    part = models.IntegerField(default=0)
    thing = models.TextField()
    side = models.SmallIntegerField(choices=[(side.value, side.name) for side in EdgeSide])
    kind = models.SmallIntegerField(choices=[(kind.value, kind.name) for kind in EdgeKind])
    event_time = models.BigIntegerField()
    owner = models.BigIntegerField()
    quantity = models.FloatField(default=0)  # of an AMOUNT, in the unit that its name has (`amount_units`)
    voided = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            # the time last: finds the first unpacking after a packing without reading all other events of the container
            models.Index(fields=["thing", "side", "kind", "event_time"], name="trace_lineage_thing")
        ]


class KnownValue(models.Model):
    """A distinct value in the events of a party, for lists such as ``GET /bizSteps``."""

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


for _model in (Event, EventObject, PartyObject, KnownValue, MasterRecord):
    only_adds_to(_model._meta.db_table)
# A declaration makes the edges of its event void; a document that is rejected as a whole takes its new identities back.
only_adds_to(LineageEdgeEnd._meta.db_table, but="UPDATE (voided)")
only_adds_to(Identity._meta.db_table, but="DELETE")
