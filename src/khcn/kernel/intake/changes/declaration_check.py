"""System check: what registers declare for bulk changes and grids can be typed there, and is no fact that only an action writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import checks

from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.registers.registry import registers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.kernel.registers.spec import Register


def check_changes(app_configs: Sequence[Any] | None, **options: object) -> list[checks.CheckMessage]:
    """Each declared field stands in the form and not in the natural key, is one value of one record, and may be changed."""
    return list(_faults(registers()))


def _faults(found: Iterable[Register]) -> Iterator[checks.CheckMessage]:
    for register in found:
        for place in ("bulk_fields", "grid_fields"):
            for name in getattr(register, place):
                if reason := _why_not(register, name, is_bulk=place == "bulk_fields"):
                    text = f"{place} of {register} names {name}, which {reason}"
                    yield checks.Error(text, obj=register, id="khcn.intake.E001")


def _why_not(register: Register, name: str, *, is_bulk: bool) -> str:
    """Why a field is changed in no such way; "" for one that is."""
    if name not in register.form_fields():
        return "is in no section of the form"
    if name in register.natural_key:
        return "is part of the natural key"
    if any(name in owned.fields and owned.where is None for owned in register.owned):
        return "only an action writes"
    field: Any = register.model._meta.get_field(name)
    if is_bulk and field.unique:
        return "no two records share a value of"
    kind = field_kind_of(field)
    if is_bulk and not kind.must_be_typed:
        return "has no input that says that nothing changes"
    return "is shown masked" if kind.is_masked else ""
