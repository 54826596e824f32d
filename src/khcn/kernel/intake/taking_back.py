"""Takes the rows of a written import back, or tries it to know beforehand what keeps it from being undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.intake.undoing import (
    broken_rules,
    conflicts_of,
    entries_of_import,
    lock_records,
    named_for,
    plan_undo,
    restore_records,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.intake.undo_conflicts import Conflict

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


def take_back(batch: Batch, *, actor: Actor, on: date) -> int:
    """Restore every record of the import, in the transaction of the caller; gives how many. Raises
    :class:`ConflictsFound` and :class:`~.import_plan.IntakeRefused`.
    """
    entries = entries_of_import(batch)
    plan_undo(entries, actor=actor, on=on).lock()  # what the rules decide by comes before the records
    lock_records(entries)
    plan = plan_undo(entries, actor=actor, on=on)
    _refuse(conflicts_of(batch, entries, plan))
    try:
        restore_records(plan)
    except IntegrityError:
        raise IntakeRefused(
            _(
                "Không hoàn tác được: giá trị trước khi nhập nay trùng với bản ghi khác. Hãy sửa bản ghi đó trước."
            )
        ) from None
    _refuse(broken_rules(entries, plan))
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
        with transaction.atomic(), acting(actor):
            take_back(batch, actor=actor, on=on)
            transaction.set_rollback(True)
    except ConflictsFound as found:
        return UndoOutlook("", tuple(named_for(found.conflicts, actor)))
    except IntakeRefused as refused:
        return UndoOutlook(str(refused), ())
    return None
