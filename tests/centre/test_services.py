"""Service orders step by step, reference standards that can be used, instruments that are due again, and their certificate."""

from datetime import date

import pytest

from khcn.centre.documents import CERTIFICATE, SLIP
from khcn.centre.models import (
    InstrumentVerification,
    ReferenceStandard,
    ServiceOrder,
    ServiceResult,
    StandardCalibration,
)
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.reference.operations import enter_shipped_rules
from tests.factories.base import an_actor
from tests.factories.centre import (
    InstrumentVerificationFactory,
    MeasuringInstrumentFactory,
    ReferenceStandardFactory,
    ServiceOrderFactory,
    ServiceOrderItemFactory,
    ServiceResultFactory,
    StandardCalibrationFactory,
)

pytestmark = pytest.mark.django_db
OFFICER, HEAD = an_actor(Role.OFFICER, "TTUD"), an_actor(Role.HEAD, "TTUD")
TODAY = date(2023, 9, 14)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def take(record, name, **values):
    """One action, as the button takes it."""
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=OFFICER, on=TODAY)
    record.refresh_from_db()
    return record


def enter(record):
    save_row(register_of(type(record)), record, actor=OFFICER, on=TODAY)
    return record


def result(item, day, quantity):
    return enter(ServiceResult(item=item, done_on=day, quantity=quantity))


def due(record):
    row = Deadline.objects.filter(subject_model=record._meta.label_lower, subject_id=record.pk).first()
    return row and (row.due_on, row.met_on)


def verify(instrument, standard, day=date(2023, 6, 1), **values):
    return enter(
        InstrumentVerification(
            instrument=instrument, standard=standard, method="verification", done_on=day, **values
        )
    )


# ------------------------------------------------------------------------------------------- orders


def test_an_order_is_done_in_ten_working_days_and_then_returned():
    """From Thursday 01/06/2023: Thursday 15/06."""
    order = enter(
        ServiceOrderFactory.build(
            customer=MeasuringInstrumentFactory().customer, received_on=date(2023, 6, 1)
        )
    )
    item = ServiceOrderItemFactory(order=order, quantity=5)
    assert due(order) == (date(2023, 6, 15), None)
    result(item, date(2023, 6, 5), 3)
    with pytest.raises(Refused, match="chưa đủ kết quả"):
        take(order, "finish", finished_on=date(2023, 6, 9))
    result(item, date(2023, 6, 8), 2)
    with pytest.raises(Refused, match="đứng trước ngày 08/06/2023"):
        take(order, "finish", finished_on=date(2023, 6, 7))
    take(order, "finish", finished_on=date(2023, 6, 9))
    assert (order.state, due(order)) == ("finished", (date(2023, 6, 15), date(2023, 6, 9)))
    with pytest.raises(Refused, match="chưa đến"):
        take(order, "hand-over", returned_on=date(2023, 9, 15))
    take(order, "hand-over", returned_on=date(2023, 6, 12))
    assert (order.state, order.returned_on) == ("returned", date(2023, 6, 12))


def test_an_order_without_lines_is_not_finished():
    with pytest.raises(Refused, match="chưa có dòng nào"):
        take(ServiceOrderFactory(), "finish", finished_on=date(2023, 6, 9))


def test_no_more_is_done_than_was_asked_for():
    item = ServiceOrderItemFactory(quantity=5)
    first = result(item, date(2023, 6, 5), 3)
    with pytest.raises(Refused, match="yêu cầu 5, đã làm 6"):
        result(item, date(2023, 6, 6), 3)
    first.quantity = 5
    enter(first)
    assert ServiceResult.objects.get().quantity == 5


def test_results_and_lines_of_a_finished_order_stay():
    item = ServiceResultFactory().item
    take(item.order, "finish", finished_on=date(2023, 5, 11))
    for record in (ServiceResult.objects.get(), item):
        with pytest.raises(Refused):
            remove_row(register_of(type(record)), record, actor=OFFICER, on=TODAY)
    order = ServiceOrder.objects.get(pk=item.order_id)
    order.received_on = date(2019, 5, 11)
    with pytest.raises(Refused, match="không sửa được nữa"):
        enter(order)


# ---------------------------------------------------------------------------------------- standards


def standing(standard, day):
    return ReferenceStandard.objects.with_standing(on=day).get(pk=standard.pk).standing


