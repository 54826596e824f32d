"""Columns that are emptied because their time is over (docs/adr/0036): logged without what they held, and hidden in what was logged before.

The entries of the log stay as they are sealed. Pages leave out what they say of a column up to its erasure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Q
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

# By which columns a row says what record it is about: a file on it, an event of its terms.
_POINTERS: Final = (("model", "object_id"), ("subject_model", "subject_id"))
_WORDS_GO: Final[set[str]] = set()


def hide_words_about(*models: type[Audited]) -> None:
    """Records of these models are erased with all that people typed about them: pages leave out the reasons of earlier entries too."""
    _WORDS_GO.update(model._meta.label_lower for model in models)


def erase_columns(model: type[Audited], pk: int, names: Sequence[str], *, instead: str = "") -> bool:
    """Empty these columns of a record; False where they are empty already. Raises what the checks of changes raise.

    ``instead``: what columns hold afterwards that may not be empty.
    """
    with transaction.atomic():
        record: Any = locked(model, pk)
        stored, before = locked(model, pk), snapshot(record, STAMPS)
        for name in names:
            field: Any = model._meta.get_field(name)
            setattr(record, field.attname, None if field.null else instead)
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


def hide_deleted_columns(deletion: ChangeEntry, names: Sequence[str]) -> None:
    """The same for a record that is gone: nothing is emptied, and pages leave out what earlier entries say of these columns."""
    model: Any = apps.get_model(deletion.model)
    record, stored = model(pk=model._meta.pk.to_python(deletion.object_id)), deletion.before or {}
    fields = [model._meta.get_field(name) for name in names]
    old = {each.attname: masked_value(record, each.attname, stored.get(each.attname)) for each in fields}
    new = {each.attname: None if each.null else "" for each in fields}
    append_entries([entry_of(LoggedAction.ERASE, record, old, new, label=deletion.object_label)])


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


def subject_of(entry: ChangeEntry) -> tuple[str, str]:
    """Model and key of the record that an entry is about: of the one that a file or a term belongs to, else of its own."""
    values = entry.after or entry.before or {}
    for model, key in _POINTERS:
        if values.get(model) in _WORDS_GO and values.get(key) is not None:
            return values[model], str(values[key])
    return entry.model, entry.object_id


def entries_without_words(entries: Iterable[ChangeEntry]) -> set[int]:
    """Keys of those of the entries that are about a record which was erased after them, with all that people typed about it."""
    subjects = {each.pk: subject_of(each) for each in entries}
    asked, wanted = Q(), {each for each in subjects.values() if each[0] in _WORDS_GO}
    if not wanted:
        return set()
    for model, key in wanted:
        asked |= Q(model=model, object_id=key)
    erasures = ChangeEntry.objects.filter(asked, action=LoggedAction.ERASE).order_by()
    rows = erasures.values_list("model", "object_id").annotate(last=Max("pk"))
    last = {(model, key): pk for model, key, pk in rows}
    return {pk for pk, subject in subjects.items() if pk < last.get(subject, 0)}
