"""Makes the new records of a file, and applies its values to the records on file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.fields.dated_links import dated_links, says_day
from khcn.kernel.intake.import_plan import PlannedChange
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.intake.names.stored_links import refuse_emptying

if TYPE_CHECKING:
    from khcn.kernel.intake.names.name_resolution import NameResolver
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


def build_records(draft_sheet: DraftSheet, on_file: dict[int, Any], resolver: NameResolver) -> None:
    """Make the new records and apply the file's values to the known ones; fills ``instance``, ``action``, ``changed``."""
    _fetch_targets(draft_sheet, resolver)
    siblings = _extra_fields(draft_sheet)
    for draft in draft_sheet.remaining():  # all of them first: rows of one sheet refer to each other
        draft.instance = draft.instance or on_file.get(id(draft)) or draft_sheet.model()
    for draft in draft_sheet.remaining():
        record = draft.instance
        draft.action = "change" if id(draft) in on_file else "create"
        if draft.action == "create":
            for name, value in draft.values.items():
                if value is not None:
                    _put(draft_sheet, record, name, value, resolver)
            continue
        _keep_known(draft)
        changes = []
        for name, column in draft_sheet.columns.items():
            if name not in draft.values:
                continue
            change = _apply(draft_sheet, draft, column, resolver)
            if change is not None:
                changes.append(change)
        for name in siblings:
            value = draft.values.get(name)
            if value is not None and getattr(record, name) != value:
                setattr(record, name, value)
                changes.append(PlannedChange(name, "", "", ""))
        draft.changed = tuple(changes)
        if not changes:
            draft.action = "same"
    _give_new_days(draft_sheet, resolver)


def _keep_known(draft: RowDraft) -> None:
    """What is said of new rows says nothing of a record on file that has a value."""
    for name in draft.derived:
        if getattr(draft.instance, name) not in {None, ""}:
            draft.values[name] = None


def _give_new_days(draft_sheet: DraftSheet, resolver: NameResolver) -> None:
    """Rows whose day stands in a row of another sheet see the day of that row, and not the one on record."""
    if says_day(draft_sheet.model):
        for draft in draft_sheet.remaining():
            if draft.action == "change":
                resolver.instances[draft_sheet.register.name, draft.instance.pk] = draft.instance
    for link in dated_links(draft_sheet.model):
        if (
            link.head not in draft_sheet.columns
            or (register := draft_sheet.columns[link.head].target) is None
        ):
            continue
        owner: Any = draft_sheet.model._meta.get_field(link.head)
        for draft in draft_sheet.remaining():
            key = getattr(draft.instance, owner.attname)
            if (found := resolver.instances.get((register.name, key))) is not None:
                setattr(draft.instance, link.head, found)


def _extra_fields(draft_sheet: DraftSheet) -> list[str]:
    """Fields that a cell fills beside its own and that have no column in the file (the precision of a date)."""
    names = {name for draft in draft_sheet.drafts for name in draft.values}
    return sorted(names - set(draft_sheet.columns))


def _fetch_targets(draft_sheet: DraftSheet, resolver: NameResolver) -> None:
    by_register: dict[Any, list[int]] = defaultdict(list)
    for name, column in draft_sheet.columns.items():
        if column.target is None:
            continue
        for draft in draft_sheet.remaining():
            value = draft.values.get(name)
            if isinstance(value, Candidate) and value.pk is not None:
                by_register[column.target].append(value.pk)
    for register, pks in by_register.items():
        resolver.fetch(register, pks)


def _related(draft_sheet: DraftSheet, name: str, value: Candidate, resolver: NameResolver) -> Any:
    if value.draft is not None:
        return value.draft.instance
    target = draft_sheet.columns[name].target
    assert target is not None  # noqa: S101 -- only record columns hold candidates
    return resolver.instance(target, value.pk or 0)


def _put(draft_sheet: DraftSheet, record: Any, name: str, value: Any, resolver: NameResolver) -> None:
    setattr(
        record, name, _related(draft_sheet, name, value, resolver) if isinstance(value, Candidate) else value
    )


def _apply(
    draft_sheet: DraftSheet, draft: RowDraft, column: SheetColumn, resolver: NameResolver
) -> PlannedChange | None:
    """Set one field of a record on file; the change, or ``None`` when the file says what is on record."""
    record, name = draft.instance, column.name
    value = draft.values[name]
    if value is None:
        if name not in draft.cleared:
            return None  # an empty cell says nothing; a value is removed by writing "(xóa)"
        value = column.kind.empty()
        if value is None and not column.field.null:
            return None  # required; check_required says so
        if column.target is not None and refuse_emptying(draft_sheet, draft, column, resolver.actor):
            return None
    if column.target is not None:
        return _apply_reference(draft_sheet, draft, column, resolver, value)
    old = getattr(record, name)
    if column.kind.is_same(old, value):
        return None
    setattr(record, name, value)
    return PlannedChange(name, column.heading, column.preview(old), column.preview(value))


def _apply_reference(
    draft_sheet: DraftSheet,
    draft: RowDraft,
    column: SheetColumn,
    resolver: NameResolver,
    value: Candidate | None,
) -> PlannedChange | None:
    record, name = draft.instance, column.name
    old_pk = getattr(record, column.field.attname)
    if value is not None and value.pk is not None and value.pk == old_pk:
        return None  # also what the actor may not choose
    related = _related(draft_sheet, name, value, resolver) if value is not None else None
    if old_pk == (related.pk if related is not None else None) and (old_pk is not None or related is None):
        return None
    old = shown_record_name(getattr(record, name), resolver.actor)
    setattr(record, name, related)
    new = "" if related is None or value is None else (str(related) if related.pk else value.name)
    return PlannedChange(name, column.heading, old, new)


def set_taken_over(draft_sheet: DraftSheet, *, taken_over: bool) -> None:
    """New records of the file are flagged as history from paper; those made from a name alone are not."""
    if taken_over and draft_sheet.table is not None:
        for draft in draft_sheet.remaining():
            if draft.action == "create":
                draft.instance.taken_over = True
