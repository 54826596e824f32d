"""The records that prevent undoing an import: changed later, used by others, or against a rule or right; and the refusal
that lists them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import dependents_of
from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.logged_values import snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.fields.links import links_to
from khcn.kernel.intake.import_plan import FileChanged, IntakeRefused, WorkbookRefused
from khcn.kernel.intake.layouts.sheet_layouts import FileReading
from khcn.kernel.intake.plans.plan_making import prepare_import
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.sealed_records import A_SEALED_RECORD, without_sealed
from khcn.kernel.registers.writing import (
    ValidationContext,
    Write,
    removal_violations,
    rule_violations,
    writing_right_violations,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from django.db import models

    from khcn.kernel.actions.dependents import Contradicted, Dependent
    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.intake.undo.undo_plan import UndoPlan
    from khcn.kernel.registers.spec import Register

_GONE = object()  # differs from every value


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record for which the import cannot be undone. ``row`` is 0 where the file does not say which row it came from."""

    register: str
    pk: str
    label: str
    why: str
    model: str
    sheet: str = ""
    row: int = 0


class UndoConflict(IntakeRefused):
    """Later changes depend on the import; nothing was undone."""

    def __init__(self, message: str, conflicts: Sequence[Conflict]) -> None:
        super().__init__(message)
        self.conflicts = tuple(conflicts)


def conflicts_of(batch: Batch, entries: Sequence[ChangeEntry], plan: UndoPlan) -> list[Conflict]:
    """Records of the import that were changed later, that later records, papers or reports refer to, or that the actor may
    not change or delete.
    """
    return [
        *_steps_taken(entries),
        *_changed_later(batch, entries),
        *_referenced_later(entries, plan.actor),
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


def _not_allowed(plan: UndoPlan) -> Iterator[Conflict]:
    """What form and API would refuse this actor: to change the record like this, or to delete it."""
    context = ValidationContext(plan.actor, plan.on, restoring=True)
    for register, writes in plan.own_changes():
        for write, refused in writing_right_violations(register, writes, plan.actor):
            yield _conflict(register.name, str(write.before.pk), str(write.before), str(refused))
        for write in writes:
            try:
                register.writer.taken_back(write, actor=plan.actor, on=plan.on)
            except Refused as refusal:
                yield _conflict(register.name, str(write.before.pk), str(write.before), str(refusal))
    for name, records in plan.removed.items():
        register = register_of(apps.get_model(name))
        for record, refused in removal_violations(register, records, context, taking_back=True):
            yield _conflict(name, str(record.pk), str(record), str(refused))


def _printed_or_frozen(entries: Sequence[ChangeEntry]) -> Iterator[Conflict]:
    """Records that issued papers depend on; of records that would be gone also frozen reports and drafts."""
    labels: dict[tuple[str, bool], dict[int, str]] = defaultdict(dict)
    for entry in entries:
        labels[entry.model, entry.action == LoggedAction.CREATE][int(entry.object_id)] = entry.object_label
    for (name, created), objects in labels.items():
        for each in dependents_of(apps.get_model(name), objects, removed=created):
            if not each.compared:
                yield _depending(name, objects[each.key], each)


def _depending(model: str, label: str, dependent: Dependent) -> Conflict:
    why = _("%(what)s đã dùng bản ghi này.") % {"what": dependent.name}
    return _conflict(model, str(dependent.key), label, f"{why} {dependent.remedy}".rstrip())


def contradicting(found: Sequence[Contradicted]) -> list[Conflict]:
    """Records that something signed would contradict once they are as before the import."""
    return [_depending(each.record._meta.label_lower, str(each.record), each.by) for each in found]


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


def _referenced_later(entries: Sequence[ChangeEntry], actor: Actor) -> list[Conflict]:
    """Records outside the import that refer to records it created; of sealed ones not what they are."""
    created: dict[str, dict[int, ChangeEntry]] = defaultdict(dict)
    for entry in entries:
        if entry.action == LoggedAction.CREATE:
            created[entry.model][int(entry.object_id)] = entry
    found = []
    for model, objects in created.items():
        for link in links_to(apps.get_model(model)):
            other: type[models.Model] = link.model
            ours = set(created.get(other._meta.label_lower, ()))
            restored = _restored_links(entries, other, link.attname)
            for part in chunks(list(objects)):
                rows = other._base_manager.filter(**{f"{link.attname}__in": part})
                named = set(without_sealed(actor, rows).values_list("pk", flat=True))
                for pk, target in rows.values_list("pk", link.attname):
                    if pk not in ours and pk not in restored:
                        title = other._meta.verbose_name if pk in named else A_SEALED_RECORD
                        why = _("Có bản ghi khác đang dùng: %(title)s.") % {"title": title}
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


def broken_rules(entries: Sequence[ChangeEntry], plan: UndoPlan) -> list[Conflict]:
    """Rows on record that the rules would not have let happen without what was just taken back, and changes that the
    actor could not have made: asked afterwards, when rows of the import cannot be their reason any more.
    """
    # Two registers of one import may name the same record for the same reason.
    return list(dict.fromkeys([*_owned_by_now(plan), *_broken(entries)]))


def _owned_by_now(plan: UndoPlan) -> Iterator[Conflict]:
    context = ValidationContext(plan.actor, plan.on, restoring=True)
    for register, writes in plan.own_changes():
        left = [_without_taken_back(register, each, context) for each in writes]
        for write, refused in rule_violations(register, [each for each in left if each.changed], context):
            yield _conflict(register.name, str(write.before.pk), str(write.before), str(refused))
        for write in writes:
            try:
                write.record.clean()
            except ValidationError as error:
                why = " ".join(error.messages)
                yield _conflict(register.name, str(write.before.pk), str(write.before), why)


def _without_taken_back(register: Register, write: Write, context: ValidationContext) -> Write:
    names = register.writer.taken_back(write, actor=context.actor, on=context.on)
    return Write(write.record, write.before, write.changed.difference(names))


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


def conflicts_in_file(
    batch: Batch, conflicts: Sequence[Conflict], *, actor: Actor, on: date
) -> list[Conflict]:
    """The conflicts as :func:`named_conflicts` names them, with their places in the workbook."""
    places = _places(batch, on)
    found = []
    for each in named_conflicts(conflicts, actor):
        sheet, row = places.get((each.model, each.pk), ("", 0))
        found.append(replace(each, sheet=sheet, row=row))
    return found


def named_conflicts(conflicts: Sequence[Conflict], actor: Actor) -> Iterator[Conflict]:
    """The conflicts; a record that the actor may not read, or that may be called by one, has a number and no name."""
    readable = {each.model: _readable(conflicts, each.model, actor) for each in conflicts}
    for each in conflicts:
        hidden = _("bản ghi số %(number)s") % {"number": each.pk}
        yield each if each.pk in readable[each.model] else replace(each, label=hidden)


def _readable(conflicts: Sequence[Conflict], model: str, actor: Actor) -> set[str]:
    register = register_of(apps.get_model(model)).seen_by(actor)
    if register.closed:
        return set()
    rows = register.visible(actor)
    keys = [int(each.pk) for each in conflicts if each.model == model]
    return {str(pk) for part in chunks(keys) for pk in rows.filter(pk__in=part).values_list("pk", flat=True)}


def _places(batch: Batch, on: date) -> dict[tuple[str, str], tuple[str, int]]:
    """Sheet and row of each record of the file, which is read again: the log does not say from which row a record came."""
    try:
        prepared = prepare_import(
            batch.content(),
            batch.name,
            actor=SYSTEM,
            on=on,
            taken_over=batch.taken_over,
            reading=FileReading.of(batch),
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
