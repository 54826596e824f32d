"""Steps that are corrected and taken back, days and links that are judged by one another, and imports that are undone."""

from datetime import date, timedelta

import pytest

from khcn.centre.models import ProductionBatch, ServiceResult, StandardCalibration
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.reference.operations import enter_shipped_rules
from tests.centre.given import HEAD, OFFICER, TODAY, counted, due, enter, finished, met, take, verify
from tests.factories.centre import (
    ConsultingContractFactory,
    InstrumentVerificationFactory,
    MeasuringInstrumentFactory,
    ModelVisitFactory,
    ProductFactory,
    ProductionBatchFactory,
    ProductSaleFactory,
    ServiceOrderFactory,
    ServiceOrderItemFactory,
    ServiceResultFactory,
    StandardCalibrationFactory,
    TechnologyProcessFactory,
)
from tests.factories.parties import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


# ------------------------------------------------------------------------------ orders that are done


@pytest.mark.parametrize("values", [{"done_on": date(2023, 5, 12)}, {"quantity": 4}])
def test_results_of_a_finished_order_are_not_moved_or_reduced(values):
    result = finished()
    for name, value in values.items():
        setattr(result, name, value)
    with pytest.raises(Refused, match="đã làm xong"):
        enter(result)


def test_a_result_of_a_finished_order_is_not_moved_to_another_line():
    result = finished()
    result.item = ServiceOrderItemFactory()
    with pytest.raises(Refused, match="không chuyển sang dòng khác"):
        enter(result)


def test_a_line_does_not_leave_a_finished_order():
    item = finished().item
    item.order = ServiceOrderFactory()
    with pytest.raises(Refused, match="đã làm xong"):
        enter(item)


def test_a_line_asks_for_no_less_than_was_done():
    item = ServiceResultFactory(item__quantity=9).item
    item.quantity = 4
    with pytest.raises(Refused, match="đã có kết quả 5"):
        enter(item)
    item.quantity = 5
    enter(item)


def test_a_batch_moved_to_another_product_leaves_what_was_sold():
    batch = ProductionBatchFactory(quantity=10)
    ProductSaleFactory(product=batch.product, sold_on=date(2023, 6, 1), quantity=8)
    batch.product = ProductFactory()
    with pytest.raises(Refused, match="nhiều hơn sản xuất 8 kg"):
        enter(batch)


# --------------------------------------------------------------------------------------- corrections


def test_the_end_of_a_process_is_corrected_and_taken_back():
    process = take(TechnologyProcessFactory(), "complete", completed_on=date(2023, 6, 28))
    assert counted("UD-17") == 1
    with pytest.raises(Refused, match="chỉ kết thúc một lần"):
        take(
            process,
            "correct-end",
            completed_on=date(2023, 6, 27),
            dropped_on=date(2023, 6, 27),
            reason="nhầm ngày",
        )
    take(process, "correct-end", completed_on=date(2023, 6, 27), dropped_on=None, reason="nhầm ngày")
    assert (process.completed_on, process.corrected) == (date(2023, 6, 27), True)
    take(process, "correct-end", completed_on=None, dropped_on=None, reason="nhầm quy trình")
    assert (process.completed_on, counted("UD-17")) == (None, 0)
    with pytest.raises(Refused, match="đang thử nghiệm"):
        take(process, "correct-end", completed_on=date(2023, 6, 27), dropped_on=None, reason="nhầm")


def test_a_withdrawal_of_a_standard_is_corrected_and_taken_back():
    verification = InstrumentVerificationFactory(done_on=date(2023, 5, 10))
    standard = take(verification.standard, "withdraw", withdrawn_on=date(2023, 7, 1), reason="hỏng")
    with pytest.raises(Refused, match="đứng trước"):
        take(standard, "correct-withdrawal", withdrawn_on=date(2023, 5, 9), reason="nhầm ngày")
    take(standard, "correct-withdrawal", withdrawn_on=None, reason="nhầm chuẩn")
    assert (standard.withdrawn_on, standard.corrected) == (None, True)


