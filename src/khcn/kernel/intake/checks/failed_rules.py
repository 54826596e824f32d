"""A rule that fails by a fault of the program, not by a refusal: the rows are named as not checked, and the file can be opened.

An error of the database goes on: it is no fault of a rule, and the transaction can read no more.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import Error
from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import ValidationContext, rule_violations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.registers.writing import Write

log = logging.getLogger(__name__)

_MOST_TRIALS: Final = 100  # of parts of a sheet, until the rows are found that the rules fail for


@contextmanager
def noting_failure(draft_sheet: DraftSheet, draft: RowDraft) -> Iterator[None]:
    """Name the row where what is asked of it inside fails, and write the fault to the log."""
    try:
        yield
    except (Refused, Error):
        raise
    except Exception:
        log.exception("A rule of %s failed for row %d", draft_sheet.register.name, draft.row)
        name_failed(draft_sheet, draft)


def name_failed(draft_sheet: DraftSheet, draft: RowDraft) -> None:
    """Add the problem of a row that could not be checked."""
    draft_sheet.add_problem(
        draft,
        "",
        _("Chưa kiểm tra được dòng này: phần mềm gặp lỗi khi áp dụng quy tắc của sổ “%(title)s”.")
        % {"title": draft_sheet.register.title},
        _(
            "Thử lại không hết lỗi: báo người quản trị phần mềm. Để ghi các dòng khác, bỏ dòng này ra khỏi tệp rồi tải lên lại."
        ),
        code="rule_failed",
    )


def judge(
    register: Register, writes: Sequence[Write], context: ValidationContext
) -> tuple[list[tuple[Write, Refused]], list[tuple[Write, str]]]:
    """The writes that the rules are against, and what the writes change of other rows, in words."""
    return list(rule_violations(register, writes, context)), list(register.writer.effects(writes))


def failing_writes(register: Register, writes: Sequence[Write], actor: Actor, on: date) -> list[Write]:
    """Of writes for which the rules fail those of the smallest parts that still fail, found by halving, with few trials."""
    found: list[Write] = []
    parts, trials = [writes], 0
    while parts:
        part = parts.pop()
        middle = len(part) // 2
        halves = [part[:middle], part[middle:]] if middle and trials < _MOST_TRIALS else []
        trials += len(halves)
        failing = [half for half in halves if _fails(register, half, ValidationContext(actor, on))]
        if failing:
            parts.extend(failing)
        else:
            found.extend(part)
    return found


def _fails(register: Register, writes: Sequence[Write], context: ValidationContext) -> bool:
    try:
        judge(register, writes, context)
    except Error:
        raise
    except Exception:  # noqa: BLE001 -- the fault of all rows together is in the log
        return True
    return False
