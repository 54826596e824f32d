"""The EPCIS document of one entry of a diary: its event, and the master data that the page of a label shows.

EPCIS 2.0 sections 7.4.2 (ObjectEvent), 7.4.6 (TransformationEvent), CBV 2.0 sections 7.1 (business steps) and 9.2 (master data).
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from khcn.epcis.cbv import BIZ_STEP
from khcn.epcis.ids.digital_link import CANONICAL_STEM, escape
from khcn.goods.enums import COUNTED, HAS_OWN_STEP, EntryKind
from khcn.goods.operations.event_documents import document_of_event, occurrence, possession
from khcn.trace.queries.names.step_names import OWN_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from khcn.goods.models import Location, Lot, LotEntry, TradeItem
    from khcn.trace.models import TraceParty

_NAMES: Final = "urn:epcglobal:cbv:mda:"
_AT: Final = time(12)
"""When no hour was written: the middle of the day, which is that day in every neighbouring time zone too."""

RETURNED: Final = "returned"

# Of each kind that is an ObjectEvent: action, business step, disposition.
_OBJECT_EVENTS: Final[dict[str, tuple[str, str, str]]] = {
    EntryKind.HARVEST: ("ADD", "commissioning", "active"),
    EntryKind.WORK: ("OBSERVE", "other", "active"),
    EntryKind.CHECK: ("OBSERVE", "inspecting", "active"),
    EntryKind.SHIP: ("OBSERVE", "shipping", "in_transit"),
    EntryKind.RECEIVE: ("OBSERVE", "receiving", "in_progress"),
    EntryKind.SELL: ("OBSERVE", "retail_selling", "retail_sold"),
    EntryKind.DESTROY: ("DELETE", "destroying", "destroyed"),
}


def class_of(lot: Lot) -> str:
    """The name of a lot in events: its GTIN and number (GS1 Digital Link; AI 01 and 10)."""
    return CANONICAL_STEM + lot.public_path


def place_of(location: Location, party: TraceParty) -> str:
    """The name of a place in events: its GLN, or its code below that of the party (AI 414 and 254)."""
    return (
        f"{CANONICAL_STEM}/414/{location.gln}"
        if location.gln
        else f"{CANONICAL_STEM}/414/{party.gln}/254/{escape(location.code)}"
    )


def moment_of(entry: LotEntry) -> datetime:
    """When it was done, in the time zone of the installation: never after it was entered. Goods are received when that is entered."""
    zone = ZoneInfo(settings.TIME_ZONE)
    entered = entry.created_at.astimezone(zone)
    if entry.is_received_now:
        return entered
    moment = datetime.combine(entry.done_on, entry.done_at or _AT, zone)
    return min(moment, entered) if entered.date() == entry.done_on else moment


class Partners(NamedTuple):
    """From which other party goods came, and to which they were sent."""

    supplier: TraceParty | None = None
    receiver: TraceParty | None = None
    is_returned: bool = False
    """Whether the goods go back to who made or sent them (CBV 2.0, 7.2.2)."""


def document_of(
    entry: LotEntry, party: TraceParty, partners: Partners, *, at: datetime | None = None
) -> bytes:
    """The document of an entry; `at`: when it was done, where that is not what the entry alone says."""
    master = master_record_of(entry.location, party)
    if not entry.lot.source_path:  # of received goods the maker says what they are
        master.append(_product_record(entry.lot.item))
    event = _event(entry, party, partners, at or moment_of(entry))
    return document_of_event(event, party, entry.created_at, master=master)


def _event(entry: LotEntry, party: TraceParty, partners: Partners, at: datetime) -> dict[str, Any]:
    event = _event_of_kind(entry, party, partners, at)
    if entry.step is not None and entry.step.biz_step and entry.kind not in HAS_OWN_STEP:
        event["bizStep"] = _business_step(entry.step.biz_step)
    return event


def _business_step(word: str) -> str:
    """A word of the CBV as it is, and one of farms and workshops as a URI (EPCIS 2.0, 7.3.5: a name of a vocabulary of one's own)."""
    return word if word in BIZ_STEP.words else f"{OWN_STEPS}{word}"


def _event_of_kind(entry: LotEntry, party: TraceParty, partners: Partners, at: datetime) -> dict[str, Any]:
    place = {"id": place_of(entry.location, party)}
    event: dict[str, Any] = {
        **occurrence(entry.event, at),
        "readPoint": place,
        "bizLocation": place,
    }
    goods = [quantity_of(entry.lot, entry.amount)]
    if entry.kind == EntryKind.USE:
        joined = f"urn:uuid:{entry.into.transformation}"  # type: ignore[union-attr]  # a constraint of the table
        return {**event, **_transformation(joined), "inputQuantityList": goods}
    if entry.kind == EntryKind.MAKE:
        joined = f"urn:uuid:{entry.lot.transformation}"
        return {**event, **_transformation(joined), "outputQuantityList": goods, "ilmd": _made(entry.lot)}
    action, step, disposition = _OBJECT_EVENTS[entry.kind]
    event |= {
        "type": "ObjectEvent",
        "action": action,
        "bizStep": step,
        "disposition": RETURNED if partners.is_returned else disposition,
        "quantityList": goods,
    }
    if entry.kind == EntryKind.HARVEST:
        event["ilmd"] = _made(entry.lot)
    if partners.receiver is not None or partners.supplier is not None:
        event |= possession(partners.supplier or party, partners.receiver or party)
    if entry.kind in {EntryKind.SHIP, EntryKind.SELL, EntryKind.DESTROY}:
        del event[
            "bizLocation"
        ]  # where goods are afterwards (EPCIS 2.0, 7.3.5): on the way, at a buyer's, nowhere
    return event


def _transformation(joined: str) -> dict[str, Any]:
    return {
        "type": "TransformationEvent",
        "transformationID": joined,
        "bizStep": "commissioning",
        "disposition": "active",
    }


def quantity_of(lot: Lot, amount: Decimal | None) -> dict[str, Any]:
    """An amount of a lot as events say it."""
    found: dict[str, Any] = {"epcClass": class_of(lot)}
    if amount is not None:
        found["quantity"] = float(amount)
        if lot.item.unit not in COUNTED:
            found["uom"] = lot.item.unit
    return found


def _made(lot: Lot) -> dict[str, str]:
    """What is known of a lot from when it was made (CBV 2.0, 9.2: instance and lot master data)."""
    found = {
        "cbvmda:lotNumber": lot.number,
        "cbvmda:productionDate": lot.made_on.isoformat(),
        "cbvmda:countryOfOrigin": "VN",
    }
    if (last := lot.last_day()) is not None:
        found["cbvmda:itemExpirationDate"] = last.isoformat()
    return found


def _record(kind: str, thing: str, /, **attributes: str) -> dict[str, Any]:
    return {
        "type": f"urn:epcglobal:epcis:vtype:{kind}",
        "vocabularyElementList": [
            {
                "id": thing,
                "attributes": [
                    {"id": f"{_NAMES}{key}", "attribute": value} for key, value in attributes.items() if value
                ],
            }
        ],
    }


def master_data_of(entries: Iterable[LotEntry], party: TraceParty) -> list[dict[str, Any]]:
    """The master data of several entries: each party, place and product once."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        records = master_record_of(entry.location, party)
        if not entry.lot.source_path:
            records.append(_product_record(entry.lot.item))
        for each in records:
            [element] = each["vocabularyElementList"]
            found.setdefault(each["type"], {})[element["id"]] = element
    return [
        {"type": kind, "vocabularyElementList": list(elements.values())} for kind, elements in found.items()
    ]


def master_record_of(location: Location, party: TraceParty) -> list[dict[str, Any]]:
    """The master data of an event that is about no product: its party and its place."""
    return [_party_record(party), _place_record(location, party)]


def _party_record(party: TraceParty) -> dict[str, Any]:
    return _record(
        "Party", f"{CANONICAL_STEM}/417/{party.gln}", name=party.name, streetAddressOne=party.address
    )


def _place_record(location: Location, party: TraceParty) -> dict[str, Any]:
    return _record(
        "BusinessLocation",
        place_of(location, party),
        name=location.name,
        streetAddressOne=location.address,
        city=location.admin_unit.full_name,
        countryCode="VN",
    )


def _product_record(product: TradeItem) -> dict[str, Any]:
    return _record(
        "EPCClass",
        f"{CANONICAL_STEM}/01/{product.number}",
        descriptionShort=product.full_name,
        brandName=product.brand,
        countryOfOrigin="VN",
    )
