"""What the public may see of a code on a label: goods with their journey, or a place. For pages and for machines alike."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from khcn.epcis.extensions import NO_EXTENSIONS
from khcn.epcis.ids.digital_link import CANONICAL_STEM, DigitalLink, unescape
from khcn.epcis.store import thing_of
from khcn.trace.enums import Touch
from khcn.trace.models import Link
from khcn.trace.queries.display_names import (
    Names,
    PlaceName,
    attributes,
    authorities,
    parties,
    product_of,
    shown,
)
from khcn.trace.queries.journey import Journey, PublicEvent, journey
from khcn.trace.queries.makers import maker_of
from khcn.trace.queries.step_names import Words, step_words
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.instants import instant
from khcn.trace.store.encoding.rows import link_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from khcn.epcis.ids.element_string import Element
    from khcn.trace.models import TraceParty

GOODS_KEYS: Final = ("01", "8006")
PLACE_KEYS: Final = ("414", "417")
UNTOLD_KEYS: Final = ("8017", "8018")
"""Service relations: people stand behind them, so not even whether one is known is told."""

_SERIALS: Final = ("21", "235")
_LOT: Final = "10"
_NAMES: Final = (
    "regulatedProductName", "productName", "descriptionShort", "functionalName", "tradeItemDescription",
    "productDescription",
)  # fmt: skip
_BRANDS: Final = ("brandName", "brand", "subBrand")
_MOST_BODIES: Final = 50
_NOWHERE: Final = PlaceName("", "", "")


class Notice(Enum):
    """What a page must say before all else."""

    RECALLED = "recalled"
    UNKNOWN_SERIAL = "unknown serial"
    UNKNOWN_LOT = "unknown lot"
    OTHER_LOT = "other lot"  # the serial number belongs to another lot than the label says
    NO_HISTORY = "no history"
    TOO_LONG = "too long"  # what it was made of is too much to be told
    ILLUSTRATIVE = "illustrative"  # the maker is an example of the register of parties


@dataclass(frozen=True, slots=True, order=True)
class Goods:
    """Goods by name and lot, in the order of these; both may be empty."""

    name: str
    lot: str


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One step of a journey; like ones of one day and place are one. `at` is local time."""

    words: Words
    at: datetime
    place: PlaceName
    party: str
    goods: tuple[Goods, ...]
    made_of: tuple[Goods, ...]
    event_type: str
    biz_step: str


@dataclass(frozen=True, slots=True)
class PublicGoods:
    """A product, lot or single object as the public sees it (Circular 02/2024, items 1 to 9). Texts may be empty."""

    gtin: str
    lot: str
    serial: str
    name: str
    brand: str
    producer: str
    address: str
    origin: str  # a country code or name
    produced_on: str
    best_before: str
    expires_on: str
    steps: tuple[PublicStep, ...]
    notices: tuple[Notice, ...]


# ------------------------------------------------------------------------------------------- which thing


def _things(link: DigitalLink) -> tuple[str, str | None, str | None]:
    """The kind, the lot and the single object that a link names."""
    named = {element.ai: element for element in link.qualifiers}

    def thing(*qualifiers: Element) -> str:
        return thing_of(DigitalLink(CANONICAL_STEM, link.key, qualifiers).uri())

    lot = thing(named[_LOT]) if _LOT in named else None
    serial = next((thing(named[ai]) for ai in _SERIALS if ai in named), None)
    return thing(), lot, serial


def _is_told_of(thing: str | None) -> bool:
    return thing is not None and Link.objects.filter(thing=thing).exists()


def is_known(link: DigitalLink) -> bool:
    """Whether anything was told of a key that is neither goods nor a place."""
    return link.key.ai not in UNTOLD_KEYS and _is_told_of(thing_of(link.uri()))


def public_place(link: DigitalLink) -> PlaceName | None:
    """A place or party by its GLN; None where nobody named it."""
    thing = thing_of(DigitalLink(CANONICAL_STEM, link.key, link.qualifiers).uri())
    names = Names([thing])
    first = names.first_to_speak(thing)
    found = names.place(thing, [*sorted(authorities()), *([first] if first else [])])
    return found if found.name or found.address else None


