"""For which things a party's own word is confirmed, so that it may see what others reported about them (docs/adr/0028).

The first word about a thing has the party that the department has confirmed for its code. Where there is none, each party
that reported the thing as created or packed has a chain of its own, and so has each further one that reports the same: such a report
takes nothing away from another, and shows nothing of it. To a chain belong its first party and those that a party of the
chain names as source or destination in an event about the thing, or about what the thing was then packed in. What a party
says of itself confirms nothing, and neither does what two strangers say of each other. Events that were declared wrong do
not count. What its own party declared wrong gives no look; but who was named by it is no outsider, and counts as a holder
beyond whom the chain does not look, so that nobody sees more by correcting what he reported (`Confirmed.named`).

That a chain names a party gives this party a look at the chain. What the party reports is shown to that chain alone where no
further chain names it; else to its own chain, and to those of the parties that it says it got the thing from (`_shown_to`).

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
from khcn.trace.store.database.stores import looked_up_once, values_everywhere
from khcn.trace.store.statements.declarations import events_without_effect
from khcn.trace.store.statements.first_reports import first_parties
from khcn.trace.store.statements.named_parties import packings_named_by, rows_that_name
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

MOST_LINKS: Final = 12
"""So many parties back a chain of parties that named each other is followed."""

MOST_CONTAINERS: Final = 3
"""So many containers around a thing are looked at: box, pallet, container."""

_ALWAYS: Final = -(2**62)
_CHUNK: Final = 500
_PLACE: Final = re.compile(r"(?: party )?(https://id\.gs1\.org/41[47]/\d{13})(?:/254/.*)?")
_KEYS: Final = ("414", "417")


class Standing(NamedTuple):
    """That the word of a party about a thing is confirmed."""

    party: int
    thing: str


class Receipt(NamedTuple):
    """That a party was named with a thing, when, in which event, and by which party."""

    event_time: int
    event: int
    giver: int
    is_sent: bool  # as its destination; otherwise as its source: who says so got it from the party


class ReportedThing(NamedTuple):
    """An event that somebody may see, its party, and whether it names a giver or a receiver."""

    event: int
    owner: int
    names_parties: bool


class _Handover(NamedTuple):
    receipt: Receipt
    needed: frozenset[Standing]  # the standings that confirm it together
    withdrawn: bool  # whether the party of one of its events declared that event wrong


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The chains of each standing (by the first party of the chain), first parties, and what was received."""

    chains: Mapping[Standing, frozenset[int]]
    named: Mapping[
        Standing, frozenset[int]
    ]  # the chains, with those whose hand-over was declared wrong by its party
    shown_to: Mapping[Standing, frozenset[int]]  # the chains that see what a party reports of a thing
    first: Mapping[
        str, Mapping[int, int]
    ]  # of each thing the first parties of its chains, and the event by which
    receipts: Mapping[Standing, Mapping[Receipt, frozenset[int]]]  # with the chains that confirm each
    without_owner: Collection[str]  # things whose code the department has confirmed for nobody

    def of(self, party: int, thing: str) -> frozenset[int]:
        """The chains of a party for a thing; empty where its word is not confirmed."""
        return self.chains.get(Standing(party, thing), frozenset())

    def was_in(self, chain: int, party: int, thing: str) -> bool:
        """Whether a party belongs to a chain, or did before a party of the chain declared its own event wrong."""
        return chain in self.named.get(Standing(party, thing), ())

    def shows(self, chain: int, thing: str, report: ReportedThing) -> bool:
        """Whether a chain may see what another party reported of a thing that is one step away.

        What parties outside of all chains report is shown to the chain that was begun first. Under a code without confirmed
        owner it sees nothing of their trade, and a chain sees no trade that was reported before the chain was begun: so
        nobody gets it by saying afterwards that the thing is his own.
        """
        first = self.first.get(thing, {})
        if report.names_parties and thing in self.without_owner and report.event < first.get(chain, 0):
            return False
        if self.of(report.owner, thing):
            return chain in self.shown_to[Standing(report.owner, thing)]
        if self.named.get(Standing(report.owner, thing)):
            return False
        return (not first or min(first, key=lambda one: first[one]) == chain) and not (
            report.names_parties and thing in self.without_owner
        )


