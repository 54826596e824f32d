"""Whose the code of a thing is: of the parties for which the department has confirmed it (`TraceParty.confirmed_codes`)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from khcn.epcis.ids.epc import LONGEST_PREFIX, SHORTEST_PREFIX
from khcn.trace.models import TraceParty
from khcn.trace.rules import GTIN_DIGITS, confirmed_codes
from khcn.trace.store.database.stores import looked_up_once, values_everywhere

_PRODUCT: Final = re.compile(r"https://id\.gs1\.org/(?:01|8006)/(\d{14})(?:/.*|\d{4}.*)?")
# Keys with the company prefix after a first digit (SSCC, GRAI), and keys that begin with it (GS1 General Specifications 1.4).
_OTHER: Final = re.compile(
    r"https://id\.gs1\.org/(?:(?:00|8003)/\d|(?:253|255|401|402|414|417|8004|8010|8013|8017|8018)/)(\d{6,12})"
)


def _parties_of_codes() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    rows = TraceParty.objects.exclude(confirmed_codes="")
    for party, text in values_everywhere(rows, "pk", "confirmed_codes"):
        for code in confirmed_codes(text):
            found.setdefault(code, set()).add(party)
    return found


class CodeOwners:
    """The parties of each confirmed code; read from the register once, when they are first asked for."""

    @cached_property
    def _by_code(self) -> dict[str, set[int]]:
        return looked_up_once("parties of codes", _parties_of_codes)

    @property
    def everybody(self) -> set[int]:
        """The parties of all confirmed codes."""
        return set().union(*self._by_code.values())

    def prefix_length(self, digits: str) -> int | None:
        """The length of the confirmed company prefix with which some digits begin, of several the longest; None for none."""
        return next(
            (
                length
                for length in range(LONGEST_PREFIX, SHORTEST_PREFIX - 1, -1)
                if digits[:length] in self._by_code
            ),
            None,
        )

    def of(self, thing: str) -> set[int]:
        """The parties whose the code of a product, a pallet, a crate or another thing is; empty where the department has confirmed nobody."""
        if not self._by_code:
            return set()
        return {party for name in codes_of(thing) for party in self._by_code.get(name, ())}


def codes_of(thing: str) -> set[str]:
    """What a confirmed code may be that is the code of a thing: its GTIN, and what may be the company prefix of its key."""
    found = _PRODUCT.fullmatch(thing)
    if found is None:
        other = _OTHER.match(thing)
        return (
            set() if other is None else {other[1][:end] for end in range(SHORTEST_PREFIX, LONGEST_PREFIX + 1)}
        )
    gtin = found[1]
    # A company prefix stands after the first digit; a GTIN is confirmed with or without that digit where it is 0.
    names = {gtin, *(gtin[1:end] for end in range(7, GTIN_DIGITS))}
    if gtin.startswith("0"):
        names.add(gtin[1:])
    return names
