"""Codes that begin with that of the record to which theirs belongs: those of the places of a check, and of what was found there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.fields.reference_targets import target_of
from khcn.kernel.numbering.codes_under_others import free_code_under

if TYPE_CHECKING:
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
    return free_code_under(register.model, above, register.codes_under[1]) if above else ""
