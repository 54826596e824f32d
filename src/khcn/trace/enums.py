"""Codes that the tables of events hold as small numbers, and the states of what is done with documents."""

from __future__ import annotations

from enum import IntEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Touch(IntEnum):
    """How an event touches a thing: which field of the event names it (EPCIS 2.0, 7.4)."""

    EPC = 1
    CHILD = 2
    PARENT = 3
    INPUT = 4
    OUTPUT = 5
    QUANTITY = 6
    CHILD_QUANTITY = 7
    INPUT_QUANTITY = 8
    OUTPUT_QUANTITY = 9
    CLASS = 10  # the GTIN (or other class) that an instance or lot of the event belongs to; not written in the event
    TRANSACTION = 11
    SOURCE = 12
    DESTINATION = 13
    TRANSFORMATION = 14  # the transformationID
    MADE = 15  # a lot that the event brought into being: output of a transformation, or commissioned (ADD)


EPC_TOUCHES = (Touch.EPC, Touch.CHILD, Touch.PARENT, Touch.INPUT, Touch.OUTPUT)
CLASS_TOUCHES = (Touch.QUANTITY, Touch.CHILD_QUANTITY, Touch.INPUT_QUANTITY, Touch.OUTPUT_QUANTITY)
GOODS_TOUCHES = (*EPC_TOUCHES, *CLASS_TOUCHES)


class Holding(IntEnum):
    """In which way a party's own events touch goods."""

    OBJECT = 1  # as one object
    LOT = 2  # as some of a lot, or of a class
    MADE = 3  # as a lot that they brought into being


class Passage(IntEnum):
    """What carries goods from one thing to another."""

    TRANSFORMATION = 1  # inputs become outputs
    CONTAINMENT = 2  # children go into a parent (AggregationEvent ADD)
    REMOVAL = (
        3  # children come out of a parent (AggregationEvent DELETE); carries nothing, ends a containment
    )
    MEMBERSHIP = 4  # an instance commissioned as part of a lot
    EMPTYING = 5  # a DELETE that names no child: all come out of a parent; carries nothing, ends containments


class Side(IntEnum):
    """Where a thing stands in a passage: goods go from the source side to the product side."""

    SOURCE = 0  # input, child, lot
    PRODUCT = 1  # output, parent, instance


class ErrorBehaviour(models.TextChoices):
    """What becomes of a document with faulty events (header ``GS1-Capture-Error-Behaviour``)."""

    ROLLBACK = "rollback", _("Có lỗi thì không ghi sự kiện nào")
    PROCEED = "proceed", _("Ghi các sự kiện đúng, bỏ các sự kiện lỗi")


class Listing(IntEnum):
    """The top-level resources whose values are remembered as they come (``GET /bizSteps`` …)."""

    EVENT_TYPE = 1
    BIZ_STEP = 2
    DISPOSITION = 3
    BIZ_LOCATION = 4
    READ_POINT = 5