class _Packing(NamedTuple):
    """What a thing is in, since when, and who said so."""

    container: str
    since: int
    packers: frozenset[int]
    withdrawn: bool = False  # whether its party declared it wrong


class _Alike(NamedTuple):
    """Since when, by whom, and with what standing packings were reported: all but what they are of."""

    since: int
    packers: frozenset[int]
    withdrawn: bool


@dataclass(slots=True)
class _Search:
    """What has been looked up so far."""

    places: dict[int, tuple[str, ...]]  # of each party
    owners: CodeOwners = field(default_factory=CodeOwners)
    authorities: Collection[int] = ()
    begun: Mapping[str, Collection[int]] = field(default_factory=dict)
    first: dict[str, Mapping[int, int]] = field(default_factory=dict)
    without_owner: set[str] = field(default_factory=set)
    handovers: dict[Standing, set[_Handover]] = field(default_factory=lambda: defaultdict(set))
    givers: dict[Standing, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )  # whom a party names as source


def confirmed_standings(
    standings: Collection[Standing],
    *,
    places: Mapping[int, tuple[str, ...]],
    authorities: Collection[int],
    begun: Mapping[str, Collection[int]] | None = None,
) -> Confirmed:
    """Which of those standings are true.

    Args:
        standings: what is asked.
        places: the GLN, as canonical Digital Links, of parties that the caller knows.
        authorities: the parties that are trusted everywhere.
        begun: the parties that begin the chains of each thing; those that have the first word about it if None.
    """
    search = _Search(dict(places), authorities=authorities, begun=begun or {})
    return _confirmed(search, standings, with_first=begun is None)


def in_first_chains(standings: Collection[Standing], *, authorities: Collection[int]) -> set[Standing]:
    """Those of some standings whose party belongs to the chain of the thing that was begun first.

    Who began that chain belongs to it. Where all did, nobody has to be asked who named whom, which takes several statements.
    """
    search = _Search({}, authorities=authorities)
    _add_first(search, {one.thing for one in standings})
    if all(_first_of(search.first, one.thing) == one.party for one in standings):
        return set(standings)
    known = _confirmed(search, standings, with_first=True)
    return {one for one in standings if _first_of(known.first, one.thing) in known.chains[one]}


def _first_of(first: Mapping[str, Mapping[int, int]], thing: str) -> int | None:
    """The party whose chain of a thing was begun first."""
    begun = first.get(thing, {})
    return min(begun, key=lambda one: begun[one], default=None)


def _confirmed(search: _Search, standings: Collection[Standing], *, with_first: bool) -> Confirmed:
    known, new = set(standings), set(standings)
    for _link in range(MOST_LINKS):
        if with_first:
            _add_first(search, {standing.thing for standing in new})
        open_standings = {standing for standing in new if standing.party not in search.authorities}
        if not open_standings:
            break
        new = _followed(search, open_standings) - known
        known |= new
    chains, named = (_chains(search, known, withdrawn=withdrawn) for withdrawn in (False, True))
    receipts: dict[Standing, dict[Receipt, frozenset[int]]] = defaultdict(dict)
    for standing, handovers in search.handovers.items():
        for one in handovers:
            if one.withdrawn:
                continue
            confirming = _common(chains, one.needed) | receipts[standing].get(one.receipt, frozenset())
            if confirming:
                receipts[standing][one.receipt] = confirming
    shown_to = _shown_to(search, chains)
    return Confirmed(chains, named, shown_to, search.first, receipts, search.without_owner)


