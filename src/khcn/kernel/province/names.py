"""What the province is called on a day, for letterheads. ``reference`` keeps provinces and their succession and hands itself in
when the program starts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class ProvinceNames:
    """``full`` as it stands in a sentence, "tỉnh Bắc Kạn", and ``name`` without the kind of unit, as a place has it."""

    full: str
    name: str

    @property
    def capitals(self) -> str:
        """As the governing body of a letterhead has it: "TỈNH BẮC KẠN"."""
        return self.full.upper()


# Printed where nothing on record says the name: a place to be filled in by hand, as drafts have it.
UNKNOWN: Final = ProvinceNames("tỉnh …", "…")


class ProvinceSource(Protocol):
    """Where the names come from."""

    def names(self, on: date) -> ProvinceNames | None:
        """The names of the province of this installation on a day, or of the one that took its place; None if no row says it."""

    def districts_ended(self, on: date) -> date | None:
        """The first day without districts, where it is not after this one."""

    def ended(self, on: date) -> Sequence[tuple[ProvinceNames, date]]:
        """Provinces that became the present one and have another name, and the first day without them."""


@dataclass(slots=True)
class _Place:
    source: ProvinceSource | None = field(default=None)


_place = _Place()


class NoProvinceSourceError(RuntimeError):
    """A name was asked for before ``reference`` handed in its provinces."""


def set_province_source(source: ProvinceSource) -> None:
    """Take names from ``source``. Called once, when the program starts."""
    _place.source = source


def _source() -> ProvinceSource:
    if _place.source is None:
        raise NoProvinceSourceError
    return _place.source


def is_province_known(on: date) -> bool:
    """Do the rows on record say what the province is called on this day?"""
    return _source().names(on) is not None


def province_names(on: date) -> ProvinceNames:
    """The names on a day; dots to be filled in where no row says them."""
    return _source().names(on) or UNKNOWN


def ended_provinces(on: date) -> Sequence[tuple[ProvinceNames, date]]:
    """Provinces that became the present one and have another name, and the first day without them."""
    return _source().ended(on)


def districts_ended_on(on: date) -> date | None:
    """The first day without districts between province and commune, where it is not after this one."""
    return _source().districts_ended(on)
