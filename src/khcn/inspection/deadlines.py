"""Terms of the inspectorate: reports, conclusions, what they ask for, sanctions, complaints and denunciations."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import PetitionKind
from khcn.inspection.models import (
    AdministrativeViolation,
    FindingExecution,
    Inspection,
    InspectionFinding,
    Petition,
)
from khcn.kernel.calendar.terms import Term, TermUnit
from khcn.kernel.deadlines import DeadlineKind, Follow, SubjectFacts, TermFacts, day_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

OWNER: Final = "TTRA"
FINISH, REPORT, CONCLUSION = "inspection.finish", "inspection.report", "inspection.conclusion"
RECOMMENDATION = "inspection.recommendation"
SANCTION, PAYMENT = "inspection.sanction", "inspection.payment"
COMPLAINT_ACCEPTANCE, COMPLAINT = "inspection.complaint_acceptance", "inspection.complaint"
DENUNCIATION_ACCEPTANCE, DENUNCIATION = "inspection.denunciation_acceptance", "inspection.denunciation"
_OF_PETITIONS: Final = {
    PetitionKind.COMPLAINT: (COMPLAINT_ACCEPTANCE, COMPLAINT),
    PetitionKind.DENUNCIATION: (DENUNCIATION_ACCEPTANCE, DENUNCIATION),
}


def inspection_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """The decision says how long the work takes where the inspection takes place; the report follows it, the conclusion the report."""
    found = {}
    for each in Inspection.objects.filter(pk__in=keys):
        terms = {}
        reported_on = day_by(each.reported_on, on)
        finished_on = day_by(each.finished_on, on)
        if each.working_days and (begun_on := day_by(each.begun_on, on)):
            length = Term(each.working_days, TermUnit.WORKING_DAY)
            terms[FINISH] = TermFacts(begun_on, finished_on, length=length)
        if finished_on is not None:
            terms[REPORT] = TermFacts(finished_on, reported_on)
        if reported_on is not None:
            terms[CONCLUSION] = TermFacts(reported_on, day_by(each.concluded_on, on))
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def finding_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """What a conclusion asks for until a day that it names: all of the money, or that something is corrected."""
    done: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
    executions = FindingExecution.objects.filter(finding__in=keys).order_by("done_on")
    for key, done_on, amount in executions.values_list("finding", "done_on", "amount"):
        done[key].append((done_on, amount))
    found = {}
    for each in InspectionFinding.objects.filter(pk__in=keys).select_related("subject__inspection"):
        begins = day_by(each.subject.inspection.concluded_on, on)
        terms = {}
        if each.due_on is not None and begins is not None:
            terms[RECOMMENDATION] = TermFacts(
                begins, day_by(_executed_on(each, done[each.pk]), on), fixed_on=each.due_on
            )
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def _executed_on(finding: InspectionFinding, done: Sequence[tuple[date, int]]) -> date | None:
    """The day of the execution with which nothing is left to be done."""
    total = 0
    for done_on, amount in done:
        total += amount
        if total >= finding.amount:
            return done_on
    return None


def violation_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """A sanction is decided after the minutes, or none is; what was decided is executed once the offender has received it."""
    found = {}
    for each in AdministrativeViolation.objects.filter(pk__in=keys):
        decided_on = day_by(each.decided_on, on)
        terms = {SANCTION: TermFacts(each.recorded_on, decided_on or day_by(each.closed_on, on))}
        if decided_on is not None and (delivered_on := day_by(each.delivered_on, on)):
            terms[PAYMENT] = TermFacts(delivered_on, day_by(each.executed_on, on))
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def petition_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """What is received is accepted or answered; what was accepted is resolved. Nothing is set for suggestions."""
    found = {}
    for each in Petition.objects.filter(pk__in=keys):
        terms = {}
        accepted_on, ended_on = day_by(each.accepted_on, on), day_by(each.ended_on, on)
        if kinds := _OF_PETITIONS.get(PetitionKind(each.kind)):
            acceptance, resolution = kinds
            terms[acceptance] = TermFacts(each.received_on, accepted_on or ended_on)
            if accepted_on is not None:
                terms[resolution] = TermFacts(accepted_on, ended_on)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


_OfInspection = partial(
    DeadlineKind, facts=inspection_facts, may_extend=True, follows={"inspection.inspection": "pk"}
)
INSPECTION_DEADLINES = (
    _OfInspection(FINISH, _("Kết thúc trực tiếp cuộc thanh tra"), counts_days=True),
    _OfInspection(REPORT, _("Báo cáo kết quả thanh tra"), rule="inspection.report_days"),
    _OfInspection(CONCLUSION, _("Ban hành kết luận thanh tra"), rule="inspection.conclusion_days"),
)
FINDING_DEADLINES = (
    DeadlineKind(
        RECOMMENDATION,
        _("Thực hiện kiến nghị qua thanh tra"),
        finding_facts,
        {
            "inspection.inspectionfinding": "pk",
            "inspection.findingexecution": "finding_id",
            "inspection.inspectionsubject": Follow("pk", "subject_id"),
            "inspection.inspection": Follow("pk", "subject__inspection_id"),
        },
        may_extend=True,
    ),
)
_OfViolation = partial(
    DeadlineKind,
    facts=violation_facts,
    may_extend=True,
    follows={"inspection.administrativeviolation": "pk"},
)
VIOLATION_DEADLINES = (
    _OfViolation(SANCTION, _("Ra quyết định xử phạt"), rule="inspection.sanction_days"),
    _OfViolation(PAYMENT, _("Chấp hành quyết định xử phạt"), rule="inspection.payment_days"),
)
_OfPetition = partial(
    DeadlineKind, facts=petition_facts, may_extend=True, follows={"inspection.petition": "pk"}
)
PETITION_DEADLINES = (
    _OfPetition(COMPLAINT_ACCEPTANCE, _("Thụ lý khiếu nại"), rule="inspection.complaint_acceptance_days"),
    _OfPetition(COMPLAINT, _("Giải quyết khiếu nại"), rule="inspection.complaint_days"),
    _OfPetition(DENUNCIATION_ACCEPTANCE, _("Thụ lý tố cáo"), rule="inspection.denunciation_acceptance_days"),
    _OfPetition(DENUNCIATION, _("Giải quyết tố cáo"), rule="inspection.denunciation_days"),
)