def _chains(
    search: _Search, standings: Collection[Standing], *, withdrawn: bool
) -> dict[Standing, frozenset[int]]:
    """The chains of each standing; `withdrawn`: also by what its own party declared wrong."""
    chains = {standing: _own_chains(search, standing) for standing in standings}
    changed = True
    while changed:
        changed = False
        for standing, handovers in search.handovers.items():
            counting = (one for one in handovers if withdrawn or not one.withdrawn)
            wider = chains[standing].union(*(_common(chains, one.needed) for one in counting))
            changed |= wider != chains[standing]
            chains[standing] = wider
    return chains


def _shown_to(
    search: _Search, chains: Mapping[Standing, frozenset[int]]
) -> Mapping[Standing, frozenset[int]]:
    """The chains that see what a party reports of a thing.

    A party that several chains name decides itself: by the chain that it began, and by the giver that it names as source. Where
    it does neither, the chain that was begun first sees it.
    """
    open_ = [one for one, each in chains.items() if len(each) > 1 and one.party not in search.authorities]
    found = dict(chains)
    for standing in open_:
        found[standing] = chains[standing] & {standing.party}
    changed = True
    while changed:
        changed = False
        for standing in open_:
            named = (
                _common(found, one.needed)
                for one in search.handovers.get(standing, ())
                if not one.withdrawn and one.receipt.giver in search.givers.get(standing, ())
            )
            wider = found[standing].union(*named)
            changed |= wider != found[standing]
            found[standing] = wider
    for standing in open_:
        first = search.first.get(standing.thing, {})
        begun = chains[standing] & first.keys()
        if not found[standing]:
            found[standing] = (
                frozenset({min(begun, key=lambda one: first[one])}) if begun else chains[standing]
            )
    return found


def _own_chains(search: _Search, standing: Standing) -> frozenset[int]:
    """The chain that a party begins; an authority belongs to all."""
    first = search.first.get(standing.thing, {})
    if standing.party in search.authorities:
        return frozenset({standing.party, *first})
    begins = standing.party in first or standing.party in search.begun.get(standing.thing, ())
    return frozenset({standing.party}) if begins else frozenset()


def _common(chains: Mapping[Standing, frozenset[int]], standings: Collection[Standing]) -> frozenset[int]:
    return frozenset.intersection(*(chains.get(one, frozenset()) for one in standings))


def _add_first(search: _Search, things: Collection[str]) -> None:
    """Who begins a chain of each thing."""
    found = first_parties(things - search.first.keys(), authorities=search.authorities, owners=search.owners)
    search.first |= found.first
    search.without_owner |= found.without_owner


def _followed(search: _Search, standings: Collection[Standing]) -> set[Standing]:
    """The standings on which some standings depend."""
    parties = {standing.party for standing in standings}
    _add_places(search, parties)
    parties_at: dict[str, list[int]] = defaultdict(list)  # one GLN may be in the registers of two provinces
    for party in sorted(parties):
        for where in search.places.get(party, ()):
            parties_at[where].append(party)
    packings = _packings(search, standings)
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
        for (event, moment, thing, reporter, name, role), withdrawn in _with_effect(
            search, rows_that_name(part, parties_at)
        ):
            place = _PLACE.fullmatch(name)
            receiving = parties_at.get(place[1], ()) if place else ()
            for named, (standing, packing) in (
                (party, one) for party in receiving for one in containers.get((party, thing), ())
            ):
                if role == EventRole.SOURCE.value and not withdrawn:
                    search.givers[Standing(reporter, standing.thing)].add(named)
                if named != reporter and moment >= packing.since:
                    needed = frozenset(Standing(one, standing.thing) for one in {reporter, *packing.packers})
                    receipt = Receipt(moment, event, reporter, role == EventRole.DESTINATION.value)
                    search.handovers[standing].add(_Handover(receipt, needed, withdrawn or packing.withdrawn))
                    found |= needed
    return found


