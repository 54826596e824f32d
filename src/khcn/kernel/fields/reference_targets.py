"""What a reference field must know about the records it names: the register of their model.

Registers stand above this package and use its kinds, so they make themselves known here instead of being imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import acting_actor, current_act
from khcn.kernel.fields.dated_names import is_dated, name_to_read

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor


NAMED_WITH = " – "  # between what pages call a record and what it is named with
# Stands in place of the name of a record of a register that the reader may neither read nor choose from.
NO_NAME = _("(không có quyền xem)")


class Target(Protocol):
    """The part of a register that fields of other registers use."""

    @property
    def model(self) -> type[Model]: ...

    @property
    def slug(self) -> str: ...

    @property
    def lookup(self) -> str: ...

    @property
    def lookup_aliases(self) -> tuple[str, ...]: ...

    @property
    def shown(self) -> str: ...

    @property
    def named_with(self) -> str: ...

    @property
    def chosen_with(self) -> tuple[str, ...]: ...

    @property
    def order(self) -> tuple[str, ...]: ...

    @property
    def area(self) -> str: ...

    @property
    def title(self) -> StrOrPromise: ...

    @property
    def singular(self) -> StrOrPromise: ...

    def may(self, verb: str, actor: Actor, record: Model | None = None, /) -> bool:
        """May the actor do this to the record, or without one to some record?"""

    def title_for(self, actor: Actor, record: Model, /) -> str:
        """What the record is called where something else names it, as far as the actor may know it."""

    def visible(self, actor: Actor, verb: str = ...) -> QuerySet[Any]:
        """The records to which the actor may do ``verb``."""

    def with_phrase(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Rows in whose texts for search these words stand side by side."""


_targets: dict[type[Model], Target] = {}


def add_target(target: Target) -> None:
    """Make known how records of a model are named. Called once for each register."""
    _targets[target.model] = target


def has_target(model: type[Model]) -> bool:
    """Can records of this model be named by people?"""
    return model in _targets


def target_of(model: type[Model]) -> Target:
    """The register of a model. Raises ``KeyError`` when it has none."""
    return _targets[model]


def target_name_column(register: Target) -> str:
    """The column that names a record of the target of a reference on pages."""
    return register.shown or register.lookup


def names_written(register: Target) -> tuple[str, ...]:
    """The columns by which people write which record they mean: its own first, and what pages call it, since they copy that."""
    written = (register.lookup, *register.lookup_aliases, register.shown)
    return tuple(dict.fromkeys(name for name in written if name))


def record_name(record: Model) -> str:
    """The text by which pages name this record: its register's ``shown`` or ``lookup`` column."""
    lookup = target_name_column(target_of(type(record)))
    value: Any = record
    for part in lookup.split("__") if lookup else ():
        value = getattr(value, part, None)
    return str(value if lookup and value is not None else record)


def named_with(register: object, record: Model) -> str:
    """What a title adds to the code of a record, which tells readers which one it is."""
    path: str = getattr(register, "named_with", "")
    value: Any = record
    for part in path.split("__") if path else ():
        value = getattr(value, part, None)
    return f"{NAMED_WITH}{value}" if path and value else ""


def columns_in_title(model: type[Model], text: str) -> dict[str, Any]:
    """What the text says of the columns of a record, where it is how the program calls a record of the model."""
    reading = getattr(model, "columns_in_title", None)
    return reading(text) if reading is not None else {}


def selectable_records(model: type[Model]) -> QuerySet[Any]:
    """The records that the person who is acting may choose. Read from the act in progress, as the change log reads it, so
    that no form can forget to say who asks.
    """
    return target_of(model).visible(current_act().actor, "choose")


def is_nameable(model: type[Model], actor: Actor) -> bool:
    """May the actor be shown names of linked records of this model? Those of outside accounts are facts of their own rows
    (docs/adr/0012).
    """
    target = target_of(model)
    return not actor.is_of_department or target.may("read", actor) or target.may("choose", actor)


def name_if_shown(record: Model) -> str:
    """The name of a linked record in a sentence to the person who is acting; the fixed text where no such name is shown to them."""
    return record_name(record) if is_nameable(type(record), acting_actor()) else str(NO_NAME)


def name_column(model: type[Model], limit: Any = None) -> Any:
    """What a query reads to name records of the model among which one is chosen, for ``shown_name``."""
    target = target_of(model)
    column = target_name_column(target)
    if target.named_with:
        return Concat(column, Value(NAMED_WITH), target.named_with)
    return name_to_read(model, column, limit=limit) if column and is_dated(model) else column or "pk"
