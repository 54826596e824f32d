"""Stock, units, processes, contracts, models and work on tasks."""

from datetime import date
from decimal import Decimal

import pytest

from khcn.centre.models import CentreTaskWork, ModelVisit, Product, ProductionBatch, ProductSale
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.reference.operations import enter_shipped_rules
from tests.factories.base import an_actor
from tests.factories.centre import (
    ConsultingContractFactory,
    FollowedModelFactory,
    ProductFactory,
    ProductionBatchFactory,
    ProductionPlanFactory,
    TechnologyProcessFactory,
)
from tests.factories.science import ScienceTaskFactory, TaskProposalFactory

pytestmark = pytest.mark.django_db
OFFICER, HEAD = an_actor(Role.OFFICER, "TTUD"), an_actor(Role.HEAD, "TTUD")
TODAY = date(2023, 9, 14)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def enter(record):
    save_row(register_of(type(record)), record, actor=OFFICER, on=TODAY)
    return record


def take(record, name, actor=OFFICER, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=TODAY)
    record.refresh_from_db()
    return record


def sell(product, day, quantity, code):
    return enter(ProductSale(code=code, product=product, sold_on=day, quantity=quantity))


def stock(product, day):
    return Product.objects.with_stock(on=day).get(pk=product.pk).stock


def test_no_more_is_sold_on_any_day_than_was_made_by_then():
    product = ProductFactory()
    batch = ProductionBatchFactory(product=product, finished_on=date(2023, 5, 10), quantity=40)
    ProductionBatchFactory(product=product, finished_on=date(2023, 7, 10), quantity=20)
    sell(product, date(2023, 5, 10), 30, "PX1")
    with pytest.raises(Refused, match="Đến ngày 09/07/2023 xuất bán nhiều hơn sản xuất 5 kg"):
        sell(product, date(2023, 7, 9), 15, "PX2")
    sell(product, date(2023, 7, 10), 15, "PX3")
    assert [stock(product, date(2023, 7, day)) for day in (9, 10)] == [Decimal(10), Decimal(15)]
    with pytest.raises(Refused, match="xuất bán nhiều hơn"):
        remove_row(register_of(ProductionBatch), batch, actor=OFFICER, on=TODAY)
    batch.quantity = 25
    with pytest.raises(Refused, match="Đến ngày 10/05/2023"):
        enter(batch)


def test_a_sale_moved_to_another_product_leaves_the_first_and_burdens_the_second():
    first, second = (ProductionBatchFactory(quantity=quantity).product for quantity in (10, 5))
    sale = sell(first, date(2023, 6, 1), 8, "PX1")
    sale.product = second
    with pytest.raises(Refused, match="nhiều hơn sản xuất 3 kg"):
        enter(sale)


def test_the_unit_stays_once_something_was_planned():
    product = ProductFactory()
    product.unit = "bag"
    enter(product)
    ProductionPlanFactory(product=product)
    product.unit = "kg"
    with pytest.raises(Refused, match="sản phẩm khác cho đơn vị mới"):
        enter(product)


def test_a_process_ends_once():
    process = TechnologyProcessFactory(started_on=date(2023, 1, 10))
    with pytest.raises(Refused, match="đứng trước"):
        take(process, "complete", completed_on=date(2023, 1, 9))
    take(process, "complete", completed_on=date(2023, 6, 28))
    with pytest.raises(Refused, match="đã hoàn thiện ngày 28/06/2023"):
        take(process, "drop", dropped_on=date(2023, 7, 1), reason="không đạt")
    other = take(TechnologyProcessFactory(), "drop", dropped_on=date(2023, 7, 1), reason="không đạt")
    assert other.dropped_on == date(2023, 7, 1)


def liquidation(contract):
    row = Deadline.objects.filter(subject_model="centre.consultingcontract", subject_id=contract.pk).first()
    return row and (row.due_on, row.met_on)


def test_a_contract_is_liquidated_after_its_last_year_and_only_the_head_ends_it_early():
    contract = ConsultingContractFactory(last_year=2022)
    assert liquidation(contract) == (date(2023, 1, 30), None)
    take(contract, "liquidate", ended_on=date(2023, 1, 20))
    assert (contract.state, liquidation(contract)) == ("liquidated", (date(2023, 1, 30), date(2023, 1, 20)))
    early = ConsultingContractFactory()
    with pytest.raises(Refused):
        take(early, "terminate", ended_on=date(2023, 8, 1), reason="giải thể")
    take(early, "terminate", actor=HEAD, ended_on=date(2023, 8, 1), reason="giải thể")
    assert (early.state, early.end_reason, liquidation(early)) == ("ended", "giải thể", None)


def test_a_model_is_visited_while_it_is_followed():
    model = FollowedModelFactory(started_on=date(2023, 6, 1), ended_on=date(2023, 8, 1))
    for day in (date(2023, 5, 31), date(2023, 8, 2)):
        with pytest.raises(Refused):
            enter(ModelVisit(followed=model, work="dressing", visited_on=day))
    enter(ModelVisit(followed=model, work="dressing", visited_on=date(2023, 8, 1)))


def test_work_on_tasks_is_about_a_task_or_a_proposal():
    task, proposal = ScienceTaskFactory(), TaskProposalFactory()
    for number, (kind, about) in enumerate(
        (
            ("proposal", {"task": task}),
            ("proposal", {}),
            ("result", {"task": task, "proposal": proposal}),
            ("outline", {"proposal": proposal}),
        )
    ):
        with pytest.raises(Refused):
            enter(CentreTaskWork(code=f"NV{number}", kind=kind, happened_on=TODAY, **about))
    enter(CentreTaskWork(code="NV8", kind="proposal", happened_on=TODAY, proposal=proposal))
    enter(CentreTaskWork(code="NV9", kind="result", happened_on=TODAY, task=task))
