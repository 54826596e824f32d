"""What councils decided about a task and what its milestones say never contradict each other, whichever is entered first.

Everything here is about one task and reads nothing: every way of writing asks it about the task before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import Model

    from khcn.councils.models import CouncilMeeting
    from khcn.science.models import MeetingItem, TaskMilestone

# What the meeting of a council of this kind settles for a task. Others advise and settle nothing.
SETTLES: Final = {
    CouncilKind.DETERMINATION: MilestoneKind.DETERMINED,
    CouncilKind.SUPPLEMENTARY: MilestoneKind.DETERMINED,
    CouncilKind.SELECTION: MilestoneKind.AWARDED,
    CouncilKind.DIRECT: MilestoneKind.AWARDED,
    CouncilKind.ACCEPTANCE: MilestoneKind.ACCEPTED_PROVINCE,
}


class Grade(NamedTuple):
    """A grade: its key, and the word for it."""

    key: object
    label: str


class CouncilDecision(NamedTuple):
    """What the agenda of a meeting says about the task. ``item`` and ``meeting`` are keys."""

    item: object
    meeting: object
    council: str  # the kind of the meeting
    on: date
    subject: str
    passed: bool | None
    grade: Grade | None

    @property
    def is_decided(self) -> bool:
        """Has something been entered? A task that is only on the agenda has no result yet."""
        return self.passed is not None or self.grade is not None


class Result(NamedTuple):
    """What a milestone says, as far as a council may have decided it."""

    on: date
    kind: str
    taken_over: bool
    failed: bool
    grade: Grade | None


class Contradiction(NamedTuple):
    """A milestone, and what a council decided otherwise."""

    result: Result
    decision: CouncilDecision


def decision_of(item: MeetingItem, meeting: CouncilMeeting | None = None) -> CouncilDecision:
    """What a row of an agenda says, with its meeting as it is stored or as it shall be."""
    meeting = meeting or item.meeting
    grade = Grade(key_of(item.grade), str(item.grade)) if item.grade is not None else None
    return CouncilDecision(
        key_of(item), key_of(meeting), meeting.kind, meeting.held_on, meeting.subject, item.passed, grade
    )


def result_of(milestone: TaskMilestone) -> Result:
    """What a milestone says."""
    grade = milestone.grade
    named = Grade(key_of(grade), str(grade)) if grade is not None else None
    return Result(
        milestone.on, milestone.kind, milestone.taken_over, grade is not None and grade.fails, named
    )


def key_of(record: Model) -> object:
    """The key of a row, also of one that the same workbook makes."""
    return ("new", id(record)) if record._state.adding else record.pk


def contradictions(decisions: Sequence[CouncilDecision], results: Sequence[Result]) -> list[Contradiction]:
    """Every milestone with each decision that it contradicts."""
    found = []
    for result in results:
        about = [
            each
            for each in decisions
            if each.is_decided and SETTLES.get(CouncilKind(each.council)) == result.kind
        ]
        found += [Contradiction(result, each) for each in about if _is_against(each, result, about, results)]
    return found


def says(decision: CouncilDecision, result: Result) -> bool:
    """Did the council decide what the milestone says? Papers of the past may lack the grade on one side."""
    if decision.passed is None or decision.passed == result.failed:
        return False
    if result.kind != MilestoneKind.ACCEPTED_PROVINCE or None in {decision.grade, result.grade}:
        return True
    return decision.grade == result.grade


def _is_against(
    decision: CouncilDecision, result: Result, about: Sequence[CouncilDecision], results: Sequence[Result]
) -> bool:
    """Does this decision say otherwise than the milestone? ``about``: all decisions that settle what the milestone says."""
    if decision.on == result.on:
        return not says(decision, result)
    if decision.on > result.on:  # what failed may be decided again, what passed not
        return not result.failed
    is_of_meeting = any(each.on == result.on and says(each, result) for each in about)
    if decision.passed is False:
        return not (
            is_of_meeting
            or (result.taken_over and (says(decision, result) or _is_recorded(decision, results)))
        )
    # It passed before, or something is missing. Papers of the past may give another day than that of the meeting.
    return is_of_meeting or not result.taken_over or not says(decision, result)


def _is_recorded(decision: CouncilDecision, results: Sequence[Result]) -> bool:
    settled = SETTLES[CouncilKind(decision.council)]
    return any(each.kind == settled and each.on == decision.on and says(decision, each) for each in results)


# ------------------------------------------------------------------------------------------- in words


def _in_words(decision: CouncilDecision) -> str:
    if decision.passed is None:
        words = _("chưa ghi được thông qua hay không")
    else:
        words = _("được thông qua") if decision.passed else _("không được thông qua")
    if decision.grade is not None:
        words = _("%(decided)s, xếp loại “%(grade)s”") % {"decided": words, "grade": decision.grade.label}
    return words


def why_not_result(found: Contradiction) -> str:
    """Why a milestone may not say what it would say."""
    result, decision = found
    named = {
        "day": format_date(decision.on),
        "meeting": decision.subject,
        "decided": _in_words(decision),
    }
    decided = (
        _("Cuộc họp hội đồng ngày %(day)s đã có kết luận về nhiệm vụ này: %(decided)s (“%(meeting)s”).")
        % named
    )
    if decision.passed is False and decision.on < result.on:
        advice = _(
            "Kết quả lần sau ghi theo cuộc họp lần sau: ghi cuộc họp đó và kết luận ở dòng của nhiệm vụ, rồi bấm “Ghi kết quả "
            "cho các nhiệm vụ” ở trang cuộc họp."
        )
    else:
        advice = _(
            "Mốc theo kết luận đó ghi bằng nút “Ghi kết quả cho các nhiệm vụ” ở trang cuộc họp; kết luận ghi nhầm thì sửa ở "
            "dòng của nhiệm vụ trong cuộc họp, ngày họp ghi nhầm thì sửa ở trang cuộc họp."
        )
    return f"{decided} {advice}"


def why_not_decision(found: Contradiction, task: object) -> str:
    """Why a meeting may not say what it would say about the task."""
    result, decision = found
    return _(
        "Nhiệm vụ “%(task)s” đã có mốc “%(step)s” ngày %(day)s%(grade)s, khác kết quả ghi ở đây: cuộc họp ngày %(held_on)s, "
        "%(decided)s. Nếu mốc ghi nhầm thì bấm “Đính chính mốc” hoặc “Bỏ mốc ghi nhầm” ở trang của mốc rồi ghi lại ở đây; nếu "
        "mốc đúng thì xem lại ngày họp, kết quả và xếp loại."
    ) % {
        "task": task,
        "step": MilestoneKind(result.kind).label,
        "day": format_date(result.on),
        "grade": _(" (xếp loại “%(grade)s”)") % {"grade": result.grade.label} if result.grade else "",
        "held_on": format_date(decision.on),
        "decided": _in_words(decision),
    }
