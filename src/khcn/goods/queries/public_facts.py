"""What the registers of producers add to the pages of labels: of published lots alone, and never of anything else (docs/adr/0053)."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.enums import PRIVATE_PICTURES, EntryKind
from khcn.goods.models import Lot, LotEntry, ProductCertificate, TradeItem
from khcn.goods.models.parties import trace_party_of
from khcn.goods.models.readiness import is_picture
from khcn.goods.queries.printed_labels import label_state
from khcn.goods.queries.public_places import places_of, places_of_items
from khcn.goods.queries.published import picture_of, published_items, published_lots
from khcn.goods.rules import shortest_gtin
from khcn.kernel.dated.models import current_successors
from khcn.kernel.registers.models import Attachment
from khcn.kernel.text.dates import format_date
from khcn.reference.models import AdminUnit, AdminUnitSuccession
from khcn.trace.models import TraceParty
from khcn.trace.queries.register_facts import (
    LabelState,
    PublicCertificate,
    PublicPicture,
    PublicProduct,
    RegisterFacts,
)
from khcn.trace.store.code_owners import CodeOwners

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.trace.queries.register_facts import StepEvent

MOST_EVENTS: Final = 500
"""Events of a journey of which pictures and the places of today are looked up."""

MOST_PRODUCTS: Final = 100
MOST_LOTS: Final = 20
_EVENT: Final = "urn:uuid:"


def public_facts(link: DigitalLink, events: Collection[StepEvent], on: date) -> RegisterFacts | None:
    """The facts about a product, a lot or a producer that something is published of; None for any other code."""
    if link.key.ai == "417":
        return _of_producer(link.key.value, on)
    named = {element.ai: element.value for element in link.qualifiers}
    if link.key.ai != "01" or ("10" not in named and named):
        return None
    lots = Lot.objects.filter(item__gtin=shortest_gtin(link.key.value))
    if "10" in named:
        lots = lots.filter(number=named["10"])
    lot = published_lots(lots).select_related("item__group", "item__organisation__admin_unit").first()
    if lot is None:
        # those who have goods of others print labels for them, also where their maker reports by a program of its own
        state, serial = label_state(link, None)
        today = _address_today(CodeOwners().of(f"{CANONICAL_STEM}/01/{link.key.value}"), on)
        if state is None and not today:
            return None
        return RegisterFacts(label=state, printed_serial=serial, address_today=today)
    facts = _of_goods(lot.item, events, on, with_lots=not named)
    if not named:
        return facts
    # as they are on record now: an event of long ago may say less, or what was corrected since
    last = lot.last_day()
    state, serial = label_state(link, lot)
    return replace(
        facts,
        is_listed=state in {None, LabelState.PRINTED},
        label=state,
        printed_serial=serial,
        brand=lot.item.brand,
        produced_on=lot.made_on.isoformat(),
        expires_on=last.isoformat() if last is not None else "",
    )


def _of_goods(item: TradeItem, events: Collection[StepEvent], on: date, *, with_lots: bool) -> RegisterFacts:
    entries = _entries(events)
    places = {each.location.admin_unit for each in entries.values()}
    unit = item.organisation.admin_unit
    party = trace_party_of(item.organisation)
    today = names_today({*places, *([unit] if unit else [])}, on)
    return RegisterFacts(
        picture=picture_of(item),
        group=item.group.name,
        standards=item.standards,
        is_internal=item.has_internal_number,
        address_today=today.get(unit.pk, "") if unit else "",
        producer_path=f"/417/{party.gln}" if party is not None else "",
        lots=_latest_lots(item) if with_lots else (),
        certificates=tuple(_certificate(each, on) for each in ProductCertificate.objects.about(item, on=on)),
        places=places_of_items(TradeItem.objects.filter(pk=item.pk))
        if with_lots
        else places_of(entries.values()),
        step_pictures=_pictures(entries),
        places_today={
            event: today[each.location.admin_unit_id]
            for event, each in entries.items()
            if each.location.admin_unit_id in today
        },
        step_words={
            event: str(each.get_kind_display())
            for event, each in entries.items()
            if each.kind == EntryKind.HARVEST
        },
        without_hour=frozenset(event for event, each in entries.items() if not each.has_hour),
        is_listed=True,
    )


def _latest_lots(item: TradeItem) -> tuple[PublicProduct, ...]:
    """The published lots of a product, those made last."""
    rows = published_lots(Lot.objects.filter(item=item)).order_by("-made_on", "-pk")[:MOST_LOTS]
    return tuple(PublicProduct(lot.public_path, lot.number, format_date(lot.made_on)) for lot in rows)


def _address_today(parties: Collection[int], on: date) -> str:
    """How the place of a party is called today, where otherwise; "" of several parties."""
    found = TraceParty.objects.filter(pk__in=parties, organisation__admin_unit__isnull=False)
    units = AdminUnit.objects.filter(pk__in=found.values("organisation__admin_unit"))
    return "" if len(parties) != 1 else "".join(names_today(units, on).values())


def _of_producer(gln: str, on: date) -> RegisterFacts | None:
    parties = TraceParty.objects.filter(gln=gln)
    own = TradeItem.objects.filter(organisation__in=parties.values("organisation"))
    items = published_items(own).order_by("name", "pk")
    products = [
        PublicProduct(item.public_path, item.full_name, product_note(item)) for item in items[:MOST_PRODUCTS]
    ]
    today = _address_today(list(parties.values_list("pk", flat=True)), on)
    if not products and not today:
        return None
    return RegisterFacts(
        products=tuple(products),
        address_today=today,
        is_listed=bool(products),
        places=places_of_items(items) if products else (),
    )


def product_note(item: TradeItem) -> str:
    """What is added to the name of a product in a list: that it is invented."""
    return _("dữ liệu minh họa") if item.illustrative else ""


def _entries(events: Collection[StepEvent]) -> dict[StepEvent, LotEntry]:
    """The entries of the diary that became events, by these: those of the party that reports the event, and of nobody else."""
    keys: defaultdict[UUID, list[StepEvent]] = defaultdict(list)
    for event in sorted(events)[:MOST_EVENTS]:
        if event.event_id.startswith(_EVENT):
            with suppress(ValueError):
                keys[UUID(event.event_id.removeprefix(_EVENT))].append(event)
    rows = LotEntry.objects.filter(event__in=keys).select_related("location__admin_unit", "lot__item")
    parties = {event.party for alike in keys.values() for event in alike}
    owners = dict(TraceParty.objects.filter(pk__in=parties).values_list("pk", "organisation"))
    return {
        event: entry
        for entry in rows
        for event in keys[entry.event]
        if owners.get(event.party) == entry.lot.item.organisation_id
    }


def _pictures(entries: Mapping[StepEvent, LotEntry]) -> dict[StepEvent, tuple[PublicPicture, ...]]:
    """The photographs of entries of published lots, by their events; those of trade are not for the public."""
    entries = {event: each for event, each in entries.items() if each.kind not in PRIVATE_PICTURES}
    lots = published_lots(Lot.objects.filter(pk__in={each.lot_id for each in entries.values()}))
    published = set(lots.values_list("pk", flat=True))
    events = {each.pk: event for event, each in entries.items() if each.lot_id in published}
    if not events:
        return {}
    found: dict[StepEvent, list[PublicPicture]] = defaultdict(list)
    rows = Attachment.objects.filter(model=LotEntry._meta.label_lower, object_id__in=events)
    for each in rows.select_related("file").order_by("pk"):
        if is_picture(each.name):
            entry = entries[events[each.object_id]]
            found[events[each.object_id]].append(
                PublicPicture.of(each.file.sha256, str(entry.get_kind_display()))
            )
    return {event: tuple(pictures) for event, pictures in found.items()}


def names_today(units: Iterable[AdminUnit], on: date) -> dict[int, str]:
    """How the places of some units are called on a day, by their keys: of those alone that are called otherwise, and are one unit then."""
    links = AdminUnitSuccession.objects.all()
    found = {}
    for unit in units:
        if unit.is_valid(on=on):
            continue
        now = list(current_successors(unit, among=AdminUnit.objects.all(), links=links, on=on)[:2])
        if len(now) == 1:
            found[unit.pk] = now[0].full_name
    return found


def _certificate(each: ProductCertificate, on: date) -> PublicCertificate:
    end = each.valid_until
    return PublicCertificate(
        kind=str(each.get_kind_display()),
        number=each.number,
        issuer=each.issuer,
        valid_until="" if end is None else end.isoformat(),
        is_past=end is not None and end < on,
        is_checked=each.checked_on is not None,
    )
