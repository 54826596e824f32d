"""Whether a council could decide: who sat on it on the day, who led it, and how many of them came.

Minutes are made, and results of tasks recorded, of a council that could. History from paper may not tell it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind, CouncilMeeting, CouncilRole
from khcn.kernel.dated.models import version_in_force
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.dates import format_date
from khcn.reference.models import RuleParameter
from khcn.science.models import MeetingItem, ScienceTask
from khcn.science.models.events import ACCEPTANCES
from khcn.science.operations.council_results import SETTLES, result_of
from khcn.science.operations.history import Histories
from khcn.science.operations.task_access import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date

    from khcn.councils.models import CouncilMember
    from khcn.science.models import TaskMilestone
    from khcn.science.operations.council_results import CouncilDecision, Result

# Of the members of an advisory council, how many of a hundred have to be there, rounded up to a whole per cent.
QUORUM: Final = "council_quorum_percent"
_RESULTS: Final = {*SETTLES.values(), *ACCEPTANCES}
_LEADERS: Final = frozenset({CouncilRole.CHAIR, CouncilRole.VICE_CHAIR})


def sat_on(seat: CouncilMember, day: date) -> bool:
    """Was the seat held on that day?"""
    return seat.from_on <= day and (seat.to_on is None or seat.to_on > day)


def seats_of(meeting: CouncilMeeting) -> list[CouncilMember]:
    """Who sat on the council on the day of the meeting; who of them came is not on record."""
    if meeting.council is None:
        return []
    members = meeting.council.members.select_related("person")
    order = list(CouncilRole)
    return sorted(
        (each for each in members if sat_on(each, meeting.held_on)),
        key=lambda each: (order.index(CouncilRole(each.role)), each.person.sort_key, each.pk),
    )


def why_no_result(meeting: CouncilMeeting) -> str:
    """Why no result of a task comes from the meeting: its council could not decide; "" when it could, or when old papers tell
    of the meeting.
    """
    return "" if meeting.taken_over else why_no_quorum(meeting, seats_of(meeting))


def why_no_quorum(meeting: CouncilMeeting, seats: Sequence[CouncilMember]) -> str:
    """Why these members could not decide at the meeting, or why that is not on record; "" when they could."""
    if not seats:
        return _(
            "Chưa ghi ai là thành viên hội đồng vào ngày họp. Chọn hội đồng của cuộc họp và ghi thành viên ở trang của hội đồng rồi "
            "làm lại."
        )
    if not any(each.role in _LEADERS for each in seats):
        return _(
            "Hội đồng không có chủ tịch hoặc phó chủ tịch vào ngày họp. Ghi ở trang của hội đồng rồi làm lại."
        )
    total, present = meeting.members_total, meeting.members_present
    if total is not None and total != len(seats):
        return _(
            "Cuộc họp ghi %(total)d thành viên, danh sách thành viên hội đồng vào ngày họp có %(seats)d. Sửa số thành viên hoặc danh "
            "sách cho khớp rồi làm lại."
        ) % {"total": total, "seats": len(seats)}
    if present is not None and present > len(seats):
        return _("Số thành viên có mặt (%(present)d) lớn hơn số thành viên của hội đồng (%(seats)d).") % {
            "present": present,
            "seats": len(seats),
        }
    return _why_too_few(meeting, len(seats))


def _why_too_few(meeting: CouncilMeeting, seats: int) -> str:
    """The rule is that of the day of the meeting; the provincial council has regulations of its own."""
    rule = version_in_force(RuleParameter.objects.filter(code=QUORUM), on=meeting.held_on)
    if rule is None or meeting.kind == CouncilKind.PROVINCIAL:
        return ""
    present = meeting.members_present
    if present is None:
        return _("Chưa ghi số thành viên có mặt. Ghi ở cuộc họp rồi làm lại.")
    needed = next(count for count in range(seats + 1) if -(-100 * count // seats) >= rule.value)
    if present >= needed:
        return ""
    return _(
        "Cuộc họp có mặt %(present)d trong %(seats)d thành viên; quy định cần ít nhất %(needed)d (mã %(code)s ở danh mục tham số quy "
        "định). Xem lại số thành viên có mặt; nếu đúng thì họp lại."
    ) % {"present": present, "seats": seats, "needed": needed, "code": QUORUM}


# ------------------------------------------------------------- what is recorded of a meeting as the result of a task


def refuse_milestones_without_quorum(
    milestones: Sequence[TaskMilestone], *, but: Collection[object] = ()
) -> None:
    """Raise :class:`TaskRefused` when one of these stored milestones is the result of a meeting that could not decide.

    ``but``: meetings of which they were the result before, whatever was on record then.
    """
    results = [each for each in milestones if each.kind in _RESULTS]
    written = {(each.task_id, result_of(each)) for each in results}
    _refuse(
        {each.task_id for each in results},
        lambda task, result, decision: (task, result) in written and decision.meeting not in but,
    )


def refuse_items_without_quorum(items: Sequence[MeetingItem]) -> None:
    """The same for stored items of agendas, where the task has its milestone already."""
    decided = {each.pk: each.task_id for each in items if each.passed is not None}
    _refuse(set(decided.values()), lambda _task, _result, decision: decision.item in decided)


def refuse_meetings_without_quorum(
    versions: Iterable[tuple[CouncilMeeting, CouncilMeeting]], tasks: Collection[int]
) -> None:
    """The same for meetings as they are stored now and as they were, with results of these tasks. A meeting whose
    council could not decide before, by what is on record, may be completed field by field.
    """
    written = {each.pk for each, before in versions if not why_no_result(before)}
    _refuse(tasks, lambda _task, _result, decision: decision.meeting in written)


def refuse_seats_without_quorum(earlier: Mapping[int, Sequence[CouncilMember]]) -> None:
    """The same for the meetings of councils, by the key of a council with the seats that it had before; now they are stored
    as they shall be.
    """
    meetings = CouncilMeeting.objects.filter(council__in=earlier, taken_over=False)
    could = {
        each.pk
        for each in meetings
        if each.council_id is not None
        and not why_no_quorum(each, [seat for seat in earlier[each.council_id] if sat_on(seat, each.held_on)])
    }
    tasks = MeetingItem.objects.filter(meeting__in=could).values_list("task_id", flat=True)
    _refuse(set(tasks), lambda _task, _result, decision: decision.meeting in could)


def _refuse(tasks: Collection[int], concerns: Callable[[int, Result, CouncilDecision], bool]) -> None:
    for part in chunks(sorted(tasks)):
        histories = Histories()
        found = ScienceTask.objects.filter(pk__in=part)
        histories.load(found)
        meetings: set[Any] = {
            decision.meeting
            for task in found
            for result, decision in histories.of(task).given_results()
            if concerns(task.pk, result, decision)
        }
        rows = CouncilMeeting.objects.filter(pk__in=meetings).select_related("council")
        for meeting in rows.order_by("pk"):
            if why := why_no_result(meeting):
                raise TaskRefused(
                    _("Chưa ghi được kết quả theo cuộc họp ngày %(day)s (“%(meeting)s”): %(why)s")
                    % {"day": format_date(meeting.held_on), "meeting": meeting.subject, "why": why},
                    code="no_quorum",
                )
