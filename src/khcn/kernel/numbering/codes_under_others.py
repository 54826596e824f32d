"""Codes that begin with that of the record to which theirs belongs: "KTCL-2026-01-A" of a place of the check "KTCL-2026-01"."""

from __future__ import annotations

from itertools import count
from string import ascii_uppercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model


def codes_under(above: str, first: str) -> Iterator[str]:
    """The codes below that of another record: "-A", "-B" and so on behind it where ``first`` is "-A", or "1", "2"."""
    head, mark = first[:-1], first[-1]
    for number in count(1):
        yield f"{above}{head}{number if mark.isdecimal() else _letters(number)}"


def free_code_under(model: type[Model], above: str, first: str) -> str:
    """The first of them that no record has, seen by the actor or not."""
    rows = model._base_manager.filter(code__startswith=above + first[:-1])
    taken = {*rows.values_list("code", flat=True)}
    return next(code for code in codes_under(above, first) if code not in taken)


def _letters(number: int) -> str:
    """A to Z, then AA, AB and so on."""
    found = ""
    while number:
        number, place = divmod(number - 1, len(ascii_uppercase))
        found = ascii_uppercase[place] + found
    return found
