"""A code for a new record: the next after the newest one, in the way in which the department numbers them.

A proposal reserves nothing. Who saves second is refused by the constraint of the key and sees the next proposal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register

_LOOKED_AT: Final = 500  # newest records: more than a department numbers in one row in a year
_DIGITS: Final = re.compile(r"([0-9]+)")
_LONGEST_NUMBER: Final = 9  # digits: more are an identity number or a telephone
_YEARS_BACK: Final = 3  # of two digits: an older one is more likely the number of something


@dataclass(frozen=True)
class CodeSeries:
    """Codes that differ in one number: "ĐT.", 5, "/2026" and two digits make "ĐT.05/2026"."""

    head: str
    tail: str
    first: int
    width: int

    def codes(self) -> Iterator[str]:
        """The first code and all that follow it, without end."""
        for number in count(self.first):
            yield f"{self.head}{number:0{self.width}d}{self.tail}"


def proposed_code(register: Register, actor: Actor, *, year: int) -> str:
    """The next code of a register whose records are identified by a code alone; "" where the newest codes have no numbers. Read from
    the records that the actor may read, ``year`` being the year of the proposal.
    """
    if register.natural_key != ("code",) or "code" not in register.form_fields() or register.codes_under:
        return ""
    return next_code(newest_codes(register, actor), year=year)


def codes_by_choice(register: Register, actor: Actor, *, year: int) -> dict[str, str]:
    """The next code for each value of the choice that shows in the codes of the register (``Register.codes_by``). Values without
    records are left out: nobody knows how their codes are written.
    """
    newest: dict[str, list[str]] = {}
    rows = register.visible(actor).order_by("-pk").values_list(register.codes_by, "code")
    for value, code in rows[:_LOOKED_AT]:
        newest.setdefault(value, []).append(code)
    found = {value: next_code(codes, year=year) for value, codes in newest.items()}
    return {value: code for value, code in found.items() if code}


def newest_codes(register: Register, actor: Actor, **of: object) -> list[str]:
    """The codes of the newest records that the actor may read, the newest first; ``of`` those with these values."""
    return [*register.visible(actor).filter(**of).order_by("-pk").values_list("code", flat=True)[:_LOOKED_AT]]


def next_code(newest: Iterable[str], *, year: int) -> str:
    """The first code of :func:`next_series`; "" where there is none."""
    series = next_series(newest, year=year)
    return next(series.codes()) if series else ""


def next_series(newest: Iterable[str], *, year: int) -> CodeSeries | None:
    """The codes after the newest one that has a number; a year in it ("HOP-2025-24", "24-Q01", "ĐT.05/2025") becomes
    ``year``, and numbers begin with 1 again. None where no code has a number that goes up.
    """
    split = [_DIGITS.split(code) for code in newest]  # words and, at the odd places, digits
    for code in split:
        alike = [each for each in split if each[::2] == code[::2]]
        years = _years(alike, year)
        place = _number(alike, years)
        if place is None:
            continue
        wanted = [_in_year(part, year) if at in years else part for at, part in enumerate(code)]
        head, tail = wanted[:place], wanted[place + 1 :]
        numbers = [each[place] for each in alike if each[:place] == head and each[place + 1 :] == tail]
        return CodeSeries(
            "".join(head),
            "".join(tail),
            max(map(int, numbers), default=0) + 1,
            max(map(len, numbers), default=len(code[place])),
        )
    return None


def _number(codes: list[list[str]], years: set[int]) -> int | None:
    """Where codes with the same words hold their running number: the place of most values, the last of equal ones."""
    places = [
        at for at in range(1, len(codes[0]), 2) if at not in years and len(codes[0][at]) <= _LONGEST_NUMBER
    ]
    return max(places, key=lambda at: (_values(codes, at), at), default=None)


def _years(codes: list[list[str]], year: int) -> set[int]:
    """Where codes with the same words name their year: the last place of four digits, else one of two.

    Two digits at the end may as well be the running number ("26-05-24"): they are a year behind a stroke, or where another place has
    more values.
    """
    places = range(1, len(codes[0]), 2)
    full = [
        at
        for at in places
        if all(each[at].startswith("20") and len(each[at]) == len("2026") for each in codes)
    ]
    if full:
        return {full[-1]}
    recent = {f"{(year + offset) % 100:02d}" for offset in range(-_YEARS_BACK, 2)}
    found = []
    for at in places:
        others = max((_values(codes, other) for other in places if other != at), default=0)
        is_sure = at != places[-1] or codes[0][at - 1].endswith("/")
        if all(each[at] in recent for each in codes) and _values(codes, at) < others + is_sure:
            found.append(at)
    return {found[-1]} if found else set()


def _values(codes: list[list[str]], place: int) -> int:
    return len({each[place] for each in codes})


def _in_year(digits: str, year: int) -> str:
    return str(year)[-len(digits) :]
