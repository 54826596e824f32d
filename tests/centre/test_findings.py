"""What reading the area found of figures, instruments, standards and certificates."""

from contextlib import nullcontext
from copy import copy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.centre.documents import CERTIFICATE
from khcn.centre.models import InstrumentVerification, ServiceResult, StandardCalibration
from khcn.centre.operations.standards import uses_out_of_calibration
from khcn.kernel.actors import SYSTEM
from khcn.kernel.indicators import registry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, remove_row, save_row
from khcn.reference.models import RuleParameter
from khcn.reference.operations import enter_shipped_rules
from tests.centre.given import OFFICER, TODAY, YEAR, counted, due, enter, take, verify
from tests.factories.centre import (
    CentreTaskWorkFactory,
    ConsultingContractFactory,
    InstrumentVerificationFactory,
    MeasuringInstrumentFactory,
    ReferenceStandardFactory,
    ServiceOrderFactory,
    ServiceOrderItemFactory,
    ServiceResultFactory,
    StandardCalibrationFactory,
)
from tests.factories.parties import OrganisationFactory
from tests.factories.science import TaskProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


# ------------------------------------------------------------------------------------------- orders


def test_an_order_with_results_is_not_cancelled():
    result = ServiceResultFactory()
    with pytest.raises(Refused, match="đã có kết quả"):
        take(result.item.order, "cancel", reason="ghi nhầm khách hàng")
    remove_row(register_of(ServiceResult), result, actor=OFFICER, on=TODAY)
    assert take(result.item.order, "cancel", reason="ghi nhầm khách hàng").state == "cancelled"


def test_an_order_with_a_verification_is_not_cancelled():
    order = ServiceOrderFactory()
    InstrumentVerificationFactory(instrument__customer=order.customer, order=order)
    with pytest.raises(Refused, match="đã có kết quả"):
        take(order, "cancel", reason="ghi nhầm")


# ------------------------------------------------------------------------------------------ figures


def test_contracts_are_of_the_year_in_which_they_were_signed():
    ConsultingContractFactory(signed_on=date(2022, 12, 20), first_year=2023, last_year=2025)
    ConsultingContractFactory(signed_on=date(2023, 2, 15), first_year=2022, last_year=2024)
    assert (counted("UD-22"), counted("UD-23")) == (1, 1)


def test_a_customer_with_two_contracts_counts_once():
    old = ConsultingContractFactory(signed_on=date(2022, 5, 10))
    ConsultingContractFactory(customer=old.customer, signed_on=date(2022, 5, 10))
    new = ConsultingContractFactory(signed_on=date(2023, 2, 15))
    ConsultingContractFactory(customer=new.customer, signed_on=date(2023, 8, 15))
    assert (counted("UD-22"), counted("UD-23")) == (1, 1)


def test_a_task_with_two_results_counts_once():
    first = CentreTaskWorkFactory(task__level="province", happened_on=date(2023, 6, 8))
    CentreTaskWorkFactory(task=first.task, happened_on=date(2023, 8, 25))
    assert counted("UD-18") == 1


def test_proposals_count_once_and_for_the_year_after():
    for year, times in ((2024, 2), (2023, 1)):
        proposal = TaskProposalFactory(level="province", for_year=year)
        for _time in range(times):
            CentreTaskWorkFactory(kind="proposal", task=None, proposal=proposal)
    assert counted("UD-24") == 1


# -------------------------------------------------------------------------------------- instruments


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        ("scale", date(2024, 6, 1)),
        ("spring_scale", date(2025, 6, 1)),
        ("electricity_meter", date(2029, 6, 1)),
        ("three_phase_meter", date(2027, 6, 1)),
        ("electronic_three_phase_meter", date(2026, 6, 1)),
        ("water_meter", date(2028, 6, 1)),
        ("electronic_water_meter", date(2026, 6, 1)),
    ],
)
def test_the_interval_is_that_of_the_kind(kind, last):
    instrument = MeasuringInstrumentFactory(subject=kind)
    verify(instrument)
    assert due(instrument) == last


def test_a_changed_interval_moves_the_terms_and_is_not_deleted():
    scale = MeasuringInstrumentFactory()
    verify(scale)
    rule = RuleParameter.objects.get(code="centre.scale_months")
    register = register_of(RuleParameter)
    rule.value = 24
    save_row(register, rule, actor=SYSTEM, on=TODAY)
    assert due(scale) == date(2025, 6, 1)
    with pytest.raises(Refused):
        remove_row(register, rule, actor=SYSTEM, on=TODAY)


def test_a_calibration_does_not_move_the_term_of_verification():
    scale = MeasuringInstrumentFactory()
    verify(scale)
    verify(scale, "calibration", date(2023, 7, 1), valid_until=date(2026, 7, 1))
    assert due(scale) == date(2024, 6, 1)


# --------------------------------------------------------------------------------------- certificate


def test_the_certificate_is_for_verification_and_calibration():
    for method, refused in (
        ("testing", True),
        ("measurement", True),
        ("calibration", False),
        ("control", False),
    ):
        assert bool(CERTIFICATE.missing(InstrumentVerificationFactory(method=method), TODAY)) == refused


def test_a_calibration_states_no_conformity():
    calibration = CERTIFICATE.context(
        InstrumentVerificationFactory(method="calibration", findings="Sai số 0,2"), TODAY
    )
    assert [calibration[name] for name in ("kind", "conclusion", "calibration_findings")] == [
        "",
        "",
        "Sai số 0,2",
    ]
    verification = CERTIFICATE.context(InstrumentVerificationFactory(findings="Sai số 0,2"), TODAY)
    assert [verification[name] for name in ("kind", "conclusion", "calibration_findings")] == [
        "định kỳ", "Đạt yêu cầu kỹ thuật đo lường.", "",
    ]  # fmt: skip


