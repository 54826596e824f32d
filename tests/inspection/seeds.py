"""Violations of the rules of the inspectorate."""

from datetime import date
from itertools import pairwise

from khcn.inspection.workflow import INSPECTION_FLOW, PETITION_FLOW, VIOLATION_FLOW
from tests.factories.inspection import (
    AdministrativeViolationFactory,
    FindingExecutionFactory,
    InspectionFactory,
    InspectionFindingFactory,
    InspectionSubjectFactory,
    PetitionFactory,
)
from tests.factories.parties import PersonFactory
from tests.factories.reference import RuleParameterFactory
from tests.integrity.given import breaks, put, step

WAY = ("planned", "decided", "begun", "finished", "reported", "concluded")
DAYS = ("decided_on", "begun_on", "finished_on", "reported_on", "concluded_on")


def inspection(state, **values):
    """One in a state, with its steps and what they write."""
    made, reached = InspectionFactory(), WAY.index(state)
    for source, target in pairwise(WAY[: reached + 1]):
        step(INSPECTION_FLOW, made, source, target)
    written = {name: date(2023, 5, 10) for name in DAYS[:reached]}
    if reached:
        written["decision_number"] = "MH-01/QĐ-TTr"
    if state == "concluded":
        written["conclusion_number"] = "MH-01/KL-TTr"
    return put(made, state=state, **{**written, **values})


def execution(**values):
    """Something that was done after a conclusion."""
    found = InspectionFindingFactory(subject__inspection=inspection("concluded"))
    return put(FindingExecutionFactory(finding=found, done_on=date(2023, 6, 1)), **values)


def postponed(**values):
    made = InspectionFactory()
    step(INSPECTION_FLOW, made, "planned", "postponed")
    given = {"postponed_on": date(2023, 7, 3), "postponement_reason": "luật mới", **values}
    return put(made, state="postponed", **given)


def violation(state, **values):
    made = AdministrativeViolationFactory()
    step(VIOLATION_FLOW, made, "recorded", "sanctioned")
    written = {"decision_number": "MH-01/QĐ-XPHC", "decided_on": date(2023, 5, 15)}
    if state == "executed":
        step(VIOLATION_FLOW, made, "sanctioned", "executed")
        written |= {"executed_on": date(2023, 5, 20), "paid": 0}
    return put(made, state=state, **{**written, **values})


def petition(**values):
    made = PetitionFactory()
    step(PETITION_FLOW, made, "received", "resolved")
    return put(made, state="resolved", **{"ended_on": date(2023, 6, 1), **values})


@breaks("inspection.decided_without_number")
def _():
    return inspection("decided", decision_number="")


@breaks("inspection.decided_without_number")
def _():
    return put(InspectionFactory(), decision_number="MH-01/QĐ-TTr")


@breaks("inspection.concluded_without_number")
def _():
    return inspection("concluded", conclusion_number="")


@breaks("inspection.concluded_without_number")
def _():
    return inspection("reported", concluded_on=date(2023, 5, 20))


@breaks("inspection.postponed_without_reason")
def _():
    return postponed(postponement_reason="")


@breaks("inspection.postponed_without_reason")
def _():
    return put(InspectionFactory(), postponed_on=date(2023, 7, 3))


@breaks("inspection.steps_without_day")
def _():
    return inspection("begun", begun_on=None)


@breaks("inspection.steps_without_day")
def _():
    return inspection("reported", finished_on=None)


@breaks("inspection.days_out_of_order")
def _():
    return inspection("finished", finished_on=date(2023, 5, 9))


@breaks("inspection.kind_of_day")
def _():
    RuleParameterFactory(code="inspection.checks_only", value=1, unit="other", valid_from=date(2025, 7, 1))
    return inspection("decided", decided_on=date(2025, 7, 1))


@breaks("inspection.plan_of_other_year")
def _():
    return put(InspectionFactory(), planned_on=date(2024, 1, 10))


@breaks("inspection.subject_of_kind")
def _():
    return put(InspectionSubjectFactory(), kind="individual")


@breaks("inspection.subject_of_kind")
def _():
    return put(InspectionSubjectFactory(), person=PersonFactory())


@breaks("inspection.amount_of_recommendation")
def _():
    return put(InspectionFindingFactory(), recommendation="correct")


@breaks("inspection.amount_of_recommendation")
def _():
    return put(InspectionFindingFactory(), amount=0)


@breaks("inspection.recovered_more")
def _():
    return execution(amount=2).finding


@breaks("inspection.executed_before_conclusion")
def _():
    return execution(done_on=date(2023, 5, 9))


@breaks("inspection.executed_before_conclusion")
def _():
    return execution(finding=InspectionFindingFactory())


@breaks("inspection.one_offender")
def _():
    return put(AdministrativeViolationFactory(), organisation=None)


@breaks("inspection.sanctioned_without_number")
def _():
    return violation("sanctioned", decision_number="")


@breaks("inspection.sanctioned_without_number")
def _():
    return violation("sanctioned", fine=None)


@breaks("inspection.sanctioned_without_number")
def _():
    return put(AdministrativeViolationFactory(), decided_on=date(2023, 5, 15))


@breaks("inspection.executed_without_day")
def _():
    return violation("executed", executed_on=None)


@breaks("inspection.executed_without_day")
def _():
    return violation("sanctioned", executed_on=date(2023, 5, 20))


@breaks("inspection.executed_without_day")
def _():
    return violation("executed", delivered_on=date(2023, 5, 21))


@breaks("inspection.petition_without_day")
def _():
    return petition(ended_on=None)


@breaks("inspection.petition_before_received")
def _():
    return petition(ended_on=date(2023, 3, 9))
