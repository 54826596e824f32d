"""What councils decided about a task and what its milestones say never contradict each other, whichever is entered first.

Everything here is about one task and reads nothing: every way of writing asks it about the task before and after.

An acceptance at whatever level is compared with the acceptance councils of the province. On the day of such a meeting it
says what the meeting decided. After a meeting at which the task failed, the next acceptance is that of a later meeting.
The council of a ministry is not kept here: an acceptance at national level may also follow when the failure is recorded
as a milestone and the dossier was handed in again on a day between the two. What a council of acceptance passed is
decided. Councils that determine a task or choose who carries it out may sit again; the milestone bears the day of the
decision that followed, which is that of a meeting or a later one, and the last meeting by then passed it.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind
from khcn.science.models.events import ACCEPTANCES

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


class Disagreement(NamedTuple):
    """Two decisions about one task of which only one can be right."""

    first: CouncilDecision
    second: CouncilDecision


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
        about = [each for each in decisions if each.is_decided and _is_about(each, result)]
        found += [Contradiction(result, each) for each in about if _is_against(each, result, about, results)]
    return found


def disagreements(decisions: Sequence[CouncilDecision]) -> list[Disagreement]:
    """Every two decisions of which one cannot be right: of the same day and different, or about what an acceptance council
    had passed before.
    """
    decided = sorted((each for each in decisions if each.is_decided), key=lambda each: each.on)
    return [
        Disagreement(first, second)
        for first, second in combinations(decided, 2)
        if _settled_by(first) is not None and _settled_by(first) == _settled_by(second)
        if (_differ(first, second) if first.on == second.on else _is_final(first))
    ]


def why_not_of_kind(decision: CouncilDecision) -> str:
    """Why a council of this kind does not decide so: its word would be read as that of an acceptance council."""
    if decision.grade is not None and _settled_by(decision) != MilestoneKind.ACCEPTED_PROVINCE:
        return _(
            "Chỉ cuộc họp hội đồng nghiệm thu xếp loại nhiệm vụ. Hãy để trống xếp loại, hoặc xem lại loại cuộc họp."
        )
    if decision.passed is False and _settled_by(decision) is None:
        return _(
            "Cuộc họp loại này chỉ tư vấn, không ghi “không được thông qua”. Hãy để “Chưa ghi” và viết ý kiến ở ô kết luận, hoặc "
            "xem lại loại cuộc họp."
        )
    return ""


def says(decision: CouncilDecision, result: Result) -> bool:
    """Did the council decide what the milestone says? Papers of the past may lack the grade on one side."""
    if decision.passed is None or decision.passed == result.failed:
        return False
    if result.kind not in ACCEPTANCES or None in {decision.grade, result.grade}:
        return True
    return decision.grade == result.grade


def _settled_by(decision: CouncilDecision) -> MilestoneKind | None:
    return SETTLES.get(CouncilKind(decision.council))


def _is_about(decision: CouncilDecision, result: Result) -> bool:
    settled = _settled_by(decision)
    return settled == result.kind or (settled in ACCEPTANCES and result.kind in ACCEPTANCES)


def _differ(one: CouncilDecision, other: CouncilDecision) -> bool:
    """Do two decisions of one day say different things? One of them may lack the grade, not the result."""
    return one.passed != other.passed or (None not in {one.grade, other.grade} and one.grade != other.grade)


def _is_final(decision: CouncilDecision) -> bool:
    """Does no council decide about the task after this?"""
    return _settled_by(decision) == MilestoneKind.ACCEPTED_PROVINCE and decision.passed is True


def _is_against(
    decision: CouncilDecision, result: Result, about: Sequence[CouncilDecision], results: Sequence[Result]
) -> bool:
    """Does this decision say otherwise than the milestone? ``about``: all decisions about what the milestone says."""
    if result.kind not in ACCEPTANCES:
        earlier = [each.on for each in about if each.on <= result.on]
        return decision.on == max(earlier) and not says(decision, result) if earlier else True
    if decision.on == result.on:
        return not says(decision, result)
    is_of_meeting = any(each.on == result.on and says(each, result) for each in about)
    if decision.on > result.on:  # what failed may be decided again, what passed not
        return not result.failed
    if decision.passed is False:
        return not (is_of_meeting or _may_follow(decision, result, about, results))
    if result.kind == MilestoneKind.ACCEPTED_NATIONAL:  # the ministry decides after the province
        return False
    # It passed before, or something is missing. Papers of the past may give another day than that of the meeting.
    return is_of_meeting or not result.taken_over or not says(decision, result)


def _may_follow(
    failure: CouncilDecision, result: Result, about: Sequence[CouncilDecision], results: Sequence[Result]
) -> bool:
    """May the milestone stand after this failure, although no meeting of its day gave it?"""
    is_recorded = _is_recorded(failure, results)
    if result.taken_over and (is_recorded or says(failure, result)):
        return True
    if result.kind != MilestoneKind.ACCEPTED_NATIONAL:
        return False
    if any(each.passed and failure.on < each.on < result.on for each in about):
        return True
    return is_recorded and any(
        each.kind == MilestoneKind.DOSSIER_SUBMITTED and failure.on < each.on < result.on for each in results
    )


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
    return f"{decided} {_advice(result, decision)}"


def _advice(result: Result, decision: CouncilDecision) -> str:
    if decision.passed is False and decision.on < result.on:
        advice = _(
            "Kết quả lần sau ghi theo cuộc họp lần sau: ghi cuộc họp đó và kết luận ở dòng của nhiệm vụ, rồi bấm “Ghi kết quả "
            "cho các nhiệm vụ” ở trang cuộc họp."
        )
        if result.kind != MilestoneKind.ACCEPTED_NATIONAL:
            return advice
        return (
            advice
            + " "
            + _(
                "Nếu hội đồng của bộ nghiệm thu lại: ghi mốc nghiệm thu không đạt theo cuộc họp trên, mốc “Nộp hồ sơ nghiệm thu” lần "
                "sau, rồi ghi mốc này."
            )
        )
    return _(
        "Mốc theo kết luận đó ghi bằng nút “Ghi kết quả cho các nhiệm vụ” ở trang cuộc họp; kết luận ghi nhầm thì sửa ở "
        "dòng của nhiệm vụ trong cuộc họp, ngày họp ghi nhầm thì sửa ở trang cuộc họp."
    )


def why_not_both(found: Disagreement, task: object) -> str:
    """Why councils may not have decided both: which two meetings, and where to look."""
    first, second = found
    return _(
        "Hai cuộc họp kết luận trái nhau về nhiệm vụ “%(task)s”: ngày %(first_day)s %(first)s (“%(first_meeting)s”); ngày "
        "%(second_day)s %(second)s (“%(second_meeting)s”). Chỉ giữ kết luận đúng: sửa hoặc xóa dòng ghi nhầm của nhiệm vụ trong "
        "cuộc họp, hoặc xem lại ngày họp. Cuộc họp đã có biên bản thì thay thế hay thu hồi biên bản đó trước."
    ) % {
        "task": task,
        "first_day": format_date(first.on),
        "first": _in_words(first),
        "first_meeting": first.subject,
        "second_day": format_date(second.on),
        "second": _in_words(second),
        "second_meeting": second.subject,
    }


def why_not_decision(found: Contradiction, task: object) -> str:
    """Why a meeting may not say what it would say about the task."""
    result, decision = found
    why = _(
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
    if result.kind in ACCEPTANCES or decision.on <= result.on:
        return why
    advice = _("Nếu mốc đã ghi theo một cuộc họp trước thì ghi cuộc họp đó và kết luận trước.")
    return f"{why} {advice}"


# ------------------------------------------------------------------------------------ all that is wrong


def faults(decisions: Sequence[CouncilDecision], results: Sequence[Result], task: object) -> list[str]:
    """In words, where decisions are none of their council, or contradict each other or the milestones."""
    return [
        *(why for each in decisions if (why := why_not_of_kind(each))),
        *(why_not_both(each, task) for each in disagreements(decisions)),
        *(why_not_decision(each, task) for each in contradictions(decisions, results)),
    ]


def why_not_results(
    decisions: Sequence[CouncilDecision], before: Sequence[Result], after: Sequence[Result], task: object
) -> str:
    """Why the milestones may not be these: a council decided otherwise. What was so ``before`` is not their fault."""
    known = contradictions(decisions, before)
    new = [each for each in contradictions(decisions, after) if each not in known]
    if not new:
        return ""
    # Where two meetings disagree, every milestone is against one of them: they are corrected first.
    both = next((each for each in disagreements(decisions) if new[0].decision in each), None)
    return why_not_both(both, task) if both is not None else why_not_result(new[0])


def why_not_minuted(decisions: Sequence[CouncilDecision], meeting: object, task: object) -> str:
    """Why minutes may not print what this meeting decided about the task: another meeting decided otherwise."""
    own = [each for each in decisions if each.meeting == meeting]
    found = [each for each in disagreements(decisions) if each.first in own or each.second in own]
    reasons = [*map(why_not_of_kind, own), *(why_not_both(each, task) for each in found)]
    return next(filter(None, reasons), "")
