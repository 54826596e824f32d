"""What a record is called among those of which somebody chooses one, where its own name is a number that says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from khcn.kernel.fields.plain_text import plain_text
from khcn.kernel.fields.reference_targets import NAMED_WITH, is_nameable, record_name, target_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor


def choice_name(record: Model, actor: Actor) -> str:
    """The record's name, and what its register adds to it in choices: "MD-01 – Miến dong, Hợp tác xã A, 10/05/2022".

    Names that the actor is not shown are left out.
    """
    texts = [_text(record, path, actor) for path in target_of(type(record)).chosen_with]
    known = ", ".join(each for each in texts if each)
    return record_name(record) + (f"{NAMED_WITH}{known}" if known else "")


def _text(record: Model, path: str, actor: Actor) -> str:
    value: Any = record
    for part in path.split("__"):
        value = getattr(value, part, None)
        if isinstance(value, Model) and not is_nameable(type(value), actor):
            return ""
    return str(value) if isinstance(value, Model) else plain_text(value)


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows, read together with what their names in choices say of linked records."""
    linked = [path for path in target_of(rows.model).chosen_with if _is_link(rows.model, path)]
    return rows.select_related(*linked) if linked else rows


def _is_link(model: type[Model], path: str) -> bool:
    found: Any = model
    for part in path.split("__"):
        try:
            field = found._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if not field.is_relation:
            return False
        found = field.related_model
    return True
