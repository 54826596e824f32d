"""A record as JSON: what the API gives out of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from khcn.kernel.fields.reference_targets import NO_NAME
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.fields.sections import kinds_of_sections
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.spec import kinds_of_register_form

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.list_pages import ListRow
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Column, Register


def _json_value(value: Any) -> Any:
    """A value that is worked out as JSON holds it: days and instants as ISO text, decimals as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def record_json(register: Register, record: Record) -> dict[str, Any]:
    """A whole record: its fields in the order of the form, and what is worked out as of the day asked for."""
    derived = {
        column if isinstance(column, str) else column.path: None
        for column in register.columns
        if kind_at(register.model, column if isinstance(column, str) else column.path) is None
    }
    return {
        **_written_by_actions(register, record),
        "id": record.pk,
        "label": record_title(register, record),
        "url": register.detail_url(record.pk),
        "updated_at": record.updated_at.isoformat(),
        "illustrative": record.illustrative,
        "taken_over": record.taken_over,
        "corrected": record.corrected,
        "fields": stored_values(register, record),
        "derived": {path: _json_value(getattr(record, path, None)) for path in derived},
    }


def _written_by_actions(register: Register, record: Record) -> dict[str, Any]:
    """The state of a record with a stored workflow, and the fields that no form takes."""
    found: dict[str, Any] = {}
    if (state := register.stored_state(record)) is not None:
        found["state"] = {"value": state.value, "label": str(register.label_of(state))}
    if register.outcome is not None:
        kinds = kinds_of_sections((register.outcome,), model=register.model)
        found["outcome"] = {name: _value(register, record, name, kind) for name, kind in kinds.items()}
    return found


def shown_json(columns: tuple[Column, ...], row: ListRow) -> dict[str, str]:
    """A row as the list page shows it, by column."""
    return {column.path: cell.text for column, cell in zip(columns, row.cells, strict=True)}


def stored_values(register: Register, record: Record) -> dict[str, Any]:
    """The record's fields as JSON holds them, for a change that names only some."""
    return {
        name: _value(register, record, name, kind) for name, kind in kinds_of_register_form(register).items()
    }


def _value(register: Register, record: Record, name: str, kind: FieldKind) -> Any:
    if kind.field.related_model in register.closed:
        key = getattr(record, kind.field.attname)
        return None if key is None else {"id": key, "name": str(NO_NAME)}
    return kind.to_json(getattr(record, name))
