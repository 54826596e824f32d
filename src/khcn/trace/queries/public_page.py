"""The public data of a code on a label: goods with their journey, or a place. For HTML pages and JSON-LD alike."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from khcn.epcis.ids.digital_link import CANONICAL_STEM, DigitalLink, unescape
from khcn.epcis.store import thing_of
from khcn.trace.models import EventObject, TraceParty
from khcn.trace.queries.journey import journey
from khcn.trace.queries.labelled_lots import notice_of_label, with_lot
from khcn.trace.queries.names.attributes_of_making import attributes_of_making, shown_day
from khcn.trace.queries.names.confirmed_names import ConfirmedNames
from khcn.trace.queries.names.display_names import PlaceName, display_text
from khcn.trace.queries.names.local_times import local_time
from khcn.trace.queries.names.step_names import step_label
from khcn.trace.queries.page_contents import InputsShown, NamedGoods, PublicGoods, PublicStep
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.publication import is_withheld
from khcn.trace.queries.recalls.part_recalls import PartRecalls, recalls_of_parts
from khcn.trace.queries.recalls.public_recalls import (
    is_of_contents,
    public_recalls,
    recalls_on_page,
)
from khcn.trace.queries.recalls.recalled_inputs import RecalledInputs, recalled_inputs
from khcn.trace.queries.recalls.recalls import RecallSearch
from khcn.trace.queries.recalls.reported_losses import reported_loss
from khcn.trace.queries.register_facts import StepEvent
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.stores import (
    all_stores,
    exists_anywhere,
    records_everywhere,
    values_everywhere,
)
from khcn.trace.store.encoding.classes_and_lots import product_of
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from khcn.epcis.ids.element_string import Element
    from khcn.trace.queries.journey_terms import Journey, PublicEvent
    from khcn.trace.queries.recalls.public_recalls import PublicRecall

GOODS_KEYS: Final = ("01", "8006")
PLACE_KEYS: Final = ("414", "417")
PRIVATE_KEYS: Final = ("8017", "8018")
"""Service relations, which stand for persons: not even their existence is revealed."""

_SERIALS: Final = ("21", "235")
_LOT: Final = "10"
_NAMES: Final = (
    "regulatedProductName", "productName", "descriptionShort", "functionalName", "tradeItemDescription",
    "productDescription",
)  # fmt: skip
_BRANDS: Final = ("brandName", "brand", "subBrand")
_NOWHERE: Final = PlaceName("", "", "")


# ------------------------------------------------------------------------------------------- which thing


def things_of(link: DigitalLink) -> tuple[str, str | None, str | None]:
    """The class, the lot and the single object that a link names."""
    named = {element.ai: element for element in link.qualifiers}

    def thing(*qualifiers: Element) -> str:
        return thing_of(DigitalLink(CANONICAL_STEM, link.key, qualifiers).uri())

    lot = thing(named[_LOT]) if _LOT in named else None
    serial = next((thing(named[ai]) for ai in _SERIALS if ai in named), None)
    return thing(), lot, serial


def labelled_thing(link: DigitalLink) -> str:
    """The id of what a label names most exactly: the single object, the lot, or the product."""
    kind, lot, serial = things_of(link)
    return serial or lot or kind


def _has_events(thing: str | None) -> bool:
    return thing is not None and exists_anywhere(EventObject.objects.filter(thing=thing))


def is_key_with_events(link: DigitalLink) -> bool:
    """Whether there are events about a key that is neither goods nor a place."""
    return link.key.ai not in PRIVATE_KEYS and _has_events(thing_of(link.uri()))


def public_place(link: DigitalLink) -> PlaceName | None:
    """A place or party by its GLN; None where there is no name or address."""
    thing = thing_of(DigitalLink(CANONICAL_STEM, link.key, link.qualifiers).uri())
    names = ConfirmedNames([thing], all_authorities())
    found = names.place(thing, [first] if (first := names.data.first_sender(thing)) else [])
    return found if found.name or found.address else None


@all_stores()
def public_goods(link: DigitalLink, page: int = 1) -> PublicGoods | None:
    """A product, lot or single object by the link on its label; None where not even its class is known.

    `page`: which of the raw materials, where there are very many.
    """
    kind, lot, serial = things_of(link)
    trusted = all_authorities()
    if lot is not None and is_withheld(link):
        return _as_labelled(_only_kind(kind, lot, trusted), link, [Notice.UNPUBLISHED], None)
    subject = serial if _has_events(serial) else lot if _has_events(lot) else None
    if subject is None:
        found = _only_kind(kind, lot or kind, trusted)
        return _as_labelled(found, link, [Notice.UNKNOWN_LOT] if lot else [], serial)
    goods_journey = journey(subject, authorities=trusted, page=page)
    of_lot: Journey | None = None
    notices = []
    if serial not in {None, subject}:
        notices.append(Notice.UNKNOWN_SERIAL)
    if notice := notice_of_label(goods_journey, lot, trusted):
        notices.append(notice)
    if notice is Notice.UNREPORTED_SERIAL and lot is not None and _has_events(lot):
        of_lot = journey(lot, authorities=trusted, page=page)
    shown = (goods_journey if of_lot is None else with_lot(goods_journey, of_lot)).shown()
    if not shown.events:
        notices.append(Notice.NO_HISTORY)
    goods = _with_journey(goods_journey, shown, trusted, [lot] if lot else [])
    if shown.left_out:
        goods = replace(goods, inputs=InputsShown(page, shown.left_out, shown.has_next))
    return _as_labelled(goods, link, notices, None)


def _as_labelled(
    found: PublicGoods | None, link: DigitalLink, notices: list[Notice], unknown_serial: str | None
) -> PublicGoods | None:
    """With the numbers of the label, and the notices about them; None where nothing is known."""
    if found is None:
        return None
    named = {element.ai: element.value for element in link.qualifiers}
    shown = {*found.notices, *notices, *([Notice.UNKNOWN_SERIAL] if unknown_serial else [])}
    return replace(
        found,
        gtin=link.key.value[:14],
        lot=display_text(named.get(_LOT, found.lot)),
        serial=display_text(next((named[ai] for ai in _SERIALS if ai in named), "")),
        notices=tuple(notice for notice in Notice if notice in shown),
    )


# ------------------------------------------------------------------------------------------- goods


def _first_maker(kind: str) -> int | None:
    """The party that first reported a lot of a class of goods as created, of those whose the code is where there are such."""
    start = f"{kind}/{_LOT}/"
    made = EventObject.objects.filter(
        thing__gte=start, thing__lt=start[:-1] + "0", role=EventRole.CREATED_LOT
    )
    owners = CodeOwners().of(kind)
    if owners:
        made = made.filter(owner__in=owners)
    first = min(values_everywhere(made.order_by("event"), "event", "owner", first=1), default=None)
    return None if first is None else int(first[1])


def _only_kind(kind: str, labelled: str, trusted: Collection[int]) -> PublicGoods | None:
    """A product, or what a label names of it that nobody reported."""
    names = ConfirmedNames([kind], trusted)
    if not any(
        names.data.is_in_master_data(one)
        or _has_events(one)
        or _has_events(object_row_name(one, EventRole.CLASS))
        for one in {kind, product_of(kind)}
    ):
        return None
    maker = _first_maker(kind) or names.data.first_sender(kind)
    known = [maker] if maker else []
    found = _described(kind, names, known, _parties(known).get(maker or 0), {})
    # who reports a lot of a product, or sends its name, recalls no product: authorities do, and whose the code is
    recalls = RecallSearch(trusted, [labelled]).recalls_of({labelled: ()})[labelled]
    return _with_parts(_with_recalls(found, public_recalls(recalls)), recalls_of_parts(labelled, trusted))


def _parties(numbers: Collection[int]) -> dict[int, TraceParty]:
    return {party.pk: party for party in records_everywhere(TraceParty.objects.filter(pk__in=numbers))}


def _with_journey(
    asked: Journey, found: Journey, trusted: Collection[int], labelled: Collection[str]
) -> PublicGoods:
    """What is `found` of the goods, with the recalls of those that were `asked` for."""
    kinds = {one for event in found.events for one in (*event.goods, *event.made_of)}
    places = {event.place for event in found.events if event.place}
    names = ConfirmedNames({found.thing, *kinds, *places}, trusted)
    maker = next((found.makers[one] for one in (found.thing, *found.lots) if one in found.makers), None)
    makers = sorted(set(found.makers.values()) - {maker})
    known = [*([maker] if maker else []), *makers]
    parties_by_key = _parties({*known, *(event.owner for event in found.events)})
    goods = _described(product_of(found.thing), names, known, parties_by_key.get(maker or 0), found.made)
    recalled = recalled_inputs(found, trusted)
    steps = _steps(found, names, parties_by_key, known, recalled)
    recalls = recalls_on_page(asked, trusted, labelled)
    lacking = {
        Notice.TOO_LONG: not found.is_whole,
        Notice.LACKS_STEPS: found.lacks_steps,
        Notice.RECALLS_CUT: not recalls.is_whole,
    }
    loss = reported_loss(asked, trusted)
    notices = (*goods.notices, *(notice for notice, is_so in lacking.items() if is_so), *filter(None, [loss]))
    lot = "".join(map(_lot_of, found.lots[:1]))
    goods = replace(goods, lot=lot, steps=steps, notices=notices, recalled_inputs=recalled)
    return _with_parts(_with_recalls(goods, recalls.recalls), recalls_of_parts(asked.thing, trusted))


def _with_recalls(goods: PublicGoods, recalls: tuple[PublicRecall, ...]) -> PublicGoods:
    if not recalls:
        return goods
    notice = Notice.PARTLY_RECALLED if all(one.is_of_part for one in recalls) else Notice.RECALLED
    notice = Notice.HOLDS_RECALLED if is_of_contents(recalls) else notice
    return replace(goods, recalls=recalls, notices=(*goods.notices, notice))


def _with_parts(goods: PublicGoods, parts: PartRecalls) -> PublicGoods:
    notices = [Notice.PARTS_RECALLED] if parts.recalls else []
    notices += [] if parts.is_whole else [Notice.PARTS_CUT]
    return replace(goods, recalls_of_parts=parts.recalls, notices=(*goods.notices, *notices))


def _described(
    kind: str,
    names: ConfirmedNames,
    known: Sequence[int],
    maker: TraceParty | None,
    made: Mapping[int, int],
) -> PublicGoods:
    """Name, maker and dates of goods, without their journey."""
    lot_attributes = attributes_of_making(made)
    name = names.product(kind, _NAMES, known)
    is_example = maker is not None and bool(maker.illustrative)
    # Any party may report a lot of any code; a name stands beside it only where the department knows whose the code is.
    producer = maker if maker is not None and maker.pk in names.code_owners.of(kind) else None
    return PublicGoods(
        gtin="",
        lot="",
        serial="",
        name=name.text,
        brand=names.product(kind, _BRANDS, ()).text,
        producer=display_text(producer.name) if producer else "",
        address=display_text(producer.address) or _site(producer, names.authorities) if producer else "",
        origin=display_text(
            lot_attributes.get("countryOfOrigin", "") or names.product(kind, ("countryOfOrigin",), ()).text
        ),
        produced_on=shown_day(lot_attributes.get("productionDate", "")),
        best_before=shown_day(lot_attributes.get("bestBeforeDate", "")),
        expires_on=shown_day(
            lot_attributes.get("itemExpirationDate", "") or lot_attributes.get("expirationDate", "")
        ),
        steps=(),
        notices=(Notice.ILLUSTRATIVE,) if is_example else (),
        is_name_confirmed=name.is_confirmed,
    )


def _site(maker: TraceParty, authorities: Collection[int]) -> str:
    """The address of a party that has none in the register: from master data of its GLN."""
    places = [f"{CANONICAL_STEM}/{key}/{maker.gln}" for key in ("417", "414")]
    names = ConfirmedNames(places, authorities)
    return next((text for place in places if (text := names.place(place, ()).address)), "")


def _lot_of(thing: str) -> str:
    """The lot number in the id of a lot."""
    return display_text(unescape(thing.partition(f"/{_LOT}/")[2]))


def _steps(
    found: Journey,
    names: ConfirmedNames,
    parties_by_key: dict[int, TraceParty],
    known: Sequence[int],
    recalled: RecalledInputs,
) -> tuple[PublicStep, ...]:
    def goods(things: Iterable[str]) -> tuple[NamedGoods, ...]:
        others = set(things) - {found.thing, *found.lots}
        named = {
            replace(
                _goods(one, names, found, known),
                is_recalled=one in recalled.here,
                is_of_part=one in recalled.partly,
            )
            for one in others
        }
        return tuple(sorted(one for one in named if one.name or one.lot or one.is_recalled))

    groups: dict[tuple[object, ...], list[PublicStep]] = defaultdict(list)
    for event in found.events:
        own = {found.thing, *found.lots}
        step = replace(
            _step(event, names, parties_by_key, known, goods(event.goods), goods(event.made_of)),
            used=goods(event.used),
            own=tuple(sorted(own.intersection(event.goods))),
            own_used=tuple(sorted(own.intersection(event.used))),
        )
        groups[step.words, step.place, step.party, step.at.date()].append(step)
    steps = [
        replace(
            alike[0],
            goods=tuple(sorted({one for step in alike for one in step.goods})),
            made_of=tuple(sorted({one for step in alike for one in step.made_of})),
            used=tuple(sorted({one for step in alike for one in step.used})),
            own=tuple(sorted({one for step in alike for one in step.own})),
            own_used=tuple(sorted({one for step in alike for one in step.own_used})),
            events=tuple(one for step in alike for one in step.events),
        )
        for alike in groups.values()
    ]
    return tuple(sorted(steps, key=lambda step: step.at))


def _goods(thing: str, names: ConfirmedNames, found: Journey, known: Sequence[int]) -> NamedGoods:
    maker = found.makers.get(thing)
    name = names.product(thing, _NAMES, [*([maker] if maker else []), *known])
    return NamedGoods(name.text, _lot_of(thing), name.is_confirmed)


def _step(
    event: PublicEvent,
    names: ConfirmedNames,
    parties_by_key: dict[int, TraceParty],
    known: Sequence[int],
    goods: tuple[NamedGoods, ...],
    made_of: tuple[NamedGoods, ...],
) -> PublicStep:
    party = parties_by_key.get(event.owner)
    return PublicStep(
        words=step_label(event.biz_step, event.event_type, event.action),
        at=local_time(event.event_time),
        place=names.place(event.place, [event.owner, *known]) if event.place else _NOWHERE,
        party=display_text(party.name) if party else "",
        goods=goods,
        made_of=made_of,
        event_type=event.event_type,
        biz_step=event.biz_step,
        action=event.action,
        events=(StepEvent(event.event_id, event.owner),),
    )
