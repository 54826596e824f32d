"""Violations of the rules about the Centre."""

from datetime import date

from khcn.centre.workflow import CONTRACT_FLOW, ORDER_FLOW
from tests.factories.centre import (
    CentreTaskWorkFactory,
    ConsultingContractFactory,
    InstrumentVerificationFactory,
    ModelVisitFactory,
    ProductFactory,
    ProductionSiteFactory,
    ProductSaleFactory,
    ReferenceStandardFactory,
    ServiceOrderFactory,
    ServiceOrderItemFactory,
    ServiceResultFactory,
    StandardCalibrationFactory,
    TechnologyProcessFactory,
)
from tests.factories.science import TaskProposalFactory
from tests.integrity.given import TOMORROW, breaks, put, step

DAY, BEFORE = date(2023, 6, 1), date(2019, 1, 1)


def finished(**values):
    """An order that was finished, with its line, result and step."""
    order = ServiceOrderFactory()
    ServiceResultFactory(item=ServiceOrderItemFactory(order=order))
    step(ORDER_FLOW, order, "received", "finished")
    return put(order, **{"state": "finished", "finished_on": DAY, **values})


def returned(**values):
    order = finished()
    step(ORDER_FLOW, order, "finished", "returned")
    return put(order, **{"state": "returned", "returned_on": DAY, **values})


def terminated(**values):
    contract = ConsultingContractFactory()
    step(CONTRACT_FLOW, contract, "in_force", "ended")
    return put(contract, **{"state": "ended", "ended_on": DAY, "end_reason": "thôi làm", **values})


@breaks("centre.finished_without_day")
def _():
    return finished(finished_on=None)


@breaks("centre.finished_without_day")
def _():
    return put(ServiceOrderFactory(), finished_on=DAY)


@breaks("centre.returned_without_day")
def _():
    return returned(returned_on=None)


@breaks("centre.returned_without_day")
def _():
    return finished(returned_on=DAY)


@breaks("centre.days_of_order")
def _():
    return finished(finished_on=BEFORE)


@breaks("centre.days_of_order")
def _():
    return returned(returned_on=date(2023, 5, 31))


@breaks("centre.finished_not_done")
def _():
    order = finished()
    return put(order.items.get(), quantity=6)


@breaks("centre.more_done_than_asked")
def _():
    return put(ServiceResultFactory().item, quantity=4)


@breaks("centre.done_before_received")
def _():
    return put(ServiceResultFactory(), done_on=BEFORE)


@breaks("centre.done_after_finish")
def _():
    return put(finished().items.get().results.get(), done_on=date(2023, 6, 2))


@breaks("centre.more_verified_than_done")
def _():
    order = finished()
    put(order.items.get().results.get(), quantity=1)
    put(order.items.get(), quantity=1)
    for day in (DAY, date(2023, 5, 31)):
        InstrumentVerificationFactory(instrument__customer=order.customer, order=order, done_on=day)
    return order


@breaks("centre.done_in_future")
def _():
    return put(ServiceResultFactory(), done_on=TOMORROW)


@breaks("centre.standard_out_of_calibration")
def _():
    return put(InstrumentVerificationFactory(), done_on=date(2024, 5, 11))


@breaks("centre.standard_out_of_calibration")
def _():
    return put(InstrumentVerificationFactory(), standard=ReferenceStandardFactory())


@breaks("centre.standard_out_of_calibration")
def _():
    verification = InstrumentVerificationFactory()
    StandardCalibrationFactory(standard=verification.standard, calibrated_on=date(2023, 5, 1), passed=False)
    return verification


@breaks("centre.standard_out_of_calibration")
def _():
    verification = InstrumentVerificationFactory()
    put(verification.standard, withdrawn_on=date(2023, 5, 10))
    return verification


@breaks("centre.failed_with_certificate")
def _():
    return put(InstrumentVerificationFactory(mark_number="A 01"), passed=False)


@breaks("centre.order_of_other_customer")
def _():
    return put(InstrumentVerificationFactory(), order=ServiceOrderFactory())


@breaks("centre.sold_more_than_made")
def _():
    return put(ProductSaleFactory(), quantity=10_001).product


@breaks("centre.product_without_figure")
def _():
    return put(ProductFactory(line="strawberry_plant", unit="plant"), unit="pot")


@breaks("centre.nethouse_without_area")
def _():
    return put(ProductionSiteFactory(), area_m2=None)


@breaks("centre.calibrated_before_use")
def _():
    return put(StandardCalibrationFactory(), calibrated_on=BEFORE.replace(year=2014))


@breaks("centre.verified_before_record")
def _():
    verification = InstrumentVerificationFactory()
    put(verification.instrument, since_on=date(2023, 5, 11))
    return verification


@breaks("centre.visited_outside_model")
def _():
    return put(ModelVisitFactory(), visited_on=BEFORE)


@breaks("centre.visited_outside_model")
def _():
    visit = ModelVisitFactory()
    put(visit.followed, ended_on=date(2023, 5, 9))
    return visit


@breaks("centre.process_over")
def _():
    return put(TechnologyProcessFactory(), completed_on=DAY, dropped_on=DAY)


@breaks("centre.process_over")
def _():
    return put(TechnologyProcessFactory(), completed_on=BEFORE)


@breaks("centre.contract_without_end")
def _():
    return terminated(ended_on=None)


@breaks("centre.contract_without_end")
def _():
    return put(ConsultingContractFactory(), ended_on=DAY)


@breaks("centre.contract_ended_early")
def _():
    return terminated(end_reason="")


@breaks("centre.contract_ended_early")
def _():
    return terminated(ended_on=BEFORE)


@breaks("centre.task_work_about_one")
def _():
    return put(CentreTaskWorkFactory(), task=None)


@breaks("centre.task_work_about_one")
def _():
    return put(CentreTaskWorkFactory(), proposal=TaskProposalFactory())
