"""Rules for the rows of assigned work that a form, the JSON interface or a file writes, removes or takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.directives import rules
from khcn.directives.operations.assigned_tasks import (
    ResultRefused,
    answers_for_days,
    is_late,
    refuse_future,
    refuse_late_result,
    refuse_unproven,
)
from khcn.directives.queries import is_entered_on
from khcn.kernel.access.scopes import CREATE
from khcn.kernel.actors import current_act
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.directives.models import AssignedTask
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_AS_ASSIGNED = frozenset({"content", "ordinal"})
_RESULT = frozenset({"done_on", "result_document"})


def _refuse_result(task: AssignedTask, context: ValidationContext) -> None:
    """Of new work: who assigns work enters what other divisions did before the system, with or without documents."""
    if task.done_on is None:
        return
    task.result_entered_on = context.on
    refuse_future(task.done_on, context.on)
    refuse_unproven(task, task.done_on, task.result_document, context.actor, context.on)


def _refuse_other_content(task: AssignedTask, names: Sequence[str], actor: Actor) -> None:
    if rules.assigners.test(actor, task):
        return
    text = _(
        "Nội dung và số thứ tự theo văn bản giao chỉ Văn phòng và lãnh đạo Sở sửa được. Kết quả ghi ở ô “Kết quả thực hiện”."
    )
    raise ResultRefused.about(text, *names, code="assigned")


class AssignedTaskWriter(RowWriter):
    """Work that is entered with its result has been finished by the day of the entry. Only who assigns work takes it away."""

    taken_back_with = CREATE

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, ResultRefused]]:
        """New work with a result of a day to come, or of a day that nothing proves; another content by who does not assign
        work. A result on record is changed by actions only.
        """
        for write in writes:
            try:
                if write.is_new:
                    _refuse_result(write.record, context)
                elif names := sorted(write.changed & _AS_ASSIGNED):
                    _refuse_other_content(write.record, names, context.actor)
            except ResultRefused as refused:
                yield write, refused

    def taken_back(self, write: Write, *, actor: Actor, on: date) -> Collection[str]:
        """The result that the file recorded on open work: a late one, like other late work, by the unit that leads the work only
        on the day on which the file was written; that act has no day.
        """
        if write.before.done_on is None or write.record.done_on is not None:
            return ()
        if current_act().on is not None:
            refuse_late_result(write.before, actor, on)
        return _RESULT

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """A recorded result is corrected and not removed. Open work only the office removes, as the register's scope says, and
        not late work of its own: entered again with another deadline it would look like work that was never late. A slip of
        today is mended by who made it.
        """
        if record.done_on is not None:
            raise ResultRefused(
                _(
                    "Nhiệm vụ đã ghi kết quả nên không xóa được. Kết quả ghi nhầm thì bấm “Bỏ kết quả ghi nhầm” trước."
                ),
                code="owned",
            )
        if not is_entered_on(on, record, actor):
            _refuse_own_late_removal(record, actor, on)

    def before_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Its extensions go with it."""
        for row in record.extensions.all():
            row.delete()

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """What came with a file goes with it: open work that is not late yet for the person who sent it, all else for those who
        assign work. Late work of their own only by undoing the file on the day on which it was written; that act has no day.
        """
        if rules.assigners.test(actor, record):
            if current_act().on is not None:
                _refuse_own_late_removal(record, actor, on)
            return
        self.refuse_removal(record, actor=actor, on=on)
        if record.due_on < on:
            raise ResultRefused(
                _(
                    "Nhiệm vụ đã giao chỉ Văn phòng xóa được. Nhập nhầm thì đề nghị Văn phòng xóa hoặc đính chính."
                ),
                code="assigned",
            )


class AssignedExtensionWriter(RowWriter):
    """Extensions come and go with the actions of the work that they extend."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, ResultRefused]]:
        """Any row of a form or file."""
        for write in writes:
            if write.is_new:
                text = _("Gia hạn ghi bằng nút “Gia hạn, giao lại” ở trang của nhiệm vụ.")
                yield write, ResultRefused.about(text, "task", code="owned")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """It is corrected with the assignment."""
        text = _("Lần gia hạn ghi nhầm thì bấm “Đính chính việc giao” ở trang của nhiệm vụ.")
        raise ResultRefused(text, code="owned")


def _refuse_own_late_removal(task: AssignedTask, actor: Actor, on: date) -> None:
    if is_late(task, on) and not answers_for_days(task, actor):
        raise ResultRefused(
            _(
                "Hạn của nhiệm vụ là ngày %(due)s đã qua và đơn vị của bạn chủ trì nên bạn không xóa được. Nhập nhầm thì đề nghị lãnh "
                "đạo Sở bấm “Đính chính việc giao”."
            )
            % {"due": format_date(task.due_on)},
            code="own_late",
        )
