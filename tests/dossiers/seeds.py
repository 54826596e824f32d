"""Violations of the rules about procedures and dossiers."""

from datetime import date

from tests.factories.dossiers import (
    DossierCodePatternFactory,
    DossierFactory,
    DossierHandoverFactory,
    ProcedureChangeFactory,
    ProcedureFactory,
    ProcedureStepFactory,
    SupplementRequestFactory,
)
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.integrity.given import TOMORROW, breaks, put

RESULT = {"outcome": "resolved", "ended_on": date(2023, 3, 15)}


def asked(dossier=None, day=date(2023, 3, 8), until=date(2023, 3, 10)):
    return SupplementRequestFactory(dossier=dossier or DossierFactory(), asked_on=day, answered_on=until)


@breaks("dossiers.procedure_overlap")
def _():
    first = ProcedureFactory(valid_to=date(2020, 1, 1))
    second = ProcedureFactory(code=first.code, unit=first.unit, valid_from=date(2020, 1, 1))
    put(first, valid_to=date(2021, 1, 1))
    return second


@breaks("dossiers.pattern_overlap")
def _():
    first = DossierCodePatternFactory(valid_from=date(2018, 11, 23), valid_to=date(2025, 11, 1))
    second = DossierCodePatternFactory(valid_from=date(2025, 11, 1), valid_to=date(2025, 12, 1))
    put(first, valid_to=date(2025, 11, 2))
    return second


@breaks("dossiers.shares_beyond_term")
def _():
    step = ProcedureStepFactory(share=3)
    put(step, share=step.procedure.term_amount + 1)
    return step.procedure


@breaks("dossiers.published_without_decision")
def _():
    return put(ProcedureChangeFactory(), kind="abolished")


@breaks("dossiers.change_before_decision")
def _():
    change = ProcedureChangeFactory(document=LegalDocumentFactory(issued_on=date(2023, 5, 10)))
    return put(change, decided_on=date(2023, 5, 9))


@breaks("dossiers.change_day")
def _():
    change = ProcedureChangeFactory()
    put(change.procedure, valid_to=change.decided_on)
    return change


@breaks("dossiers.day_in_future")
def _():
    return put(DossierFactory(**RESULT), ended_on=TOMORROW)


@breaks("dossiers.day_in_future")
def _():
    return put(DossierFactory(), received_on=TOMORROW)


@breaks("dossiers.day_in_future")
def _():
    return put(DossierFactory(**RESULT), delivered_on=TOMORROW)


@breaks("dossiers.procedure_day")
def _():
    dossier = DossierFactory()
    put(dossier.procedure, valid_to=dossier.received_on)
    return dossier


@breaks("dossiers.unit_day")
def _():
    dossier = DossierFactory()
    return put(dossier, unit=OrgUnitFactory(valid_from=date(2023, 3, 7)))


@breaks("dossiers.of_internal_procedure")
def _():
    dossier = DossierFactory()
    put(dossier.procedure, is_internal=True)
    return dossier


@breaks("dossiers.appointed_otherwise")
def _():
    return put(DossierFactory(), appointed_on=date(2023, 3, 21))


@breaks("dossiers.refused_without_reason")
def _():
    dossier = DossierFactory(outcome="refused", ended_on=date(2023, 3, 8), outcome_reason="Gửi nhầm")
    return put(dossier, outcome_reason="")


@breaks("dossiers.supplement_outside")
def _():
    return put(asked(), asked_on=date(2023, 3, 5))


@breaks("dossiers.supplement_outside")
def _():
    request = asked(DossierFactory(**{**RESULT, "outcome": "withdrawn", "outcome_reason": "Rút"}))
    return put(request, asked_on=date(2023, 3, 16), answered_on=date(2023, 3, 17))


@breaks("dossiers.supplement_overlap")
def _():
    first = asked()
    second = asked(first.dossier, date(2023, 3, 10), date(2023, 3, 13))
    put(first, answered_on=date(2023, 3, 11))
    return second


@breaks("dossiers.result_while_waiting")
def _():
    return put(asked(DossierFactory(**RESULT)), answered_on=None)


@breaks("dossiers.result_while_waiting")
def _():
    return put(asked(DossierFactory(**RESULT)), answered_on=date(2023, 3, 16))


@breaks("dossiers.handover_outside")
def _():
    return put(DossierHandoverFactory(), received_on=date(2023, 3, 5))


@breaks("dossiers.handover_order")
def _():
    first = DossierHandoverFactory(ordinal=1, received_on=date(2023, 3, 8))
    second = DossierHandoverFactory(dossier=first.dossier, ordinal=2, received_on=date(2023, 3, 8))
    return put(second, received_on=date(2023, 3, 7))


@breaks("dossiers.handover_unit_day")
def _():
    handover = DossierHandoverFactory()
    return put(handover, unit=OrgUnitFactory(valid_from=date(2023, 3, 8)))


@breaks("dossiers.given_shares_beyond_term")
def _():
    handover = DossierHandoverFactory(share=3)
    put(handover, share=handover.dossier.procedure.term_amount + 1)
    return handover.dossier
