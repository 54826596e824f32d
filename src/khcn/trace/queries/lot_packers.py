"""Which parties put a lot into packages by their word: those of its first chain, also of one that was withdrawn after a recall."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from khcn.trace.store.confirmations import Standing, confirmed_standings
from khcn.trace.store.first_reports import first_parties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from khcn.trace.queries.holders import Statement
    from khcn.trace.queries.makers_and_trust import FormerMaker


class LotPackers:
    """The parties of the chains of a lot; looked up where they are asked for."""

    def __init__(self, lot: str, former: Iterable[FormerMaker], authorities: Collection[int]) -> None:
        self._lot = lot
        self._former = tuple(former)
        self._authorities = authorities
        self._chains: dict[int, frozenset[int]] = {}

    def among(self, owners: Collection[int]) -> set[int]:
        """Those of some parties that belong to the first chain of the lot, or did until its maker declared his report wrong."""
        unknown = {one for one in owners if one not in self._chains}
        if unknown:
            began = {*self._first, *(one.party for one in self._former)}
            known = confirmed_standings(
                {Standing(one, self._lot) for one in unknown},
                places={},
                authorities=self._authorities,
                begun={self._lot: began},
            )
            for one in unknown:
                self._chains[one] = frozenset(chain for chain in began if known.was_in(chain, one, self._lot))
        return {one for one in owners if self._chains[one]}

    def counts(self, owner: int, statement: Statement) -> bool:
        """Whether a party belonged to the first chain when a recall was reported: what was withdrawn after it takes nothing back."""
        captured = (statement.recorded_at, statement.number)
        began = {*self._first, *(one.party for one in self._former if one.until > captured)}
        self.among({owner})
        return owner in began or not began.isdisjoint(self._chains[owner])

    @cached_property
    def _first(self) -> tuple[int, ...]:
        """Who begins the first chain; empty where nobody does."""
        first = first_parties([self._lot], authorities=self._authorities).first[self._lot]
        return tuple(sorted(first, key=lambda one: first[one])[:1])
