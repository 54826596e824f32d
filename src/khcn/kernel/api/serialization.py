"""A record as JSON, and JSON as what its form reads: the API and the web page share the form, its rules and its words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from khcn.kernel.access.closed_registers import NO_NAME
from khcn.kernel.fields.reference_input import input_key, input_name
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.fields.sections import kinds_of_sections
from khcn.kernel.registers.record_model import record_title
from khcn.kernel.registers.spec import kinds_of_register_form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.list_pages import ListRow
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Column, Register


# An answer lists so many of the names that are not known, each no longer than this, so that it stays small.
_UNKNOWN_SHOWN, _NAME_SHOWN = 20, 60


class ApiProblem(Exception):  # noqa: N818 -- an answer with a status, not a fault
    """Why a call was not carried out: status, a sentence, and sentences by field."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        """Keep what the answer will say."""
        super().__init__(message)
        self.status = status
        self.body = {"message": message, **more}


def json_value(value: Any) -> Any:
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
        "derived": {path: json_value(getattr(record, path, None)) for path in derived},
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


def read_body(body: bytes, known: Sequence[str]) -> dict[str, Any]:
    """Fields of a posted JSON object. Raises :class:`ApiProblem` for anything else and for names that are not known."""
    try:
        found = orjson.loads(body or b"null")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ApiProblem(400, _('Nội dung gửi lên phải là một đối tượng JSON, ví dụ {"name": "…"}.'))
    if unknown := [name for name in found if name not in known]:
        words = _("Có trường không thuộc danh mục này. Các trường: %(known)s.") % {"known": ", ".join(known)}
        errors = {name[:_NAME_SHOWN]: [_("Không có trường này.")] for name in unknown[:_UNKNOWN_SHOWN]}
        raise ApiProblem(422, words, errors=errors)
    return found


def form_data(register: Register, values: dict[str, Any]) -> dict[str, str]:
    """JSON values as a person would type them into the form; what is empty or false is left out.

    What comes from outside is looked at before, by :func:`check_values`.
    """
    kinds = kinds_of_register_form(register)
    return {name: text for name, value in values.items() if (text := typed_value(kinds[name], value))}


def check_values(kinds: Mapping[str, FieldKind], values: Mapping[str, Any]) -> None:
    """Raise :class:`ApiProblem` that names every value of another type than its schema says: none is left out."""
    errors = {}
    for name, value in values.items():
        kind = kinds[name]
        if not kind.takes_json(value):
            errors[name] = [
                _("Giá trị không đúng kiểu. Ở đây nhận: %(wanted)s.") % {"wanted": kind.json_word()}
            ]
        elif "\0" in str(
            value.get("name", "") if isinstance(value, dict) else value
        ):  # PostgreSQL keeps none
            errors[name] = [_("Giá trị có ký tự NUL. Bỏ ký tự đó rồi gửi lại.")]
    if errors:
        raise ApiProblem(422, _("Chưa lưu: có trường cần sửa."), errors=errors)


def typed_value(kind: FieldKind, value: Any) -> str:
    """One JSON value as a person would type it into the form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (
            "true" if value else "false"
        )  # as a box to tick takes it, and a list of yes, no and not known yet
    if isinstance(value, dict):  # a related record, as this API gives it out
        return input_key(value["id"]) if "id" in value else input_name(str(value["name"]))
    if kind.target is not None:
        return input_name(str(value))
    return kind.from_json(str(value))


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
