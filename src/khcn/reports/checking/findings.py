"""What a check says: two places, two values, and what to do."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction. ``section_1`` and ``section_2`` are keys for links; the places are for people.

    ``codes`` are the figures whose records cause it, ``records`` the names of those that differ where they are known.
    """

    code: str
    severity: Severity
    place_1: str
    value_1: str
    place_2: str
    value_2: str
    message: str
    remedy: str
    section_1: str = ""
    section_2: str = ""
    codes: tuple[str, ...] = ()
    records: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What a waiver names: equal for the same contradiction, another as soon as a place or a value changes."""
        parts = (
            self.code,
            self.section_1,
            self.place_1,
            self.value_1,
            self.section_2,
            self.place_2,
            self.value_2,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
