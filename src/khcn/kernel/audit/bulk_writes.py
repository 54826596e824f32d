"""Writes of many audited records at once; each row has its own log entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.utils import timezone

from khcn.kernel.actors import current_act
from khcn.kernel.audit.change_checks import Change, check_changes
from khcn.kernel.audit.insert_and_update_statements import (
    insert_returning,
    ready_rows,
    set_primary_keys,
    write_columns,
)
from khcn.kernel.audit.log_entries import append_entries, entry_of
from khcn.kernel.audit.logged_values import (
    STAMPS,
    logged_difference,
    logged_values,
    logged_values_of_all,
    snapshot,
)
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.projections import update_projections
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from khcn.kernel.audit.audited import Audited
    from khcn.kernel.audit.models import ChangeEntry


def bulk_insert(instances: Sequence[Audited]) -> None:
    """Insert many new records of one model in one go, each with its own log entry."""
    if not instances:
        return
    model = type(instances[0])
    if any(each.pk is not None for each in instances):
        message = f"{model._meta.label}: only the database gives keys to new records"
        raise ValueError(message)
    now = timezone.now()
    with transaction.atomic():
        # Piece by piece: a large workbook would need several times its memory in values and log entries.
        for part in chunks(instances):
            _insert_and_log(model, part, now)
        update_projections(model, written=instances, are_new=True)


def _insert_and_log(model: type[Audited], instances: Sequence[Any], now: datetime) -> None:
    columns = [field for field in model._meta.concrete_fields if not field.primary_key]
    with_own_step = [field for field in columns if type(field).pre_save is not models.Field.pre_save]
    for each in instances:
        each.derive()
        each.created_at = each.updated_at = now
        each._prepare_related_fields_for_save(operation_name="bulk_insert")  # noqa: SLF001 -- as bulk_create does
        for field in with_own_step:
            field.pre_save(each, add=True)
    set_primary_keys(instances, insert_returning(model, columns, ready_rows(instances, columns)))
    logged, at = logged_values_of_all(instances), timezone.now()
    append_entries(
        [
            entry_of(LoggedAction.CREATE, each, None, values, at=at)
            for each, values in zip(instances, logged, strict=True)
        ]
    )


def bulk_change(instances: Iterable[Audited], fields: Sequence[str]) -> int:
    """Write ``fields`` of many loaded records of one model; rows that stay the same are neither written nor logged.

    Returns how many rows changed. Changes of other columns of the instances are neither written nor logged.
    """
    wanted = {each.pk: each for each in instances}
    if not wanted:
        return 0
    model = type(next(iter(wanted.values())))
    names = [model._meta.get_field(name).attname for name in fields]  # type: ignore[union-attr]
    now = timezone.now()
    entries: list[ChangeEntry] = []
    changed_rows: list[Audited] = []
    versions: list[Change] = []
    with transaction.atomic():
        ordered = sorted(wanted)  # everybody locks the rows of a table by ascending key
        for part in chunks(ordered):
            stored = model._base_manager.select_for_update(no_key=True)
            for old in stored.filter(pk__in=part).order_by("pk"):
                new = wanted[old.pk]
                new.derive()
                changes = logged_difference(new, snapshot(old, STAMPS), snapshot(new, STAMPS), names)
                if not changes[1]:
                    continue
                new.created_at, new.updated_at = old.created_at, now
                changed_rows.append(new)
                versions.append(Change.of_columns(new, old, frozenset(changes[1])))
                entries.append(entry_of(LoggedAction.UPDATE, new, *changes))
        check_changes(model, versions)
        if changed_rows:
            derived = [name for name in model.derived if name not in fields]
            write_columns(model, changed_rows, (*fields, *derived, "updated_at"))
        append_entries(entries)
        update_projections(model, written=changed_rows)
    return len(changed_rows)


def bulk_remove(instances: Sequence[Audited]) -> None:
    """Delete many records of one model in one go, each with its own log entry.

    The caller has made sure that nothing refers to them; the database's own constraints check it again.
    """
    if not instances:
        return
    current_act()  # refuses a caller that has not said who is acting, even where nothing is left to delete
    model = type(instances[0])
    doomed_keys = sorted(each.pk for each in instances)
    with transaction.atomic():
        stored = locked_all(model, doomed_keys)
        entries = [entry_of(LoggedAction.DELETE, each, logged_values(each), None) for each in stored]
        for part in chunks(doomed_keys):
            doomed: models.QuerySet[Any] = models.QuerySet(model)
            doomed.filter(pk__in=part)._raw_delete(connection.alias)  # noqa: SLF001 -- no cascade, no signals
        append_entries(entries)
        update_projections(model, removed=instances)
