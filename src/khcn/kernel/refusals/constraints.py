"""What a model says of its values, and constraints of the database, as refusals: which fields they are about, in the model's own
words.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError, connection
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.core.exceptions import ValidationError
    from django.db.models import BaseConstraint, Model

TAKEN, BROKEN = "taken", "constraint"
_LINK_IS_BROKEN = "23503"  # PostgreSQL: foreign_key_violation
_NO_INPUT = frozenset({"province"})  # a part of every key that nobody types
# What SQLite says of a broken constraint; PostgreSQL gives its name and table as data.
_COLUMNS = re.compile(r"(?:UNIQUE|NOT NULL) constraint failed: (\w+\.\w+(?:, \w+\.\w+)*)$")
_NAMED = re.compile(r"(?:CHECK constraint failed: |UNIQUE constraint failed: index '?)(\w+)")


def fields_of_constraint(constraint: BaseConstraint) -> tuple[str, ...]:
    """The fields that a constraint compares, in its order."""
    found: list[str] = []
    if isinstance(constraint, UniqueConstraint):
        found = list(constraint.fields)
    elif isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
        found = list(_names_in(constraint.condition))
    return tuple(name for name in dict.fromkeys(found) if name not in _NO_INPUT)


def _names_in(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _names_in(child)
        elif isinstance(child, tuple):
            path, value = child
            yield str(path).partition("__")[0]
            if isinstance(value, F):
                yield str(value.name)  # type: ignore[attr-defined]


def errors_by_field(errors: ValidationError, model: type[Model] | None = None) -> dict[str, list[str]]:
    """Sentences by field; those of a constraint at every field that it compares, if all that say so agree on them."""
    found: dict[str, list[str]] = {}
    by_name: Mapping[str, Sequence[Any]] = (
        errors.error_dict if hasattr(errors, "error_dict") else {NON_FIELD_ERRORS: errors.error_list}
    )
    for name, each in by_name.items():
        for error in each:
            names = _fields_named(error, model) if name == NON_FIELD_ERRORS else (name,)
            for field in names or (NON_FIELD_ERRORS,):
                found.setdefault(field, []).extend(error.messages)
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items()}


def _fields_named(error: ValidationError, model: type[Model] | None) -> tuple[str, ...]:
    if error.params and "unique_check" in error.params:
        return tuple(name for name in error.params["unique_check"] if name not in _NO_INPUT)
    text = " ".join(error.messages)
    models = [model] if model is not None else apps.get_models()
    found = {
        fields_of_constraint(each)
        for one in models
        for each in one._meta.constraints
        if str(each.get_violation_error_message()) == text
    }
    return found.pop() if len(found) == 1 else ()


def check_links() -> None:
    """Ask PostgreSQL now whether every link that was written leads to a row. Raises :class:`Refused`.

    By itself it asks at COMMIT (Django's foreign keys are deferred), where nobody who could say which field it is about hears
    the answer: a record that a link names may be deleted or merged while it is written. Here one of the two waits for the other.
    SQLite has one writer at a time.
    """
    if connection.vendor != "postgresql":
        return
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise refusal_of_violation(error) from error


def refusal_of_violation(error: IntegrityError) -> Refused:
    """What the database refused, in Vietnamese, with the fields that it is about where they are known."""
    if getattr(error.__cause__, "sqlstate", None) == _LINK_IS_BROKEN:
        return _refusal_of_link(error)
    model, constraint, fields = _violated(error)
    if constraint is not None:
        fields = fields_of_constraint(constraint)
    unique = isinstance(constraint, UniqueConstraint) or "unique" in str(error).lower()
    text = ""
    if (
        constraint is not None
        and constraint.violation_error_message != constraint.default_violation_error_message
    ):
        text = str(constraint.get_violation_error_message())
    if not text and unique and model is not None:
        text = _("Đã có %(kind)s cùng khóa. Hãy tìm bản ghi đó và sửa, hoặc đổi mã.") % {
            "kind": model._meta.verbose_name
        }
    if not text:
        text = _(
            "Cơ sở dữ liệu không nhận các giá trị này vì trái ràng buộc của sổ. Kiểm tra lại giá trị rồi thực hiện lại."
        )
    return Refused.about(text, *fields, code=TAKEN if unique else BROKEN)


def _refusal_of_link(error: IntegrityError) -> Refused:
    """Of a row that named another one which is not there any more, or of one that others name by now."""
    reported = getattr(error.__cause__, "diag", None)
    model = _of_table(getattr(reported, "table_name", None) or "")
    name = getattr(reported, "constraint_name", None) or ""
    fields = [
        field
        for field in (model._meta.concrete_fields if model is not None else ())
        if field.is_relation and name.startswith(f"{model._meta.db_table}_{field.column}_")  # type: ignore[union-attr]
    ]
    if str(error).startswith("update or delete"):
        kind = model._meta.verbose_name if model is not None else _("bản ghi khác")
        text = _(
            "Có người vừa ghi %(kind)s dựa vào bản ghi này, nên chưa xóa, chưa gộp được. Hãy tải lại trang và xem lại."
        )
        return Refused(text % {"kind": kind}, code=BROKEN)
    if len(fields) == 1:
        text = _("“%(field)s” đã chọn vừa bị người khác xóa hoặc gộp vào bản ghi khác. Hãy chọn lại.")
        return Refused.about(text % {"field": capfirst(fields[0].verbose_name)}, fields[0].name, code=BROKEN)
    text = _(
        "Một bản ghi đã chọn vừa bị người khác xóa hoặc gộp vào bản ghi khác. Hãy tải lại trang và chọn lại."
    )
    return Refused(text, code=BROKEN)


def _violated(
    error: IntegrityError,
) -> tuple[type[Model] | None, BaseConstraint | None, tuple[str, ...]]:
    """The model, its constraint and the columns, as far as the database names them."""
    reported = getattr(error.__cause__, "diag", None)
    if reported is not None:
        return _of_name(
            reported.constraint_name or "",
            (reported.column_name,) if reported.column_name else (),
            reported.table_name,
        )
    if named := _NAMED.search(str(error)):
        return _of_name(named[1], (), None)
    if columns := _COLUMNS.search(str(error)):
        pairs = [each.split(".") for each in columns[1].split(", ")]
        return _of_columns(pairs[0][0], [column for _table, column in pairs])
    return None, None, ()


def _of_name(
    name: str, columns: tuple[str, ...], table: str | None
) -> tuple[type[Model] | None, BaseConstraint | None, tuple[str, ...]]:
    for model in apps.get_models():
        for each in model._meta.constraints:
            if each.name == name:
                return model, each, ()
    owner = _of_table(table or "")
    return owner, None, _names(owner, columns)


def _of_columns(
    table: str, columns: Sequence[str]
) -> tuple[type[Model] | None, BaseConstraint | None, tuple[str, ...]]:
    model = _of_table(table)
    names = _names(model, columns)
    for each in model._meta.constraints if model is not None else ():
        if isinstance(each, UniqueConstraint) and {*each.fields} - _NO_INPUT == {*names}:
            return model, each, names
    return model, None, names


def _of_table(name: str) -> type[Model] | None:
    return next((each for each in apps.get_models() if each._meta.db_table == name), None)


def _names(model: type[Model] | None, columns: Sequence[str]) -> tuple[str, ...]:
    if model is None:
        return ()
    by_column = {field.column: field.name for field in model._meta.concrete_fields}
    found = (by_column.get(column, "") for column in columns)
    return tuple(name for name in found if name and name not in _NO_INPUT)


@contextmanager
def refusing_violations() -> Iterator[None]:
    """Turn what the database refuses into a refusal. Stands around the transaction, which is taken back by then."""
    try:
        yield
    except IntegrityError as error:
        raise refusal_of_violation(error) from error


def refusal_of(
    error: ValidationError,
    kind: type[Refused] = Refused,
    *,
    fields: Mapping[str, Sequence[str]] | None = None,
) -> Refused:
    """What a model says about its values, as a refusal with sentences by field; ``fields`` where the caller knows more."""
    reported: Mapping[str, Sequence[str]] = (
        error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    )
    sentences = [text for texts in reported.values() for text in texts]
    by_input = {name: tuple(texts) for name, texts in (fields or reported).items() if name != "__all__"}
    return kind(" ".join(sentences), code="invalid", fields=by_input)
