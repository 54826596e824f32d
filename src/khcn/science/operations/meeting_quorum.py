"""Whether a council could decide: who sat on it on the day, who led it, and how many of them came.

Minutes are made, and results of tasks recorded, of a council that could. History from paper may not tell it.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind, CouncilMeeting, CouncilRole
from khcn.kernel.access.shown_names import name_to_acting, text_to_acting
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.dates import format_date
from khcn.reference.models import RuleParameter
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, ScienceTask
from khcn.science.models.events import ACCEPTANCES
from khcn.science.operations.council_results import SETTLES
from khcn.science.operations.history import Histories, history_of
from khcn.science.operations.task_access import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import date

    from khcn.councils.models import CouncilMember
    from khcn.science.models import TaskMilestone
    from khcn.science.operations.council_results import Result

    _Given = dict[Any, dict[tuple[int, bool], tuple[ScienceTask, Result]]]


# Of the members of an advisory council, how many of a hundred have to be there, rounded up to a whole per cent.
QUORUM: Final = "council_quorum_percent"
RESULTS: Final = {*SETTLES.values(), *ACCEPTANCES}  # the kinds of milestones that councils decide
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


def why_no_result(meeting: CouncilMeeting, *, from_paper: bool) -> str:
    """Why no result of a task comes from the meeting: its council could not decide; "" when it could, or when old papers tell
    of the meeting and of its result (``from_paper``), which those enter who may enter history.
    """
    return "" if meeting.taken_over and from_paper else why_no_quorum(meeting, seats_of(meeting))


def why_no_quorum(meeting: CouncilMeeting, seats: Sequence[CouncilMember]) -> str:
    """Why these members could not decide at the meeting, or why that is not on record; "" when they could."""
    if not seats:
        return _(
            "Chưa ghi ai là thành viên hội đồng vào ngày họp. Chọn hội đồng của cuộc họp và ghi thành viên ở trang của hội đồng rồi "
            "làm lại."
        )
    if not _is_led(seats):
        return _(
            "Hội đồng không có chủ tịch hoặc phó chủ tịch vào ngày họp. Ghi ở trang của hội đồng rồi làm lại."
        )
    return _why_not_agreeing(meeting, len(seats)) or _why_too_few(meeting, len(seats))


def _why_not_agreeing(meeting: CouncilMeeting, seats: int) -> str:
    total, present = meeting.members_total, meeting.members_present
    if total is not None and total != seats:
        return _(
            "Cuộc họp ghi %(total)d thành viên, danh sách thành viên hội đồng vào ngày họp có %(seats)d. Sửa số thành viên hoặc danh "
            "sách cho khớp rồi làm lại."
        ) % {"total": total, "seats": seats}
    if present is not None and present > seats:
        return _("Số thành viên có mặt (%(present)d) lớn hơn số thành viên của hội đồng (%(seats)d).") % {
            "present": present,
            "seats": seats,
        }
    return ""


def _why_too_few(meeting: CouncilMeeting, seats: int) -> str:
    present, needed = meeting.members_present, _needed_of(seats, meeting)
    if needed and present is None:
        return _not_counted()
    if needed <= (present or 0):
        return ""
    return _(
        "Cuộc họp có mặt %(present)d trong %(seats)d thành viên; quy định cần ít nhất %(needed)d (mã %(code)s ở danh mục tham số quy "
        "định). Xem lại số thành viên có mặt; nếu đúng thì họp lại."
    ) % {"present": present, "seats": seats, "needed": needed, "code": QUORUM}


def why_not_able_any_more(meeting: CouncilMeeting) -> str:
    """Why what was recorded of the meeting is not the result of a council that could decide any more; "" when it still is.

    Slips in the list of members and in the numbers of the meeting are mended one after the other, so the two need not
    agree: the largest number of members counts, and as many as had to be there must have come and be on the list.
    """
    seats = seats_of(meeting)
    if not seats:
        return _(
            "Không có ai là thành viên hội đồng vào ngày họp. Chọn đúng hội đồng ở cuộc họp; thành viên ghi nhầm thì bấm “Sửa” để chọn "
            "đúng người, hoặc ghi người thay trước rồi mới bỏ."
        )
    if not _is_led(seats):
        return _(
            "Hội đồng không có chủ tịch hoặc phó chủ tịch vào ngày họp. Nếu ghi nhầm chức danh của hai người thì bấm “Đổi chức danh "
            "cho nhau” ở trang của chủ tịch; nếu ghi nhầm người làm chủ tịch thì bấm “Sửa” ở đó để chọn đúng người."
        )
    return _why_too_few_left(meeting, len(seats))


def _why_too_few_left(meeting: CouncilMeeting, seats: int) -> str:
    present = meeting.members_present
    members = max(meeting.members_total or 0, present or 0, seats)
    needed = _needed_of(members, meeting)
    named = {"present": present, "seats": seats, "members": members, "needed": needed, "code": QUORUM}
    if needed and present is None:
        return _not_counted()
    if needed > (present or 0):
        text = _(
            "Cuộc họp có mặt %(present)d trong %(members)d thành viên; quy định cần ít nhất %(needed)d (mã %(code)s ở danh mục tham số "
            "quy định). Nếu số ghi ở cuộc họp sai thì sửa ở trang cuộc họp trước; nếu cuộc họp thiếu người thật thì bấm “Bỏ mốc ghi "
            "nhầm” ở mốc của nhiệm vụ."
        )
        return text % named
    if needed > seats:
        text = _(
            "Danh sách thành viên vào ngày họp chỉ còn %(seats)d trong %(members)d người; quy định cần ít nhất %(needed)d (mã %(code)s ở "
            "danh mục tham số quy định). Thành viên ghi nhầm thì bấm “Sửa” để chọn đúng người, hoặc ghi người thay trước rồi mới bỏ."
        )
        return text % named
    return ""


def _is_led(seats: Sequence[CouncilMember]) -> bool:
    return any(each.role in _LEADERS for each in seats)


def _needed_of(members: int, meeting: CouncilMeeting) -> int:
    """How many of so many members had to be there by the rule of the day; the provincial council has regulations of its own."""
    rule = RuleParameter.objects.in_force(QUORUM, on=meeting.held_on)
    if rule is None or meeting.kind == CouncilKind.PROVINCIAL:
        return 0
    return next(count for count in range(members + 1) if -(-100 * count // members) >= rule.value)


def _not_counted() -> str:
    return _("Chưa ghi số thành viên có mặt. Ghi ở cuộc họp rồi làm lại.")


# ------------------------------------------------------------- what is recorded of a meeting as the result of a task


@contextmanager
def keeping_quorum(
    tasks: Callable[[], Collection[int]], *, kinds: Collection[str] | None = None
) -> Iterator[None]:
    """Raise :class:`TaskRefused` on leaving when a milestone of one of these tasks has become the result of a meeting that
    could not decide, or when the council of one that it was the result of before could decide then and could not any more.

    A meeting whose council could not decide before, by what is on record, may be completed field by field. ``kinds`` are
    the kinds of milestones that are looked at; without it, all. ``tasks`` is asked before and after the writing.
    """
    before = _given_by_meetings(tasks(), kinds)
    could = {each.pk for each in _stored(before) if not why_not_able_any_more(each)}
    yield
    after = _given_by_meetings(tasks(), kinds)
    for meeting in _stored(after):
        for key in sorted(after[meeting.pk].keys() - before.get(meeting.pk, {}).keys()):
            (_pk, decided), (task, result) = key, after[meeting.pk][key]
            if why := why_no_result(meeting, from_paper=result.taken_over):
                text = _why_not_given(why, meeting) if decided else _why_not_typed(why, meeting, task, result)
                raise TaskRefused(text, code="no_quorum")
        results = [result for _task, result in after[meeting.pk].values()]
        from_paper = meeting.taken_over and all(each.taken_over for each in results)
        if meeting.pk in could and not from_paper and (why := why_not_able_any_more(meeting)):
            text = _(
                "Kết quả đã ghi theo cuộc họp ngày %(day)s (“%(meeting)s”) phải là của hội đồng họp đủ điều kiện. %(why)s"
            )
            raise TaskRefused(text % {**_named(meeting), "why": why}, code="no_quorum")


def why_not_of_able_council(milestone: TaskMilestone) -> str:
    """Why the meetings of which the milestone is the result could not decide, also those that only have the task on the agenda."""
    given = history_of(milestone.task).given_results()
    keys = {
        each.meeting for result, each in given if (result.on, result.kind) == (milestone.on, milestone.kind)
    }
    from_paper = milestone.taken_over
    return next((why for each in _stored(keys) if (why := why_no_result(each, from_paper=from_paper))), "")


def _named(meeting: CouncilMeeting) -> dict[str, str]:
    return {"day": format_date(meeting.held_on), "meeting": text_to_acting(type(meeting), meeting.subject)}


def _why_not_given(why: str, meeting: CouncilMeeting) -> str:
    text = _("Chưa ghi được kết quả theo cuộc họp ngày %(day)s (“%(meeting)s”): %(why)s")
    return text % {**_named(meeting), "why": why}


def _why_not_typed(why: str, meeting: CouncilMeeting, task: ScienceTask, result: Result) -> str:
    """The same of a task that only is on the agenda: who enters the one does not see that the other belongs to it."""
    text = _(
        "Chưa ghi được: mốc “%(step)s” ngày %(on)s của nhiệm vụ “%(task)s” là kết quả theo cuộc họp ngày %(day)s (“%(meeting)s”), cuộc "
        "họp gần nhất có nhiệm vụ trong chương trình. %(why)s Cuộc họp đã đủ điều kiện thì ghi kết quả của nhiệm vụ ở đó; hội đồng "
        "đã họp lại thì nhập cuộc họp sau và kết quả ở đó trước."
    )
    step = {
        "step": MilestoneKind(result.kind).label,
        "on": format_date(result.on),
        "task": name_to_acting(task),
    }
    return text % {**_named(meeting), **step, "why": why}


def _given_by_meetings(tasks: Collection[int], kinds: Collection[str] | None) -> _Given:
    """By the key of a meeting, the milestones that are its results, by the key of the task and whether the agenda says so."""
    found: _Given = defaultdict(dict)
    for part in chunks(sorted(tasks)):
        histories = Histories()
        on_agendas = MeetingItem.objects.filter(task__in=part).values("task")
        rows = ScienceTask.objects.filter(pk__in=on_agendas)
        histories.load(rows)
        for task in rows:
            for result, decision in histories.of(task).given_results():
                if kinds is None or result.kind in kinds:
                    found[decision.meeting][task.pk, decision.is_decided] = (task, result)
    return found


def _stored(given: Collection[Any]) -> list[CouncilMeeting]:
    return [
        each
        for part in chunks(sorted(given))
        for each in CouncilMeeting.objects.filter(pk__in=part).select_related("council").order_by("pk")
    ]
