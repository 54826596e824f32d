"""Terms of the Centre: orders that are done in time, instruments and standards that are due again, contracts to be liquidated."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.centre.models import (
    ConsultingContract,
    InstrumentVerification,
    MeasuringInstrument,
    ReferenceStandard,
    ServiceOrder,
    StandardCalibration,
)
from khcn.centre.operations.rule_values import INTERVAL_RULES, VERIFYING, last_days
from khcn.centre.rules import UNIT, centre_staff
from khcn.centre.workflow import ENDED, ORDER_FLOW, SERVICE_TERM
from khcn.kernel.deadlines import Answering, DeadlineKind, SubjectFacts, TermFacts, day_by
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.workflow_step_deadlines import deadline_of_steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.deadlines.models import Deadline

INSTRUMENT, STANDARD = "centre.instrument", "centre.standard"
LIQUIDATION: Final = "centre.liquidation"


def _is_of_centre(actor: Actor, term: Deadline) -> bool:
    return bool(centre_staff.test(actor, registry.models[term.subject_model]))


# When an instrument is due again, its owner has to come; who enters that moves nothing of their own.
OF_CUSTOMERS: Final = Answering(_is_of_centre, _("Trung tâm"))


def instrument_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When an instrument is due again: the last day of what it passed last. One that failed since may not be used: it is not due
    until it has passed again.
    """
    done = InstrumentVerification.objects.filter(instrument__in=keys)
    if on is not None:
        done = done.filter(done_on__lte=on)
    rows = list(done.select_related("instrument").order_by("done_on", "pk"))
    days = last_days(rows)
    # What the law has verified is due by its verifications: a calibration in between moves nothing.
    last = {
        each.instrument_id: each
        for each in rows
        if (days[each.pk] is not None or not each.passed)
        and (each.method in VERIFYING or each.instrument.subject not in INTERVAL_RULES)
    }
    found = {}
    for instrument in MeasuringInstrument.objects.filter(pk__in=keys):
        terms: dict[str, TermFacts] = {}
        done_last = last.get(instrument.pk)
        if done_last is not None and done_last.passed and day_by(instrument.left_on, on) is None:
            terms[INSTRUMENT] = TermFacts(done_last.done_on, fixed_on=days[done_last.pk])
        found[instrument.pk] = SubjectFacts(str(instrument), UNIT, terms)
    return found


def standard_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When a standard is calibrated next: the day that its last calibration names, at once where that failed, else by the rule
    from its first day.
    """
    done = StandardCalibration.objects.filter(standard__in=keys)
    if on is not None:
        done = done.filter(calibrated_on__lte=on)
    rows = done.order_by("calibrated_on", "pk").values_list(
        "standard", "calibrated_on", "passed", "valid_until"
    )
    last = {key: (day, until if passed else day) for key, day, passed, until in rows}
    found = {}
    for standard in ReferenceStandard.objects.filter(pk__in=keys):
        begins, until = last.get(standard.pk, (standard.since_on, None))
        gone = day_by(standard.withdrawn_on, on) is not None
        terms = {} if gone else {STANDARD: TermFacts(begins, fixed_on=until)}
        found[standard.pk] = SubjectFacts(str(standard), UNIT, terms)
    return found


def contract_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When a contract is liquidated: counted from the end of its last year. One that ended early is not."""
    found = {}
    for contract in ConsultingContract.objects.filter(pk__in=keys):
        ended = day_by(contract.ended_on, on) is not None
        terms = {}
        if not (ended and contract.state == ENDED):
            last = date(contract.last_year, 12, 31)
            terms[LIQUIDATION] = TermFacts(last, contract.ended_on if ended else None)
        found[contract.pk] = SubjectFacts(str(contract), UNIT, terms)
    return found


ORDER_DEADLINES = (
    deadline_of_steps(
        ORDER_FLOW,
        ServiceOrder,
        SERVICE_TERM,
        _("Làm xong phiếu yêu cầu dịch vụ"),
        rule="centre.service_days",
        owner=UNIT,
        begins="received_on",
    ),
)
INSTRUMENT_DEADLINES = (
    DeadlineKind(
        INSTRUMENT,
        _("Đến hạn kiểm định, hiệu chuẩn lại"),
        instrument_facts,
        {"centre.measuringinstrument": "pk", "centre.instrumentverification": "instrument_id"},
        also_rules=tuple(sorted(set(INTERVAL_RULES.values()))),
        recurs=True,
        answering=OF_CUSTOMERS,
    ),
)
STANDARD_DEADLINES = (
    DeadlineKind(
        STANDARD,
        _("Hiệu chuẩn chuẩn đo lường"),
        standard_facts,
        {"centre.referencestandard": "pk", "centre.standardcalibration": "standard_id"},
        rule="centre.standard_months",
        recurs=True,
    ),
)
CONTRACT_DEADLINES = (
    DeadlineKind(
        LIQUIDATION,
        _("Thanh lý hợp đồng tư vấn"),
        contract_facts,
        {"centre.consultingcontract": "pk"},
        rule="centre.liquidation_days",
    ),
)
