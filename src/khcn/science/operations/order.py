"""On which days a milestone may stand: not in the future, not before the task's time, and after what it follows from.

The order is that of the domain study, 2.2, after TT 07, 09, 10, 11/2014/TT-BKHCN. What happens after acceptance runs in
parallel, so it moves no state; each still follows from the acceptance, or, for money and assets, from the early end.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind, TaskLevel
from khcn.science.workflow import ONCE, TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.science.models import ScienceTask
    from khcn.science.queries import TaskStep

_ACCEPTED = (MilestoneKind.ACCEPTED_PROVINCE, MilestoneKind.ACCEPTED_NATIONAL)
_ENDED = (*_ACCEPTED, MilestoneKind.STOPPED, MilestoneKind.TERMINATED)
# One of these milestones must be on the day of the milestone or before it.
FOLLOWS: dict[str, tuple[MilestoneKind, ...]] = {
    MilestoneKind.SELF_ACCEPTED: (MilestoneKind.CONTRACT_SIGNED,),
    MilestoneKind.CONCLUSIONS_MET: _ACCEPTED,
    MilestoneKind.REGISTERED: _ACCEPTED,
    MilestoneKind.DEREGISTERED: (MilestoneKind.REGISTERED,),
    MilestoneKind.RECOGNISED: _ACCEPTED,
    MilestoneKind.HANDED_OVER: _ACCEPTED,
    MilestoneKind.SETTLED: _ENDED,
    MilestoneKind.ASSETS_HANDLED: _ENDED,
}
# None of these milestones may stand before the milestone: it prepares them. After a failed acceptance the host assesses
# its result again; after another award the outline of the next host is appraised and approved.
PRECEDES: dict[str, tuple[MilestoneKind, ...]] = {
    MilestoneKind.AWARDED: (MilestoneKind.OUTLINE_APPROVED,),
    MilestoneKind.BUDGET_APPRAISED: (MilestoneKind.OUTLINE_APPROVED, MilestoneKind.CONTRACT_SIGNED),
    MilestoneKind.SELF_ACCEPTED: (MilestoneKind.DOSSIER_SUBMITTED, *_ENDED),
}
# What is decided about the outline of one host, and again about that of the next one.
_OF_HOST = frozenset({MilestoneKind.BUDGET_APPRAISED, MilestoneKind.OUTLINE_APPROVED})
# What becomes of a result. A result that the council graded as failed has none of it; its contract is still settled
# and liquidated.
OF_RESULT = frozenset({MilestoneKind.REGISTERED, MilestoneKind.RECOGNISED, MilestoneKind.HANDED_OVER})
_ORDER = {kind: place for place, kind in enumerate(MilestoneKind)}
_YEARS_BEFORE = 5  # a task is proposed and prepared in the years before it begins


def out_of_place(steps: Sequence[TaskStep]) -> list[TaskStep]:
    """The steps that stand before what they follow from. History from paper may lack it, but not contradict its day."""
    return [
        each
        for each in steps
        if (each.kind in FOLLOWS and not _has_ground(each, steps)) or _overtaken_by(each, steps) is not None
    ]


def _overtaken_by(step: TaskStep, steps: Sequence[TaskStep]) -> TaskStep | None:
    """The milestone of an earlier day that the step should have come before."""
    earlier = [each for each in steps if each.kind in PRECEDES.get(step.kind, ()) and each.on < step.on]
    if (
        step.kind == MilestoneKind.SELF_ACCEPTED
        and (failed := failed_acceptance(earlier, on=step.on)) is not None
    ):
        ended = {MilestoneKind.STOPPED, MilestoneKind.TERMINATED}
        earlier = [each for each in earlier if each.kind in ended or each.on > failed.on]
    if step.kind == MilestoneKind.AWARDED and last_award(_before(step, steps)) is not None:
        return None
    if step.kind == MilestoneKind.BUDGET_APPRAISED and (again := _last_award_again(_before(step, steps))):
        earlier = [each for each in earlier if each.on >= again.on]
    return min(earlier, key=place_in_day, default=None)


def _has_ground(step: TaskStep, steps: Iterable[TaskStep]) -> bool:
    steps = list(steps)
    if step.kind in OF_RESULT and failed_acceptance(steps, on=step.on) is not None:
        return False
    if (
        step.kind == MilestoneKind.DEREGISTERED
    ):  # also from paper: the certificate is entered from paper before it
        return registration_in_force(_before(step, steps)) is not None
    days = [each.on for each in steps if each.kind in FOLLOWS[step.kind]]
    return min(days) <= step.on if days else step.taken_over


def place_in_day(step: TaskStep) -> tuple[date, int]:
    """By which steps are ordered, whatever the order of their entry: the day, and within a day as a task lives."""
    return step.on, _ORDER[MilestoneKind(step.kind)]


def _before(step: TaskStep, steps: Iterable[TaskStep]) -> list[TaskStep]:
    return [each for each in steps if place_in_day(each) < place_in_day(step)]


def last_award(steps: Iterable[TaskStep]) -> TaskStep | None:
    """The award that holds: the last one. Those before it are of organisations that gave up."""
    return max((each for each in steps if each.kind == MilestoneKind.AWARDED), key=place_in_day, default=None)


def _last_award_again(steps: Sequence[TaskStep]) -> TaskStep | None:
    """The last award, when another one came before it."""
    last = last_award(steps)
    return last if last is not None and last_award(_before(last, steps)) is not None else None


def registration_in_force(steps: Iterable[TaskStep]) -> TaskStep | None:
    """The registration whose certificate has not been withdrawn."""
    kinds = (MilestoneKind.REGISTERED, MilestoneKind.DEREGISTERED)
    last = max((each for each in steps if each.kind in kinds), key=place_in_day, default=None)
    return last if last is not None and last.kind == MilestoneKind.REGISTERED else None


def decisive_acceptance(steps: Iterable[TaskStep]) -> TaskStep | None:
    """The acceptance from which the terms after it count: the first one, or the first after the last that failed.

    None while a task that failed waits for another acceptance, because its dossier was submitted again.
    """
    found: TaskStep | None = None
    last: TaskStep | None = None
    for each in sorted(steps, key=place_in_day):
        if each.kind in _ACCEPTED:
            if found is None or (last is not None and last.failed):
                found = each
            last = each
        elif each.kind == MilestoneKind.DOSSIER_SUBMITTED and last is not None and last.failed:
            found = None
    return found


def failed_acceptance(steps: Iterable[TaskStep], *, on: date) -> TaskStep | None:
    """The last acceptance by a day, when its grade is a failing one."""
    last = last_acceptance(each for each in steps if each.on <= on)
    return last if last is not None and last.failed else None


def last_acceptance(steps: Iterable[TaskStep]) -> TaskStep | None:
    """The acceptance that holds: the last one, within a day that at national level."""
    return max((each for each in steps if each.kind in _ACCEPTED), key=place_in_day, default=None)


def why_not_placed(step: TaskStep, steps: Iterable[TaskStep]) -> str:
    """In words, why a step that is out of place is."""
    wanted = FOLLOWS.get(step.kind, ())
    steps = list(steps)
    named = {"step": MilestoneKind(step.kind).label, "day": format_date(step.on)}
    if (later := _overtaken_by(step, steps)) is not None:
        return _(
            "Không ghi được mốc “%(step)s” ngày %(day)s: mốc này phải trước mốc “%(later)s” ngày %(later_day)s. Hãy xem lại "
            "ngày."
        ) % {**named, "later": MilestoneKind(later.kind).label, "later_day": format_date(later.on)}
    failed = failed_acceptance(steps, on=step.on) if step.kind in OF_RESULT else None
    if failed is not None:
        return _(
            "Không ghi được mốc “%(step)s” ngày %(day)s: nhiệm vụ nghiệm thu ngày %(failed_day)s xếp loại không đạt, nên kết "
            "quả không được đăng ký, công nhận, bàn giao. Nếu xếp loại ghi nhầm thì bấm “Đính chính mốc” ở mốc nghiệm thu."
        ) % {**named, "failed_day": format_date(failed.on)}
    first = min((each for each in steps if each.kind in wanted), default=None)
    if first is not None:
        return _(
            "Không ghi được mốc “%(step)s” ngày %(day)s: mốc này phải sau mốc “%(first)s” ngày %(first_day)s. Hãy xem lại ngày."
        ) % {**named, "first": MilestoneKind(first.kind).label, "first_day": format_date(first.on)}
    return _("Không ghi được mốc “%(step)s” ngày %(day)s: trước đó phải có một trong các mốc: %(kinds)s.") % {
        **named,
        "kinds": ", ".join(f"“{each.label}”" for each in wanted),
    }


def comes_before(one: TaskStep, other: TaskStep) -> bool:
    """Does a step that moves the main state stand before another one, by day and within a day by the workflow?"""
    if one.kind not in TASK_FLOW.by_name:
        return False
    return (one.on, TASK_FLOW.position(one.kind)) < (other.on, TASK_FLOW.position(other.kind))


def repeated(steps: Iterable[TaskStep]) -> list[TaskStep]:
    """Those of the steps that a task has once and that come again."""
    earlier: list[TaskStep] = []
    found = []
    for step in sorted(steps, key=place_in_day):
        if step.kind in ONCE and _still_holds(step, earlier):
            found.append(step)
        earlier.append(step)
    return found


def _still_holds(step: TaskStep, earlier: Sequence[TaskStep]) -> bool:
    """Do the steps before this one already say what it says?"""
    if step.kind == MilestoneKind.REGISTERED:
        return registration_in_force(earlier) is not None
    if step.kind in _OF_HOST and (again := _last_award_again(earlier)) is not None:
        earlier = [each for each in earlier if each.on >= again.on]
    kinds = {step.kind}
    if step.kind == MilestoneKind.SELF_ACCEPTED:  # of a result that failed, another one follows
        last = last_acceptance(earlier)
        return any(
            each.kind in kinds and not (last is not None and last.failed and each.on <= last.on)
            for each in earlier
        )
    if step.kind in _ACCEPTED:
        last = last_acceptance(earlier)
        if last is not None and last.failed:  # what failed at the ministry is not accepted by the province
            by_ministry = last.kind == MilestoneKind.ACCEPTED_NATIONAL
            return by_ministry and step.kind == MilestoneKind.ACCEPTED_PROVINCE and not step.taken_over
        if step.kind == MilestoneKind.ACCEPTED_PROVINCE and not step.taken_over:
            kinds.add(MilestoneKind.ACCEPTED_NATIONAL)
    return any(each.kind in kinds for each in earlier)


def why_not_again(step: TaskStep, steps: Sequence[TaskStep], before: Sequence[TaskStep]) -> str:
    """Why a milestone may not stand beside these: a task has it once. ``before``: what is on record so far."""
    if len(repeated([*steps, step])) <= len(repeated(before)):
        return ""
    kinds = _ACCEPTED if step.kind in _ACCEPTED else (step.kind,)
    earlier = next((each for each in steps if each.kind == step.kind), None) or next(
        each for each in steps if each.kind in kinds
    )
    return _(
        "Nhiệm vụ đã có mốc “%(step)s” ngày %(day)s; mốc này chỉ ghi một lần. Nếu mốc đã ghi sai ngày thì bấm “Đính chính "
        "mốc” ở trang của mốc đó."
    ) % {"step": MilestoneKind(earlier.kind).label, "day": format_date(earlier.on)}


def why_not_at_level(level: str, kind: str) -> str:
    """Why a task of this level has no milestone of this kind: only national tasks are accepted at national level."""
    if kind != MilestoneKind.ACCEPTED_NATIONAL or level == TaskLevel.NATIONAL:
        return ""
    return _("Chỉ nhiệm vụ cấp quốc gia có mốc “%(step)s”; nhiệm vụ này là “%(level)s”.") % {
        "step": MilestoneKind(kind).label,
        "level": TaskLevel(level).label,
    }


def why_not_decided(day: date, on: date) -> str:
    """Why nothing can be recorded as of this day: it is still to come."""
    if day <= on:
        return ""
    return _("Ngày %(day)s chưa đến. Chỉ ghi việc đã diễn ra; hãy xem lại ngày.") % {"day": format_date(day)}


def why_not_on_day(task: ScienceTask, day: date, on: date) -> str:
    """Why a milestone of the task cannot be dated so: it is still to come, or long before the task."""
    if why := why_not_decided(day, on):
        return why
    if not is_too_early(task, day):
        return ""
    return _("Ngày %(day)s đứng quá xa trước khi nhiệm vụ bắt đầu (năm %(year)s). Hãy xem lại ngày.") % {
        "day": format_date(day),
        "year": task.start_year,
    }


def is_too_early(task: ScienceTask, day: date) -> bool:
    """Does the day lie long before the task begins?"""
    earliest = date(task.start_year - _YEARS_BEFORE, 1, 1)
    if task.planned_start_on is not None:
        earliest = min(earliest, task.planned_start_on)
    return day < earliest


def why_not_begun_in(task: ScienceTask) -> str:
    """Why the year from which a task counts does not go with its first day. The turn of a year lies between them at most."""
    begins_on = task.planned_start_on
    if begins_on is None or abs(begins_on.year - task.start_year) <= 1:
        return ""
    return _(
        "Nhiệm vụ bắt đầu ngày %(day)s, không khớp với “thực hiện từ năm %(year)s”. Hãy xem lại năm hoặc ngày bắt đầu."
    ) % {"day": format_date(begins_on), "year": task.start_year}


def unfit_for(task: ScienceTask, steps: Iterable[TaskStep]) -> list[str]:
    """What the level and the start of a task are against: milestones of another level, or of days long before."""
    found = []
    for step in steps:
        named = {"step": MilestoneKind(step.kind).label, "day": format_date(step.on)}
        if why := why_not_at_level(task.level, step.kind):
            found.append(_("Mốc “%(step)s” ngày %(day)s đã ghi. %(why)s") % {**named, "why": why})
        if is_too_early(task, step.on):
            found.append(
                _("Mốc “%(step)s” ngày %(day)s đã ghi đứng quá xa trước khi nhiệm vụ bắt đầu.") % named
            )
    return found
