"""What a public page may warn of."""

from __future__ import annotations

from enum import Enum


class Notice(Enum):
    """Warnings at the top of a page."""

    RECALLED = "recalled"
    PARTLY_RECALLED = "partly recalled"  # of the lot, what was in a package
    HOLDS_RECALLED = "holds recalled"  # what is in it
    PARTS_RECALLED = "parts recalled"  # lots or objects of the product, or objects of the lot
    EXPIRED = "expired"
    STOLEN = "stolen"
    DESTROYED = "destroyed"
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
