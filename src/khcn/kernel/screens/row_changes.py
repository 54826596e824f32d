"""What of a list is changed on many records at once or in a grid of inputs, for whom, and the buttons that lead there.

The pages themselves are in a layer above this one: what is typed there is previewed and written as an import (docs/adr/0050).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import CHANGE
from khcn.kernel.screens.action_buttons import Button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register


def bulk_fields(register: Register) -> tuple[str, ...]:
    """The fields that may be given one value on many records, of those that the register shows."""
    return _shown(register, register.bulk_fields)


def grid_fields(register: Register) -> tuple[str, ...]:
    """The columns of the grid in the order of the form, those of the natural key first; none without a grid."""
    return (*register.natural_key, *_shown(register, register.grid_fields)) if register.grid_fields else ()


def may_change_rows(register: Register, actor: Actor) -> bool:
    """May the actor change records of the register by cells? Not where a part of the natural key has no name for them."""
    return (
        actor.is_of_department
        and register.may(CHANGE, actor)
        and len(_shown(register, register.natural_key)) == len(register.natural_key)
    )


def _shown(register: Register, names: Sequence[str]) -> tuple[str, ...]:
    shown = register.form_fields()
    model = register.model
    return tuple(
        name
        for name in names
        if name in shown and model._meta.get_field(name).related_model not in register.closed
    )


def change_buttons(register: Register, actor: Actor) -> list[Button]:
    """The buttons of a list for its ticked rows, else for all that the filter finds."""
    if not may_change_rows(register, actor):
        return []
    wanted = [
        ("change-many", bulk_fields(register), _("Sửa hàng loạt"), "edit", "all"),
        ("change-grid", grid_fields(register), _("Sửa dạng bảng"), "table", "page"),
    ]
    found = []
    for name, fields, label, icon, without_ticks in wanted:
        if fields and (address := _address(register, name)):
            found.append(Button(label, name, address, icon, "", danger=False, without_ticks=without_ticks))
    return found


def _address(register: Register, name: str) -> str:
    try:
        return reverse(f"import-{name}", args=[register.area, register.slug])
    except NoReverseMatch:
        return ""