def public_goods(link: DigitalLink) -> PublicGoods | None:
    """A product, lot or single object by the link on its label; None where nothing is known, not even of its kind."""
    kind, lot, serial = _things(link)
    trusted = authorities()
    subject = serial if _is_told_of(serial) else lot if _is_told_of(lot) else None
    if subject is None:
        found = _only_kind(kind, trusted)
        return (
            None if found is None else _as_labelled(found, link, [Notice.UNKNOWN_LOT] if lot else [], serial)
        )
    told = journey(subject, authorities=trusted)
    notices = []
    if serial not in {None, subject}:
        notices.append(Notice.UNKNOWN_SERIAL)
    if lot is not None and subject == serial and _is_of_another_lot(told, lot, trusted):
        notices.append(Notice.OTHER_LOT)
    if not told.events:
        notices.append(Notice.NO_HISTORY)
    return _as_labelled(_with_journey(told, trusted), link, notices, None)


def _is_of_another_lot(told: Journey, lot: str, trusted: frozenset[int]) -> bool:
    """Whether a single object belongs to another lot, or somebody else than the maker of the lot gave it its number."""
    if told.lots:
        return lot not in told.lots
    maker = maker_of(lot, authorities=trusted)
    return maker is not None and maker != told.makers.get(told.thing)


def _as_labelled(
    found: PublicGoods, link: DigitalLink, notices: list[Notice], unknown_serial: str | None
) -> PublicGoods:
    """With the numbers of the label, and what is to be said of them."""
    named = {element.ai: element.value for element in link.qualifiers}
    said = {*found.notices, *notices, *([Notice.UNKNOWN_SERIAL] if unknown_serial else [])}
    return replace(
        found,
        gtin=link.key.value[:14],
        lot=shown(named.get(_LOT, found.lot)),
        serial=shown(next((named[ai] for ai in _SERIALS if ai in named), "")),
        notices=tuple(notice for notice in Notice if notice in said),
    )


# ------------------------------------------------------------------------------------------- goods


def _first_maker(kind: str) -> int | None:
    """The party that first said it made a lot of a kind of goods."""
    start = f"{kind}/{_LOT}/"
    made = Link.objects.filter(thing__gte=start, thing__lt=start[:-1] + "0", touch=Touch.MADE)
    return made.order_by("event").values_list("owner", flat=True).first()


def _only_kind(kind: str, trusted: Iterable[int]) -> PublicGoods | None:
    names = Names([kind])
    if not names.knows(kind) and not _is_told_of(kind) and not _is_told_of(link_name(kind, Touch.CLASS)):
        return None
    maker = _first_maker(kind) or names.first_to_speak(kind)
    voices = [*([maker] if maker else []), *sorted(trusted)]
    return _described(kind, names, voices, parties(voices).get(maker or 0), {})


def _with_journey(found: Journey, trusted: Iterable[int]) -> PublicGoods:
    kinds = {one for event in found.events for one in (*event.goods, *event.made_of)}
    places = {event.place for event in found.events if event.place}
    names = Names({found.thing, *kinds, *places})
    maker = next((found.makers[one] for one in (found.thing, *found.lots) if one in found.makers), None)
    makers = sorted(set(found.makers.values()) - {maker})
    voices = [*([maker] if maker else []), *makers, *sorted(trusted)]
    people = parties({*voices, *(event.owner for event in found.events)})
    told = _described(product_of(found.thing), names, voices, people.get(maker or 0), found.made)
    steps = _steps(found, names, people, voices)
    own = {found.thing, *found.lots}
    stands = [event.disposition for event in found.events if event.disposition and own & set(event.goods)]
    return replace(
        told,
        lot=_lot_of(found.lots[0]) if found.lots else "",
        steps=steps,
        notices=(*told.notices, *_warnings(is_recalled=stands[-1:] == ["recalled"], is_whole=found.is_whole)),
    )


def _warnings(*, is_recalled: bool, is_whole: bool) -> list[Notice]:
    said = ((Notice.RECALLED, is_recalled), (Notice.TOO_LONG, not is_whole))
    return [notice for notice, holds in said if holds]


