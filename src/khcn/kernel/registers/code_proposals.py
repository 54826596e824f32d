"""A code for a new record: the next after the newest one, in the way in which the department numbers them.

A proposal reserves nothing. Who saves second is refused by the constraint of the key and sees the next proposal.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register

_LOOKED_AT: Final = 500  # newest records: more than a department numbers in one row in a year
_NUMBERED: Final = re.compile(r"(?P<prefix>.*?)(?P<number>[0-9]{1,9})", re.DOTALL)
_YEAR: Final = re.compile(r"(?<![0-9])(?P<century>20)?[0-9]{2}(?![0-9])")
_YEARS_BACK: Final = 3  # of two digits: an older one is more likely the number of something


def proposed_code(register: Register, actor: Actor, *, year: int) -> str:
    """The next code of a register whose records are identified by a code alone; "" where the newest codes have no numbers.

    Read from the records that the actor may read, ``year`` being the year of the proposal.
    """
    if register.natural_key != ("code",) or "code" not in register.form_fields():
        return ""
    return next_code(newest_codes(register, actor), year=year)


def newest_codes(register: Register, actor: Actor) -> list[str]:
    """The codes of the newest records that the actor may read, the newest first."""
    return list(register.visible(actor).order_by("-pk").values_list("code", flat=True)[:_LOOKED_AT])


def next_code(newest: Iterable[str], *, year: int) -> str:
    """The code after the newest one that ends in a number; a year in it ("HOP-2025-24", "24-Q01", "DX25-901") becomes
    ``year``, and numbers begin with 1 again. "" where no code ends in a number.
    """
    numbered = list(_parts(newest))
    if not numbered:
        return ""
    newest_prefix, newest_number = numbered[0]
    prefix = _in_year(newest_prefix, year)
    numbers = [number for each, number in numbered if each == prefix]
    highest = max((int(number) for number in numbers), default=0)
    width = max((len(number) for number in numbers), default=len(newest_number))
    return f"{prefix}{highest + 1:0{width}d}"


def codes_from(first: str) -> Iterator[str]:
    """A code that ends in a number and all that follow it, without end; nothing for one without a number."""
    for prefix, number in _parts([first]):
        for each in count(int(number)):
            yield f"{prefix}{each:0{len(number)}d}"


def _parts(codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each code that ends in a number as what stands before it, and the number."""
    for code in codes:
        if found := _NUMBERED.fullmatch(code):
            yield found["prefix"], found["number"]


def _in_year(prefix: str, year: int) -> str:
    """With the last year that it names, of four digits or of two, replaced."""
    of_two_digits = {f"{(year + offset) % 100:02d}" for offset in range(-_YEARS_BACK, 2)}
    years = [each for each in _YEAR.finditer(prefix) if each["century"] or each[0] in of_two_digits]
    if not years:
        return prefix
    last = years[-1]
    return f"{prefix[: last.start()]}{str(year)[-len(last[0]) :]}{prefix[last.end() :]}"
