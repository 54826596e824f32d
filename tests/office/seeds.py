"""Violations of the rules about staff, emulation and administrative reform."""

from datetime import date

from khcn.office.workflow import NOMINATION_FLOW, PERSONNEL_FLOW
from tests.factories.office import (
    EmulationNominationFactory,
    EmulationRoundFactory,
    IndexRankingFactory,
    IsoReviewFactory,
    ParPlanTaskFactory,
    PersonnelEventFactory,
    PostQuotaFactory,
    TrainingAssignmentFactory,
)
from tests.factories.parties import OrgUnitFactory
from tests.integrity.given import breaks, put, step


def decided(**values):
    """An event about which was decided, with its steps."""
    given = {"decided_on": date(2023, 6, 1), "decision_number": "12/QĐ-SKHCN"}
    event = PersonnelEventFactory(**{"kind": "transfer", "position": "", **values})
    step(PERSONNEL_FLOW, event, "prepared", "decided")
    return put(event, state="decided", **given)


def awarded(**values):
    """A nomination that was awarded, with its steps."""
    nomination = EmulationNominationFactory()
    step(NOMINATION_FLOW, nomination, "proposed", "awarded")
    given = {"decided_on": date(2023, 6, 1), "decision_number": "12/QĐ-UBND"}
    return put(nomination, **{"state": "awarded", **given, **values})


@breaks("office.event_beside_steps")
def _():
    return put(PersonnelEventFactory(), state="dropped")


@breaks("office.nomination_beside_steps")
def _():
    return put(EmulationNominationFactory(), state="refused", decided_on=date(2023, 6, 1))


@breaks("office.decision_of_event")
def _():
    return put(decided(), decided_on=None)


@breaks("office.decision_of_event")
def _():
    return put(PersonnelEventFactory(), decided_on=date(2023, 6, 1))


@breaks("office.office_without_position")
def _():
    return PersonnelEventFactory(position="")


@breaks("office.reappointment_without_appointment")
def _():
    return decided(kind="reappointment", position="head")


@breaks("office.event_after_departure")
def _():
    left = decided(kind="retirement", effective_on=date(2023, 5, 1))
    return decided(kind="rotation", person=left.person, effective_on=date(2023, 5, 2))


@breaks("office.more_than_quota")
def _():
    return PostQuotaFactory(posts=3, filled=4, counted_on=date(2023, 6, 1))


@breaks("office.certified_before_course")
def _():
    return TrainingAssignmentFactory(begins_on=date(2023, 6, 2), certified_on=date(2023, 6, 1))


@breaks("office.result_of_nomination")
def _():
    return awarded(decision_number="")


@breaks("office.result_of_nomination")
def _():
    return awarded(decided_on=None)


@breaks("office.result_of_nomination")
def _():
    return put(EmulationNominationFactory(), decided_on=date(2023, 6, 1))


@breaks("office.nomination_of_one")
def _():
    return EmulationNominationFactory(unit=OrgUnitFactory())


@breaks("office.nomination_of_one")
def _():
    return EmulationNominationFactory(person=None)


@breaks("office.title_of_other_kind")
def _():
    return EmulationNominationFactory(title="advanced_worker", person=None, unit=OrgUnitFactory())


@breaks("office.title_of_other_kind")
def _():
    return EmulationNominationFactory(title="emulation_flag")


@breaks("office.decided_before_sent")
def _():
    nomination = awarded()
    put(nomination.round, submitted_on=date(2023, 6, 2))
    return nomination


@breaks("office.sent_without_nominations")
def _():
    return put(EmulationRoundFactory(), submitted_on=date(2023, 6, 1))


@breaks("office.task_before_plan")
def _():
    return ParPlanTaskFactory(plan__issued_on=date(2023, 7, 1))


@breaks("office.task_before_plan")
def _():
    return ParPlanTaskFactory(due_on=None, completed_on=date(2018, 7, 1))


@breaks("office.ranking_without_population")
def _():
    return IndexRankingFactory(year=2022, population=None)


@breaks("office.ranking_before_year")
def _():
    return IndexRankingFactory(year=2023, published_on=date(2023, 12, 31))


@breaks("office.corrected_nothing")
def _():
    return IsoReviewFactory(corrected_on=date(2023, 6, 1))
