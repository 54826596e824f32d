"""Inserting records whose values were made ready before the transaction began.

A thread that holds a lock that others wait for (on SQLite every write transaction) does nothing in it but the inserts: columns
are converted, JSON is written and the log's copy of each record is made beforehand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import transaction
from django.utils import timezone

from khcn.kernel.audit.insert_and_update_statements import insert_returning, ready_rows, set_primary_keys
from khcn.kernel.audit.log_entries import append_entries, entry_of
from khcn.kernel.audit.logged_values import logged_values_of_all, plain_value
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.projections import update_projections
from khcn.kernel.text.language import vietnamese

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.audit.audited import Audited

_STAMPS = ("created_at", "updated_at")


_A = TypeVar("_A", bound="Audited")


class PreparedInsert(Generic[_A]):
    """New records of one model, ready to be inserted. ``late`` names the columns that only the transaction knows."""

    def __init__(
        self, instances: Sequence[_A], *, late: Sequence[str] = (), labelled_late: bool = False
    ) -> None:
        self.instances = instances
        self.late = (*late, *_STAMPS)
        columns = [field for field in instances[0]._meta.concrete_fields if not field.primary_key]
        self._ready = [field for field in columns if field.attname not in self.late]
        self._open = [field for field in columns if field.attname in self.late]
        for each in instances:
            each.derive()
        self._values = ready_rows(instances, self._ready)
        self._logged = logged_values_of_all(instances)
        # With `labelled_late` what the log calls a record follows from its late columns.
        self._labels = [""] * len(instances) if labelled_late else [vietnamese(each) for each in instances]

    def insert(self, **late: Any) -> None:
        """Insert and log them, and give the instances their keys."""
        now = timezone.now()
        for each in self.instances:
            each.created_at = each.updated_at = now
            for name, value in late.items():
                setattr(each, name, value)
        model: Any = type(self.instances[0])
        pk = model._meta.pk.attname
        # No savepoint: it would cost two round trips under the caller's locks. A failure undoes the caller's transaction.
        with transaction.atomic(savepoint=False):
            opened = ready_rows(self.instances, self._open)
            rows = [(*values, *rest) for values, rest in zip(self._values, opened, strict=True)]
            keys = insert_returning(model, [*self._ready, *self._open], rows)
            set_primary_keys(self.instances, keys)
            known = {name: plain_value(value) for name, value in late.items()}
            entries = []
            for each, key, logged, label in zip(
                self.instances, keys, self._logged, self._labels, strict=True
            ):
                entries.append(
                    entry_of(LoggedAction.CREATE, each, None, {**logged, **known, pk: key}, label=label)
                )
            append_entries(entries)
            update_projections(model, written=self.instances, are_new=True)
