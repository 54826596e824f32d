"""Which actions of a register an actor may take on a record, and why another one may not be taken now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from khcn.kernel.access.predicates import may_act
from khcn.kernel.actions import Action, OfferedAction

if TYPE_CHECKING:
    from datetime import date

    from django.db import models

    from khcn.kernel.actors import Actor


class RegisterWithActions(Protocol):
    """A register, as far as actions know it."""

    model: ClassVar[Any]
    actions: tuple[Action, ...]

    def rows(self, actor: Actor, on: date, /) -> models.QuerySet[Any]:
        """What the actor may see."""

    def may(self, verb: str, actor: Actor, record: models.Model | None = None, /) -> bool:
        """May the actor do this?"""


def action_to_run(register: RegisterWithActions, name: str) -> Action | None:
    """The action of this name to run on records of a register, if the register has it."""
    return next((each for each in register.actions if each.name == name), None)


def is_permitted(
    action: Action, register: RegisterWithActions, actor: Actor, record: models.Model | None = None
) -> bool:
    """May the actor take the action on this record, or without one on some record of the register?"""
    return may_act(action.who, register, actor, record)


def offers(register: RegisterWithActions, record: Any, *, actor: Actor, on: date) -> list[OfferedAction]:
    """Every action of the register on this record, allowed or with the reason why not.

    Actions that the actor may never take on the record are left out: they would only be noise on the page.
    """
    found = []
    for action in register.actions:
        if not is_permitted(action, register, actor, record):
            continue
        why_not = str(action.guard(record, actor=actor, on=on)) if action.guard else ""
        found.append(OfferedAction(action, why_not))
    return found
