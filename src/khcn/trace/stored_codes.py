"""Codes that the event tables store as small integers."""

from __future__ import annotations

from enum import IntEnum


class EventRole(IntEnum):
    """The role in which an event names a thing: the field of the event that holds it (EPCIS 2.0, 7.4)."""

    EPC = 1
    CHILD = 2
    PARENT = 3
    INPUT = 4
    OUTPUT = 5
    QUANTITY = 6
    CHILD_QUANTITY = 7
    INPUT_QUANTITY = 8
    OUTPUT_QUANTITY = 9
    CLASS = 10  # derived: the GTIN (or other class) of an instance or lot that the event names
    TRANSACTION = 11
    SOURCE = 12
    DESTINATION = 13
    TRANSFORMATION = 14  # the transformationID
    CREATED_LOT = (
        15  # derived: a lot that the event created, as output of a transformation or by commissioning (ADD)
    )
    RECALL = 16  # derived: a thing that the event recalls, or whose recall it ends (persistentDisposition)


INSTANCE_ROLES = (EventRole.EPC, EventRole.CHILD, EventRole.PARENT, EventRole.INPUT, EventRole.OUTPUT)
CLASS_ROLES = (
    EventRole.QUANTITY,
    EventRole.CHILD_QUANTITY,
    EventRole.INPUT_QUANTITY,
    EventRole.OUTPUT_QUANTITY,
)
GOODS_ROLES = (*INSTANCE_ROLES, *CLASS_ROLES)


class PartyObjectKind(IntEnum):
    """In which way a party's own events name a thing."""

    INSTANCE = 1  # as one object
    LOT = 2  # as a quantity of a lot or of a class
    CREATED_LOT = 3  # as a lot that the event created


class EdgeKind(IntEnum):
    """What connects the two sides of a lineage edge."""

    TRANSFORMATION = 1  # inputs become outputs
    CONTAINMENT = 2  # children are packed into a parent (AggregationEvent ADD)
    REMOVAL = 3  # children are unpacked from a parent (AggregationEvent DELETE); ends a containment, carries no goods
    MEMBERSHIP = 4  # an instance was commissioned as part of a lot
    EMPTYING = 5  # a DELETE that names no child: everything is unpacked; ends containments, carries no goods
    PART_REMOVAL = (
        6  # so much of a child is unpacked from a parent; ends a containment once all that was packed is out
    )


class EdgeSide(IntEnum):
    """On which side of a lineage edge a thing stands: goods move from SOURCE to PRODUCT."""

    SOURCE = 0  # input, child, lot
    PRODUCT = 1  # output, parent, instance
    AMOUNT = 2  # no side: how much of a lot was packed into a container or taken out of it


class Listing(IntEnum):
    """The top-level resources whose distinct values are stored at capture (``GET /bizSteps`` …)."""

    EVENT_TYPE = 1
    BIZ_STEP = 2
    DISPOSITION = 3
    BIZ_LOCATION = 4
    READ_POINT = 5
