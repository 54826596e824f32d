"""What a check says: two places, two values, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction. ``section_1`` and ``section_2`` are keys for links; the places are for people."""

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

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)
