"""Whether goods are recalled, by those who are trusted in this (docs/adr/0028).

A recall is set by an event with the disposition ``recalled``, or whose persistentDisposition sets it. It stays in force
whatever moves the goods afterwards, until it is ended: by a persistentDisposition that unsets it, or by an event of an
authority that says ``active`` or ``sellable_accessible`` (an authority moves no goods, so it means just that).

The authority, the maker and, for a single object, its present holder may set one, and end their own and those of the parties
after them in this order. The reports of everybody else have no effect.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.error_declarations import declared_wrong, events_without_declarations
from khcn.trace.queries.holders import Holders, Statement
from khcn.trace.queries.makers_and_trust import creations_of, first_makers
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.recall_statements import FIT_AGAIN, RECALLED, is_set_by, recall_statements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from khcn.epcis import Event
    from khcn.trace.queries.journey import Journey

MOST_STATEMENTS: Final = 200
"""Of so many events that may set or end a recall of one thing, the latest are read: of the authorities together, and of each
other trusted party by itself. What others report is not read, so it displaces nothing."""


class Rank(IntEnum):
    """Whose recall it is; nobody ends that of a higher rank."""

    HOLDER = 1
    MAKER = 2
    AUTHORITY = 3


def is_recalled(goods: Journey, authorities: Collection[int], labelled: Collection[str] = ()) -> bool:
    """Whether the goods of a journey are recalled, themselves or with their lot.

    Args:
        goods: the journey.
        authorities: the parties that are trusted in everything.
        labelled: the lots that the label names, whether or not the goods are reported as part of them.
    """
    code_owners = CodeOwners()
    further = [lot for lot in dict.fromkeys(labelled) if lot not in {goods.thing, *goods.lots}]
    makers = {**first_makers(creations_of(further, authorities)), **goods.makers}
    # most objects nobody calls recalled, so it need not be found out who held them
    named = not is_lot(goods.thing) and recall_statements(goods.thing, owners=None, authorities=(), most=1)
    holders = Holders(goods, goods.makers) if named else None
    for subject in (goods.thing, *goods.lots, *further):
        made_by = {makers[one] for one in {subject, *goods.lots} if one in makers}
        # whose the code is recalls each lot of it, also one that was never reported as made
        made_by = (made_by | code_owners.of(subject)) - set(authorities)
        of_subject = None if is_lot(subject) else holders
        by_holders = of_subject.parties - made_by - set(authorities) if of_subject else set()
        in_force: set[Rank] = set()
        parties = [
            set(authorities),
            *({one} for one in sorted(made_by)),
            *({one} for one in sorted(by_holders)),
        ]
        for statement, event in _statements(subject, parties, authorities):
            rank = _rank(statement, made_by, authorities, of_subject)
            if rank is None:
                continue
            if is_set_by(event):
                in_force.add(rank)
            elif _ends(event, rank):
                in_force = {one for one in in_force if one > rank}
        if in_force:
            return True
    return False


def _rank(
    statement: Statement,
    made_by: Collection[int],
    authorities: Collection[int],
    holders: Holders | None,
) -> Rank | None:
    if statement.owner in authorities:
        return Rank.AUTHORITY
    if statement.owner in made_by:
        return Rank.MAKER
    if holders is not None and holders.is_holder(statement):
        return Rank.HOLDER
    return None


def _ends(event: Event, rank: Rank) -> bool:
    lasting = event.persistent_disposition
    return (lasting is not None and RECALLED in lasting.unset) or (
        rank is Rank.AUTHORITY and event.disposition in FIT_AGAIN
    )


def _statements(
    subject: str, parties: Iterable[Collection[int]], authorities: Collection[int]
) -> list[tuple[Statement, Event]]:
    """The events about a thing that may set or end a recall, the latest of each group of parties, in the order of time."""
    found = [
        row
        for owners in parties
        if owners
        for row in recall_statements(subject, owners=owners, authorities=authorities, most=MOST_STATEMENTS)
    ]
    statements = {statement.number: statement for statement in (Statement(*row) for row in found)}
    stored = events_without_declarations({one.number: one.event_time for one in statements.values()})
    valid = {row.id for row in stored} - declared_wrong(stored, authorities)
    rows = rows_by_id([(number, statements[number].event_time) for number in sorted(valid)], ALL)
    return sorted(((statements[row.id], row.event) for row in rows), key=lambda one: one[0])
