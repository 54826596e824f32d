"""What a statement about the lineage graph is given beside its things, as tables that it names at its beginning.

There are up to 100,000 removals and 20,000 events, so they are parameters, each once, and the text of a statement depends only on which
tables there are. One that would be empty is left out, so that most statements, which have none, ask for nothing in vain.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.graph.traversal_terms import MIN_TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.trace.queries.graph.traversal_terms import Trusted

# The removals, and of whom and until when something was packed: there are few of these periods.
_COUNTED: Final = ("event", "packer", "until")
_PERIODS: Final = "periods (packer, until) AS MATERIALIZED (SELECT DISTINCT packer, until FROM counted)"


class GivenTables(NamedTuple):
    """Which parts of a `Trusted` a statement has as tables: `counted` with its periods, `left_out`, `followed`."""

    removals: bool
    left_out: bool
    owners: bool

    @classmethod
    def of(cls, trusted: Trusted) -> GivenTables:
        """Those that are not empty; `followed` also where it is empty, because then no edge is followed."""
        return cls(bool(trusted.removals), bool(trusted.left_out), trusted.owners is not None)

    def named(self, vendor: str) -> list[str]:
        """The tables for ``WITH``; their parameters are `values_of_tables`."""
        found = []
        if self.removals:
            found += [_table("counted", _COUNTED, vendor), _PERIODS]
        if self.left_out:
            found.append(_table("left_out", ("event",), vendor))
        if self.owners:
            found.append(_table("followed", ("owner",), vendor))
        return found

    def or_counted(self, removal: str, packing: str) -> str:
        """Begun by ``OR``, the condition that a removal counts for a packing (aliases of rows); empty without removals.

        Removals are looked up by value, and only the periods are looked through, so that the thousandth removal from a container costs
        as much as the first one. ``IS TRUE``: a condition that stands alone PostgreSQL would make a join, which reads the whole table for
        each row.
        """
        if not self.removals:
            return ""
        return (
            f" OR ({removal}.event IN (SELECT event FROM counted) AND EXISTS (SELECT 1 FROM periods "  # noqa: S608 -- aliases
            f"WHERE periods.packer = {packing}.owner AND {packing}.event_time <= periods.until "
            f"AND ({removal}.event, periods.packer, periods.until) IN (SELECT event, packer, until FROM counted) IS TRUE))"
        )

    def and_not_left_out(self, row: str) -> str:
        """Begun by ``AND``, the condition that the event of a row, an alias, is not left out; empty where none is."""
        return f" AND {row}.event NOT IN (SELECT event FROM left_out)" if self.left_out else ""  # noqa: S608 -- an alias

    def and_followed(self, row: str) -> str:
        """Begun by ``AND``, the condition that a row, an alias, is an edge that is followed; empty where all are."""
        owners = f" AND {row}.owner IN (SELECT owner FROM followed) IS TRUE" if self.owners else ""  # noqa: S608 -- an alias
        return self.and_not_left_out(row) + owners


def values_of_tables(trusted: Trusted, vendor: str) -> tuple[object, ...]:
    """The parameters of `GivenTables.named`, in its order."""
    given = GivenTables.of(trusted)
    values: list[object] = []
    if given.removals:
        latest: dict[tuple[int, int], int] = {}
        for event, packer, until in trusted.removals:
            latest[event, packer] = max(until, latest.get((event, packer), MIN_TIME))
        rows = sorted((*key, until) for key, until in latest.items())
        values += _parameters([list(column) for column in zip(*rows, strict=True)], vendor)
    if given.left_out:
        values += _parameters([sorted(trusted.left_out)], vendor)
    if trusted.owners is not None:
        values += _parameters([sorted(trusted.owners)], vendor)
    return tuple(values)


def _table(name: str, columns: Sequence[str], vendor: str) -> str:
    """A table of whole numbers.

    PostgreSQL gets each array from a sub-select: where it knows that one is long, it makes no hash table of it that could be larger than
    `work_mem`, and looks through all of it for each row.
    """
    if vendor == "sqlite":
        read = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
        rows = f"SELECT {read} FROM json_each(%s)"  # noqa: S608 -- constants
    else:
        arrays = ", ".join(["(SELECT CAST(%s AS bigint[]))"] * len(columns))
        rows = f"SELECT * FROM unnest({arrays})"  # noqa: S608 -- constants
    return f"{name} ({', '.join(columns)}) AS MATERIALIZED ({rows})"


def _parameters(columns: Sequence[Sequence[int]], vendor: str) -> Sequence[object]:
    return [json.dumps(list(zip(*columns, strict=True)))] if vendor == "sqlite" else columns
