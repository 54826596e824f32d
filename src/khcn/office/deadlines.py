"""Terms of the office: terms of office that end, raises that are due, the yearly dossier of emulation, tasks of plans."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.deadlines import DeadlineKind, Follow, SubjectFacts, TermFacts, day_by
from khcn.office.enums import (
    APPOINTMENTS,
    DEPARTURES,
    ENDS_OFFICE,
    EmulationRoundKind,
    PersonnelEventKind,
    SalaryGroup,
)
from khcn.office.models import EmulationRound, ParPlanTask, PersonnelEvent
from khcn.office.operations.terms_of_office import (
    RETIREMENT_NOTICE_RULE,
    RETIREMENT_RULE,
    TERM_RULE,
    days_before_retirement,
    last_days_in_office,
)
from khcn.office.workflow import DECIDED, DROPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OWNER: Final = "VP"
NOTICE, REAPPOINTMENT = "office.reappointment_notice", "office.reappointment"
RETIREMENT_NOTICE, RETIREMENT = "office.retirement_notice", "office.retirement"
SALARY_LONG, SALARY_SHORT = "office.salary_long", "office.salary_short"
DOSSIER, TASK = "office.emulation_dossier", "office.par_task"
_OF_RAISES: Final = {SalaryGroup.LONG: SALARY_LONG, SalaryGroup.SHORT: SALARY_SHORT}
# From what on a raise is counted, where a group is named; the next of them begins the time anew, a departure ends it.
_RAISES: Final = (
    PersonnelEventKind.SALARY_RAISE,
    PersonnelEventKind.RECRUITMENT,
    PersonnelEventKind.PROMOTION,
)


def _first(days: Iterable[date | None], on: date | None) -> date | None:
    return min((day for each in days if (day := day_by(each, on)) is not None), default=None)


def _ends_time(event: PersonnelEvent) -> bool:
    """Is no raise waited for from the one before any more? Without a group nothing would remind of the next one."""
    return event.kind in DEPARTURES or (event.kind in _RAISES and bool(event.salary_group))


def personnel_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """An appointment is followed by the next decision about an office before its term ends, and a raise by the next one. Nothing is
    waited for after who left; a retirement is announced and decided before its day.
    """
    events = list(PersonnelEvent.objects.filter(pk__in=keys))
    of_person: defaultdict[int, list[PersonnelEvent]] = defaultdict(list)
    people = {each.person_id for each in events}
    for each in PersonnelEvent.objects.filter(person__in=people).exclude(state=DROPPED).order_by("pk"):
        of_person[each.person_id].append(each)
    last_days = last_days_in_office([each for each in events if each.kind in APPOINTMENTS])
    retirements = [
        each for each in events if each.kind == PersonnelEventKind.RETIREMENT and each.state != DROPPED
    ]
    before = days_before_retirement(retirements)
    found = {}
    for each in events:
        terms = {}
        decided, noticed = day_by(each.decided_on, on), day_by(each.noticed_on, on)
        if (day := before[RETIREMENT_NOTICE_RULE].get(each.pk)) is not None:
            terms[RETIREMENT_NOTICE] = TermFacts(day, noticed or decided, fixed_on=day)
        if (day := before[RETIREMENT_RULE].get(each.pk)) is not None:
            terms[RETIREMENT] = TermFacts(day, decided, fixed_on=day)
        if each.state == DECIDED and decided is not None:
            later = [row for row in of_person[each.person_id] if row.effective_on > each.effective_on]
            if (last_day := last_days.get(each.pk)) is not None:
                about = [row for row in later if row.kind in ENDS_OFFICE]
                followed = _first((row.decided_on for row in about), on)
                announced = _first((row.noticed_on for row in about), on)
                terms[NOTICE] = TermFacts(last_day, announced or followed)
                terms[REAPPOINTMENT] = TermFacts(last_day, followed)
            if each.kind in _RAISES and each.salary_group:
                ended_on = _first((row.decided_on for row in later if _ends_time(row)), on)
                terms[_OF_RAISES[SalaryGroup(each.salary_group)]] = TermFacts(each.effective_on, ended_on)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def round_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """The dossier of a year is sent after its end; nothing is set for other occasions."""
    found = {}
    for each in EmulationRound.objects.filter(pk__in=keys):
        terms = {}
        if each.kind == EmulationRoundKind.YEARLY:
            terms[DOSSIER] = TermFacts(date(each.year, 12, 31), day_by(each.submitted_on, on))
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def task_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Until the day that the plan names, by the unit that does it."""
    found = {}
    for each in ParPlanTask.objects.filter(pk__in=keys).select_related("plan", "unit"):
        terms = {}
        if each.due_on is not None:
            begins = min(each.plan.issued_on, each.due_on)
            terms[TASK] = TermFacts(begins, day_by(each.completed_on, on), fixed_on=each.due_on)
        found[each.pk] = SubjectFacts(str(each), each.unit.code, terms)
    return found


_OfEvent = partial(
    DeadlineKind,
    facts=personnel_facts,
    follows={"office.personnelevent": Follow("person_id", "person_id")},
)
PERSONNEL_DEADLINES = (
    _OfEvent(
        NOTICE,
        _("Thông báo chủ trương bổ nhiệm lại"),
        rule="office.reappointment_notice_days",
        also_rules=(TERM_RULE,),
    ),
    _OfEvent(
        REAPPOINTMENT,
        _("Quyết định bổ nhiệm lại"),
        rule="office.reappointment_days",
        also_rules=(TERM_RULE,),
        may_extend=True,
    ),
    _OfEvent(
        RETIREMENT_NOTICE,
        _("Thông báo nghỉ hưu"),
        also_rules=(RETIREMENT_NOTICE_RULE,),
    ),
    _OfEvent(
        RETIREMENT,
        _("Quyết định nghỉ hưu"),
        also_rules=(RETIREMENT_RULE,),
    ),
    _OfEvent(
        SALARY_LONG,
        _("Xét nâng bậc lương, cao đẳng trở lên"),
        rule="office.salary_long_months",
        may_extend=True,
    ),
    _OfEvent(
        SALARY_SHORT,
        _("Xét nâng bậc lương, trung cấp trở xuống"),
        rule="office.salary_short_months",
        may_extend=True,
    ),
)
ROUND_DEADLINES = (
    DeadlineKind(
        DOSSIER,
        _("Gửi hồ sơ thi đua, khen thưởng năm"),
        round_facts,
        {"office.emulationround": "pk"},
        rule="office.emulation_dossier_months",
        may_extend=True,
    ),
)
TASK_DEADLINES = (
    DeadlineKind(
        TASK,
        _("Hoàn thành nhiệm vụ kế hoạch CCHC"),
        task_facts,
        {"office.parplantask": "pk", "office.parplan": Follow("pk", "plan_id")},
        may_extend=True,
    ),
)
