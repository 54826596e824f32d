"""Checks that are asked before a stored record is changed, whichever code changes it.

A higher package registers a check when the program starts. Both ways of changing audited records ask it (`save` and
`bulk_writes.bulk_change`), so no operation can leave it out; what the check raises takes the whole write back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model


class Change(NamedTuple):
    """A record as it shall be, as it is stored, and the names of the fields that are written and differ."""

    record: Any
    before: Any
    names: frozenset[str]

    @classmethod
    def of_columns(cls, record: Any, before: Any, columns: frozenset[str]) -> Change:
        """The change that writes these columns; the fields have names of their own."""
        fields = type(record)._meta.concrete_fields
        return cls(record, before, frozenset(field.name for field in fields if field.attname in columns))


class ChangeCheck(Protocol):
    """What a check looks like."""

    def __call__(self, model: type[Model], changes: Sequence[Change]) -> None:
        """Raise ``Refused`` when one of the changes may not be made; runs in the transaction of the write."""


_checks: list[ChangeCheck] = []


def register_change_check(check: ChangeCheck) -> ChangeCheck:
    """Ask ``check`` before every change of audited records. Used once, when the program starts."""
    if check not in _checks:
        _checks.append(check)
    return check


def check_changes(model: type[Model], changes: Sequence[Change]) -> None:
    """Called by the write path only, before the statement that writes."""
    if changes:
        for check in _checks:
            check(model, changes)
