"""Codes that begin with that of the record to which theirs belongs: those of the places of a check, and of what was found there."""

from __future__ import annotations

from itertools import count
from string import ascii_uppercase
from typing import TYPE_CHECKING

from khcn.kernel.fields.reference_targets import target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register


def code_under(register: Register, actor: Actor, parent: int) -> str:
    """The next code of a register whose codes begin with that of the record they belong to (``Register.codes_under``); "" where
    the actor may not choose that record.
    """
    link = register.model._meta.get_field(register.codes_under[0])
    assert link.related_model  # noqa: S101 -- a link, as its declaration says
    above = (
        target_of(link.related_model)
        .visible(actor, "choose")
        .filter(pk=parent)
        .values_list("code", flat=True)
        .first()
    )
    return next(codes_after(register, above)) if above else ""


def codes_after(register: Register, above: str) -> Iterator[str]:
    """The codes that follow this one and are not taken: "KTCL-2026-01-A", "-B" and so on, or "KTCL-2026-01-A1", "A2"."""
    first = register.codes_under[1]
    head, mark = first[:-1], first[-1]
    taken = {
        *register.model._base_manager.filter(code__startswith=above + head).values_list("code", flat=True)
    }
    for number in count(1):
        code = f"{above}{head}{number if mark.isdecimal() else _letters(number)}"
        if code not in taken:
            yield code


def _letters(number: int) -> str:
    """A to Z, then AA, AB and so on."""
    found = ""
    while number:
        number, place = divmod(number - 1, len(ascii_uppercase))
        found = ascii_uppercase[place] + found
    return found
