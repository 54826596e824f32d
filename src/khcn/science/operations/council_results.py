"""What councils decided about a task and what its milestones say never contradict each other, whichever is entered first.

Everything here is about one task and reads nothing: every way of writing asks it about the task before and after.

An acceptance at whatever level is compared with the acceptance councils of the province. On the day of such a meeting it
says what the meeting decided, and so does an acceptance by the province on the day of the decision that follows. After a meeting at which the task failed, the next acceptance is that of a later meeting.
The council of a ministry is not kept here: an acceptance at national level may also follow when the failure is recorded
as a milestone and the dossier was handed in again on a day between the two. What a council of acceptance passed is
decided. An acceptance that no meeting decided is not earlier than a meeting that has the task on its agenda, undecided.
Councils that determine a task or choose who carries it out may sit again; the milestone bears the day of the decision that
followed, which is that of a meeting or a later one, and the last meeting by then passed it. A supplementary council may sit
after a determination of which no meeting is on record. For a task that the last council turned down, no outline is approved
and no contract signed. What no meeting decided is the result of the last meeting by then that had the
task on its agenda.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind
from khcn.science.enums import MilestoneKind
from khcn.science.models.events import ACCEPTANCES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import Model

    from khcn.councils.models import CouncilMeeting
    from khcn.reference.models import CodeListItem
    from khcn.science.models import MeetingItem, TaskMilestone

# What the meeting of a council of this kind settles for a task. Others advise and settle nothing.
SETTLES: Final = {
    CouncilKind.DETERMINATION: MilestoneKind.DETERMINED,
    CouncilKind.SUPPLEMENTARY: MilestoneKind.DETERMINED,
    CouncilKind.SELECTION: MilestoneKind.AWARDED,
    CouncilKind.DIRECT: MilestoneKind.AWARDED,
    CouncilKind.ACCEPTANCE: MilestoneKind.ACCEPTED_PROVINCE,
}
# What is not decided for a task after a council chose nobody to carry it out.
NEEDS_HOST: Final = frozenset({MilestoneKind.OUTLINE_APPROVED, MilestoneKind.CONTRACT_SIGNED})


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of the scale. Its versions before and after a change of the scale are two records of one code; a better word for
    one of them makes no other grade of it.
    """

    code: str
    label: str = field(compare=False)
    fails: bool


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
    grade: Grade | None
    names_paper: bool = False  # a document, or the number of one

    @property
    def failed(self) -> bool:
        """Is it an acceptance with a failing grade?"""
        return self.grade is not None and self.grade.fails


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
    return CouncilDecision(
        key_of(item),
        key_of(meeting),
        meeting.kind,
        meeting.held_on,
        meeting.subject,
        item.passed,
        grade_of(item.grade),
    )


def result_of(milestone: TaskMilestone) -> Result:
    """What a milestone says."""
    # a document of the same workbook has no key yet
    names_paper = bool(milestone.document or milestone.number)
    return Result(milestone.on, milestone.kind, milestone.taken_over, grade_of(milestone.grade), names_paper)


def grade_of(item: CodeListItem | None) -> Grade | None:
    """What an item of the scale says."""
    return None if item is None else Grade(item.code, item.label, item.fails)


def key_of(record: Model) -> object:
    """The key of a row, also of one that the same workbook makes."""
    return ("new", id(record)) if record._state.adding else record.pk


def contradictions(decisions: Sequence[CouncilDecision], results: Sequence[Result]) -> list[Contradiction]:
    """Every milestone with each decision that it contradicts."""
    found = []
    for result in results:
        about = [each for each in decisions if each.is_decided and _is_about(each, result)]
        found += [Contradiction(result, each) for each in about if _is_against(each, result, about, results)]
        if not any(_gives(each, result, about, results) for each in about):
            found += [Contradiction(result, each) for each in decisions if _is_to_decide(each, result)]
    return found


def _is_to_decide(decision: CouncilDecision, result: Result) -> bool:
    """Shall a council of acceptance still decide what the milestone says was accepted before? Old papers may not tell it."""
    return (
        not decision.is_decided
        and decision.council == CouncilKind.ACCEPTANCE
        and result.kind == MilestoneKind.ACCEPTED_PROVINCE
        and not (result.failed or result.taken_over)
        and decision.on > result.on
    )


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


def unfounded_awards(decisions: Sequence[CouncilDecision], results: Sequence[Result]) -> list[Result]:
    """Awards after another one that no council chose again, and that name no decision. Old papers may not tell it.

    The record of the task shall say by what the award before came to nothing.
    """
    chosen_on = [each.on for each in decisions if _settled_by(each) == MilestoneKind.AWARDED and each.passed]
    awards = sorted(
        (each for each in results if each.kind == MilestoneKind.AWARDED), key=lambda each: each.on
    )
    return [
        again
        for first, again in pairwise(awards)
        if not (again.taken_over or again.names_paper)
        and not any(first.on < day <= again.on for day in chosen_on)
    ]


