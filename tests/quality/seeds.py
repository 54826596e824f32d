"""Violations of the rules of metrology, quality and standards."""

from datetime import date
from itertools import pairwise

from khcn.quality.workflow import CHECK_FLOW, DECLARATION_FLOW, SUPPORT_FLOW
from tests.factories.quality import (
    CheckedPlaceFactory,
    CheckFindingFactory,
    CheckHandlingFactory,
    CheckSampleFactory,
    ConformityDeclarationFactory,
    InternalAuditFactory,
    QualityGuidanceFactory,
    StandardFactory,
    StandardRequestFactory,
    StateCheckFactory,
    TraceabilitySupportFactory,
)
from tests.integrity.given import breaks, put, step

CHECKED = ("planned", "decided", "finished", "reported")
SUPPORTED = ("registered", "contracted", "surveyed", "entered", "trained", "published")
SUPPORT_DAYS = ("contracted_on", "surveyed_on", "entered_on", "trained_on", "published_on")


def _taken(flow, made, way, state):
    for source, target in pairwise(way[: way.index(state) + 1]):
        step(flow, made, source, target)


def check(state, **values):
    """One in a state, with its steps and what they write."""
    made, reached = StateCheckFactory(), CHECKED.index(state)
    _taken(CHECK_FLOW, made, CHECKED, state)
    written = {}
    if reached:
        written = {"decision_number": "MH-101/QĐ-SKHCN", "decided_on": date(2023, 5, 2)}
    if reached > 1:
        written |= {"begun_on": date(2023, 5, 8), "finished_on": date(2023, 5, 12)}
    if reached > 2:
        written["reported_on"] = date(2023, 5, 15)
    return put(made, state=state, **{**written, **values})


def place(state="finished", **values):
    return CheckedPlaceFactory(check_case=check(state), **values)


def declaration(state="accepted", **values):
    made = ConformityDeclarationFactory()
    step(DECLARATION_FLOW, made, "received", state)
    written = {"notice_number": "MH-101/TB-SKHCN", "notified_on": date(2023, 5, 12)}
    if state == "returned":
        written = {"returned_on": date(2023, 5, 12)}
    return put(made, state=state, **{**written, **values})


def support(state, **values):
    made = TraceabilitySupportFactory()
    _taken(SUPPORT_FLOW, made, SUPPORTED, state)
    written = dict.fromkeys(SUPPORT_DAYS[: SUPPORTED.index(state)], date(2023, 5, 10))
    return put(made, state=state, **{**written, **values})


@breaks("quality.decided_without_number")
def _():
    return check("decided", decision_number="")


@breaks("quality.decided_without_number")
def _():
    return put(StateCheckFactory(), decision_number="MH-101/QĐ-SKHCN")


@breaks("quality.steps_without_day")
def _():
    return check("finished", begun_on=None)


@breaks("quality.steps_without_day")
def _():
    return check("decided", finished_on=date(2023, 5, 12), begun_on=date(2023, 5, 12))


@breaks("quality.steps_without_day")
def _():
    return put(StateCheckFactory(), cancelled_on=date(2023, 5, 12))


@breaks("quality.begun_before_decision")
def _():
    return check("finished", begun_on=date(2023, 5, 1))


@breaks("quality.topic_of_field")
def _():
    return put(StateCheckFactory(), field="metrology")


@breaks("quality.plan_of_other_year")
def _():
    return put(StateCheckFactory(), planned_on=date(2024, 1, 10))


@breaks("quality.unchecked_place")
def _():
    return put(place(), checked_on=None, outcome="")


@breaks("quality.unchecked_place")
def _():
    return put(place(), checked_on=date(2023, 5, 13))


@breaks("quality.conforming_with_failures")
def _():
    return CheckFindingFactory(subject=CheckedPlaceFactory(outcome="conforming")).subject


@breaks("quality.conforming_with_failures")
def _():
    made = CheckSampleFactory(subject=CheckedPlaceFactory(outcome="conforming"))
    return put(made, result_on=date(2023, 5, 20), conforms=False).subject


@breaks("quality.failure_unexplained")
def _():
    return put(CheckFindingFactory(), finding="")


@breaks("quality.violation_unhandled")
def _():
    return place("reported")


@breaks("quality.handled_without_violation")
def _():
    made = CheckHandlingFactory()
    put(made.subject, outcome="conforming")
    return made


@breaks("quality.handled_without_violation")
def _():
    return put(CheckHandlingFactory(), demanded_on=date(2023, 5, 9))


@breaks("quality.declaration_without_day")
def _():
    return declaration(notice_number="")


@breaks("quality.declaration_without_day")
def _():
    return declaration("returned", returned_on=None)


@breaks("quality.declaration_without_day")
def _():
    return put(ConformityDeclarationFactory(), notified_on=date(2023, 5, 12))


@breaks("quality.declaration_of_standard")
def _():
    return put(ConformityDeclarationFactory(), kind="regulation")


@breaks("quality.declaration_of_standard")
def _():
    return put(ConformityDeclarationFactory(), standard=StandardFactory(kind="qcvn"))


@breaks("quality.declared_by_ended_standard")
def _():
    made = ConformityDeclarationFactory()
    put(made.standard, ended_on=date(2023, 5, 10))
    return made


@breaks("quality.replaced_by_older")
def _():
    newer = StandardFactory()
    return put(StandardFactory(), replaced_by=newer, published_on=date(2016, 1, 1), ended_on=date(2020, 1, 1))


@breaks("quality.audit_after_end")
def _():
    made = InternalAuditFactory()
    put(made.system, ended_on=date(2023, 5, 9))
    return made


@breaks("quality.support_without_day")
def _():
    return support("surveyed", surveyed_on=None)


@breaks("quality.support_without_day")
def _():
    return put(TraceabilitySupportFactory(), stopped_on=date(2023, 5, 10))


@breaks("quality.support_out_of_order")
def _():
    return support("surveyed", surveyed_on=date(2023, 5, 9))


@breaks("quality.guided_without_product")
def _():
    return put(QualityGuidanceFactory(), purpose="label", product="")


@breaks("quality.request_of_nobody")
def _():
    return StandardRequestFactory(organisation=None)
