"""A task as of a day: its state, deadlines and holders, and what happened to it; and the calls that everybody reads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.papers.models import Paper
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.query_chunks import chunks
from khcn.kernel.workflow.query_expressions import state_on
from khcn.science.enums import AmendmentKind, CallPhase, MilestoneKind
from khcn.science.models import ProposalCall, ScienceTask, TaskAmendment, TaskMilestone
from khcn.science.models.amended import AMENDED, value_in_words
from khcn.science.models.events import ACCEPTANCES
from khcn.science.workflow import ACCEPTANCE_FAILED, AMENDMENT_REQUEST_FLOW, APPROVED, CALL_FLOW, TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import State
    from khcn.parties.models import Organisation, Person
    from khcn.science.models import AmendmentRequest
    from khcn.science.models.amended import Amended


class TaskStep(NamedTuple):
    """A milestone that moves the main state, as :func:`replay` needs it."""

    on: date
    kind: str
    taken_over: bool = False  # history from paper, before which steps may be missing
    failed: bool = False  # an acceptance with a failing grade

    @property
    def transition(self) -> str:
        """The transition of the workflow: the kind of the milestone, unless it is an acceptance that failed."""
        return ACCEPTANCE_FAILED if self.failed and self.kind in ACCEPTANCES else self.kind


def in_order(steps: Iterable[TaskStep]) -> list[TaskStep]:
    """By day; within a day as the workflow has them, whatever the order of entry."""
    moving = [step for step in steps if step.kind in TASK_FLOW.by_name]
    return sorted(moving, key=lambda step: (step.on, TASK_FLOW.position(step.kind)))


def replay(steps: Iterable[TaskStep], *, on: date | None = None) -> tuple[State, list[TaskStep]]:
    """The state on a day (or after all steps), and the steps that were not allowed where they stand."""
    taken = (step for step in in_order(steps) if on is None or step.on <= on)
    return TASK_FLOW.replay(taken, name_of=attrgetter("transition"), may_skip=attrgetter("taken_over"))


_MILESTONES: Final = PreparedQuery(
    lambda: TaskMilestone.objects.filter(task_id=asked("task")).annotate(grade_fails=F("grade__fails"))
)


def steps_of(task: ScienceTask) -> list[TaskStep]:
    """Every milestone of a task, in one query."""
    rows = _MILESTONES.records(task=task.pk)
    return [TaskStep(row.on, row.kind, row.taken_over, bool(row.grade_fails)) for row in rows]


def with_decisions(keys: Collection[int]) -> set[int]:
    """Those of the tasks with these keys whose contract has been signed, or that were amended."""
    found: set[int] = set()
    for part in chunks(sorted(keys)):
        signed = TaskMilestone.objects.filter(task__in=part, kind=MilestoneKind.CONTRACT_SIGNED)
        found.update(signed.values_list("task_id", flat=True))
        found.update(TaskAmendment.objects.filter(task__in=part).values_list("task_id", flat=True))
    return found


def with_milestones(keys: Collection[int]) -> set[int]:
    """Those of the tasks with these keys that have a milestone."""
    found: set[int] = set()
    for part in chunks(sorted(keys)):
        rows = TaskMilestone.objects.filter(task__in=part)
        found.update(rows.values_list("task_id", flat=True).distinct())
    return found


def of_certificates(keys: Collection[int]) -> set[int]:
    """Those of the milestones with these keys whose number is that of an issued certificate in force."""
    issued = set(Paper.objects.in_force_for(ScienceTask).values_list("object_id", "number__text"))
    rows = TaskMilestone.objects.filter(kind=MilestoneKind.REGISTERED).exclude(number="")
    wanted = set(keys)
    return {
        key
        for key, task, number in rows.values_list("pk", "task_id", "number")
        if key in wanted and (task, number) in issued
    }


def ended_tasks(keys: Collection[int]) -> set[int]:
    """Those of the tasks with these keys that nothing can happen to any more, after all that is on record."""
    steps: dict[int, list[TaskStep]] = defaultdict(list)
    for part in chunks(sorted(keys)):
        rows = TaskMilestone.objects.filter(task__in=part).order_by("pk")
        columns = ("task_id", "on", "kind", "taken_over", "grade__fails")
        for pk, day, kind, taken_over, fails in rows.values_list(*columns):
            steps[pk].append(TaskStep(day, kind, taken_over, bool(fails)))
    return {pk for pk, found in steps.items() if replay(found)[0].final}


_HOLDERS: Final = ("old_person", "new_person", "old_organisation", "new_organisation")
LINKS_OF_AMENDMENT: Final = ("decision", *_HOLDERS)
_AMENDMENTS: Final = PreparedQuery(
    lambda: TaskAmendment.objects.filter(task_id=asked("task")).in_order_of_effect().select_related(*_HOLDERS)
)


@dataclass(frozen=True, slots=True)
class TaskOnDay:
    """A task as it stood on a day; sums in đồng."""

    on: date
    state: State
    due_on: date | None
    dossier_due_on: date | None
    host: Organisation | None
    principal_investigator: Person | None
    budget_total: int | None
    budget_state: int | None


def task_on(task: ScienceTask, *, on: date, steps: Sequence[TaskStep] | None = None) -> TaskOnDay:
    """The task as of ``on``: decisions of later days are not there yet. ``steps`` are those of the task, where they are known.

    The task's own columns hold its present holders, its present budget and its first deadlines. Holders and budget are folded
    back through the amendments in force after ``on``, and forward through one that took effect today and is not in the columns
    yet; deadlines forward through the extensions in force by then.
    """
    amendments = _AMENDMENTS.records(task=task.pk)
    state, _refused = replay(steps_of(task) if steps is None else steps, on=on)
    stood = {
        each.column: _stood(task, [row for row in amendments if row.kind == kind], each, on)
        for kind, columns in AMENDED.items()
        for each in columns
    }
    due_on, dossier_due_on = stood.pop("planned_end_on"), stood.pop("planned_dossier_on")
    return TaskOnDay(on=on, state=state, due_on=due_on, dossier_due_on=dossier_due_on, **stood)


def _stood(task: ScienceTask, of_kind: list[TaskAmendment], amended: Amended, on: date) -> Any:
    """What a column was on a day, by the amendments of its kind in the order of their effect."""
    with_value = [each for each in of_kind if getattr(each, amended.after) is not None]
    later = next((each for each in with_value if each.starts_on > on), None)
    if amended.takes_effect and later is not None:
        return getattr(later, amended.before)
    begun = [each for each in with_value if each.starts_on <= on]
    return getattr(begun[-1], amended.after) if begun else getattr(task, amended.column)


# ------------------------------------------------------------------------------------------ requests

IN_FORCE: Final = "in_force"
# The status of a request for an amendment on a day: its state, or that the amendment which came of it is in force.
STANDINGS: Final = (*AMENDMENT_REQUEST_FLOW.choices(), (IN_FORCE, _("đang có hiệu lực")))


def with_standing(requests: QuerySet[AmendmentRequest], on: date) -> QuerySet[AmendmentRequest]:
    """Adds ``standing`` as of a day, one of :data:`STANDINGS`."""
    begun = Q(amendment__effective_on__lte=on) | Q(
        amendment__effective_on=None, amendment__decided_on__lte=on
    )
    return requests.alias(_state_then=state_on(AMENDMENT_REQUEST_FLOW, on=on)).annotate(
        standing=Case(When(begun, _state_then=APPROVED, then=Value(IN_FORCE)), default=F("_state_then"))
    )


# ----------------------------------------------------------------------------------------- timeline


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """One thing that happened to a task, and the record it comes from."""

    on: date
    title: str
    note: str
    model: str
    pk: int
    illustrative: bool


def timeline(task: ScienceTask, *, actor: Actor) -> list[TaskEvent]:
    """Milestones, amendments, checks and workshops of a task that the actor may read, oldest first, in four queries."""
    found = [
        *(
            _event(each, each.on, shown_record_name(each.document, actor) or each.number or each.note)
            for each in task.milestones.visible_to(actor).select_related("document")
        ),
        *(
            _event(each, each.decided_on, shown_record_name(each.decision, actor) or each.reason)
            for each in task.amendments.visible_to(actor).select_related("decision")
        ),
        *(_event(each, each.checked_on, each.findings) for each in task.checks.visible_to(actor)),
        *(_event(each, each.held_on, each.title, _("Hội thảo")) for each in task.workshops.visible_to(actor)),
    ]
    return sorted(found, key=lambda event: (event.on, event.model, event.pk))


def _event(record: Any, on: date, note: str, title: StrOrPromise = "") -> TaskEvent:
    return TaskEvent(
        on=on,
        title=str(title or record.get_kind_display()),
        note=note,
        model=record._meta.label_lower,
        pk=record.pk,
        illustrative=bool(record.illustrative),
    )


# --------------------------------------------------------------------------- before and after amendments


def before_and_after(amendment: TaskAmendment, actor: Actor) -> list[tuple[StrOrPromise, str, str]]:
    """What was amended, before and after, in words; what the amendment says nothing of is left out."""
    names = {each: shown_record_name(getattr(amendment, each), actor) for each in _HOLDERS}
    found: list[tuple[StrOrPromise, str, str]] = [
        (_("Thời hạn"), value_in_words(amendment.old_end_on), value_in_words(amendment.new_end_on)),
        (_("Chủ nhiệm"), names["old_person"], names["new_person"]),
        (_("Tổ chức"), names["old_organisation"], names["new_organisation"]),
    ]
    found += [
        (label, value_in_words(before), value_in_words(after))
        for label, before, after in (
            (_("Tổng kinh phí"), amendment.old_budget_total, amendment.new_budget_total),
            (_("Ngân sách nhà nước"), amendment.old_budget_state, amendment.new_budget_state),
        )
    ]
    if amendment.kind == AmendmentKind.CHANGE_BUDGET and amendment.new_budget_total is None:
        found.append((_("Tổng kinh phí"), "", gettext("chưa ghi số tiền")))
    found.append((_("Nội dung"), amendment.old_text, amendment.new_text))
    return [each for each in found if each[1] or each[2]]


def without_sums(task: ScienceTask, actor: Actor) -> QuerySet[TaskAmendment]:
    """Amendments of the budget that were recorded in words only: the budget of the task did not follow them."""
    rows = task.amendments.visible_to(actor).filter(kind=AmendmentKind.CHANGE_BUDGET)
    return rows.filter(new_budget_total__isnull=True).order_by("decided_on", "pk")


_MOST_CALLS: Final = 100  # of a year that a public page lists: a department publishes a few


def public_calls(now: datetime) -> dict[CallPhase, list[ProposalCall]]:
    """Calls by what they take in at a moment, the first to end first; of those that take nothing any more the ones of its year."""
    rows = ProposalCall.objects.exclude(state=CALL_FLOW.initial.value)
    found: dict[CallPhase, list[ProposalCall]] = {each: [] for each in CallPhase}
    for call in rows.filter(state="published").order_by("closes_on", "closes_time", "code"):
        found[call.phase(now)].append(call)
    taking = [call.pk for phase, calls in found.items() if phase is not CallPhase.OVER for call in calls]
    over = rows.filter(closes_on__year=now.year).exclude(pk__in=taking)
    return {**found, CallPhase.OVER: list(over.order_by("-closes_on", "-code")[:_MOST_CALLS])}


def public_call(code: str) -> ProposalCall | None:
    """The call of a code that was published; None where there is none."""
    return ProposalCall.objects.exclude(state=CALL_FLOW.initial.value).filter(code=code).first()
