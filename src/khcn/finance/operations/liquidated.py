"""What the liquidation of a contract rested on stays: no money is out again, no asset or settlement waits again."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.utils.translation import gettext as _

from khcn.finance.queries import open_matters
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.finance.queries import OpenMatters
    from khcn.kernel.registers.writing import Write


def liquidated_on(tasks: set[int]) -> dict[int, date]:
    """Of tasks whose contract was liquidated, the day; without those taken over from paper, of which the rest may come later."""
    milestones: Any = apps.get_model("science", "TaskMilestone")
    found: dict[int, date] = {}
    for part in chunks(sorted(tasks)):
        rows = milestones.objects.filter(task__in=part, kind="liquidated", taken_over=False)
        found.update(rows.values_list("task", "on"))
    return found


def why_liquidated(day: date) -> str:
    """Why something of a task is not changed, and what helps."""
    text = _(
        "Hợp đồng của nhiệm vụ đã thanh lý ngày %(day)s nên không ghi thêm, sửa, xóa khoản này được. Thanh lý ghi nhầm thì bấm “Bỏ mốc "
        "ghi nhầm” ở trang của nhiệm vụ trước."
    )
    return text % {"day": format_date(day)}


def refuse_if_liquidated(task: int, *names: str) -> None:
    """Raise ``Refused`` where the contract of the task was liquidated."""
    if (day := liquidated_on({task}).get(task)) is not None:
        raise Refused.about(why_liquidated(day), *names, code="liquidated")


class OfTaskWriter(RowWriter):
    """Rows of tasks: once the contract is liquidated, no write and no removal leaves open what was not open."""

    by: ClassVar[str] = (
        ""  # the foreign key by whose record the rows are of tasks; "" where they name the task themselves
    )

    def lock(self, writes: Sequence[Write]) -> None:
        """The tasks: none is liquidated meanwhile."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(apps.get_model("science", "ScienceTask"), self._tasks(rows))
        super().lock(writes)

    def _tasks(self, rows: Sequence[Any]) -> set[int]:
        if not self.by or not rows:
            return {row.task_id for row in rows if row.task_id is not None}
        field = rows[0]._meta.get_field(self.by)
        keys = {getattr(row, field.attname) for row in rows} - {None}
        found: set[int] = set()
        for part in chunks(sorted(keys)):
            found.update(field.related_model.objects.filter(pk__in=part).values_list("task", flat=True))
        return found

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """What was open before may be worked off."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        days = liquidated_on(self._tasks([*rows, *removed]))
        before = {task: _open(task, day) for task, day in days.items()}
        with super().judging_outcome(writes, removed):
            yield
        for task, day in days.items():
            if _is_worse(before[task], _open(task, day)):
                raise Refused(why_liquidated(day), code="liquidated")


def _open(task: int, day: date) -> tuple[OpenMatters, int]:
    """What was open as of the liquidation, and the money of advances that is out at the end."""
    return open_matters(task, on=day), open_matters(task, on=date.max).outstanding


def _is_worse(before: tuple[OpenMatters, int], after: tuple[OpenMatters, int]) -> bool:
    (was, earlier), (found, outstanding) = before, after
    return (
        outstanding > earlier
        or found.outstanding > was.outstanding
        or found.unrecovered > was.unrecovered
        or bool(set(found.years) - set(was.years))
        or bool(set(found.assets) - set(was.assets))
    )