def _with_effect(search: _Search, rows: list[tuple[Any, ...]]) -> list[tuple[tuple[Any, ...], bool]]:
    """Those of some rows (event, time; party at 3) whose events count, and those that their own party declared wrong (True).

    A declaration that repeats its event counts as withdrawn too; one of an authority not at all.
    """
    times = {row[0]: row[1] for row in rows}
    void = events_without_effect(times, search.authorities)
    withdrawn = events_without_effect({event: times[event] for event in void}, ()) if void else set()
    withdrawn -= {row[0] for row in rows if row[3] in search.authorities}
    return [(row, row[0] in withdrawn) for row in rows if row[0] not in void or row[0] in withdrawn]


def _packings(search: _Search, standings: Collection[Standing]) -> Mapping[Standing, set[_Packing]]:
    """What the things of standings were packed in, and what that was packed in …, as far as that party named it.

    The parts of an answer ask about the same standings dozens of times, and a party may pack each of thousands into each.
    """
    known: dict[Standing, set[_Packing]] = looked_up_once(("packings", frozenset(search.authorities)), dict)
    unknown = [standing for standing in standings if standing not in known]
    if unknown:
        found = _looked_up_packings(search, unknown)
        known.update({standing: found[standing] for standing in unknown})
    return known


def _looked_up_packings(search: _Search, standings: Collection[Standing]) -> dict[Standing, set[_Packing]]:
    found: dict[Standing, set[_Packing]] = defaultdict(set)
    inside = {standing: {_Packing(standing.thing, _ALWAYS, frozenset())} for standing in standings}
    for _level in range(MOST_CONTAINERS):
        things = {packing.container for packings in inside.values() for packing in packings}
        rows = packings_named_by(things, {standing.party for standing in inside})
        outwards: dict[tuple[int, str], set[tuple[int, int, str, bool]]] = defaultdict(set)
        for (_, moment, thing, packer, container, party), withdrawn in _with_effect(search, rows):
            outwards[party, thing].add((moment, packer, container, withdrawn))
        known: dict[tuple[int, _Alike, frozenset[str]], set[_Packing]] = {}
        for standing, packings in inside.items():
            inside[standing] = set().union(*_around(standing.party, packings, outwards, known))
            found[standing] |= inside[standing]
        inside = {standing: packings for standing, packings in inside.items() if packings}
        if not inside:
            break
    return found


def _around(
    party: int,
    packings: Iterable[_Packing],
    outwards: Mapping[tuple[int, str], Collection[tuple[int, int, str, bool]]],
    known: dict[tuple[int, _Alike, frozenset[str]], set[_Packing]],
) -> list[set[_Packing]]:
    """What containers were packed in. Things that are packed alike, as hundreds each into each, are looked at once (`known`)."""
    alike: dict[_Alike, set[str]] = defaultdict(set)
    for one in packings:
        alike[_Alike(one.since, one.packers, one.withdrawn)].add(one.container)
    found: list[set[_Packing]] = []
    for how, containers in alike.items():
        key = (party, how, frozenset(containers))
        if key not in known:
            known[key] = {
                _Packing(container, moment, how.packers | {packer}, how.withdrawn or withdrawn)
                for one in containers
                for moment, packer, container, withdrawn in outwards.get((party, one), ())
                if moment >= how.since
            }
        found.append(known[key])
    return found


def _add_places(search: _Search, parties: Iterable[int]) -> None:
    unknown = sorted(set(parties) - search.places.keys())
    for part in chunks(unknown, _CHUNK):
        rows = values_everywhere(TraceParty.objects.filter(pk__in=part), "pk", "gln")
        search.places.update({party: places_of(gln) for party, gln in rows})


def places_of(gln: str) -> tuple[str, ...]:
    """The places that a GLN stands for, as canonical Digital Links: the location and the party."""
    return tuple(f"https://id.gs1.org/{key}/{gln}" for key in _KEYS)
