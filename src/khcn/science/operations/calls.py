"""Verbs of calls: published, extended, opened; and the envelopes that come on paper."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.actors import moment_of_act
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.calendar.day_arithmetic import start_of_day
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.science.enums import CallKind, TaskMode
from khcn.science.models import ProposalCall, ScienceTask
from khcn.science.workflow import CALL_FLOW

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, time

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.science.models import Submission

_WITHOUT_AWARD = ("determined", "listed")
_MODES = {CallKind.SELECTION: TaskMode.SELECTION, CallKind.DIRECT: TaskMode.DIRECT}


class CallWriter(RowWriter):
    """A bid is asked for a task that was determined and has no host yet; what was published is not deleted."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Drafts: later the task is not changed by hand."""
        for write in writes:
            is_touched = write.is_new or {"task", "kind", "task_id"} & write.changed
            if (
                is_touched
                and not write.record.taken_over
                and (why := why_not_task(write.record, on=context.on))
            ):
                yield write, Refused.about(why, "task")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """People relied on it."""
        if record.state != CALL_FLOW.initial.value:
            raise Refused(
                _("Thông báo đã công bố nên không xóa được. Hãy thu hồi, ghi lý do."), code="published"
            )


def why_not_task(call: ProposalCall, *, on: date) -> str:
    """Why no host is sought for the task of a call; "" where one may be, and where the call has none."""
    task = call.task
    if task is None:
        return ""
    found: Any = ScienceTask.objects.with_state(on=on).get(pk=task.pk)
    if found.state not in _WITHOUT_AWARD:
        return _(
            "Nhiệm vụ “%(task)s” phải đã được xác định và chưa có tổ chức chủ trì được chọn. Hãy chọn nhiệm vụ khác."
        ) % {"task": task}
    mode = _MODES.get(CallKind(call.kind))
    if task.mode and task.mode != mode:
        return _("Nhiệm vụ “%(task)s” ghi phương thức “%(mode)s”. Hãy xem lại loại thông báo.") % {
            "task": task,
            "mode": task.get_mode_display(),
        }
    return ""


def published_calls(keys: Collection[int]) -> set[int]:
    """Those of the calls with these keys that people may have relied on."""
    found = ProposalCall.objects.filter(pk__in=list(keys)).exclude(state=CALL_FLOW.initial.value)
    return set(found.values_list("pk", flat=True))


def lock_call_of(submission: Submission) -> None:
    """Nobody extends, opens or withdraws the call until the transaction ends."""
    lock_calls([submission.call_id])


def lock_calls(keys: Collection[int]) -> None:
    """The same for several."""
    lock_rows(ProposalCall._base_manager.filter(pk__in=sorted(keys)))


def publish_call(*, call: ProposalCall, actor: Actor, on: date) -> ProposalCall:
    """From now on organisations see the call. Raises ``Refused`` for a task that has a host, and a last moment that has passed."""
    if why := why_not_task(call, on=on):
        raise Refused(why, code="task")
    if call.is_over(moment_of_act() or start_of_day(on)):
        raise Refused(
            _("Hạn nộp %(when)s đã qua. Hãy sửa hạn nộp trước khi công bố.") % {"when": call.closes_in_words},
            code="over",
        )
    is_sealed = call.kind == CallKind.SELECTION if call.is_sealed is None else call.is_sealed
    write_step(call, actor=actor, published_on=on, is_sealed=is_sealed)
    return call


def why_not_extend(call: ProposalCall, *, actor: Actor, on: date) -> str:
    """Why the last moment is not moved; "" where it may be."""
    if call.state == "published":
        return ""
    return _("Chỉ gia hạn thông báo đang nhận hồ sơ, chưa mở hồ sơ.")


@in_vietnamese
def extend_call(
    *, call: ProposalCall, closes_on: date, closes_time: time, reason: str, actor: Actor, on: date
) -> ProposalCall:
    """Move the last moment to a later one; what was, what is and why stay on the public page. Raises ``Refused``."""
    if why := why_not_extend(call, actor=actor, on=on):
        raise Refused(why, code="guard")
    until = datetime.combine(closes_on, closes_time, timezone.get_current_timezone())
    if until <= max(call.closes_at, moment_of_act() or start_of_day(on)):
        text = _("Hạn mới phải sau hạn đang ghi (%(when)s) và sau lúc này. Hãy ghi ngày, giờ muộn hơn.")
        raise Refused.about(text % {"when": call.closes_in_words}, "closes_on")
    before = call.closes_in_words
    call.closes_on, call.closes_time = closes_on, closes_time
    line = _("%(day)s: gia hạn từ %(before)s đến %(after)s. Lý do: %(reason)s") % {
        "day": format_date(on),
        "before": before,
        "after": call.closes_in_words,
        "reason": " ".join(reason.split()),
    }
    write_step(call, actor=actor, reason=reason, extensions=_with_line(call, line))
    return call


def _with_line(call: ProposalCall, line: str) -> str:
    """What happened to the call, a line each, as its public page shows it."""
    return "\n".join(filter(None, (call.extensions, line)))


@in_vietnamese
def withdraw_call(*, call: ProposalCall, reason: str, actor: Actor, on: date) -> ProposalCall:
    """The day and why stay on the public page. What was handed in stays with the organisations, and proposals made of it stand."""
    line = _("%(day)s: thu hồi. Lý do: %(reason)s") % {
        "day": format_date(on),
        "reason": " ".join(reason.split()),
    }
    write_step(call, actor=actor, reason=reason, extensions=_with_line(call, line))
    return call


def notice_of_withdrawal(call: ProposalCall, *, actor: Actor, on: date) -> str:
    """What is lost by it, and who reads why."""
    return _(
        "Đã nhận %(count)d hồ sơ, đã lập %(proposals)d đề xuất từ các hồ sơ đó. Thu hồi rồi thì không nhận, không mở hồ sơ nữa. Ngày và lý do "
        "hiện ở trang công khai; các tổ chức đã nộp, đang soạn thấy ở trang đầu."
    ) % {"count": call.received, "proposals": call.submissions.filter(proposal__isnull=False).count()}


def open_call(*, call: ProposalCall, present: str, actor: Actor, on: date) -> ProposalCall:
    """Write down who was there when the submissions were opened; from now on the division reads them."""
    write_step(call, actor=actor, opened_at=moment_of_act() or start_of_day(on), present=present.strip())
    return call


def notice_of_opening(call: ProposalCall, *, actor: Actor, on: date) -> str:
    """How many there are to be opened."""
    return _("Đã nhận %(count)d hồ sơ. Mở rồi thì không niêm phong lại được và không nhận thêm hồ sơ.") % {
        "count": call.received
    }
