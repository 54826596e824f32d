"""For which things a party's own word is confirmed, so that it may see what others reported about them (docs/adr/0028).

A party is confirmed for a thing when it is the first that reported it (of a lot: reported it as created), or when a party that
is confirmed for the thing names it as source or destination in an event about the thing, or about what the thing was then
packed in. What a party says of itself confirms nothing, and neither does what two strangers say of each other.

The search begins at the party and follows backwards who named whom, so its work grows with the length of the chain and not
with the number of buyers of a lot.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import TraceParty
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.sql import Sql, either, every, fetch, one_of, text_range
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import GOODS_ROLES, INSTANCE_ROLES, EventRole, PartyObjectKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

MOST_LINKS: Final = 12
"""So many parties back a chain of parties that named each other is followed."""

MOST_CONTAINERS: Final = 3
"""So many containers around a thing are looked at: box, pallet, container."""

_ALWAYS: Final = -(2**62)
_CHUNK: Final = 500
_PLACE: Final = re.compile(r"(?: party )?(https://id\.gs1\.org/41[47]/\d{13})(?:/254/.*)?")
_NAMED: Final = (EventRole.SOURCE.value, EventRole.DESTINATION.value)
_GOODS: Final = [role.value for role in GOODS_ROLES]
_INSIDE: Final = (EventRole.CHILD.value, EventRole.CHILD_QUANTITY.value)
_KEYS: Final = ("414", "417")


class Standing(NamedTuple):
    """That the word of a party about a thing is confirmed."""

    party: int
    thing: str


class _Packing(NamedTuple):
    """What a thing is in, since when, and who said so."""

    container: str
    since: int
    packers: frozenset[int]


@dataclass(slots=True)
class _Search:
    """What has been looked up so far."""

    places: dict[int, tuple[str, ...]]  # of each party
    owners: CodeOwners = field(default_factory=CodeOwners)
    roots: dict[str, int] = field(default_factory=dict)  # of each thing the party that is confirmed first
    enough: dict[Standing, set[frozenset[Standing]]] = field(
        default_factory=lambda: defaultdict(set)
    )  # standings that confirm a standing together


def confirmed_standings(
    standings: Collection[Standing], *, places: Mapping[int, tuple[str, ...]], authorities: Collection[int]
) -> set[Standing]:
    """Those standings that are true; `places` are the GLN, as canonical Digital Links, of parties that the caller knows."""
    search = _Search(dict(places))
    known, new = set(standings), set(standings)
    for _link in range(MOST_LINKS):
        _add_roots(search, {standing.thing for standing in new})
        open_standings = {
            standing
            for standing in new
            if search.roots.get(standing.thing) != standing.party and standing.party not in authorities
        }
        if not open_standings:
            break
        new = _followed(search, open_standings) - known
        known |= new
    true = {
        standing
        for standing in known
        if standing.party in authorities or search.roots.get(standing.thing) == standing.party
    }
    size = -1
    while size != len(true):
        size = len(true)
        true |= {
            standing for standing, sets in search.enough.items() if any(needed <= true for needed in sets)
        }
    return true.intersection(standings)


def _add_roots(search: _Search, things: Collection[str]) -> None:
    """The first report of each thing in the order of capture; of a lot the first that says it was created.

    Where the department has confirmed whose the code of the product is, only reports of those parties count.
    """
    listed = sorted(things - search.roots.keys())
    first: dict[str, tuple[int, int]] = {}
    for part in chunks(listed, _CHUNK):
        lots, objects = [one for one in part if is_lot(one)], [one for one in part if not is_lot(one)]
        roles = [role.value for role in INSTANCE_ROLES]
        where = either(
            [
                every([one_of("t.thing", lots), Sql("t.role = %s", (EventRole.CREATED_LOT.value,))]),
                every([one_of("t.thing", objects), one_of("t.role", roles)]),
            ]
        )
        for thing, event, owner in fetch(
            Sql(f"SELECT t.thing, t.event, t.owner FROM trace_eventobject t WHERE {where.text}", where.values)
        ):
            allowed = search.owners.of(thing)
            if not allowed or owner in allowed:
                first[thing] = min(first.get(thing, (event, owner)), (event, owner))
    search.roots.update({thing: owner for thing, (_event, owner) in first.items()})


def _followed(search: _Search, standings: Collection[Standing]) -> set[Standing]:
    """The standings on which some standings depend."""
    parties = {standing.party for standing in standings}
    _add_places(search, parties)
    party_at = {place: party for party in parties for place in search.places.get(party, ())}
    packings = _packings(standings)
    containers: dict[tuple[int, str], list[tuple[Standing, _Packing]]] = defaultdict(list)
    for standing in standings:
        containers[standing.party, standing.thing].append(
            (standing, _Packing(standing.thing, _ALWAYS, frozenset()))
        )
        for packing in packings[standing]:
            containers[standing.party, packing.container].append((standing, packing))
    found: set[Standing] = set()
    things = sorted({thing for _party, thing in containers})
    for part in chunks(things, _CHUNK):
        for thing, moment, reporter, name in _rows_that_name(part, party_at):
            place = _PLACE.fullmatch(name)
            named = party_at.get(place[1], 0) if place else 0
            for standing, packing in containers.get((named, thing), ()):
                if named != reporter and moment >= packing.since:
                    needed = frozenset(Standing(one, standing.thing) for one in {reporter, *packing.packers})
                    search.enough[standing].add(needed)
                    found |= needed
    return found


def _packings(standings: Collection[Standing]) -> dict[Standing, list[_Packing]]:
    """What the things of standings were packed in, and what that was packed in …, as far as that party named it."""
    found: dict[Standing, list[_Packing]] = defaultdict(list)
    inside = {standing: [_Packing(standing.thing, _ALWAYS, frozenset())] for standing in standings}
    for _level in range(MOST_CONTAINERS):
        by_thing: dict[tuple[int, str], list[tuple[Standing, _Packing]]] = defaultdict(list)
        for standing, packings in inside.items():
            for packing in packings:
                by_thing[standing.party, packing.container].append((standing, packing))
        inside = defaultdict(list)
        things, parties = sorted({thing for _, thing in by_thing}), sorted({party for party, _ in by_thing})
        for part in chunks(things, _CHUNK):
            for thing, moment, packer, container, party in _packing(part, parties):
                for standing, packing in by_thing.get((party, thing), ()):
                    if moment >= packing.since:
                        inside[standing].append(_Packing(container, moment, packing.packers | {packer}))
        for standing, packings in inside.items():
            found[standing] += packings
        if not inside:
            break
    return found


def _add_places(search: _Search, parties: Iterable[int]) -> None:
    unknown = sorted(set(parties) - search.places.keys())
    for part in chunks(unknown, _CHUNK):
        rows = TraceParty.objects.filter(pk__in=part).values_list("pk", "gln")
        search.places.update({party: places_of(gln) for party, gln in rows})


def places_of(gln: str) -> tuple[str, ...]:
    """The places that a GLN stands for, as canonical Digital Links: the location and the party."""
    return tuple(f"https://id.gs1.org/{key}/{gln}" for key in _KEYS)


def _rows_that_name(things: Collection[str], party_at: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """Events about things that name some parties: thing, time, reporting party, the named place as its row has it."""
    names = [object_row_name(place, EventRole.SOURCE) for place in sorted(party_at)]
    if not names:
        return []
    where = every(
        [
            one_of("t.thing", list(things)),
            one_of("t.role", _GOODS),
            one_of("p.role", _NAMED),
            either([one_of("p.thing", names), *(text_range("p.thing", f"{name}/254/") for name in names)]),
        ]
    )
    return fetch(
        Sql(
            "SELECT DISTINCT t.thing, t.event_time, t.owner, p.thing FROM trace_eventobject t "
            f"JOIN trace_eventobject p ON p.event = t.event WHERE {where.text}",
            where.values,
        )
    )


def _packing(things: Collection[str], parties: Collection[int]) -> list[tuple[Any, ...]]:
    """What things were packed in, if some parties named it too: thing, time, packing party, container, that party."""
    where = every(
        [
            one_of("c.thing", list(things)),
            one_of("c.role", _INSIDE),
            Sql("k.role = %s", (EventRole.PARENT.value,)),
            Sql("o.kind = %s", (PartyObjectKind.INSTANCE.value,)),
            one_of("o.owner", list(parties)),
        ]
    )
    return fetch(
        Sql(
            "SELECT DISTINCT c.thing, c.event_time, c.owner, k.thing, o.owner FROM trace_eventobject c "
            "JOIN trace_eventobject k ON k.event = c.event JOIN trace_partyobject o ON o.thing = k.thing "
            f"WHERE {where.text}",
            where.values,
        )
    )
