"""Undoes an import: every record as it was before, from the change log, or nothing at all."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import dependents_of
from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_remove
from khcn.kernel.audit.log_entries import snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.intake.import_plan import FileChanged, WorkbookRefused
from khcn.kernel.intake.plan_making import prepare_import
from khcn.kernel.intake.undo_conflicts import Conflict
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.registers.writing import (
    ValidationContext,
    Write,
    change_right_violations,
    removal_violations,
    rule_violations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from django.db import models

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.registers.spec import Register

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


def conflicts_of(batch: Batch, entries: Sequence[ChangeEntry], plan: UndoPlan) -> list[Conflict]:
    """Records of the import that were changed later, that later records, papers or reports refer to, or that the actor may
    not change or delete.
    """
    return [
        *_steps_taken(entries),
        *_changed_later(batch, entries),
        *_referenced_later(entries),
        *_printed_or_frozen(entries),
        *_not_allowed(plan),
    ]


def _steps_taken(entries: Sequence[ChangeEntry]) -> Iterator[Conflict]:
    """Records that took a step of their workflow: who took it when, and the terms that it met, are not taken back."""
    for entry in entries:
        workflow = register_of(apps.get_model(entry.model)).workflow
        if workflow is None or workflow.replayed or entry.action != LoggedAction.UPDATE:
            continue
        if "state" in (entry.before or {}):
            why = _("Bước xử lý “%(step)s” đã thực hiện, không lùi lại được bằng hoàn tác.")
            step = workflow.by_value[(entry.after or {})["state"]].label
            yield _conflict(entry.model, entry.object_id, entry.object_label, why % {"step": step})


@dataclass(slots=True)
class UndoPlan:
    """What undoing would write, by model in the order of the import: changes, and records to delete."""

    actor: Actor
    on: date
    changes: dict[str, list[Write]]
    removed: dict[str, list[Any]]

    def lock(self) -> None:
        """Lock what the rules decide by, and the records."""
        for name, writes in self.changes.items():
            register_of(apps.get_model(name)).writer.lock(writes)
        for name, records in self.removed.items():
            register_of(apps.get_model(name)).writer.lock([Write(each, each) for each in records])


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


def _consequences(plan: UndoPlan) -> set[tuple[str, int, str]]:
    """Columns of other records that go back with rows of the import."""
    found: set[tuple[str, int, str]] = set()
    for name, records in plan.removed.items():
        found |= register_of(apps.get_model(name)).writer.consequences(records)
    return found


def _own_changes(plan: UndoPlan) -> Iterator[tuple[Register, list[Write]]]:
    """The changes without those columns that only follow from rows which are deleted."""
    follows = _consequences(plan)
    for name, writes in plan.changes.items():
        own = [
            Write(
                each.record,
                each.before,
                frozenset(field for field in each.changed if (name, each.before.pk, field) not in follows),
            )
            for each in writes
        ]
        yield register_of(apps.get_model(name)), [each for each in own if each.changed]


def _not_allowed(plan: UndoPlan) -> Iterator[Conflict]:
    """What form and API would refuse this actor: to change the record like this, or to delete it."""
    context = ValidationContext(plan.actor, plan.on)
    for register, writes in _own_changes(plan):
        for write, refused in change_right_violations(register, writes, plan.actor):
            yield _conflict(register.name, str(write.before.pk), str(write.before), str(refused))
    for name, records in plan.removed.items():
        register = register_of(apps.get_model(name))
        for record, refused in removal_violations(register, records, context, taking_back=True):
            yield _conflict(name, str(record.pk), str(record), str(refused))


def _printed_or_frozen(entries: Sequence[ChangeEntry]) -> Iterator[Conflict]:
    """Records that issued papers or frozen reports depend on, and drafts of records that would be gone."""
    labels: dict[tuple[str, bool], dict[int, str]] = defaultdict(dict)
    for entry in entries:
        labels[entry.model, entry.action == LoggedAction.CREATE][int(entry.object_id)] = entry.object_label
    for (name, created), objects in labels.items():
        for key, what, _url in dependents_of(apps.get_model(name), objects, removed=created):
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
    return Conflict(str(register_of(apps.get_model(model)).title), pk, label, why, model)


def _referenced_later(entries: Sequence[ChangeEntry]) -> list[Conflict]:
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


def restore_records(plan: UndoPlan) -> None:
    """Restore changed records and delete created ones. Conflicts were ruled out by the caller."""
    for writes in plan.changes.values():
        groups: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        for write in writes:
            groups[tuple(sorted(write.changed))].append(write.record)
        for names, records in groups.items():
            bulk_change(records, list(names))
    # Last written first, so that nothing is deleted while a row of the import refers to it: whole runs of one model
    # at a time, for an import writes its sheets one after the other.
    for records in reversed(plan.removed.values()):
        for part in chunks(records[::-1]):
            bulk_remove(part)


def broken_rules(entries: Sequence[ChangeEntry], plan: UndoPlan) -> list[Conflict]:
    """Rows on record that the rules would not have let happen without what was just taken back, and changes that the
    actor could not have made: asked afterwards, when rows of the import cannot be their reason any more.
    """
    # Two registers of one import may name the same record for the same reason.
    return list(dict.fromkeys([*_owned_by_now(plan), *_broken(entries)]))


def _owned_by_now(plan: UndoPlan) -> Iterator[Conflict]:
    context = ValidationContext(plan.actor, plan.on)
    for register, writes in _own_changes(plan):
        for write, refused in rule_violations(register, writes, context):
            yield _conflict(register.name, str(write.before.pk), str(write.before), str(refused))
        for write in writes:
            try:
                write.record.clean()
            except ValidationError as error:
                why = " ".join(error.messages)
                yield _conflict(register.name, str(write.before.pk), str(write.before), why)


def _broken(entries: Sequence[ChangeEntry]) -> list[Conflict]:
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


def in_file(batch: Batch, conflicts: Sequence[Conflict], *, actor: Actor, on: date) -> list[Conflict]:
    """The conflicts as :func:`named_for` names them, with their places in the workbook."""
    places = _places(batch, on)
    found = []
    for each in named_for(conflicts, actor):
        sheet, row = places.get((each.model, each.pk), ("", 0))
        found.append(replace(each, sheet=sheet, row=row))
    return found


def named_for(conflicts: Sequence[Conflict], actor: Actor) -> Iterator[Conflict]:
    """The conflicts; a record that the actor may not read has a number and no name."""
    readable = {each.model: _readable(conflicts, each.model, actor) for each in conflicts}
    for each in conflicts:
        hidden = _("bản ghi số %(number)s") % {"number": each.pk}
        yield each if each.pk in readable[each.model] else replace(each, label=hidden)


def _readable(conflicts: Sequence[Conflict], model: str, actor: Actor) -> set[str]:
    rows = register_of(apps.get_model(model)).visible(actor)
    keys = [int(each.pk) for each in conflicts if each.model == model]
    return {str(pk) for part in chunks(keys) for pk in rows.filter(pk__in=part).values_list("pk", flat=True)}


def _places(batch: Batch, on: date) -> dict[tuple[str, str], tuple[str, int]]:
    """Sheet and row of each record of the file, which is read again: the log does not say from which row a record came."""
    try:
        prepared = prepare_import(
            batch.content(), batch.name, actor=SYSTEM, on=on, taken_over=batch.taken_over
        )
    except (WorkbookRefused, FileChanged):
        # Limits that came later refuse the file, or it was exchanged: the records are named without their rows.
        return {}
    return {
        (sheet.register.name, str(draft.instance.pk)): (sheet.sheet, draft.row)
        for sheet in (*prepared.action_sheets, *prepared.draft_sheets)
        if sheet.table is not None
        for draft in sheet.remaining()
        if draft.instance is not None and draft.instance.pk is not None
    }
