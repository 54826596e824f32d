"""Undoes an import: every record as it was before, from the change log, or nothing at all."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import dependents_of
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_remove
from khcn.kernel.audit.locking import locked_all
from khcn.kernel.audit.log_entries import snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.intake.import_plan import Conflict
from khcn.kernel.intake.name_matching import chunks
from khcn.kernel.registers.registry import has_register, register_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db import models

    from khcn.kernel.intake.models import Batch

_GONE = object()  # differs from every value


def entries_of_import(batch: Batch) -> list[ChangeEntry]:
    """What the import wrote, in order."""
    if batch.act is None:
        return []
    entries = ChangeEntry.objects.filter(batch=batch.act)
    return [entry for entry in entries.order_by("pk") if has_register(apps.get_model(entry.model))]


def lock_records(entries: Sequence[ChangeEntry]) -> None:
    """Lock the records of an import, so that no writer changes them between the check and the undo."""
    keys: dict[str, set[int]] = defaultdict(set)
    for entry in entries:  # in the order of the import, which is that of the references between them
        keys[entry.model].add(int(entry.object_id))
    for name, pks in keys.items():
        locked_all(apps.get_model(name), pks)


def conflicts_of(batch: Batch, entries: Sequence[ChangeEntry]) -> list[Conflict]:
    """Records of the import that were changed later, or that later records, papers or reports refer to."""
    return [*_changed_later(batch, entries), *_leaned_on(entries), *_relied_on(entries)]


def _relied_on(entries: Sequence[ChangeEntry]) -> Iterator[Conflict]:
    """Records that issued papers or frozen reports depend on, and drafts of records that would be gone."""
    labels: dict[tuple[str, bool], dict[int, str]] = defaultdict(dict)
    for entry in entries:
        labels[entry.model, entry.action == LoggedAction.CREATE][int(entry.object_id)] = entry.object_label
    for (name, created), objects in labels.items():
        for key, what in dependents_of(apps.get_model(name), objects, removed=created):
            why = _("%(what)s đã dùng bản ghi này.") % {"what": what}
            yield _conflict(name, str(key), objects[key], why)


def _changed_later(batch: Batch, entries: Sequence[ChangeEntry]) -> list[Conflict]:
    """A record conflicts when a field that the import set holds something else now; other fields do not matter."""
    by_model: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    last: dict[tuple[str, str], int] = {}
    for entry in entries:
        by_model[entry.model][entry.object_id].update(entry.after or {})
        last[entry.model, entry.object_id] = entry.pk
    found = []
    for name, objects in by_model.items():
        model = apps.get_model(name)
        for part in chunks(list(objects)):
            later: dict[str, ChangeEntry] = {}
            # Writes of one record wait for each other, so their keys are in the order of the writes.
            since = min(last[name, object_id] for object_id in part)
            log = ChangeEntry.objects.filter(model=name, object_id__in=part, pk__gt=since)
            for entry in log.order_by("pk"):
                if entry.batch != batch.act and entry.pk > last[name, entry.object_id]:
                    later[entry.object_id] = entry
            records = {
                str(pk): record
                for pk, record in model._base_manager.in_bulk([int(pk) for pk in later]).items()
            }
            for object_id, entry in later.items():
                record = records.get(object_id)
                now = snapshot(record) if record is not None else {}
                left = objects[object_id]
                if any(now.get(field, _GONE) != value for field, value in left.items()):
                    why = _("Đã có người sửa sau khi nhập: %(who)s.") % {"who": entry.who}
                    found.append(_conflict(name, object_id, entry.object_label, why))
    return found


def _conflict(model: str, pk: str, label: str, why: str) -> Conflict:
    return Conflict(str(register_of(apps.get_model(model)).title), pk, label, why)


def _leaned_on(entries: Sequence[ChangeEntry]) -> list[Conflict]:
    """Records outside the import that refer to records it created."""
    created: dict[str, dict[int, ChangeEntry]] = defaultdict(dict)
    for entry in entries:
        if entry.action == LoggedAction.CREATE:
            created[entry.model][int(entry.object_id)] = entry
    found = []
    for model, objects in created.items():
        for relation in apps.get_model(model)._meta.related_objects:
            link = relation.field
            other: type[models.Model] = link.model
            ours = set(created.get(other._meta.label_lower, ()))
            restored = _restored_links(entries, other, link.attname)
            for part in chunks(list(objects)):
                rows = other._base_manager.filter(**{f"{link.attname}__in": part})
                for pk, target in rows.values_list("pk", link.attname):
                    if pk not in ours and pk not in restored:
                        why = _("Có bản ghi khác đang dùng: %(title)s.") % {"title": other._meta.verbose_name}
                        found.append(_conflict(model, str(target), objects[target].object_label, why))
    return found


def _restored_links(entries: Sequence[ChangeEntry], other: type[models.Model], attname: str) -> set[int]:
    """Records whose link itself was set by the import, and so goes back with it."""
    name = other._meta.label_lower
    return {
        int(entry.object_id)
        for entry in entries
        if entry.model == name and entry.action == LoggedAction.UPDATE and attname in (entry.before or {})
    }


def restore_records(entries: Sequence[ChangeEntry]) -> int:
    """Restore changed records and delete created ones; gives how many. Conflicts were ruled out by the caller."""
    changed: dict[str, list[ChangeEntry]] = defaultdict(list)
    created: list[ChangeEntry] = []
    for entry in reversed(entries):
        if entry.action == LoggedAction.UPDATE:
            changed[entry.model].append(entry)
        elif entry.action == LoggedAction.CREATE:
            created.append(entry)
    for name, group in changed.items():
        _restore(apps.get_model(name), group)
    # Last written first, so that nothing is deleted while a row of the import refers to it: whole runs of one model
    # at a time, for an import writes its sheets one after the other.
    for name, run in groupby(created, key=lambda entry: entry.model):
        for part in chunks(list(run)):
            records = apps.get_model(name)._base_manager.in_bulk([int(entry.object_id) for entry in part])
            bulk_remove([records[int(entry.object_id)] for entry in part])
    return len(entries)


def _restore(model: Any, entries: Sequence[ChangeEntry]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    groups: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for part in chunks(entries):
        records = model._base_manager.in_bulk([int(entry.object_id) for entry in part])
        for entry in part:
            record = records[int(entry.object_id)]
            before = entry.before or {}
            for attname, value in before.items():
                setattr(record, attname, fields[attname].to_python(value))
            names = tuple(sorted(fields[attname].name for attname in before))
            if not any(record is each for each in groups[names]):
                groups[names].append(record)
    for names, records_ in groups.items():
        bulk_change(records_, list(names))


def broken_rules(entries: Sequence[ChangeEntry]) -> list[Conflict]:
    """Rows on record that the rules would not have let happen without what was just taken back."""
    touched: dict[str, list[ChangeEntry]] = defaultdict(list)
    for entry in entries:
        touched[entry.model].append(entry)
    found = []
    for name, group in touched.items():
        register = register_of(apps.get_model(name))
        links = [
            {**(entry.before or {}), **(entry.after or {})}
            for entry in group
            if entry.action != LoggedAction.DELETE
        ]
        for record, why in register.writer.violations(links):
            found.append(_conflict(record._meta.label_lower, str(record.pk), str(record), why))
    return found
