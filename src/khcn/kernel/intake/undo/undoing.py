"""Undoes an import: every record as it was before, or nothing at all; or tries it, to know beforehand what prevents it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import comparisons_with, contradictions_of, relying_on_openings
from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_remove
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.intake.undo.undo_conflicts import broken_rules, conflicts_of, contradicting, named_conflicts
from khcn.kernel.intake.undo.undo_plan import plan_undo
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import has_register

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from khcn.kernel.actors import Act, Actor
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.intake.undo.undo_conflicts import Conflict
    from khcn.kernel.intake.undo.undo_plan import UndoPlan

# Records of a file that a page may try to take back. On SQLite this holds the write lock of the database.
MOST_TRIED: Final = 1000


class ConflictsFound(Exception):  # noqa: N818 -- what keeps an import from being undone, before its places are known
    """Records that are in the way; nothing was undone."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__()
        self.conflicts = conflicts


@dataclass(frozen=True, slots=True)
class UndoOutlook:
    """Why undoing a file would be refused now. ``refusal`` is "" where single records say it."""

    refusal: str
    conflicts: tuple[Conflict, ...]


def _entries_of_import(batch: Batch) -> list[ChangeEntry]:
    """What the import wrote, in order."""
    if batch.act is None:
        return []
    entries = ChangeEntry.objects.filter(batch=batch.act)
    return [entry for entry in entries.order_by("pk") if has_register(apps.get_model(entry.model))]


def _lock_records(entries: Sequence[ChangeEntry]) -> None:
    """Lock the records of an import, so that no writer changes them between the check and the undo."""
    keys: dict[str, set[int]] = defaultdict(set)
    for entry in entries:  # in the order of the import, which is that of the references between them
        keys[entry.model].add(int(entry.object_id))
    for name, pks in keys.items():
        locked_all(apps.get_model(name), pks)


def _restore_records(plan: UndoPlan) -> None:
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


def undoing_act(batch: Batch, actor: Actor, *, on: date) -> AbstractContextManager[Act]:
    """The act under which a written file is taken back.

    On the day on which it was written this brings back what was on record that morning, so no late term goes out of sight
    and nobody is asked who answers for it: the act has no day. Later it is asked as for any other write.
    """
    reason = _("Hoàn tác tệp %(name)s") % {"name": batch.name}
    return acting(actor, reason, on=None if batch.committed_on == on else on, new_batch=True)


def take_back(batch: Batch, *, actor: Actor, on: date) -> int:
    """Restore every record of the import, in the transaction of the caller; gives how many. Raises
    :class:`ConflictsFound` and :class:`~.import_plan.IntakeRefused`.
    """
    entries = _entries_of_import(batch)
    plan_undo(entries, actor=actor, on=on).lock()  # what the rules decide by comes before the records
    _lock_records(entries)
    plan = plan_undo(entries, actor=actor, on=on)
    compared = comparisons_with(plan.changed_records)
    with relying_on_openings(plan.removed_records):
        _refuse(conflicts_of(batch, entries, plan))
    try:
        with plan.judging_outcomes():
            _restore_records(plan)
            _refuse([*contradicting(contradictions_of(compared)), *broken_rules(entries, plan)])
    except Refused as refused:  # by what follows from the records: a late term would be out of sight
        raise IntakeRefused(_("Không hoàn tác được: %(why)s") % {"why": refused}) from None
    except IntegrityError:
        raise IntakeRefused(
            _(
                "Không hoàn tác được: giá trị trước khi nhập nay trùng với bản ghi khác. Hãy sửa bản ghi đó trước."
            )
        ) from None
    return len(entries)


def _refuse(found: Sequence[Conflict]) -> None:
    if found:
        raise ConflictsFound(found)


def why_not_undone(batch: Batch, *, actor: Actor, on: date) -> UndoOutlook | None:
    """Why a written file with rows of actions could not be undone now; ``None`` where nothing is in the way.

    What actions wrote often does not go back, and only taking it back tells: this is tried and left undone. A file
    without such rows, or one too large to be tried for a page, is not asked.
    """
    if not batch.has_actions or batch.records_total > MOST_TRIED:
        return None
    try:
        with transaction.atomic(), undoing_act(batch, actor, on=on):
            take_back(batch, actor=actor, on=on)
            transaction.set_rollback(True)
    except ConflictsFound as found:
        return UndoOutlook("", tuple(named_conflicts(found.conflicts, actor)))
    except IntakeRefused as refused:
        return UndoOutlook(str(refused), ())
    return None
