"""What a request sends as JSON, as the form of a record reads it: the API and the web page share the form, its rules and its
words.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from khcn.kernel.fields.reference_input import input_key, input_name
from khcn.kernel.registers.spec import kinds_of_register_form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Register


# An answer lists so many of the names that are not known, each no longer than this, so that it stays small.
_UNKNOWN_SHOWN, _NAME_SHOWN = 20, 60


class ApiProblem(Exception):  # noqa: N818 -- an answer with a status, not a fault
    """Why a call was not carried out: status, a sentence, and sentences by field."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        """Keep what the answer will say."""
        super().__init__(message)
        self.status = status
        self.body = {"message": message, **more}


def read_body(body: bytes, known: Sequence[str]) -> dict[str, Any]:
    """Fields of a posted JSON object. Raises :class:`ApiProblem` for anything else, for names that are not known, and for one that
    an object has twice: which of both values was meant nobody knows.
    """
    try:
        found = orjson.loads(body or b"null")
    except orjson.JSONDecodeError:
        found = None
    if found and (name := _name_twice(body)) is not None:
        raise ApiProblem(
            400,
            _("Nội dung gửi lên có trường “%(name)s” hai lần. Chỉ gửi mỗi trường một lần.")
            % {"name": name[:_NAME_SHOWN]},
        )
    if not isinstance(found, dict):
        raise ApiProblem(400, _('Nội dung gửi lên phải là một đối tượng JSON, ví dụ {"name": "…"}.'))
    if unknown := [name for name in found if name not in known]:
        words = _("Có trường không thuộc danh mục này. Các trường: %(known)s.") % {"known": ", ".join(known)}
        errors = {name[:_NAME_SHOWN]: [_("Không có trường này.")] for name in unknown[:_UNKNOWN_SHOWN]}
        raise ApiProblem(422, words, errors=errors)
    return found


class _NameTwice(Exception):  # noqa: N818 -- ends the reading
    """An object has a name twice."""


def _name_twice(body: bytes) -> str | None:
    """A name that some object of a text that is JSON has twice; None where none has."""

    def names_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _NameTwice(
                next(name for name, count in Counter(name for name, _value in pairs).items() if count > 1)
            )
        return found

    try:
        json.loads(body, object_pairs_hook=names_of, parse_int=str, parse_float=str)
    except _NameTwice as found:
        return str(found)
    except RecursionError:  # so many objects within each other are of no field, and are refused as such
        return None
    return None


def form_data(register: Register, values: dict[str, Any]) -> dict[str, str]:
    """JSON values as a person would type them into the form of the register."""
    return typed_values(kinds_of_register_form(register), values)


def typed_values(kinds: Mapping[str, FieldKind], values: Mapping[str, Any]) -> dict[str, str]:
    """JSON values as a person would type them into a form; what is empty or false is left out, but for a link that is
    emptied: one that the actor may not choose is refused then, and stays where nothing is sent for it.

    What comes from outside is looked at before, by :func:`check_values`.
    """
    texts = {name: typed_value(kinds[name], value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text or kinds[name].target is not None}


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