# ---------------------------------------------------------------------- instruments, standards, terms


def test_an_instrument_that_failed_is_not_due_until_it_passes_again():
    scale = MeasuringInstrumentFactory()
    verify(scale)
    verify(scale, day=date(2023, 7, 1), passed=False)
    assert due(scale) is None
    verify(scale, day=date(2023, 7, 9), kind="after_repair")
    assert due(scale) == date(2024, 7, 9)


def test_a_certificate_is_valid_no_longer_than_the_rule_allows():
    with pytest.raises(Refused, match="muộn nhất đến ngày 30/06/2024"):
        verify(MeasuringInstrumentFactory(), valid_until=date(2024, 7, 1))
    verify(MeasuringInstrumentFactory(), valid_until=date(2024, 6, 30))
    verify(MeasuringInstrumentFactory(), "calibration", valid_until=date(2026, 6, 1))
    verify(MeasuringInstrumentFactory(subject="pipette"), valid_until=date(2026, 6, 1))


def test_the_list_of_instruments_says_when_each_is_due():
    scale = MeasuringInstrumentFactory()
    verify(scale)
    shown = register_of(type(scale)).rows(OFFICER, date(2024, 6, 2)).get(pk=scale.pk)
    assert (shown.next_due_on, shown.standing) == (date(2024, 6, 1), "late")
    unused = MeasuringInstrumentFactory()
    shown = register_of(type(scale)).rows(OFFICER, TODAY).get(pk=unused.pk)
    assert (shown.next_due_on, shown.standing) == (None, "none")


def test_a_calibration_by_which_was_verified_stays():
    verification = InstrumentVerificationFactory(done_on=date(2023, 5, 10))
    calibration = verification.standard.calibrations.get()
    register = register_of(type(calibration))
    with pytest.raises(Refused, match="ngày 10/05/2023 dùng chuẩn"):
        remove_row(register, calibration, actor=OFFICER, on=TODAY)
    StandardCalibrationFactory(standard=verification.standard, calibrated_on=date(2023, 5, 1))
    remove_row(register, calibration, actor=OFFICER, on=TODAY)


def test_a_standard_is_not_calibrated_once_it_is_out_of_use():
    standard = take(ReferenceStandardFactory(), "withdraw", withdrawn_on=date(2023, 7, 1), reason="hỏng")
    for day, refused in ((date(2023, 6, 30), False), (date(2023, 7, 1), True)):
        row = StandardCalibration(standard=standard, calibrated_on=day, valid_until=date(2024, 6, 30))
        with pytest.raises(Refused, match="thôi dùng") if refused else nullcontext():
            enter(row)


@pytest.mark.parametrize(
    ("passed", "until", "refused"),
    [
        (True, None, True),
        (True, date(2024, 6, 1), False),
        (False, date(2024, 6, 1), True),
        (False, None, False),
    ],
)
def test_a_calibration_that_failed_has_no_last_day(passed, until, refused):
    row = StandardCalibration(
        standard=ReferenceStandardFactory(),
        calibrated_on=date(2023, 6, 1),
        passed=passed,
        valid_until=until,
    )
    with pytest.raises(Refused, match="Đạt thì ghi ngày") if refused else nullcontext():
        enter(row)


def test_a_calibration_in_use_is_not_moved_but_may_turn_out_to_be_worth_less():
    used = verify(MeasuringInstrumentFactory()).standard.calibrations.get()
    for name, value in (
        ("calibrated_on", date(2023, 6, 2)),
        ("standard", StandardCalibrationFactory().standard),
    ):
        moved = copy(used)
        setattr(moved, name, value)
        with pytest.raises(Refused, match="không sửa, xóa được"):
            enter(moved)
    used.valid_until = date(2023, 5, 1)
    enter(used)
    assert list(uses_out_of_calibration().values_list("standard", flat=True)) == [used.standard_id]


def test_what_verifications_are_judged_by_is_read_once_for_all():
    standard = StandardCalibrationFactory().standard
    register, asked = register_of(InstrumentVerification), []
    for number in (2, 6):
        rows = [
            InstrumentVerification(
                instrument=MeasuringInstrumentFactory(),
                standard=standard,
                method="verification",
                done_on=TODAY,
            )
            for _row in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert not list(
                register.writer.validate([Write(row) for row in rows], ValidationContext(OFFICER, TODAY))
            )
        asked.append(len(queries))
    assert asked[0] == asked[1]


# ------------------------------------------------------------------------------------------ services


def amount(code):
    return registry[code].value(YEAR)


def test_each_service_is_in_one_figure():
    alone = ServiceOrderFactory(received_on=date(2023, 5, 1))
    joint = ServiceOrderFactory(received_on=date(2023, 5, 1), partner=OrganisationFactory())
    for number, (order, subject, method) in enumerate(
        (
            (alone, "scale", "verification"),
            (joint, "scale", "verification"),
            (joint, "electronic_sphygmomanometer", "verification"),
            (alone, "electronic_sphygmomanometer", "verification"),
            (joint, "pipette", "verification"),
        )
    ):
        item = ServiceOrderItemFactory(order=order, subject=subject, method=method, quantity=10**number)
        ServiceResultFactory(item=item, quantity=10**number)
    services = [each.code for each in registry if each.code.startswith("DV-")]
    assert {code: amount(code) for code in services if amount(code)} == {
        "DV-01": 11,
        "DV-09": 100,
        "DV-16": 11_000,
    }
    lines = [registry["DV-16"].line(row) for row in registry["DV-16"].records(YEAR).order_by("pk")]
    assert lines == ["Kiểm định – Huyết áp kế điện tử: 1000", "Kiểm định – Pipette: 10000"]
