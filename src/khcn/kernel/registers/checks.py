"""System checks: the program refuses to start with a register or figure that does not hold together."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, FieldError

from khcn.kernel.actors import SYSTEM
from khcn.kernel.fields.paths import field_at, fields_along
from khcn.kernel.indicators import Period, registry
from khcn.kernel.registers.record_model import Record
from khcn.kernel.registers.registry import has_register, register_of, registers
from khcn.kernel.registers.spec import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.kernel.indicators import Indicator
    from khcn.kernel.registers.spec import Register

_DAY = date(2000, 12, 31)
_YEAR = Period(date(2000, 1, 1), date(2001, 1, 1), 2000)


def check_registers(app_configs: Sequence[Any] | None, **options: object) -> list[checks.CheckMessage]:
    """Everything that registers and figures name must exist."""
    return [*_faults(registers()), *_models_without_register(), *_figure_faults(registry)]


def _error(number: int, message: str, place: object) -> checks.Error:
    return checks.Error(message, obj=place, id=f"khcn.registers.E{number:03d}")


def _faults(found: Iterable[Register]) -> Iterator[checks.Error]:
    for register in found:
        annotations = set(register.rows(SYSTEM, _DAY).query.annotations)
        yield from _path_faults(register, annotations)
        yield from _search_faults(register)
        yield from _form_faults(register)
        yield from _target_faults(register)
        yield from _panel_faults(register)
        yield from _section_faults(register)
        yield from _scope_faults(register)


def _named_paths(register: Register) -> Iterator[tuple[str, str]]:
    for column in register.columns:
        yield "columns", column.path if isinstance(column, Column) else column
    for path in register.filters:
        yield "filters", path
    for path in register.order:
        yield "order", path.lstrip("-")
    for path in register.derived_filters:
        yield "derived_filters", path
    for path in register.outcome.fields if register.outcome else ():
        yield "outcome", path
    for path in (
        *register.natural_key,
        register.lookup,
        *register.lookup_aliases,
        register.shown,
        register.date_field,
    ):
        if path:
            yield "natural_key, lookup, shown or date_field", path


def _path_faults(register: Register, annotations: set[str]) -> Iterator[checks.Error]:
    for place, path in _named_paths(register):
        if path in annotations:
            continue
        try:
            field_at(register.model, path)
        except FieldDoesNotExist:
            yield _error(1, f"{place} of {register} names {path}, which does not exist", register)


def _search_faults(register: Register) -> Iterator[checks.Error]:
    for link in register.search:
        links = {field.name: field.related_model for field in register.model._meta.concrete_fields}
        if not getattr(links.get(link), "searched", ()):
            yield _error(
                9, f"search of {register} names {link}, which is no link to records with a name", register
            )


def _form_faults(register: Register) -> Iterator[checks.Error]:
    names = {field.name for field in register.model._meta.concrete_fields if field.editable}
    filled = register.form_fields()
    for name in filled:
        if name not in names:
            yield _error(2, f"the form of {register} names {name}, which is no editable field", register)
    if len(set(filled)) != len(filled):
        yield _error(2, f"the form of {register} names a field twice", register)


def _target_faults(register: Register) -> Iterator[checks.Error]:
    for name in register.form_fields():
        target = field_at(register.model, name).related_model
        if target is not None and has_register(target) and not register_of(target).lookup:
            yield _error(
                3, f"{register} links to {target._meta.label}, whose register has no lookup", register
            )


def _panel_faults(register: Register) -> Iterator[checks.Error]:
    links = {field.name: field.related_model for field in register.model._meta.concrete_fields}
    for panel in register.panel_of:
        target = links.get(panel.link)
        if target is None:
            yield _error(4, f"a panel of {register} names {panel.link}, which is no link", register)
        elif not has_register(target):
            yield _error(4, f"the panel {panel.link} of {register} leads to no register", register)
    if register.inline_in and register.inline_in not in {panel.link for panel in register.panel_of}:
        yield _error(4, f"{register} is edited in {register.inline_in}, but has no panel there", register)


def _section_faults(register: Register) -> Iterator[checks.Error]:
    """A conditional section hangs on a field that is always there, and a record may lack all that it holds."""
    always = {name for section in register.form if section.when is None for name in section.fields}
    for section in register.form:
        if section.when is None:
            continue
        if section.when[0] not in always:
            yield _error(
                12,
                f"a section of {register} depends on {section.when[0]}, which no form always has",
                register,
            )
        for name in section.fields:
            field: Any = register.model._meta.get_field(name)
            if not (field.blank or field.has_default()):
                yield _error(
                    12,
                    f"{name} of {register} must have a value, but its section does not always apply",
                    register,
                )


def _scope_faults(register: Register) -> Iterator[checks.Error]:
    """A register without a scope would be closed to everybody; a wrong path or an ill hidden field would leak."""
    if register.scope is None:
        hint = "scope = Department(write=rules.…) opens it to the department's staff as most registers are"
        yield checks.Error(
            f"{register} does not say whose rows an actor may read", hint, register, "khcn.registers.E009"
        )
        return
    for path in register.scope.paths():
        try:
            fields = list(fields_along(register.model, path))
        except FieldDoesNotExist:
            yield _error(10, f"the scope of {register} names {path}, which does not exist", register)
            continue
        if any(field.many_to_many or field.one_to_many for field in fields):
            yield _error(10, f"the scope of {register} follows {path}, which may lead to many rows", register)
    telling = {path.partition("__")[0].lstrip("-") for path in _telling_paths(register)}
    for name in sorted(register.scope.hidden_fields()):
        if name not in {field.name for field in register.model._meta.fields}:
            yield _error(11, f"the scope of {register} hides {name}, which is no field", register)
        elif name in telling:
            yield _error(
                11, f"{register} hides {name}, but searches, sorts or names its records by it", register
            )


def _telling_paths(register: Register) -> Iterator[str]:
    """Fields that show through even where no page prints them: one can search for, sort by or name a record by them."""
    yield from register.search
    yield from register.order
    yield from register.natural_key
    yield from (register.lookup, *register.lookup_aliases, register.shown, register.date_field)
    yield from getattr(register.model, "searched", ())


def _models_without_register() -> Iterator[checks.Error]:
    for model in apps.get_models():
        if issubclass(model, Record) and not has_register(model):
            yield _error(5, f"{model._meta.label} is a record without a register", model)


def _figure_faults(figures: Iterable[Indicator]) -> Iterator[checks.Error]:
    taken: dict[str, str] = {}
    for figure in figures:
        try:
            model = figure.records(_YEAR).model
        except (FieldError, FieldDoesNotExist) as fault:
            yield _error(6, f"the records of figure {figure.code} cannot be asked for: {fault}", figure)
            continue
        if not has_register(model):
            yield _error(7, f"figure {figure.code} counts {model._meta.label}, which has no register", figure)
        for statement in figure.figure_ids:
            if taken.setdefault(statement, figure.code) != figure.code:
                yield _error(8, f"{statement} is claimed by {taken[statement]} and {figure.code}", figure)
