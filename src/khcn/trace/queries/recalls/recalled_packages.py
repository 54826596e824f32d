"""In which recalled packages things were at the time of their recall (docs/adr/0028).

A package is whatever something was packed in: a box, a pallet, a container, a case of goods, each in another. What is in it when
it is recalled is recalled with it, and stays so when it is unpacked. A recall of a case of goods (it has a GTIN), of its lot or of its
product is also one of what is packed into it later, while it is in it. That a thing is in it counts from the parties that are
trusted for the thing: an authority, its maker, for a single object a party that possessed it, for a lot a party of its chain. What others
than an authority and the party of the recall report after the recall takes nothing out of it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Q

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.packings import MOST_LEVELS, reached_from
from khcn.trace.queries.holders.holders import Statement
from khcn.trace.queries.holders.lot_packers import LotPackers
from khcn.trace.queries.packages.amounts import Moved, all_out_at
from khcn.trace.queries.packages.package_removals import amounts_in, removals_from, things_taken_out
from khcn.trace.queries.packages.removals_by_receivers import MOST_REMOVALS, removals_by_receivers
from khcn.trace.queries.recalls.recalled_cases import names_of_recalled
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_trade_item
from khcn.trace.store.encoding.lineage_graph import AMOUNT_OF
from khcn.trace.store.statements.declarations import (
    ReportedEvent,
    voided_elsewhere,
    withdrawn_by_their_parties,
)
from khcn.trace.store.statements.events_by_id import events_by_id
from khcn.trace.store.statements.packed_in import containers_of, packings_into
from khcn.trace.store.statements.recall_statements import things_of_recalls
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.graph.traversal_terms import HoldersRemoval
    from khcn.trace.queries.holders.holders import Holders
    from khcn.trace.queries.recalls.recall_terms import RecallSubject

MOST_PACKINGS: Final = 50_000
"""So many containers around a thing are looked at, the inner levels first, and so many packings into those that are recalled."""

MOST_NAMES: Final = 100
"""Of so many recalled packages around a thing it is asked whether their recalls are in force."""

_BATCH_SIZE: Final = 500
_FOREVER: Final = 2**62  # after every event
_PACKED: Final = {"side": EdgeSide.SOURCE, "kind": EdgeKind.CONTAINMENT}


class _Packing(NamedTuple):
    """The report of a party that it packed a thing into a container."""

    thing: str
    container: str
    event: int
    event_time: int
    owner: int
    voided: bool


class _Removal(NamedTuple):
    """The report of a party that it took something out of a container."""

    event: int
    event_time: int
    owner: int
    things: frozenset[str] | None  # those that it took out whole; None: everything


class _Report(NamedTuple):
    event_id: str
    event_time_rest: str
    recorded_at: int


class RecalledPackages:
    """The packages around some things of which a trusted party reported a recall.

    What others report is not read, so it costs a page nothing.
    """

    def __init__(self, subjects: Iterable[RecallSubject], authorities: Collection[int]) -> None:
        """Reads them.

        Args:
            subjects: the things, and who is trusted for each.
            authorities: the parties that are trusted in everything.
        """
        self._subjects = {one.thing: one for one in subjects}
        self._authorities = authorities
        self._parties = frozenset(authorities).union(*(one.trusted for one in self._subjects.values()))
        lots = {thing: one.former for thing, one in self._subjects.items() if is_lot(thing)}
        self._packers_of_lots = LotPackers(lots, authorities)
        self._packers: set[int] = set()
        self.is_whole = True
        """Whether all was read; otherwise recalls may be missing."""
        self.is_packed_by_others = False
        """Whether parties that are not trusted packed the things, or what they are in; a holder of an object may be one of them."""
        self._contents = contents = self._walk()
        found = names_of_recalled(contents, self._parties, authorities)
        # those of lots and products first, as they name many packages
        listed = sorted(found, key=lambda name: (name in contents, name))
        self.is_whole &= len(listed) <= MOST_NAMES
        self._named = {name: found[name] for name in listed[:MOST_NAMES]}
        self.names = [*self._named]
        """By what the recalls name the packages: their ids, and of cases of goods their lots and products."""
        self._packings: dict[str, list[_Packing]] = defaultdict(list)
        leading = reached_from(set().union(*self._named.values()), contents) & contents.keys()
        for one in self._packings_of({container: contents[container] for container in leading}):
            self._packings[one.thing].append(one)

    def recalled_by_others(self) -> set[str]:
        """The things in packages of which parties that are not trusted reported a recall: a holder of an object may be one of them."""
        recalled = things_of_recalls(self._contents, without=self._parties)
        return reached_from(recalled, self._contents) & self._subjects.keys() if recalled else set()

    def contained(self, thing: str, name: str, statement: Statement) -> bool:
        """Whether a thing was in a package that a recall names when a party recalled it.

        What is in a case of goods is a part of it: there it is enough that the thing is in it now.
        """
        subject, packages = self._subjects[thing], self._named[name]
        now = statement._replace(event_time=_FOREVER, recorded_at=_FOREVER)
        return self._was_in_any(subject, packages, statement) or (
            is_trade_item(name) and self._was_in_any(subject, packages, now)
        )

    def _was_in_any(self, subject: RecallSubject, packages: Collection[str], statement: Statement) -> bool:
        waiting: list[tuple[str, _Packing | None]] = [(subject.thing, None)]
        seen = {subject.thing}
        while waiting:
            thing, entry = waiting.pop()
            # the latest first: by it the subject came into what may have stood in others before
            for packing in sorted(
                self._packings.get(thing, ()), key=lambda one: one.event_time, reverse=True
            ):
                if packing.container in seen or not self._was_in(packing, entry, subject, statement):
                    continue
                if packing.container in packages:
                    return True
                seen.add(packing.container)
                later = packing if entry is None else max(entry, packing, key=lambda one: one.event_time)
                waiting.append((packing.container, later))
        return False

    # ------------------------------------------------------------------------------------ what was packed in what

    def _walk(self) -> dict[str, set[str]]:
        """The containers around the things, each with what was packed in it on the way.

        One level more is asked for than is promised, so that it is known whether something was left out.
        """
        contents: dict[str, set[str]] = defaultdict(set)
        inside, seen, room = set(self._subjects), set(self._subjects), MOST_PACKINGS
        for _level in range(MOST_LEVELS + 1):
            outer: set[str] = set()
            for part in chunks(sorted(inside), _BATCH_SIZE):
                ends = LineageEdgeEnd.objects.filter(thing__in=part, **_PACKED)
                owners = {owner for (owner,) in values_everywhere(ends.order_by().distinct(), "owner")}
                trusted = self._trusted(owners)
                self.is_packed_by_others |= trusted != owners
                if not trusted:
                    continue
                self._packers |= trusted
                pairs = containers_of(part, trusted, most=room + 1)
                self.is_whole &= len(pairs) <= room
                for thing, container in pairs[:room]:
                    contents[container].add(thing)
                    outer.add(container)
                room = max(room - len(pairs), 0)
            inside = outer - seen
            seen |= inside
            if not inside:
                return contents
        self.is_whole = False
        return contents

    def _packings_of(self, contents: Mapping[str, Collection[str]]) -> list[_Packing]:
        """The packings by trusted parties into some containers."""
        rows: list[tuple[Any, ...]] = []
        room = MOST_PACKINGS
        for part in chunks(sorted(contents), _BATCH_SIZE):
            things = sorted(set().union(*(contents[one] for one in part)))
            for some in chunks(things, _BATCH_SIZE):
                found = packings_into(part, some, self._packers, most=room + 1)
                self.is_whole &= len(found) <= room
                rows += found[:room]
                room = max(room - len(found), 0)
        wrong = voided_elsewhere({row[2]: row[3] for row in rows})
        return [
            _Packing(thing, container, event, moment, owner, bool(voided) or event in wrong)
            for thing, container, event, moment, owner, voided in rows
        ]

    # ------------------------------------------------------------------------------------ which reports are trusted

    def _was_in(
        self, packing: _Packing, entry: _Packing | None, subject: RecallSubject, statement: Statement
    ) -> bool:
        """Whether the thing of a packing was in the container at the time of a recall.

        ``entry``: the packing by which the subject came into that thing, where it is not the thing itself.
        """
        if packing.event_time > statement.event_time:
            packing = self._at_capture(packing)
        return (
            packing.event_time <= statement.event_time
            and self._is_valid(packing, statement)
            and self._is_trusted(packing, entry, subject, statement)
            and not self._was_removed(packing, statement)
        )

    def _at_capture(self, packing: _Packing) -> _Packing:
        """A packing that was dated ahead had happened when it was captured."""
        report = self._reports.get(packing.event)
        if report is None:
            return packing
        return packing._replace(event_time=min(packing.event_time, report.recorded_at))

    def _is_valid(self, packing: _Packing, statement: Statement) -> bool:
        """Whether a packing had not been declared wrong when the recall was reported, and not by who may end the recall since."""
        if not packing.voided:
            return True
        withdrawn = self._withdrawn.get(packing.event)
        return (
            withdrawn is not None
            and withdrawn[0] > statement.recorded_at
            and packing.owner != statement.owner
        )

    def _is_trusted(
        self, packing: _Packing, entry: _Packing | None, subject: RecallSubject, statement: Statement
    ) -> bool:
        if packing.owner in self._authorities or packing.owner in subject.made_by:
            return True
        report = self._reports.get(packing.event)
        if report is None:
            return False
        if is_lot(subject.thing):
            return report.recorded_at <= statement.recorded_at and self._packers_of_lots.counts(
                subject.thing, packing.owner, statement
            )
        return subject.holders is not None and self._is_holders(packing, entry, report, subject.holders)

    def _is_holders(
        self, packing: _Packing, entry: _Packing | None, report: _Report, holders: Holders
    ) -> bool:
        """Whether the holder of an object packed it, or a container into which it came later: then who held it when it came."""
        own = Statement(
            packing.event_time, report.event_time_rest, packing.event, packing.owner, report.recorded_at
        )
        if holders.is_holder(own):
            return True
        came = None if entry is None else self._reports.get(entry.event)
        if entry is None or came is None or entry.event_time <= packing.event_time:
            return False
        recorded = max(came.recorded_at, report.recorded_at)
        return holders.is_holder(
            Statement(entry.event_time, came.event_time_rest, entry.event, packing.owner, recorded)
        )

    def _trusted(self, owners: Collection[int]) -> set[int]:
        """Those of some parties that may have packed the things: trusted everywhere, holders, or of a chain of a lot that counts."""
        certain = set(self._parties.intersection(owners))
        return certain | self._packers_of_lots.among(set(owners) - certain)

    def _was_removed(self, packing: _Packing, statement: Statement) -> bool:
        removals = [
            one
            for one in self._removals.get(packing.container, ())
            if (
                packing.event_time <= one.event_time < statement.event_time
                if one.things is not None
                else packing.event_time < one.event_time < statement.event_time
            )
            and one.event != statement.number
            and self._counts(one, packing, statement)
        ]
        return any(
            one.things is None or packing.thing in one.things for one in removals
        ) or self._was_all_taken(packing, removals, statement)

    def _was_all_taken(self, packing: _Packing, removals: Iterable[_Removal], statement: Statement) -> bool:
        """Whether so much was taken out of the container by quantity as had been packed since."""
        begin = f"{AMOUNT_OF}{packing.thing} "
        name = next((one for one in self._amounts.get(packing.event, ()) if one.startswith(begin)), None)
        if name is None:
            return False
        packed = (
            one
            for one in self._packings[packing.thing]
            if packing.event_time <= one.event_time <= statement.event_time and self._is_valid(one, statement)
        )
        moves = [(one.event, one.event_time, one.owner, False) for one in packed]
        moves += [(one.event, one.event_time, one.owner, True) for one in removals]
        moved = [
            Moved(moment, owner, self._amounts[event][name], is_out)
            for event, moment, owner, is_out in moves
            if name in self._amounts.get(event, ())
        ]
        return all_out_at(packing.owner, moved) is not None

    def _counts(self, removal: _Removal, packing: _Packing, statement: Statement) -> bool:
        if removal.owner in self._authorities:
            return True
        report = self._reports.get(removal.event)
        if report is None or (
            report.recorded_at > statement.recorded_at and removal.owner != statement.owner
        ):
            return False
        return removal.owner == packing.owner or any(
            one.packer == packing.owner and packing.event_time <= one.packed_until
            for one in self._by_receivers.get(removal.event, ())
        )

    # ------------------------------------------------------------------------------------ looked up when needed

    @cached_property
    def _removals(self) -> dict[str, list[_Removal]]:
        """What was taken out of the containers by those who may, without what was declared wrong."""
        found: dict[str, list[_Removal]] = defaultdict(list)
        containers = sorted({one.container for some in self._packings.values() for one in some})
        packers = {one.owner for some in self._packings.values() for one in some}
        may_remove = Q(owner__in={*self._authorities, *packers})
        if self._by_receivers:
            may_remove |= Q(event__in=sorted(self._by_receivers)[:MOST_REMOVALS])
        room = MOST_REMOVALS
        for part in chunks(containers, _BATCH_SIZE):
            ends = removals_from(part).filter(may_remove).order_by("event")
            columns = ("thing", "event", "event_time", "owner", "kind")
            rows = sorted(values_everywhere(ends, *columns, first=room), key=lambda row: row[1])[:room]
            room -= len(rows)
            wrong = voided_elsewhere({row[1]: row[2] for row in rows})
            things = things_taken_out(
                {row[1] for row in rows if row[4] == EdgeKind.REMOVAL}, self._packings.keys()
            )
            for container, event, moment, owner, kind in rows:
                if event not in wrong:
                    removed = None if kind == EdgeKind.EMPTYING else frozenset(things[event])
                    found[container].append(_Removal(event, moment, owner, removed))
            if room <= 0:
                break
        return found

    @cached_property
    def _amounts(self) -> Mapping[int, Mapping[str, float]]:
        """How much of each lot the packings packed and the removals took out."""
        taking = {one.event for some in self._removals.values() for one in some if one.things is not None}
        packing = {one.event for some in self._packings.values() for one in some}
        return amounts_in(packing | taking) if taking else {}

    @cached_property
    def _by_receivers(self) -> Mapping[int, list[HoldersRemoval]]:
        """The removals by parties that got a container from who packed it, by their events."""
        packers: dict[str, set[int]] = defaultdict(set)
        for some in self._packings.values():
            for one in some:
                if not one.voided:
                    packers[one.container].add(one.owner)
        found: dict[int, list[HoldersRemoval]] = defaultdict(list)
        for removal in removals_by_receivers(packers, self._authorities, most=MOST_REMOVALS):
            found[removal.event].append(removal)
        return dict(found)

    @cached_property
    def _reports(self) -> dict[int, _Report]:
        """Of the packings and removals on the way what is not in the rows of their edges."""
        times = {one.event: one.event_time for some in self._packings.values() for one in some}
        times |= {one.event: one.event_time for some in self._removals.values() for one in some}
        found: dict[int, _Report] = {}
        for rows in events_by_id(times):
            columns = ("id", "event_id", "event_time_rest", "record_time")
            found.update({row[0]: _Report(*row[1:]) for row in values_everywhere(rows, *columns)})
        return found

    @cached_property
    def _withdrawn(self) -> Mapping[int, tuple[int, int]]:
        """When the parties of packings declared these wrong."""
        return withdrawn_by_their_parties(
            [
                ReportedEvent(one.event, self._reports[one.event].event_id, one.owner)
                for some in self._packings.values()
                for one in some
                if one.voided and one.event in self._reports
            ]
        )
