"""What the change log holds of a record: its columns as plain values, a secret by a keyed digest only."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from khcn.kernel.audit.column_values import converted_column
from khcn.kernel.audit.digests_and_seals import mac, seal_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db import models

# Columns of the log's own making; they change with every write and say nothing of their own.
STAMPS = ("created_at", "updated_at")
MASK = "***"


def plain_value(value: object) -> object:
    """A value as JSON can hold it, the same before saving and after loading."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return hashlib.sha256(value).hexdigest()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def snapshot(instance: models.Model, skip: Sequence[str] = ()) -> dict[str, Any]:
    """The instance's own columns as plain values."""
    return _snapshots([instance], skip)[0]


def _snapshots(instances: Sequence[models.Model], skip: Sequence[str]) -> list[dict[str, Any]]:
    columns = [field for field in instances[0]._meta.concrete_fields if field.attname not in skip]
    names = [field.attname for field in columns]
    plain = (converted_column(instances, each.attname, _plain_reader(each)) for each in columns)
    rows = zip(*plain, strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _plain_reader(column: models.Field[Any, Any]) -> Callable[[object], object]:
    read = column.to_python
    return lambda value: plain_value(read(value))


def logged_difference(
    instance: Any, before: dict[str, Any], after: dict[str, Any], names: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the log says about a change; of a masked column only what tells it from others."""
    changed = [name for name in names if after[name] != before[name] and name not in instance.unlogged]
    old, new = ({name: side[name] for name in changed} for side in (before, after))
    for name in set(changed) & set(instance.masked):
        old[name], new[name] = (masked_value(instance, name, side[name]) for side in (before, after))
    return old, new


def masked_value(instance: models.Model, name: str, value: object, key: bytes | None = None) -> str:
    """What stands for a secret in the log: a keyed digest, from which nobody learns the secret nor can test a guess."""
    subject = orjson.dumps([instance._meta.label_lower, str(instance.pk), name, value])
    return f"{MASK} {mac(key or seal_keys()[0], subject)}"


def is_masked_as(instance: models.Model, name: str, value: object, logged: str) -> bool:
    """Does this stand for the secret that the record holds now? True where the log kept nothing but that it is one."""
    return logged == MASK or any(
        hmac.compare_digest(logged, masked_value(instance, name, value, key)) for key in seal_keys()
    )


def logged_values(instance: Any) -> dict[str, Any]:
    """What the log says about a whole record."""
    return logged_values_of_all([instance])[0]


def logged_values_of_all(instances: Sequence[Any]) -> list[dict[str, Any]]:
    """What the log says about whole records of one model."""
    found = _snapshots(instances, instances[0].unlogged)
    for instance, values in zip(instances, found, strict=True) if instances[0].masked else ():
        values.update({name: masked_value(instance, name, values[name]) for name in instance.masked})
    return found