def _settled_by(decision: CouncilDecision) -> MilestoneKind | None:
    return SETTLES.get(CouncilKind(decision.council))


def _is_about(decision: CouncilDecision, result: Result) -> bool:
    settled = _settled_by(decision)
    if result.kind in NEEDS_HOST:
        return settled == MilestoneKind.AWARDED
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
        return _is_against_choice(decision, result, about)
    if decision.on == result.on or _gives(decision, result, about, results):
        return not says(decision, result)
    if decision.on > result.on:  # what failed may be decided again, what passed not
        return not result.failed
    is_of_meeting = any(_gives(each, result, about, results) for each in about)
    if decision.passed is False:
        return not (is_of_meeting or _may_follow(decision, result, about, results))
    if result.kind == MilestoneKind.ACCEPTED_NATIONAL:  # the ministry decides after the province
        return False
    # It passed before, or something is missing.
    return is_of_meeting or not result.taken_over or not says(decision, result)


def _gives(
    decision: CouncilDecision, result: Result, about: Sequence[CouncilDecision], results: Sequence[Result]
) -> bool:
    """Is the milestone the result of this meeting? It bears its day, or that of the decision that followed: no other meeting
    and no other result lies between. ``about``: all decisions about what the milestone says.
    """
    if decision.on > result.on or not says(decision, result):
        return False
    if decision.on == result.on:
        return True
    if result.kind == MilestoneKind.ACCEPTED_NATIONAL:  # decided by the ministry
        return False
    kinds = ACCEPTANCES if result.kind in ACCEPTANCES else (result.kind,)
    between = [each.on for each in about if each.on > decision.on]
    between += [each.on for each in results if each.kind in kinds and each.on < result.on]
    return not any(decision.on <= day <= result.on for day in between)


def given_results(
    decisions: Sequence[CouncilDecision], results: Sequence[Result]
) -> list[tuple[Result, CouncilDecision]]:
    """Every milestone that is the result of a meeting, with what its agenda says.

    Where no meeting decided what the milestone says, it is the result of the last meeting by its day that had the task on
    its agenda, whatever milestones of other kinds were entered since.
    """
    found = []
    for result in results:
        about = [each for each in decisions if each.is_decided and _is_about(each, result)]
        given = [each for each in about if _gives(each, result, about, results)]
        found += [(result, each) for each in given or _last_on_agenda(decisions, result, results)]
    return found


def _last_on_agenda(
    decisions: Sequence[CouncilDecision], result: Result, results: Sequence[Result]
) -> list[CouncilDecision]:
    """Of the last day by that of the milestone, the meetings that could have decided it and of which no decision is entered.

    Not those on the day of an earlier milestone of the kind, or before it: they are the meetings of that one. History from
    paper does not tell which meeting it was.
    """
    if result.taken_over:
        return []
    kinds = ACCEPTANCES if result.kind in ACCEPTANCES else (result.kind,)
    taken = max((each.on for each in results if each.kind in kinds and each.on < result.on), default=None)
    found = [
        each
        for each in decisions
        if not each.is_decided and _settled_by(each) == result.kind and each.on <= result.on
        if taken is None or each.on > taken
    ]
    last = max((each.on for each in found), default=None)
    return [each for each in found if each.on == last]


def is_recorded(
    decision: CouncilDecision, decisions: Sequence[CouncilDecision], results: Sequence[Result]
) -> bool:
    """Is what the council decided a milestone of the task?"""
    about = [each for each in decisions if each.is_decided and _settled_by(each) == _settled_by(decision)]
    own = [each for each in results if each.kind == _settled_by(decision)]
    return any(each.on == decision.on or _gives(decision, each, about, results) for each in own)


def _is_against_choice(decision: CouncilDecision, result: Result, about: Sequence[CouncilDecision]) -> bool:
    """The same for councils that may sit again: the last sitting by the day of the milestone counts."""
    earlier = [each.on for each in about if each.on <= result.on]
    if earlier:
        return decision.on == max(earlier) and not says(decision, result)
    # It was decided before, by a paper of which the meeting is on no record: only what adds to it comes later.
    return result.kind not in NEEDS_HOST and decision.council != CouncilKind.SUPPLEMENTARY


def _may_follow(
    failure: CouncilDecision, result: Result, about: Sequence[CouncilDecision], results: Sequence[Result]
) -> bool:
    """May the milestone stand after this failure, although no meeting of its day gave it?"""
    on_record = is_recorded(failure, about, results)
    if result.taken_over and (on_record or says(failure, result)):
        return True
    if result.kind != MilestoneKind.ACCEPTED_NATIONAL:
        return False
    if any(each.passed and failure.on < each.on < result.on for each in about):
        return True
    return on_record and any(
        each.kind == MilestoneKind.DOSSIER_SUBMITTED and failure.on < each.on < result.on for each in results
    )
