"""Columns that are emptied because their time is over (docs/adr/0036): logged without what they held, and hidden in what was logged before.

The entries of the log stay as they are sealed. Pages leave out what they say of a column up to its erasure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from khcn.kernel.audit.change_checks import Change, check_changes
from khcn.kernel.audit.insert_and_update_statements import write_columns
from khcn.kernel.audit.log_entries import append_entries, entry_of
from khcn.kernel.audit.logged_values import STAMPS, masked_value, snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.audit.projections import update_projections
from khcn.kernel.audit.row_locks import locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.audit.audited import Audited


def erase_columns(model: type[Audited], pk: int, names: Sequence[str]) -> bool:
    """Empty these columns of a record; False where they are empty already. Raises what the checks of changes raise."""
    with transaction.atomic():
        record: Any = locked(model, pk)
        stored, before = locked(model, pk), snapshot(record, STAMPS)
        for name in names:
            field: Any = model._meta.get_field(name)
            setattr(record, field.attname, None if field.null else "")
        record.derive()
        after = snapshot(record, STAMPS)
        changed = [name for name in after if after[name] != before[name]]
        if not changed:
            return False
        check_changes(model, [Change.of_columns(record, stored, frozenset(changed))])
        record.updated_at = timezone.now()
        columns = {field.attname: field.name for field in model._meta.concrete_fields}
        write_columns(model, [record], [*(columns[name] for name in changed), "updated_at"])
        logged = [name for name in changed if name not in record.unlogged]
        old = {name: masked_value(record, name, before[name]) for name in logged}
        new = {
            name: masked_value(record, name, after[name]) if name in record.masked else after[name]
            for name in logged
        }
        append_entries([entry_of(LoggedAction.ERASE, record, old, new)])
        update_projections(model, written=[record])
    return True


def erased_columns(entries: Iterable[ChangeEntry]) -> dict[tuple[str, str], dict[str, int]]:
    """Of the records that these entries are about: by column, the key of the entry that erased it last."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.model, set()).add(entry.object_id)
    if not wanted:
        return {}
    asked = Q()
    for name, keys in wanted.items():
        asked |= Q(model=name, object_id__in=keys)
    found: dict[tuple[str, str], dict[str, int]] = {}
    erasures = ChangeEntry.objects.filter(asked, action=LoggedAction.ERASE).order_by("pk")
    for pk, name, key, after in erasures.values_list("pk", "model", "object_id", "after"):
        found.setdefault((name, key), {}).update(dict.fromkeys(after or {}, pk))
    return found