# ------------------------------------------------------------------------- what a row may be moved to


@pytest.mark.parametrize(
    ("make", "link", "values"),
    [
        (InstrumentVerificationFactory, "instrument", {"since_on": date(2023, 5, 11)}),
        (StandardCalibrationFactory, "standard", {"since_on": date(2022, 5, 11)}),
        (ModelVisitFactory, "followed", {"started_on": date(2023, 5, 11)}),
    ],
)
def test_a_row_is_not_moved_to_what_began_later(make, link, values):
    row = make()
    later = make(**{f"{link}__{name}": day for name, day in values.items()})
    setattr(row, link, getattr(later, link))
    with pytest.raises(Refused, match="đứng trước"):
        enter(row)


def test_a_result_is_not_moved_to_an_order_that_came_in_later():
    result = ServiceResultFactory(done_on=date(2023, 5, 10))
    result.item = ServiceOrderItemFactory(order__received_on=date(2023, 9, 11))
    with pytest.raises(Refused, match="đứng trước ngày 11/09/2023"):
        enter(result)


def test_a_verification_is_by_an_order_that_has_come_in_and_was_not_cancelled():
    instrument = MeasuringInstrumentFactory()
    later = ServiceOrderFactory(customer=instrument.customer, received_on=date(2023, 6, 2))
    with pytest.raises(Refused, match="đứng trước ngày 02/06/2023"):
        verify(instrument, order=later)
    cancelled = take(ServiceOrderFactory(customer=instrument.customer), "cancel", reason="thôi")
    with pytest.raises(Refused, match="đã hủy"):
        verify(instrument, order=cancelled)


def test_an_instrument_verified_by_an_order_does_not_become_another_customers():
    order = ServiceOrderFactory()
    ordered = verify(MeasuringInstrumentFactory(customer=order.customer), order=order).instrument
    alone = verify(MeasuringInstrumentFactory()).instrument
    for instrument in (ordered, alone):
        instrument.customer = OrganisationFactory()
    with pytest.raises(Refused, match="lập phương tiện đo mới"):
        enter(ordered)
    enter(alone)


def test_a_failed_calibration_is_due_at_once():
    standard = StandardCalibrationFactory().standard
    assert due(standard) == date(2024, 5, 10)
    StandardCalibrationFactory(standard=standard, calibrated_on=date(2023, 9, 1), passed=False)
    assert due(standard) == date(2023, 9, 1)


# ---------------------------------------------------------------------------------- steps taken back


def test_a_finished_order_is_taken_back_and_finished_on_the_right_day():
    order = finished().item.order
    take(order, "hand-over", returned_on=date(2023, 5, 12))
    with pytest.raises(Refused):
        take(order, "take-back-return", reason="ghi nhầm phiếu")
    take(order, "take-back-return", actor=HEAD, reason="ghi nhầm phiếu")
    assert (order.state, order.returned_on, order.corrected) == ("finished", None, True)
    with pytest.raises(Refused):
        take(order, "take-back-finish", reason="nhầm ngày")
    take(order, "take-back-finish", actor=HEAD, reason="nhầm ngày")
    assert (order.state, order.finished_on, met(order)) == ("received", None, None)
    result = ServiceResult.objects.get(item__order=order)
    result.note = "Tem A 01"
    enter(result)
    take(order, "finish", actor=HEAD, finished_on=date(2023, 5, 10))
    assert (order.finished_on, met(order)) == (date(2023, 5, 10), date(2023, 5, 10))


def test_a_cancelled_order_is_taken_up_again():
    order = take(ServiceOrderFactory(), "cancel", reason="ghi nhầm phiếu")
    assert met(order) == TODAY
    take(order, "take-up-again", actor=HEAD, reason="ghi nhầm phiếu")
    assert (order.state, met(order)) == ("received", None)
    enter(ServiceResult(item=ServiceOrderItemFactory(order=order), done_on=date(2023, 5, 10), quantity=5))


