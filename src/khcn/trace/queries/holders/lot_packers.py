"""Which parties put lots into packages by their word: those of the first chain of a lot, also of one that was withdrawn after a recall."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from khcn.trace.store.confirmations import Standing, confirmed_standings
from khcn.trace.store.statements.first_reports import first_parties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.holders.holders import Statement
    from khcn.trace.queries.makers.makers_and_trust import FormerMaker


class LotPackers:
    """The parties of the chains of some lots; looked up where they are asked for."""

    def __init__(self, former: Mapping[str, Iterable[FormerMaker]], authorities: Collection[int]) -> None:
        """`former`: by lot, who made it until he declared that wrong."""
        self._former = {lot: tuple(some) for lot, some in former.items()}
        self._authorities = authorities
        self._chains: dict[Standing, frozenset[int]] = {}

    def among(self, owners: Collection[int]) -> set[int]:
        """Those of some parties that belong to the first chain of a lot, or did until its maker declared his report wrong."""
        asked = {owner: [Standing(owner, lot) for lot in self._former] for owner in owners}
        unknown = {one for each in asked.values() for one in each} - self._chains.keys()
        if unknown:
            began = {
                lot: {*self._first[lot], *(one.party for one in former)}
                for lot, former in self._former.items()
            }
            known = confirmed_standings(unknown, places={}, authorities=self._authorities, begun=began)
            for one in unknown:
                self._chains[one] = frozenset(
                    chain for chain in began[one.thing] if known.was_in(chain, *one)
                )
        return {owner for owner, each in asked.items() if any(self._chains[one] for one in each)}

    def counts(self, lot: str, owner: int, statement: Statement) -> bool:
        """Whether a party belonged to the first chain of a lot when a recall was reported: what was withdrawn after it takes nothing back."""
        captured = (statement.recorded_at, statement.number)
        began = {
            *self._first[lot],
            *(one.party for one in self._former[lot] if one.until > captured),
        }
        self.among({owner})
        return owner in began or not began.isdisjoint(self._chains[Standing(owner, lot)])

    @cached_property
    def _first(self) -> dict[str, tuple[int, ...]]:
        """Who begins the first chain of each lot; empty where nobody does."""
        found = first_parties(self._former, authorities=self._authorities).first
        return {lot: tuple(sorted(first, key=first.__getitem__)[:1]) for lot, first in found.items()}