def test_a_standard_out_of_calibration_cannot_be_used():
    instrument, standard = MeasuringInstrumentFactory(), ReferenceStandardFactory()
    with pytest.raises(Refused, match="chưa có lượt hiệu chuẩn"):
        verify(instrument, standard)
    StandardCalibrationFactory(
        standard=standard, calibrated_on=date(2022, 6, 1), valid_until=date(2023, 5, 31)
    )
    with pytest.raises(Refused, match="hết hạn hiệu chuẩn ngày 31/05/2023"):
        verify(instrument, standard)
    assert standing(standard, date(2023, 5, 31)) == "usable"
    assert standing(standard, date(2023, 6, 1)) == "out_of_calibration"
    enter(
        StandardCalibration(standard=standard, calibrated_on=date(2023, 6, 1), valid_until=date(2024, 5, 31))
    )
    verify(instrument, standard)
    take(standard, "withdraw", withdrawn_on=date(2023, 7, 1), reason="hỏng")
    assert standing(standard, date(2023, 7, 1)) == "withdrawn"
    with pytest.raises(Refused, match="đã thôi dùng"):
        verify(instrument, standard, date(2023, 7, 2))


def test_a_failed_calibration_ends_the_use_of_a_standard():
    standard = StandardCalibrationFactory().standard
    StandardCalibrationFactory(standard=standard, calibrated_on=date(2023, 5, 1), passed=False)
    assert standing(standard, date(2023, 4, 30)) == "usable"
    assert standing(standard, date(2023, 5, 1)) == "out_of_calibration"
    with pytest.raises(Refused, match="chưa có lượt hiệu chuẩn đạt"):
        verify(MeasuringInstrumentFactory(), standard)


def test_a_standard_is_calibrated_again_by_the_day_of_its_certificate():
    standard = ReferenceStandardFactory(since_on=date(2022, 6, 1))
    assert due(standard) == (date(2023, 6, 1), None)  # twelve months after
    StandardCalibrationFactory(
        standard=standard, calibrated_on=date(2023, 5, 4), valid_until=date(2024, 5, 6)
    )
    assert due(standard) == (date(2024, 5, 6), None)


# -------------------------------------------------------------------------- instruments, certificates


def test_an_instrument_is_due_by_the_interval_of_its_kind_or_by_its_certificate():
    standard = StandardCalibrationFactory().standard
    scale, pipette = MeasuringInstrumentFactory(), MeasuringInstrumentFactory(subject="pipette")
    assert due(scale) is None
    verify(scale, standard)
    assert due(scale) == (date(2024, 6, 1), None)
    verify(pipette, standard)
    assert due(pipette) is None  # no rule has an interval for it
    verify(pipette, standard, date(2023, 6, 2), valid_until=date(2025, 6, 2))
    assert due(pipette) == (date(2025, 6, 2), None)
    scale.left_on = date(2023, 8, 1)
    enter(scale)
    assert due(scale) is None


def test_what_failed_has_no_mark_and_moves_no_term():
    standard, instrument = StandardCalibrationFactory().standard, MeasuringInstrumentFactory()
    with pytest.raises(Refused, match="không đạt thì không có tem"):
        verify(instrument, standard, passed=False, mark_number="A 01")
    failed = verify(instrument, standard, passed=False)
    assert due(instrument) is None
    assert "không đạt" in CERTIFICATE.missing(failed, TODAY)


def test_an_order_of_another_customer_is_refused():
    with pytest.raises(Refused, match="khách hàng khác"):
        verify(
            MeasuringInstrumentFactory(), StandardCalibrationFactory().standard, order=ServiceOrderFactory()
        )


@pytest.mark.django_db(transaction=True)  # files of papers are made after the commit
def test_the_certificate_has_its_number_from_the_book_and_gives_it_back():
    verification = InstrumentVerificationFactory(mark_number="A 01")
    paper = issue_paper(
        paper=draft_paper(kind=CERTIFICATE, record=verification, actor=OFFICER, on=TODAY),
        actor=OFFICER,
        on=TODAY,
    )
    verification.refresh_from_db()
    assert verification.certificate_number == paper.number_text == "01/GCN-TTUD"
    assert CERTIFICATE.context(verification, TODAY)["valid_until"] == "10/5/2024"
    with pytest.raises(Refused, match="sổ giấy chứng nhận"):
        verify(verification.instrument, verification.standard, certificate_number="01/GCN-TTUD")
    for number in ("", "02/GCN-TTUD"):
        typed = InstrumentVerification.objects.get(pk=verification.pk)
        typed.certificate_number = number
        with pytest.raises(Refused, match="nên không sửa số"):
            enter(typed)
    notice = withdraw_paper(paper=paper, reason="ghi sai", actor=HEAD, on=TODAY)
    issue_paper(paper=notice, actor=HEAD, on=TODAY)
    verification.refresh_from_db()
    assert verification.certificate_number == ""


def test_the_slip_names_what_was_received_and_when_it_is_ready():
    item = ServiceOrderItemFactory(order=ServiceOrderFactory(received_on=date(2023, 6, 1)))
    printed = SLIP.context(item.order, TODAY)
    assert printed["due_on"] == "15/6/2023"
    assert printed["received_items"] == [
        {"ordinal": str(item.ordinal), "subject": "Cân", "method": "Kiểm định", "quantity": "5"}
    ]
    assert "chưa có dòng nào" in SLIP.missing(ServiceOrderFactory(), TODAY)
