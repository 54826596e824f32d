"""Which recalls of goods are in force, by those who are trusted in this (docs/adr/0028).

A recall is set by an event with the disposition ``recalled``, or whose persistentDisposition sets it. It stays in force
whatever moves the goods afterwards, until it is ended: by a persistentDisposition that unsets it, or by an event of an
authority that says ``active`` or ``sellable_accessible`` (an authority moves no goods, so it means just that).

The order is that of the event times. An event that was dated ahead of its capture comes in this order where it was captured, and
an end that was dated ahead ends nothing before its time.

The authority, the maker and, for a single object, its present holder may set one, and end their own and those of the parties
after them in this order; authorities also those of each other. The reports of everybody else have no effect.

A recall names the object, its lot, its product as a whole, or what it is packed in (`recalled_packages`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.queries.graph.packed_things import things_in_recalled_packages
from khcn.trace.queries.holders.holders import Holders, Statement, holders_of_goods
from khcn.trace.queries.makers.makers_and_trust import (
    all_creations_of,
    creations_of,
    first_makers,
    former_makers,
)
from khcn.trace.queries.recalls.recall_events import order_of, with_events
from khcn.trace.queries.recalls.recall_terms import (
    MOST_OF_PARTY,
    Rank,
    Recall,
    RecallScope,
    RecallSubject,
    names_of,
    once_for_each_party,
)
from khcn.trace.queries.recalls.recalled_packages import RecalledPackages
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class, is_trade_item
from khcn.trace.store.encoding.instants import microseconds, record_time
from khcn.trace.store.encoding.recall_words import (
    FIT_AGAIN,
    is_set_by,
    is_unset_by,
    reason_of,
    things_spoken_of,
)
from khcn.trace.store.statements.recall_statements import (
    recall_statements,
    recall_statements_by_party,
    things_of_recalls,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from khcn.epcis import Event
    from khcn.trace.queries.journey_terms import Journey
    from khcn.trace.queries.makers.makers_and_trust import FormerMaker

MOST_STATEMENTS: Final = 200
"""Of so many events that may set or end a recall of one thing, the latest are read: of the authorities together, and of each
other trusted party by itself. What others report is not read, so it displaces nothing."""


THINGS_TOGETHER: Final = 50
"""The packages around so many things are looked up together; fewer than `recalled_packages.MOST_NAMES`."""

MOST_APART: Final = 20
"""Of so many things of the same makers the packages are looked up for each apart, where they are too many for all together."""

MOST_MAKERS: Final = 20
"""For so many makers the packages around all their things are looked up together."""


def recalls_of_goods(
    goods: Journey, authorities: Collection[int], labelled: Collection[str] = ()
) -> tuple[list[Recall], bool]:
    """The recalls in force of the goods of a journey, themselves or with their lot, their product or what they were packed in.

    And whether these are all: False where there were too many packages around the goods to read all recalls of them.

    Args:
        goods: the journey.
        authorities: the parties that are trusted in everything.
        labelled: the lots that the label names, whether or not the goods are reported as part of them.
    """
    further = [lot for lot in dict.fromkeys(labelled) if lot not in {goods.thing, *goods.lots}]
    makers = {**first_makers(creations_of(further, authorities)), **goods.makers}
    search = RecallSearch(authorities, [goods.thing, *goods.lots, *further])
    things = (goods.thing, *goods.lots, *further)
    made_by = {thing: {makers[one] for one in {thing, *goods.lots} if one in makers} for thing in things}
    found = search.recalls_of(made_by, lambda _things: holders_of_goods(goods, goods.makers))
    return [one for thing in things for one in found[thing]], not search.cut


class RecallSearch:
    """Looks for the recalls of some things."""

    def __init__(self, authorities: Collection[int], things: Collection[str]) -> None:
        self._authorities = frozenset(authorities)
        now = datetime.now(UTC)  # noqa: TID251 -- an end that is dated ahead begins between two questions
        self._now = microseconds(record_time(now))
        self._code_owners = CodeOwners()
        self._reported = things_of_recalls({name for thing in things for name in names_of(thing)})
        self._packed = things_in_recalled_packages([one for one in things if not is_product_class(one)])
        self.cut: set[str] = set()
        """Things around which there were too many packages to read all: recalls of them may be missing."""
        self._known: dict[tuple[str, frozenset[int]], list[tuple[Statement, Event]]] = {}

    def may_be_recalled(self, thing: str) -> bool:
        """Whether somebody reported a recall of a thing, of its product, or of something that it was packed in."""
        return thing in self._packed or not self._reported.isdisjoint(names_of(thing))

    def is_named(self, thing: str) -> bool:
        """The same, but not of its product."""
        return thing in self._packed or thing in self._reported

    def recalls_by_trusted(
        self, made_by: Mapping[str, Collection[int]]
    ) -> tuple[dict[str, list[Recall]], set[str]]:
        """The recalls of some things that are in force, by authorities and makers; read for many things at once.

        And those of the things of which others may have reported a recall that counts, as their holders, by the name of the thing or of a package
        around it, or that others have packed.
        Lots in packages are left to `recalls_of`, as each has parties of its own that may pack it.
        """
        found: dict[str, list[Recall]] = {}
        others: set[str] = set()
        alike: dict[frozenset[int], list[str]] = defaultdict(list)
        for thing, some in made_by.items():
            alike[self._makers(thing, some)].append(thing)
        for makers, things in alike.items():
            trusted = self._read(things, makers)
            found |= {one: self._by_own_names(RecallSubject(one, makers), trusted) for one in things}
            single = {one for one in things if not is_lot(one)}
            others |= things_of_recalls(single & self._reported, without=self._authorities | makers)
            others |= self._packed.intersection(things) - single
            subjects = [RecallSubject(one, makers) for one in sorted(single & self._packed)]
            self._add_by_packages(
                found, subjects, most_apart=MOST_APART, most_of_party=MOST_OF_PARTY, others=others
            )
        return found, others

    def recalls_of(
        self,
        made_by: Mapping[str, Collection[int]],
        holders_of: Callable[[Collection[str]], Mapping[str, Holders]] = lambda _things: {},
        former: Mapping[str, tuple[FormerMaker, ...]] = MappingProxyType({}),
    ) -> dict[str, list[Recall]]:
        """The recalls in force of some things, by all who are trusted; read for many things together.

        Args:
            made_by: of each thing, one of those that the search was begun with, who made it.
            holders_of: looks up the holders of single objects and packages.
            former: whose packages were before.
        """
        asked = [one for one in made_by if self.may_be_recalled(one)]
        possessed = [one for one in asked if not is_lot(one) and self.is_named(one)]
        holders = holders_of(possessed) if possessed else {}
        subjects = [
            RecallSubject(one, self._makers(one, made_by[one]), holders.get(one), former.get(one, ()))
            for one in asked
        ]
        found: dict[str, list[Recall]] = {one: [] for one in made_by}
        for subject in subjects:
            found[subject.thing] += self._by_own_names(subject, self._reported)
        packed = [one for one in subjects if one.thing in self._packed]
        single = [one for one in packed if not is_lot(one.thing)]
        self._add_by_packages(found, single, most_apart=len(single))
        for subject in packed:
            if is_lot(subject.thing):  # each has parties of its own that may pack it
                found[subject.thing] += self._by_packages(subject)
        return found

    def _add_by_packages(
        self,
        found: Mapping[str, list[Recall]],
        subjects: Sequence[RecallSubject],
        *,
        most_apart: int,
        most_of_party: int | None = None,
        others: set[str] | None = None,
    ) -> None:
        """Adds the recalls of what things were packed in, read together where not too much; to `others` those that others packed or recalled so."""
        apart = most_apart
        for part in chunks(subjects, THINGS_TOGETHER):
            combined = RecalledPackages(part, self._authorities)
            if others is not None:
                packed = {one.thing for one in part} if combined.is_packed_by_others else set()
                others |= packed or combined.recalled_by_others()
            for subject in part:
                is_apart = not combined.is_whole and apart > 0 and len(part) > 1
                apart -= is_apart
                packages = None if is_apart else combined
                found[subject.thing].extend(self._by_packages(subject, packages, most_of_party=most_of_party))

    def recalls_by_packages(
        self, made_by: Mapping[str, Collection[int]]
    ) -> tuple[dict[str, list[Recall]], set[str]]:
        """The recalls in force, by authorities and makers, of what some things were packed in; read for all things of the same makers at once.

        And those of the objects in no such package that others have packed, or whose package others recalled, maybe as their holders. Where it is too much to read
        (`MOST_MAKERS`, and the limits of `RecalledPackages`) the things are in `cut`.
        """
        alike: dict[tuple[bool, tuple[int, ...]], list[str]] = defaultdict(list)
        for thing in sorted(self._packed.intersection(made_by)):
            alike[is_lot(thing), tuple(sorted(self._makers(thing, made_by[thing])))].append(thing)
        found: dict[str, list[Recall]] = {}
        others: set[str] = set()
        for (are_lots, makers), things in sorted(alike.items())[:MOST_MAKERS]:
            former = former_makers(all_creations_of(things, self._authorities)) if are_lots else {}
            subjects = [
                RecallSubject(one, frozenset(makers), former=tuple(former.get(one, ()))) for one in things
            ]
            around = RecalledPackages(subjects, self._authorities)
            self.read_ahead(dict.fromkeys(around.names, makers))
            found |= {one.thing: self._by_packages(one, around) for one in subjects}
            if not are_lots:
                asked = things if around.is_packed_by_others else around.recalled_by_others()
                others |= {one for one in asked if not found[one]}
        self.cut.update(*(things for _each, things in sorted(alike.items())[MOST_MAKERS:]))
        return found, others

    def _read(self, things: Collection[str], makers: frozenset[int]) -> set[str]:
        """Reads what authorities and makers report about things together; the names of which they report a recall."""
        names = {name for thing in things for name in names_of(thing)} & self._reported
        trusted = things_of_recalls(names, self._authorities | makers)
        for owners in (self._authorities, *(frozenset({one}) for one in makers)):
            some = [name for name in trusted if (name, owners) not in self._known]
            if not owners or not some:
                continue
            rows = recall_statements(
                some, owners=owners, fit_again=owners == self._authorities, most=MOST_STATEMENTS
            )
            statements = {name: [Statement(*row) for row in rows.get(name, ())] for name in some}
            events = dict(
                with_events({one for each in statements.values() for one in each}, self._authorities)
            )
            for name, each in statements.items():
                self._known[name, owners] = [(one, events[one]) for one in each if one in events]
        return trusted

    def _makers(self, thing: str, made_by: Collection[int]) -> frozenset[int]:
        """Who made a thing: whose the code is recalls each lot of it, also one that was never reported as made."""
        return (frozenset(made_by) | self._code_owners.of(thing)) - self._authorities

    def read_ahead(self, made_by: Mapping[str, Collection[int]]) -> None:
        """Reads together what authorities and makers report about the recalls of many names, for `recalls_by_name`.

        Args:
            made_by: by name, who made what it names; those whose its code is are added.
        """
        parties = {name: self._makers(name, some) for name, some in made_by.items()}
        rows = {
            (name, self._authorities): each
            for name, each in recall_statements(
                parties, owners=self._authorities, fit_again=True, most=MOST_STATEMENTS
            ).items()
        }
        for (name, party), each in recall_statements_by_party(parties, most=MOST_STATEMENTS).items():
            rows[name, frozenset({party})] = each
        statements = {key: [Statement(*row) for row in each] for key, each in rows.items()}
        events = dict(with_events({one for each in statements.values() for one in each}, self._authorities))
        for name, makers in parties.items():
            for owners in (self._authorities, *(frozenset({one}) for one in makers)):
                listed = statements.get((name, owners), [])
                self._known[name, owners] = [(one, events[one]) for one in listed if one in events]

    def recalls_by_name(self, thing: str, name: str, made_by: Collection[int]) -> list[Recall]:
        """The recalls in force, by authorities and makers, that name something in a package: itself, its lot or its product."""
        subject = RecallSubject(thing, self._makers(thing, made_by))
        return self._in_force(subject, name, RecallScope.CONTENTS, None)

    def _by_own_names(self, subject: RecallSubject, reported: Collection[str]) -> list[Recall]:
        """The recalls that name a thing or its product, of those names of which a recall was reported."""
        found: list[Recall] = []
        for name, scope in names_of(subject.thing).items():
            if name in reported:
                # a holder recalls the object that he holds, never a product
                own = subject if name == subject.thing else replace(subject, holders=None)
                found += self._in_force(own, name, scope, None)
        return found

    def _by_packages(
        self,
        subject: RecallSubject,
        packages: RecalledPackages | None = None,
        *,
        most_of_party: int | None = None,
    ) -> list[Recall]:
        """The recalls of what a thing was packed in, which may have been looked up with those of other things.

        With `most_of_party` so many of each party: not where it is asked afterwards when the thing was used or packed elsewhere.
        """
        if packages is None and is_lot(subject.thing):
            reports = all_creations_of([subject.thing], self._authorities)
            subject = replace(subject, former=tuple(former_makers(reports).get(subject.thing, ())))
        around = packages or RecalledPackages([subject], self._authorities)
        if not around.is_whole:
            self.cut.add(subject.thing)
        found: list[Recall] = []
        for name in around.names:
            counts = Counter(one.party for one in found) if most_of_party is not None else Counter()
            full = {party for party, count in counts.items() if count >= (most_of_party or 0)}
            owned = self._with_owners(subject, name)
            found += self._in_force(owned, name, RecallScope.PACKAGE, around, full)
        return found

    def _with_owners(self, subject: RecallSubject, name: str) -> RecallSubject:
        """The subject of a recall of a package; of a case of goods those whose its code is may recall what is in it."""
        owners = self._code_owners.of(name) - self._authorities if is_trade_item(name) else set()
        return replace(subject, made_by=subject.made_by | owners)

    def _in_force(
        self,
        subject: RecallSubject,
        name: str,
        scope: RecallScope,
        packages: RecalledPackages | None,
        passed_over: Collection[int] = (),
    ) -> list[Recall]:
        """The recalls of a thing by a name that are in force, but for those that some parties set."""
        in_force: list[Recall] = []
        for statement, event in self._statements(subject, name):
            rank = self._rank(subject, statement)
            if is_set_by(event):
                if (
                    rank is not None
                    and statement.owner not in passed_over
                    and (packages is None or packages.contained(subject.thing, name, statement))
                ):
                    in_force.append(_recall(subject.thing, name, scope, statement, rank, reason_of(event)))
            elif statement.event_time <= self._now and (
                is_unset_by(event)
                or (
                    rank is Rank.AUTHORITY
                    and event.disposition in FIT_AGAIN
                    and name in things_spoken_of(event)
                )
            ):
                in_force = [one for one in in_force if not self._ends(statement, rank, one)]
        return once_for_each_party(in_force)

    def _ends(self, statement: Statement, rank: Rank | None, recall: Recall) -> bool:
        """Whether the end that a party reports is one of a recall: of its own, or of a party after it.

        Authorities end each other's, other parties of one rank do not. Who only says that he made a thing, and is not
        confirmed for its code, ends his own alone.
        """
        if rank is Rank.AUTHORITY or recall.party == statement.owner:
            return True
        confirmed = self._code_owners.of(recall.subject) | self._code_owners.of(recall.named)
        return rank is Rank.MAKER and recall.rank < rank and statement.owner in confirmed

    def _rank(self, subject: RecallSubject, statement: Statement) -> Rank | None:
        if statement.owner in self._authorities:
            return Rank.AUTHORITY
        if subject.is_maker(statement.owner, (statement.recorded_at, statement.number)):
            return Rank.MAKER
        if subject.holders is not None and subject.holders.is_holder(statement):
            return Rank.HOLDER
        return None

    def _statements(self, subject: RecallSubject, name: str) -> list[tuple[Statement, Event]]:
        """The events about a thing that may set or end a recall, of all whose word may count, in their order."""
        holders = subject.holders.parties if subject.holders else set()
        others = subject.made_by | (holders | subject.users_before) - self._authorities
        parties = [self._authorities, *(frozenset({one}) for one in sorted(others))]
        found = {entry[0].number: entry for owners in parties for entry in self._statements_of(name, owners)}
        return sorted(found.values(), key=lambda entry: order_of(entry[0]))

    def _statements_of(self, name: str, owners: frozenset[int]) -> list[tuple[Statement, Event]]:
        if not owners:
            return []
        if (name, owners) not in self._known:
            rows = recall_statements(
                [name], owners=owners, fit_again=owners == self._authorities, most=MOST_STATEMENTS
            )
            statements = [Statement(*row) for row in rows.get(name, ())]
            self._known[name, owners] = with_events(statements, self._authorities)
        return self._known[name, owners]


def _recall(
    subject: str, name: str, scope: RecallScope, statement: Statement, rank: Rank, reason: str
) -> Recall:
    is_of_part = scope is RecallScope.PACKAGE and is_lot(subject)
    return Recall(subject, name, scope, statement.owner, rank, statement.event_time, reason, is_of_part)