def _described(
    kind: str, names: Names, voices: Sequence[int], maker: TraceParty | None, made: Mapping[int, int]
) -> PublicGoods:
    """Name, maker and dates of goods, without their journey."""
    said = _said_of_lot(made)
    is_example = maker is not None and bool(maker.illustrative)
    return PublicGoods(
        gtin="",
        lot="",
        serial="",
        name=names.value(kind, _NAMES, voices),
        brand=names.value(kind, _BRANDS, voices),
        producer=shown(maker.name) if maker else "",
        address=shown(maker.address) or _site(maker, voices) if maker else "",
        origin=shown(said.get("countryOfOrigin", "") or names.value(kind, ("countryOfOrigin",), voices)),
        produced_on=_day(said.get("productionDate", "")),
        best_before=_day(said.get("bestBeforeDate", "")),
        expires_on=_day(said.get("itemExpirationDate", "") or said.get("expirationDate", "")),
        steps=(),
        notices=(Notice.ILLUSTRATIVE,) if is_example else (),
    )


def _site(maker: TraceParty, voices: Sequence[int]) -> str:
    """The address of a party that the register gives none: as master data of its GLN say."""
    places = [f"{CANONICAL_STEM}/{key}/{maker.gln}" for key in ("417", "414")]
    names = Names(places)
    return next((text for place in places if (text := names.place(place, voices).address)), "")


def _said_of_lot(made: Mapping[int, int]) -> dict[str, str]:
    """What the events that brought goods into being say of them (ILMD); the earliest to say something is heard."""
    found: dict[str, str] = {}
    earliest = sorted(made.items(), key=lambda event: (event[1], event[0]))[:_MOST_BODIES]
    rows = rows_by_id(earliest, ALL)
    for row in sorted(rows, key=lambda row: (row.event_time, row.event_time_rest, row.body)):
        for name, value in attributes(getattr(row.event, "ilmd", NO_EXTENSIONS)).items():
            found.setdefault(name, value)
    return found


def _day(text: str) -> str:
    """A day as ISO 8601 has it, without the time of day; anything else as it is, if it is short."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return shown(text, 40)


# ------------------------------------------------------------------------------------------- steps


def _lot_of(thing: str) -> str:
    """The lot number in the id of a lot."""
    return shown(unescape(thing.partition(f"/{_LOT}/")[2]))


def _steps(
    found: Journey, names: Names, people: dict[int, TraceParty], voices: Sequence[int]
) -> tuple[PublicStep, ...]:
    def goods(things: Iterable[str]) -> tuple[Goods, ...]:
        named = {
            Goods(_goods_name(one, names, found, voices), _lot_of(one))
            for one in things
            if one not in {found.thing, *found.lots}
        }
        return tuple(sorted(one for one in named if one.name or one.lot))

    groups: dict[tuple[object, ...], list[PublicStep]] = defaultdict(list)
    for event in found.events:
        step = _step(event, names, people, voices, goods(event.goods), goods(event.made_of))
        groups[step.words, step.place, step.party, step.at.date()].append(step)
    steps = [
        replace(
            alike[0],
            goods=tuple(sorted({one for step in alike for one in step.goods})),
            made_of=tuple(sorted({one for step in alike for one in step.made_of})),
        )
        for alike in groups.values()
    ]
    return tuple(sorted(steps, key=lambda step: step.at))


def _goods_name(thing: str, names: Names, found: Journey, voices: Sequence[int]) -> str:
    maker = found.makers.get(thing)
    heard = [*([maker] if maker else []), *voices]
    return names.value(product_of(thing), _NAMES, heard)


def _step(
    event: PublicEvent,
    names: Names,
    people: dict[int, TraceParty],
    voices: Sequence[int],
    goods: tuple[Goods, ...],
    made_of: tuple[Goods, ...],
) -> PublicStep:
    party = people.get(event.owner)
    return PublicStep(
        words=step_words(event.biz_step, event.event_type, event.action),
        at=_local(event.event_time),
        place=names.place(event.place, [event.owner, *voices]) if event.place else _NOWHERE,
        party=shown(party.name) if party else "",
        goods=goods,
        made_of=made_of,
        event_type=event.event_type,
        biz_step=event.biz_step,
    )


def _local(microseconds: int) -> datetime:
    """An instant as the clocks of the country show it."""
    try:
        return timezone.localtime(instant(microseconds))
    except OverflowError:  # a year before 1 or after 9999
        return timezone.localtime(instant(0))
