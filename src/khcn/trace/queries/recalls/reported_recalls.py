"""Which recalls of a thing stay in force when a party reports one more, or its end: by its own reports and those of authorities."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from khcn.trace.queries.holders.holders import Statement
from khcn.trace.queries.recalls.recall_events import order_of, with_events
from khcn.trace.queries.recalls.recalls import MOST_STATEMENTS
from khcn.trace.store.encoding.recall_words import is_set_by
from khcn.trace.store.statements.recall_statements import recall_statements

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.epcis import Event


class _Report(NamedTuple):
    order: tuple[int, Statement]
    is_recall: bool


class ReportedRecalls:
    """What a party and the authorities have reported of the recalls of some things."""

    def __init__(self, things: Collection[str], party: int, authorities: frozenset[int], now: int) -> None:
        """Reads it.

        Args:
            things: what may be recalled.
            party: who reports something of them.
            authorities: the parties that are trusted in everything.
            now: an end that is dated later has ended nothing yet.
        """
        self._party, self._authorities, self._now = party, authorities, now
        self._reports: dict[str, list[_Report]] = {one: [] for one in things}
        parties = [authorities] if party in authorities else [authorities, frozenset({party})]
        for owners in parties:
            # others than an authority do not learn what an authority found fit for use
            rows = recall_statements(
                things, owners=owners, fit_again=party in authorities, most=MOST_STATEMENTS
            )
            statements = {thing: [Statement(*row) for row in some] for thing, some in rows.items()}
            events = dict(with_events({one for some in statements.values() for one in some}, authorities))
            for thing, some in statements.items():
                self._reports[thing] += [
                    _Report(order_of(one), is_set_by(events[one])) for one in some if one in events
                ]

    def in_force_after(self, thing: str, event: Event, event_time: int) -> set[int]:
        """The parties, of this one and the authorities, whose recalls of a thing are in force when the party has reported an event."""
        added = Statement(event_time, "", 2**62, self._party, self._now)
        in_force: set[int] = set()
        for order, is_recall in sorted([*self._reports[thing], _Report(order_of(added), is_set_by(event))]):
            statement = order[1]
            if is_recall:
                in_force.add(statement.owner)
            elif statement.event_time <= self._now:
                in_force -= in_force if statement.owner in self._authorities else {statement.owner}
        return in_force
