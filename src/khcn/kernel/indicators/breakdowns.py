"""A chart of a register: how many of its records have each value of one of its filters. Each bar opens the records that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Breakdown:
    """``by`` names a filter of the register: a choice, a link, a derived one, or with ``months`` a day.

    ``split``: another filter of choices, for whose values a bar is divided. ``within``: the day by which records fall into the period of
    the page; empty: all count; with ``whole_year`` the calendar year of the period counts. ``only``: filters with the value that is counted. ``months``: so many bars, one for each month from the present one on. ``tones``: how values are
    coloured, one of "ok", "warn", "bad"; every bar says in words what it counts. ``most``: so many bars of links, the longest first.
    """

    title: StrOrPromise
    by: str
    split: str = ""
    within: str = ""
    whole_year: bool = False
    only: tuple[tuple[str, str], ...] = ()
    months: int = 0
    tones: tuple[tuple[str, str], ...] = ()
    most: int = 12
    position: int = 100
