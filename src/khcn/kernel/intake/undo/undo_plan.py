"""What undoing an import would write, from the change log: every record as it was before."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps

from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from django.db import models

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register


@dataclass(slots=True)
class UndoPlan:
    """What undoing would write, by model in the order of the import: changes, and records to delete."""

    actor: Actor
    on: date
    changes: dict[str, list[Write]]
    removed: dict[str, list[Any]]
    _follows: set[tuple[str, int, str]] | None = None

    def lock(self) -> None:
        """Lock what the rules decide by, and the records."""
        for name, writes in self.changes.items():
            register_of(apps.get_model(name)).writer.lock(writes)
        for name, records in self.removed.items():
            register_of(apps.get_model(name)).writer.lock([Write(each, each) for each in records])

    @property
    def changed_records(self) -> list[Any]:
        """The records that are changed back, as they are."""
        return [write.before for writes in self.changes.values() for write in writes]

    @property
    def removed_records(self) -> list[Any]:
        """The records that are deleted."""
        return [record for records in self.removed.values() for record in records]

    @contextmanager
    def judging_outcomes(self) -> Iterator[None]:
        """Raise ``Refused`` on leaving, where what is on record after all was restored may not be."""
        with ExitStack() as judging:
            for name in {**self.changes, **self.removed}:
                writer = register_of(apps.get_model(name)).writer
                judging.enter_context(
                    writer.judging_outcome(self.changes.get(name, []), self.removed.get(name, []))
                )
            yield

    def own_changes(self) -> Iterator[tuple[Register, list[Write]]]:
        """The changes without those columns that only follow from rows which are deleted."""
        if self._follows is None:  # computed from what is stored before anything is restored
            self._follows = self._consequences()
        follows = self._follows
        for name, writes in self.changes.items():
            own = [
                Write(
                    each.record,
                    each.before,
                    frozenset(
                        field for field in each.changed if (name, each.before.pk, field) not in follows
                    ),
                )
                for each in writes
            ]
            yield register_of(apps.get_model(name)), [each for each in own if each.changed]

    def _consequences(self) -> set[tuple[str, int, str]]:
        """Columns of other records that go back with rows of the import."""
        found: set[tuple[str, int, str]] = set()
        for name, records in self.removed.items():
            found |= register_of(apps.get_model(name)).writer.consequences(records)
        return found


def plan_undo(entries: Sequence[ChangeEntry], *, actor: Actor, on: date) -> UndoPlan:
    """The records of an import as they are, and as they shall be again. One that is gone by now is left out."""
    created: dict[str, list[int]] = defaultdict(list)
    before: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for entry in entries:
        key = int(entry.object_id)
        if entry.action == LoggedAction.CREATE:
            created[entry.model].append(key)
        elif entry.action == LoggedAction.UPDATE:
            known = before[entry.model].setdefault(key, {})
            before[entry.model][key] = {**(entry.before or {}), **known}  # of two changes the first one's
    changes = {
        name: _changes_back(apps.get_model(name), values, set(created[name]))
        for name, values in before.items()
    }
    removed = {
        name: list(_stored(apps.get_model(name), keys).values()) for name, keys in created.items() if keys
    }
    return UndoPlan(actor, on, changes, removed)


def _stored(model: type[models.Model], keys: Iterable[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for part in chunks(list(keys)):
        found.update(model._base_manager.in_bulk(part))
    return found


def _changes_back(
    model: type[models.Model], before: dict[int, dict[str, Any]], created: set[int]
) -> list[Write]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    writes = []
    for key, stored in _stored(model, before.keys() - created).items():
        record = copy(stored)
        record._state = copy(stored._state)
        record._state.fields_cache = {}
        for attname, value in before[key].items():
            setattr(record, attname, fields[attname].to_python(value))
        writes.append(Write(record, stored, frozenset(fields[attname].name for attname in before[key])))
    return sorted(writes, key=lambda each: each.before.pk)
