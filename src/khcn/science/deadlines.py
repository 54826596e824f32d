"""The six terms of an R&D task: execution, next check, acceptance dossier, registration, settlement, liquidation.

And the one of a request for an amendment, which its steps start and end.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.terms import EventKind, TermEvent
from khcn.kernel.deadlines import DeadlineKind, SubjectFacts, TermFacts
from khcn.kernel.deadlines.kinds import Follow
from khcn.kernel.deadlines.workflow_step_deadlines import deadline_of_steps
from khcn.kernel.workflow import Category
from khcn.science.enums import AmendmentKind, CheckKind, MilestoneKind
from khcn.science.models import AmendmentRequest, ProgressCheck, ScienceTask, TaskAmendment, TaskMilestone
from khcn.science.models.events import ACCEPTANCES
from khcn.science.models.tasks import MANAGED_SIDES
from khcn.science.operations.order import (
    decisive_acceptance,
    failed_acceptance,
    registration_in_force,
)
from khcn.science.queries import TaskStep, replay
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW, REQUEST_TERM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OWNER: Final = "QLKH"
_STOPS: Final[dict[str, EventKind]] = {
    MilestoneKind.SUSPENDED: EventKind.STOP,
    MilestoneKind.RESUMED: EventKind.RESUME,
}
_ENDS_EARLY: Final = (MilestoneKind.STOPPED, MilestoneKind.TERMINATED)
_EXTENSIONS: Final = (AmendmentKind.EXTEND_DURATION, AmendmentKind.EXTEND_SUBMISSION)
_CHECKS: Final = (CheckKind.PERIODIC, CheckKind.UNSCHEDULED)


class _Task(NamedTuple):
    """A task's own columns."""

    pk: int
    title: str
    short_name: str
    managing_side: str
    planned_start_on: date | None
    planned_end_on: date | None
    planned_dossier_on: date | None


class _Life(NamedTuple):
    """What happened to a task by the day asked for."""

    steps: list[TaskStep]
    extensions: dict[str, list[TermEvent]]
    checked_on: date | None


# Every write of a task asks these. They are put together once and never evaluated themselves: a filter makes a copy.
_STEPS = TaskMilestone.objects.order_by().values_list("task_id", "on", "kind", "grade__fails")
_EXTENDING = (
    TaskAmendment.objects.with_start()  # type: ignore[misc]  # the annotation
    .filter(kind__in=_EXTENSIONS, new_end_on__isnull=False)
    .order_by()
    .values_list("task_id", "kind", "in_force_from", "new_end_on", "reason")
)
_LAST_CHECKS = ProgressCheck.objects.filter(kind__in=_CHECKS).order_by()
_TASKS = ScienceTask.objects.order_by().values_list(*_Task._fields)


def facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of many tasks in four queries; what happened after ``on`` has not happened yet."""
    steps: defaultdict[int, list[TaskStep]] = defaultdict(list)
    for key, day, kind, fails in _until(_STEPS, keys, on, "on"):
        steps[key].append(TaskStep(day, kind, failed=bool(fails)))
    extensions: defaultdict[int, dict[str, list[TermEvent]]] = defaultdict(dict)
    for key, kind, day, until, reason in _until(_EXTENDING, keys, on, "in_force_from"):
        event = TermEvent(day, EventKind.EXTEND, until, reason)
        extensions[key].setdefault(kind, []).append(event)
    checks = _until(_LAST_CHECKS, keys, on, "checked_on")
    last_checks = dict(checks.values_list("task_id").annotate(last=Max("checked_on")))
    return {
        task.pk: _of_task(task, _Life(steps[task.pk], extensions[task.pk], last_checks.get(task.pk)))
        for task in map(_Task._make, _TASKS.filter(pk__in=keys))
    }


def _until(rows: Any, keys: Sequence[int], on: date | None, column: str) -> Any:
    found = rows.filter(task_id__in=keys)
    return found if on is None else found.filter(**{f"{column}__lte": on})


def _of_task(task: _Task, life: _Life) -> SubjectFacts:
    owner = OWNER if task.managing_side in MANAGED_SIDES else ""
    terms = {f"science.{name}": term for name, term in _terms(task, life).items() if term is not None}
    return SubjectFacts(task.short_name or task.title, owner, terms)


def _terms(task: _Task, life: _Life) -> dict[str, TermFacts | None]:
    state, _refused = replay(life.steps)
    days: dict[str, date] = {}
    for step in life.steps:
        days[step.kind] = min(step.on, days.get(step.kind, step.on))
    accepted = decisive_acceptance(life.steps)
    accepted_on = accepted.on if accepted is not None else None
    handing_in = (MilestoneKind.DOSSIER_SUBMITTED, *ACCEPTANCES)
    handed_in_on = min((days[kind] for kind in handing_in if kind in days), default=None)
    signed_on = days.get(MilestoneKind.CONTRACT_SIGNED) or task.planned_start_on
    stops = [TermEvent(step.on, _STOPS[step.kind]) for step in life.steps if step.kind in _STOPS]
    ended_early = state.category is Category.ENDED_EARLY

    def term(
        begins: date | None,
        met_on: date | None,
        fixed_on: date | None = None,
        events: Sequence[TermEvent] = (),
    ) -> TermFacts | None:
        if begins is None or (ended_early and met_on is None):  # nothing more is waited for
            return None
        return TermFacts(begins, met_on, fixed_on, tuple(events))

    longer = life.extensions.get(AmendmentKind.EXTEND_DURATION, [])
    end_on = max(longer).until if longer else task.planned_end_on
    execution = None
    if end_on is not None:
        execution = term(signed_on, handed_in_on, task.planned_end_on or end_on, [*longer, *stops])
    failed = failed_acceptance(life.steps, on=date.max) is not None
    checked_from = None
    if handed_in_on is None and state.category is not Category.PREPARING:
        checked_from = life.checked_on or signed_on
    return {
        "execution": execution,
        "check": term(checked_from, None, None, stops),
        "dossier": _dossier(task, life, term(end_on, handed_in_on, None, stops)),
        "registration": None if failed else term(*_registration(life.steps, accepted_on)),
        "settlement": term(accepted_on, days.get(MilestoneKind.SETTLED)),
        "liquidation": term(accepted_on, days.get(MilestoneKind.LIQUIDATED)),
    }


def _registration(steps: Sequence[TaskStep], accepted_on: date | None) -> tuple[date | None, date | None]:
    """From when the result is to be registered, and when it was. The term runs anew from the day on which the certificate
    was withdrawn: until then the result was registered, and no report of that time may call it late.
    """
    registration = registration_in_force(steps)
    withdrawn = [each.on for each in steps if each.kind == MilestoneKind.DEREGISTERED]
    return max(withdrawn, default=accepted_on), registration.on if registration is not None else None


def _dossier(task: _Task, life: _Life, by_rule: TermFacts | None) -> TermFacts | None:
    """The dossier's day is set by the contract or an extension; else the rule counts from the end of execution.

    A day that an extension of execution has overtaken holds no more: nobody hands in the dossier of a task that still
    runs.
    """
    longer = life.extensions.get(AmendmentKind.EXTEND_SUBMISSION, [])
    named_on = max(longer).until if longer else task.planned_dossier_on
    if by_rule is None or named_on is None or named_on < by_rule.counts_from:
        return by_rule
    first = task.planned_dossier_on or named_on
    return TermFacts(by_rule.counts_from, by_rule.met_on, first, (*longer, *by_rule.events))


def _steps_since(on: date, *kinds: str) -> Q:
    """Of these kinds of milestone one of a later day; or, of any day, one that ends a task early: whether a term is waited for
    after it depends on whether it was met by then.
    """
    later = Q(kind__in=kinds, on__gt=on)
    return Q(Exists(TaskMilestone.objects.filter(later | Q(kind__in=_ENDS_EARLY), task=OuterRef("pk"))))


def _acceptance_changed_since(on: date) -> Q:
    """A dossier that is submitted again ends what began with an acceptance that failed, so that no row is stored at all."""
    return _steps_since(on, *ACCEPTANCES)


def _registration_changed_since(on: date) -> Q:
    """One that takes the place of an earlier one would be the one that met the term."""
    registered = TaskMilestone.objects.filter(task=OuterRef("pk"), kind=MilestoneKind.REGISTERED)
    again = Exists(registered.filter(on__gt=on)) & Exists(registered.filter(on__lte=on))
    return _steps_since(on, *ACCEPTANCES, MilestoneKind.DEREGISTERED) | Q(again)


def _dossier_changed_since(on: date) -> Q:
    extending = TaskAmendment.objects.with_start().filter(
        Q(in_force_from__gt=on),
        task=OuterRef("pk"),
        kind__in=_EXTENSIONS,
        new_end_on__isnull=False,
    )
    return _steps_since(on, *_STOPS) | Q(Exists(extending))


Kind = partial(
    DeadlineKind,
    facts=facts,
    follows={
        "science.sciencetask": "pk",
        "science.taskmilestone": "task_id",
        "science.taskamendment": "task_id",
        "science.progresscheck": "task_id",
        # after an acceptance that failed, other terms run than after one that passed
        "reference.codelistitem": Follow("pk", "milestones__grade", is_law=True, changes="fails"),
    },
)
_STEP: Final = "actions/record-milestone/?kind="
TASK_DEADLINES = (
    Kind(
        "science.execution",
        _("Kết thúc thực hiện"),
        met_at=f"{_STEP}{MilestoneKind.DOSSIER_SUBMITTED}",
        shown_by="science.dossier",  # nothing but the dossier shows that the work is done, and it has a term of its own
    ),
    Kind(
        "science.check",
        _("Kiểm tra định kỳ tiếp theo"),
        rule="science.check_months",
        recurs=True,
        may_extend=True,
        met_at="progress/",
    ),
    Kind(
        "science.dossier",
        _("Nộp hồ sơ nghiệm thu"),
        rule="science.dossier_days",
        changed_since=_dossier_changed_since,
        met_at=f"{_STEP}{MilestoneKind.DOSSIER_SUBMITTED}",
    ),
    Kind(
        "science.registration",
        _("Đăng ký kết quả"),
        rule="science.registration_days",
        changed_since=_registration_changed_since,
        may_stop=True,
        may_extend=True,
        met_at="products/",
    ),
    Kind(
        "science.settlement",
        _("Quyết toán kinh phí"),
        rule="science.settlement_days",
        changed_since=_acceptance_changed_since,
        may_stop=True,
        may_extend=True,
        met_at=f"{_STEP}{MilestoneKind.SETTLED}",
    ),
    Kind(
        "science.liquidation",
        _("Thanh lý hợp đồng"),
        rule="science.liquidation_days",
        changed_since=_acceptance_changed_since,
        may_stop=True,
        may_extend=True,
        met_at=f"{_STEP}{MilestoneKind.LIQUIDATED}",
    ),
)
REQUEST_DEADLINES = (
    deadline_of_steps(
        AMENDMENT_REQUEST_FLOW,
        AmendmentRequest,
        REQUEST_TERM,
        _("Giải quyết đề nghị điều chỉnh"),
        rule="science.request_days",
        owner=OWNER,
        begins="requested_on",
        listed=False,  # ``work.request_work``
    ),
)
