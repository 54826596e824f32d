"""All registers of the program. Areas fill it in their ``register.py``, found by one autodiscovery at start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from khcn.kernel.deadlines.kinds import registry as deadlines
from khcn.kernel.fields.reference_targets import add_target
from khcn.kernel.indicators import registry as indicators
from khcn.kernel.registers.deadline_actions import deadline_actions
from khcn.kernel.registers.paper_actions import paper_actions
from khcn.kernel.registers.workflow_actions import workflow_actions
from khcn.kernel.search.declarations import declare_searched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model

    from khcn.kernel.actions import Action
    from khcn.kernel.registers.spec import OwnedFields, Panel, Register
    from khcn.kernel.registers.writing import RowWriter

R = TypeVar("R", bound="type[Register]")

_by_model: dict[type[Model], Register] = {}
_by_address: dict[tuple[str, str], type[Model]] = {}  # area and slug


class DuplicateRegisterError(ValueError):
    """Two registers for one model, or one address for two registers."""


class UnknownRegisterError(KeyError):
    """No register has this address or model."""


def register(spec: R) -> R:
    """Class decorator: make the register known, with its indicators and deadlines."""
    instance = spec()
    if (address := (instance.area, spec.slug)) in _by_address or spec.model in _by_model:
        raise DuplicateRegisterError(instance.name)
    _by_model[spec.model] = instance
    _by_address[address] = spec.model
    add_target(instance)
    own: tuple[str, ...] = getattr(spec.model, "searched", ())
    declare_searched(spec.model, own=own, links=spec.search, shown=spec.shown if spec.shown in own else "")
    for indicator in spec.indicators:
        indicators.add(indicator)
    for kind in spec.deadlines:
        deadlines.add(kind, instance, spec.model)
    instance.actions = (
        *workflow_actions(spec.workflow, spec.effects),
        *instance.actions,
        *deadline_actions(spec.deadlines),
        *paper_actions(spec.model),
    )
    return spec


def panels_of(model: type[Model]) -> list[tuple[Register, Panel]]:
    """The panels on the page of a record of ``model``, in their order: the register that declares each, and the panel."""
    found = [
        (child, panel)
        for child in _by_model.values()
        for panel in child.panel_of
        if child.model._meta.get_field(panel.link).related_model is model
    ]
    return sorted(found, key=lambda each: (each[1].position, each[0].name))


def inline_registers_of(model: type[Model]) -> list[tuple[Register, Panel]]:
    """Which of all registers have rows that are edited in the form of a record of ``model``, in the order of its panels."""
    return [(child, panel) for child, panel in panels_of(model) if child.inline_in == panel.link]


def extend_register(
    model: type[Model],
    *,
    actions: Sequence[Action] = (),
    owned: Sequence[OwnedFields] = (),
    writer: RowWriter | None = None,
) -> None:
    """Add to the register of a lower area what a higher one does with its records, and which fields only that writes;
    called in ``register.py``. ``writer`` asks more than the register's own writer, of which it is a subclass.
    """
    found = register_of(model)
    taken = {each.name for each in found.actions}
    if clash := taken & {each.name for each in actions}:
        raise DuplicateRegisterError(f"{found.name}: {', '.join(sorted(clash))}")
    found.actions = (*found.actions, *actions)
    type(found).owned = (*found.owned, *owned)
    if writer is not None:
        if not isinstance(writer, type(found.writer)):
            raise TypeError(found.name)
        type(found).writer = writer


def registers() -> list[Register]:
    """All registers, by area and address."""
    return [_by_model[model] for _address, model in sorted(_by_address.items()) if model in _by_model]


def register_of(model: type[Model]) -> Register:
    """The register of a model; raises :class:`UnknownRegisterError`."""
    try:
        return _by_model[model]
    except KeyError:
        raise UnknownRegisterError(model._meta.label_lower) from None


def find_register(area: str, slug: str) -> Register:
    """The register at an address; raises :class:`UnknownRegisterError`."""
    if (model := _by_address.get((area, slug))) in _by_model:
        return _by_model[model]
    key = f"{area}/{slug}"
    raise UnknownRegisterError(key)


def has_register(model: type[Model]) -> bool:
    """Can records of this model be shown to people?"""
    return model in _by_model
