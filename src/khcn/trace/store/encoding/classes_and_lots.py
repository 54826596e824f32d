"""Classes of things and lots: derived from identifiers and events only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import epc
from khcn.epcis.ids.canonical import GTIN_END, GTIN_STEM
from khcn.epcis.ids.digital_link import CANONICAL_STEM, DigitalLink
from khcn.epcis.ids.element_string import Element
from khcn.epcis.lot_numbers import is_lot_number
from khcn.epcis.store import thing_of
from khcn.epcis.text_cache import TextCache

if TYPE_CHECKING:
    from collections.abc import Sequence

ITIP_STEM: Final = f"{CANONICAL_STEM}/8006/"
"""How the name of a piece of a product (ITIP), its lot and its objects begins."""

_ASSET_STEM: Final = f"{CANONICAL_STEM}/8003/"
_STEM: Final = re.escape(CANONICAL_STEM)
# Instances and lots whose key has a class; the class is the first group.
_CLASSED: Final = re.compile(
    rf"({_STEM}/(?:01/\d{{14}}|8006/\d{{18}}|8010/[^/]+|8003/\d{{14}}|253/\d{{13}}|255/\d{{13}}))(?:/?[^/].*)?"
)
_LOT: Final = re.compile(rf"{_STEM}/(?:01|8006)/\d+/10/.+")
_WRITTEN_LOT: Final = re.compile(r"/(?:10|lot)/([^/?#]+)/(?:21|ser)/[^/?#]+")
_PLAIN_LOT: Final = re.compile(r"[0-9A-Za-z]{1,20}")
_SERIAL_KEYS: Final = ("/21/", "/235/")
_CACHED: Final = 16384


def class_of(thing: str) -> str | None:
    """The class that a thing belongs to or is; None where there is none (SSCC, places, other texts).

    >>> class_of("https://id.gs1.org/01/09521234220312/21/1")
    'https://id.gs1.org/01/09521234220312'
    """
    # The usual case: a new instance of a known class.
    if thing.startswith(GTIN_STEM) and thing.startswith("/21/", GTIN_END):
        return _CLASSES[thing[:GTIN_END]]
    return _CLASSES[thing]


def _class_of(thing: str) -> str | None:
    found = _CLASSED.fullmatch(thing)
    return found[1] if found else None


_CLASSES: Final = TextCache(_class_of, _CACHED)


def is_lot(thing: str) -> bool:
    """Whether a thing is a lot (class-level, with a batch number), and not one object."""
    return _LOT.fullmatch(thing) is not None


def _numbered_lot(kind: str, number: str) -> str | None:
    """The lot of a product by its number in plain characters; None where the number is not a valid lot number."""
    if _PLAIN_LOT.fullmatch(number):  # needs no escaping
        return thing_of(f"{kind}/10/{number}")
    if kind.startswith(ITIP_STEM):  # has no URN for a lot
        piece = Element("8006", kind.removeprefix(ITIP_STEM))
        link = DigitalLink(CANONICAL_STEM, piece, (Element("10", number),))
        return thing_of(link.uri()) if is_lot_number(number) else None
    gtin = kind.removeprefix(GTIN_STEM)
    link = DigitalLink(CANONICAL_STEM, Element("01", gtin), (Element("10", number),))
    try:
        lot = epc.parse(epc.to_urn(link, epc.SHORTEST_PREFIX))
    except IdentifierError:
        return None
    return thing_of(epc.to_urn(lot.link(), epc.SHORTEST_PREFIX))


class NumberedLots(dict[str, str | None]):
    """The lots of one lot number by their class."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, kind: str) -> str | None:
        self[kind] = found = _numbered_lot(kind, self._number)
        return found


def lots_of_instance(identifier: str, thing: str, numbered: Sequence[NumberedLots]) -> list[str]:
    """The lots of an instance: that of its Digital Link as written, else those of the lot numbers of the event."""
    kind = class_of(thing)
    if kind is None or not thing.startswith(_SERIAL_KEYS, len(kind)):
        return []
    if "/10/" in identifier or "/lot/" in identifier:
        written = _WRITTEN_LOT.search(identifier)
        if written is not None:
            return [thing_of(f"{kind}/10/{written[1]}")]
    if not is_trade_item(kind):
        return []
    return [lot for one in numbered if (lot := one[kind]) is not None]


def is_product_class(thing: str) -> bool:
    """Whether a thing is a class of goods (a GTIN alone), which has no history."""
    return class_of(thing) == thing


def is_returnable_asset(thing: str) -> bool:
    """Whether a thing is one crate or pallet that is used again (GRAI with a serial number): a package, though it has a class.

    >>> is_returnable_asset("https://id.gs1.org/8003/09521234000013K1")
    True
    >>> is_returnable_asset("https://id.gs1.org/8003/09521234000013")
    False
    """
    return thing.startswith(_ASSET_STEM) and not is_product_class(thing)


def is_asset_type(thing: str) -> bool:
    """Whether a thing is all crates or pallets of one type (GRAI without a serial number)."""
    return thing.startswith(_ASSET_STEM) and is_product_class(thing)


def is_package(thing: str) -> bool:
    """Whether a thing is what goods are packed in and no goods itself: it has no class, or is a crate that is used again (GRAI)."""
    return class_of(thing) is None or is_returnable_asset(thing)


def is_trade_item(thing: str) -> bool:
    """Whether a thing has a GTIN: a product, a lot or an object of it."""
    return thing.startswith((GTIN_STEM, ITIP_STEM))


_ITIP: Final = re.compile(r"https://id\.gs1\.org/8006/(\d{14})\d{4}(?:/.*)?")


def product_of(thing: str) -> str:
    """The product of goods: their GTIN, also for a piece of a product (ITIP); else the goods themselves."""
    piece = _ITIP.fullmatch(thing)
    return f"https://id.gs1.org/01/{piece[1]}" if piece else class_of(thing) or thing


def wider_names(thing: str) -> tuple[str, ...]:
    """What a thing is a part of by its name alone: its class, the product, and of a lot of pieces (ITIP) the lot of the product.

    A piece of a product has the lot number of the product (General Specifications, 3.4.1: batch or lot of a trade item).

    >>> wider_names("https://id.gs1.org/8006/095212342203120102/10/L")[1:]
    ('https://id.gs1.org/01/09521234220312', 'https://id.gs1.org/01/09521234220312/10/L')
    """
    kind = class_of(thing)
    if kind is None:
        return ()
    product = product_of(thing)
    of_pieces = [product + thing[len(kind) :]] if kind != product and is_lot(thing) else []
    return tuple(dict.fromkeys(one for one in (kind, product, *of_pieces) if one != thing))
