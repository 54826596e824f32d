"""Whose word counts: who made a thing, whose telling of it is believed, and what was declared wrong.

Anybody with a key may capture an event about anything. A thing was made by the first party that says so, in the order of
capture (docs/adr/0010); authorities are believed in everything.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.province import province_key
from khcn.trace.enums import Passage, Side, Touch
from khcn.trace.models import Event, Flow, Identity, Link
from khcn.trace.queries.traversal import KNOT
from khcn.trace.store.encoding.rows import declaration_of, identity_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.lineage import Passing, Where

_AT_ONCE: Final = 1000
_MADE_BY: Final = (Passage.TRANSFORMATION, Passage.MEMBERSHIP)


class Claim(NamedTuple):
    """That a party says by an event that it made a thing."""

    event: int
    thing: str
    owner: int
    event_time: int


def claims_of(things: Collection[str], authorities: Collection[int]) -> list[Claim]:
    """Who says to have made what, in the order of capture; without what was declared wrong."""
    listed = sorted(things)
    found: set[Claim] = set()
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        links = Link.objects.filter(thing__in=some, touch=Touch.MADE)
        flows = Flow.objects.filter(thing__in=some, side=Side.PRODUCT, passage__in=_MADE_BY, voided=False)
        said = [Claim(*row) for row in links.values_list(*Claim._fields)]
        void = _void({claim.event: claim.event_time for claim in said}, authorities)
        found.update(claim for claim in said if claim.event not in void)
        found.update(Claim(*row) for row in flows.values_list(*Claim._fields))
    return sorted(found)


def first_to_claim(claims: Iterable[Claim]) -> dict[str, int]:
    """Of each thing the party that first said it made it; claims come in the order of capture."""
    found: dict[str, int] = {}
    for claim in claims:
        found.setdefault(claim.thing, claim.owner)
    return found


def trusted(
    passings: Mapping[Where, Passing], makers: Mapping[str, int], authorities: Collection[int]
) -> dict[Where, Passing]:
    """The passages told by those who made their products; of a transformation told by several events, all by one party.

    Which objects are of a lot is for the maker of the lot to say.
    """
    found: dict[Where, Passing] = {}
    tellers: dict[str, set[int]] = defaultdict(set)
    for where, passing in passings.items():
        sayers = passing.sources if passing.kind is Passage.MEMBERSHIP else passing.products
        wanted = {makers[one] for one in sayers if one in makers}
        if passing.kind is Passage.CONTAINMENT or passing.owners & (wanted | set(authorities)):
            found[where] = passing
            for knot in _knots(passing):
                tellers[knot] |= passing.owners
    for where, passing in passings.items():
        if where not in found and any(passing.owners & tellers[knot] for knot in _knots(passing)):
            found[where] = passing
    return found


def _knots(passing: Passing) -> list[str]:
    return [one for one in passing.products | passing.sources if one.startswith(KNOT)]


def event_rows(times: Mapping[int, int]) -> list[Event]:
    """Events by number and time, without their bodies and without declarations."""
    found: list[Event] = []
    numbers = sorted(times)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        rows = Event.objects.filter(id__in=some, event_time__in={times[one] for one in some}, declared=False)
        found += rows.defer("body")
    return found


def _void(times: Mapping[int, int], authorities: Collection[int]) -> set[int]:
    """Those of some events that declare an error or were declared wrong themselves."""
    rows = event_rows(times)
    return set(times) - {row.id for row in rows} | declared_wrong(rows, authorities)


def declared_wrong(rows: Collection[Event], authorities: Collection[int]) -> set[int]:
    """Those of some events that their own party, or an authority, declared wrong; nobody else can."""
    province = province_key()
    keys = {identity_key(province, declaration_of(row.event_id)): row for row in rows}
    declarations: dict[int, tuple[int, Event]] = {}
    listed = sorted(keys)
    for start in range(0, len(listed), _AT_ONCE):
        known = Identity.objects.filter(key__in=listed[start : start + _AT_ONCE])
        for key, number, moment in known.values_list("key", "event", "event_time"):
            declarations[number] = moment, keys[bytes(key)]
    found = set()
    numbers = sorted(declarations)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        moments = {declarations[number][0] for number in some}
        declared = Event.objects.filter(id__in=some, event_time__in=moments)
        for number, owner in declared.values_list("id", "owner"):
            event = declarations[number][1]
            if owner == event.owner or owner in authorities:
                found.add(event.id)
    return found


def maker_of(thing: str, *, authorities: Collection[int]) -> int | None:
    """The party that first said it made a lot or a single object."""
    return first_to_claim(claims_of([thing], authorities)).get(thing)
