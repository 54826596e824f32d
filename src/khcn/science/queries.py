"""A task as of a day: its state, deadlines and holders, and the clocks that run for it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.working import CalendarNotFilledError, WorkingCalendar
from khcn.kernel.workflow import Category
from khcn.reference.models import RuleUnit
from khcn.reference.queries import rules_on, working_calendar
from khcn.science.enums import AmendmentKind, CheckKind, MilestoneKind
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.workflow import State
    from khcn.parties.models import Organisation, Person
    from khcn.reference.models import LegalDocument, RuleParameter
    from khcn.science.models import ScienceTask, TaskAmendment


class Step(NamedTuple):
    """A milestone that moves the main state, as :func:`replay` needs it."""

    on: date
    kind: str


def in_order(steps: Iterable[Step]) -> list[Step]:
    """By day; within a day as the workflow has them, whatever the order of entry."""
    moving = [step for step in steps if step.kind in TASK_FLOW.by_name]
    return sorted(moving, key=lambda step: (step.on, TASK_FLOW.position(step.kind)))


def replay(steps: Iterable[Step], *, on: date | None = None) -> tuple[State, list[Step]]:
    """The state on a day (or after all steps), and the steps that were not allowed where they stand."""
    taken = (step for step in in_order(steps) if on is None or step.on <= on)
    return TASK_FLOW.replay(taken, name_of=attrgetter("kind"))


def steps_of(task: ScienceTask) -> list[Step]:
    """Every milestone of a task, in one query."""
    return [Step(on, kind) for on, kind in task.milestones.values_list("on", "kind")]


@dataclass(frozen=True, slots=True)
class TaskOnDay:
    """A task as it stood on a day."""

    on: date
    state: State
    due_on: date | None
    dossier_due_on: date | None
    host: Organisation | None
    principal_investigator: Person | None


def task_on(task: ScienceTask, *, on: date) -> TaskOnDay:
    """The task as of ``on``: decisions of later days are not there yet.

    The task's own columns hold its present holders and its first deadlines. Holders are folded back through the
    amendments decided after ``on``; deadlines forward through the extensions decided by then.
    """
    amendments = list(
        task.amendments.select_related("old_person", "old_organisation").order_by("decided_on", "pk")
    )
    state, _refused = replay(steps_of(task), on=on)
    leader_change = _first_after(amendments, AmendmentKind.CHANGE_PI, on)
    host_change = _first_after(amendments, AmendmentKind.CHANGE_HOST, on)
    return TaskOnDay(
        on=on,
        state=state,
        due_on=_extended(amendments, AmendmentKind.EXTEND_DURATION, on) or task.planned_end_on,
        dossier_due_on=_extended(amendments, AmendmentKind.EXTEND_SUBMISSION, on) or task.planned_dossier_on,
        host=host_change.old_organisation if host_change else task.host,
        principal_investigator=leader_change.old_person if leader_change else task.principal_investigator,
    )


def _first_after(amendments: list[TaskAmendment], kind: AmendmentKind, on: date) -> TaskAmendment | None:
    return next((each for each in amendments if each.kind == kind and each.decided_on > on), None)


def _extended(amendments: list[TaskAmendment], kind: AmendmentKind, on: date) -> date | None:
    decided = [
        each.new_end_on
        for each in amendments
        if each.kind == kind and each.decided_on <= on and each.new_end_on
    ]
    return decided[-1] if decided else None


# ------------------------------------------------------------------------------------------- clocks

DOSSIER, REGISTRATION = "science.dossier_days", "science.registration_days"
CHECK, SETTLEMENT, LIQUIDATION = "science.check_months", "science.settlement_days", "science.liquidation_days"
NEAR = 30  # days before the end of a term from which a page warns; a matter of looks, not of law
ACCEPTANCES = (MilestoneKind.ACCEPTED_PROVINCE, MilestoneKind.ACCEPTED_NATIONAL)


@dataclass(frozen=True, slots=True)
class Clock:
    """One term that runs for a task, as of ``on``: when it ends, what ended it, and the rule behind it.

    ``due_on`` is None where no rule in force says how long the term is.
    """

    name: str
    title: StrOrPromise
    on: date
    started_on: date
    due_on: date | None
    met_on: date | None
    rule: RuleParameter | None = None

    @property
    def basis(self) -> LegalDocument | None:
        """The document that sets the term."""
        return self.rule.legal_document if self.rule else None

    @property
    def days_late(self) -> int:
        """Calendar days past the end of the term; 0 when in time or without an end."""
        return max(((self.met_on or self.on) - self.due_on).days, 0) if self.due_on else 0

    @property
    def days_left(self) -> int:
        """Calendar days until the end of a term that is not met; 0 on the last day and after."""
        return max((self.due_on - self.on).days, 0) if self.due_on and self.met_on is None else 0

    @property
    def tone(self) -> str:
        """How a page colours it: "ok" met in time, "warn" met late or near its end, "bad" overdue, else ""."""
        if self.met_on is not None:
            return "warn" if self.days_late else "ok"
        if self.days_late:
            return "bad"
        return "warn" if self.due_on and self.days_left <= NEAR else ""

    @property
    def text(self) -> str:
        """What a page says about it."""
        if self.due_on is None:
            return gettext("chưa nhập thời hạn theo quy định")
        if self.met_on is not None:
            said = gettext("xong, chậm %(days)s ngày") if self.days_late else gettext("xong, đúng hạn")
        elif self.days_late:
            said = gettext("quá hạn %(days)s ngày")
        else:
            return gettext("còn %(days)s ngày") % {"days": self.days_left}
        return said % {"days": self.days_late}


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_end(start: date, rule: RuleParameter, calendar: WorkingCalendar) -> date:
    """The day a term set by a rule ends, counted from the day after ``start`` (Bộ luật Dân sự 2015 art. 147–148).

    Where the table of days off does not cover the year, a term in calendar days or months is not moved to a working
    day, and a term in working days counts Monday to Friday: an end a little early warns, an error would hide.
    """
    if rule.unit in {RuleUnit.MONTH, RuleUnit.YEAR}:
        months = rule.value * (12 if rule.unit == RuleUnit.YEAR else 1)
        end = plus_months(start, months)
    elif rule.unit == RuleUnit.WORKING_DAY:
        try:
            return calendar.add_working_days(start, rule.value)
        except CalendarNotFilledError:
            plain = WorkingCalendar({}, frozenset(range(start.year, start.year + rule.value // 250 + 2)))
            return plain.add_working_days(start, rule.value)
    else:
        end = start + timedelta(days=rule.value)
    try:
        return calendar.roll_forward(end)
    except CalendarNotFilledError:
        return end


def clocks(task: ScienceTask, *, on: date, calendar: WorkingCalendar | None = None) -> list[Clock]:
    """The clocks of a task that have started by ``on``, of six: execution, next periodic check, acceptance dossier,
    registration of the result, settlement, liquidation.

    Terms come from ``RuleParameter`` rows in force on the day each term started. What happened after ``on`` has not
    happened yet. ``calendar`` is read from its table when not given.
    """
    facts = _facts(task, on)
    days, seen = facts.days, facts.seen
    ended = days.get(MilestoneKind.DOSSIER_SUBMITTED) or facts.accepted_on
    signed = days.get(MilestoneKind.CONTRACT_SIGNED) or task.planned_start_on
    stopped = seen.state.category is Category.ENDED_EARLY
    checked_from = (
        None if ended or stopped or seen.state.category is Category.PREPARING else facts.checked_on or signed
    )
    # Set by the contract or an extension; else the rule counts from the end of execution. A day that an extension of
    # execution has overtaken holds no more: nobody hands in the dossier of a task that still runs.
    dossier_due_on = seen.dossier_due_on
    if dossier_due_on and seen.due_on and dossier_due_on < seen.due_on:
        dossier_due_on = None
    terms = [
        Term("execution", _("Kết thúc thực hiện"), signed, ended, due_on=seen.due_on),
        Term("check", _("Kiểm tra định kỳ tiếp theo"), checked_from, None, CHECK),
        Term("dossier", _("Nộp hồ sơ nghiệm thu"), seen.due_on, ended, DOSSIER, dossier_due_on),
        Term(
            "registration",
            _("Đăng ký kết quả"),
            facts.accepted_on,
            days.get(MilestoneKind.REGISTERED),
            REGISTRATION,
        ),
        Term(
            "settlement",
            _("Quyết toán kinh phí"),
            facts.accepted_on,
            days.get(MilestoneKind.SETTLED),
            SETTLEMENT,
        ),
        Term(
            "liquidation",
            _("Thanh lý hợp đồng"),
            facts.accepted_on,
            days.get(MilestoneKind.LIQUIDATED),
            LIQUIDATION,
        ),
    ]
    if stopped:  # nothing more is waited for; what was met stays on record
        terms = [term for term in terms if term.met_on]
    known = calendar or working_calendar()
    return [_clock(term, on, known) for term in terms if term.started_on is not None]


class Term(NamedTuple):
    """What is known of a term before its rule is asked."""

    name: str
    title: StrOrPromise
    started_on: date | None
    met_on: date | None
    rule: str = ""
    due_on: date | None = None


def _clock(term: Term, on: date, calendar: WorkingCalendar) -> Clock:
    start = term.started_on
    assert start is not None  # noqa: S101 -- the caller leaves out terms that have not started
    rule = rules_on(start, term.rule).get(term.rule) if term.rule and term.due_on is None else None
    due_on = term_end(start, rule, calendar) if rule else term.due_on
    return Clock(term.name, term.title, on, start, due_on, term.met_on, rule)


class _Facts(NamedTuple):
    seen: TaskOnDay
    days: dict[str, date]
    accepted_on: date | None
    checked_on: date | None


def _facts(task: ScienceTask, on: date) -> _Facts:
    # Latest first, so that the first of each kind remains.
    days = dict(task.milestones.filter(on__lte=on).order_by("-on").values_list("kind", "on"))
    checks = task.checks.filter(kind__in=(CheckKind.PERIODIC, CheckKind.UNSCHEDULED), checked_on__lte=on)
    return _Facts(
        task_on(task, on=on),
        days,
        min((days[kind] for kind in ACCEPTANCES if kind in days), default=None),
        checks.order_by("-checked_on").values_list("checked_on", flat=True).first(),
    )


# ----------------------------------------------------------------------------------------- timeline


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a task, and the record it comes from."""

    on: date
    title: str
    note: str
    model: str
    pk: int
    illustrative: bool


def timeline(task: ScienceTask) -> list[Event]:
    """Milestones, amendments, checks and workshops of a task together, oldest first, in four queries."""
    found = [
        *(
            _event(each, each.on, str(each.document or each.number or each.note))
            for each in _with(task, "milestones")
        ),
        *(
            _event(each, each.decided_on, str(each.decision or each.reason))
            for each in _with(task, "amendments")
        ),
        *(_event(each, each.checked_on, each.findings) for each in task.checks.all()),
        *(_event(each, each.held_on, each.title, _("Hội thảo")) for each in task.workshops.all()),
    ]
    return sorted(found, key=lambda event: (event.on, event.model, event.pk))


def _with(task: ScienceTask, name: str) -> Any:
    return getattr(task, name).select_related("document" if name == "milestones" else "decision")


def _event(record: Any, on: date, note: str, title: StrOrPromise = "") -> Event:
    return Event(
        on=on,
        title=str(title or record.get_kind_display()),
        note=note,
        model=record._meta.label_lower,
        pk=record.pk,
        illustrative=bool(record.illustrative),
    )
