"""What a public page may warn of."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.register_facts import LabelState

if TYPE_CHECKING:
    from collections.abc import Collection


class Notice(Enum):
    """Warnings at the top of a page."""

    RECALLED = "recalled"
    PARTLY_RECALLED = "partly recalled"  # of the lot, what was in a package
    HOLDS_RECALLED = "holds recalled"  # what is in it
    PARTS_RECALLED = "parts recalled"  # lots or objects of the product, or objects of the lot
    EXPIRED = "expired"
    UNREAD_EXPIRY = "unread expiry"  # what was written as the day of expiry is no day
    STOLEN = "stolen"
    DESTROYED = "destroyed"
    UNFIT = "unfit"  # reported as not conforming, damaged or expired
    PARTLY_UNFIT = "partly unfit"  # or stolen: a part of the lot, and the rest may be good
    INACTIVE = "inactive"  # its code is no longer in use
    VOID_LABEL = "void label"  # its producer has made the printed label void
    UNKNOWN_LABEL = "unknown label"  # its producer prints numbers on labels of the lot, and not this one
    COPIED = "copied"  # looked up from so many networks that it may be on more than one label
    PARTS_CUT = "parts cut"  # too many recalls of lots and objects: some may be missing
    RECALLS_CUT = "recalls cut"  # too many packages: recalls of some may be missing
    UNKNOWN_SERIAL = "unknown serial"
    UNREPORTED_SERIAL = "unreported serial"  # others reported it, and nobody that it was made
    UNREPORTED_LOT = "unreported lot"
    UNKNOWN_LOT = "unknown lot"
    OTHER_LOT = "other lot"  # the serial number does not belong to the lot on the label
    NO_HISTORY = "no history"
    UNPUBLISHED = "unpublished"  # its producer has not published the lot
    TOO_LONG = "too long"  # the raw materials have too many sources to show
    LACKS_STEPS = "lacks steps"  # too many reports or packings to show
    ILLUSTRATIVE = "illustrative"  # the maker is sample data


_NOT_REPORTED: Final = frozenset({Notice.UNKNOWN_SERIAL, Notice.UNREPORTED_SERIAL})
"""The producer has reported no object with the serial number."""


def notices_of_label(notices: Collection[Notice], label: LabelState | None) -> tuple[Notice, ...]:
    """The notices of a page, by what the log of printed labels says of the serial number.

    A printed number is the producer's, although no event names it. Of one that was not printed the producer may have sent an event.
    """
    found = set(notices)
    if (label is LabelState.UNKNOWN and not found & _NOT_REPORTED) or label is None:
        return tuple(notices)
    found -= _NOT_REPORTED
    if label is LabelState.VOID:
        found.add(Notice.VOID_LABEL)
    if label is LabelState.UNKNOWN:
        found.add(Notice.UNKNOWN_LABEL)
    return tuple(notice for notice in Notice if notice in found)