@pytest.mark.parametrize(
    ("step", "values"),
    [
        ("liquidate", {"ended_on": date(2023, 8, 1)}),
        ("terminate", {"ended_on": date(2023, 8, 1), "reason": "x"}),
    ],
)
def test_the_end_of_a_contract_is_taken_back(step, values):
    contract = take(ConsultingContractFactory(last_year=2022), step, actor=HEAD, **values)
    assert counted("UD-22") == 0
    with pytest.raises(Refused):
        take(contract, "take-back", reason="nhầm hợp đồng")
    take(contract, "take-back", actor=HEAD, reason="nhầm hợp đồng")
    assert (contract.state, contract.ended_on, contract.end_reason) == ("in_force", None, "")
    assert (counted("UD-22"), due(contract), met(contract)) == (1, date(2023, 1, 30), None)


# ------------------------------------------------------------------------------------- imports undone


def delete(record):
    with acting(OFFICER):
        record.delete()


def test_batches_are_taken_back_with_their_sales_and_not_without():
    sale = ProductSaleFactory(product=ProductionBatchFactory(quantity=10).product, quantity=8)
    writer, gone = register_of(ProductionBatch).writer, [{"product_id": sale.product_id}]
    batch = sale.product.batches.get()
    writer.refuse_taking_back(batch, actor=OFFICER, on=TODAY)
    delete(batch)
    assert [(row, why) for row, why in writer.violations(gone)] == [
        (
            sale,
            "Đến ngày 10/05/2023 xuất bán nhiều hơn sản xuất 8 kg. Hãy xem lại số lượng, ngày, hoặc ghi lô còn thiếu.",
        )
    ]
    delete(sale)
    assert not list(writer.violations(gone))


def test_calibrations_are_taken_back_with_the_verifications_and_not_without():
    verification = InstrumentVerificationFactory()
    writer, gone = register_of(StandardCalibration).writer, [{"standard_id": verification.standard_id}]
    calibration = verification.standard.calibrations.get()
    writer.refuse_taking_back(calibration, actor=OFFICER, on=TODAY)
    assert not list(writer.violations(gone))
    delete(calibration)
    assert [row for row, _why in writer.violations(gone)] == [verification]
    delete(verification)
    assert not list(writer.violations(gone))


# ------------------------------------------------------------------------- where something begins


@pytest.mark.parametrize(
    ("make", "path", "day"),
    [
        (lambda: ServiceResultFactory(done_on=date(2023, 5, 10)).item.order, "received_on", date(2023, 5, 11)),
        (lambda: InstrumentVerificationFactory(done_on=date(2023, 5, 10)).instrument, "since_on", date(2023, 5, 11)),
        (lambda: StandardCalibrationFactory(calibrated_on=date(2022, 5, 10)).standard, "since_on", date(2022, 5, 11)),
        (lambda: ModelVisitFactory(visited_on=date(2023, 5, 10)).followed, "started_on", date(2023, 5, 11)),
        (
            lambda: take(TechnologyProcessFactory(), "complete", completed_on=date(2023, 6, 28)),
            "started_on",
            date(2023, 6, 29),
        ),
        (
            lambda: take(ConsultingContractFactory(), "liquidate", ended_on=date(2023, 6, 28)),
            "signed_on",
            date(2023, 6, 29),
        ),
    ],
)  # fmt: skip
def test_what_begins_does_not_move_behind_what_was_done_since(make, path, day):
    record = make()
    setattr(record, path, day)
    with pytest.raises(Refused, match="trước ngày này"):
        enter(record)
    setattr(record, path, day - timedelta(days=1))
    enter(record, HEAD)  # the term of an order that has passed moves with its first day
