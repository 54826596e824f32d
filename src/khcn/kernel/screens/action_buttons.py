"""The actions on a record's page as buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from khcn.kernel.actions.offered_actions import offers

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actions import Action
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register


@dataclass(frozen=True, slots=True)
class Button:
    """An action on a record's page: a link, or the reason why it cannot be taken.

    ``without_ticks``: of an action on rows of a list, which these are where none is ticked: those of the "page", or "all" that
    the filter finds.
    """

    label: str
    name: str
    url: str
    icon: str
    why_not: str
    danger: bool
    without_ticks: str = ""


def record_buttons(register: Register, record: Record, *, actor: Actor, on: date) -> list[Button]:
    """The actions that this actor may take on the record, greyed with the reason where the rules are against it now."""
    return [
        Button(
            str(each.action.label),
            each.action.name,
            action_url(register, record.pk, each.action),
            each.action.icon,
            each.why_not,
            each.action.danger,
        )
        for each in offers(register, record, actor=actor, on=on)
    ]


def action_url(register: Register, pk: int, action: Action) -> str:
    """Address of the dialog."""
    return reverse("register-action", args=[register.area, register.slug, pk, action.name])
