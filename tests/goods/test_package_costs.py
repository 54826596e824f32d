"""How many statements a pallet takes: few for each further crate."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from khcn.goods.models import Package
from khcn.goods.workflow import PACKAGE_FLOW
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.workflow.engine import TransitionRefused, fire_all
from khcn.kernel.workflow.models import WorkflowStep
from tests.goods import test_packages
from tests.goods.test_diary import TODAY, take
from tests.goods.test_packages import CAME, PACKED, SENT, pack, receive, send

pytestmark = pytest.mark.django_db
lot, maker, place, shop, harvest = (
    test_packages.lot,
    test_packages.maker,
    test_packages.place,
    test_packages.shop,
    test_packages.harvest,
)


def statements(verb):
    with CaptureQueriesContext(connection) as found:
        verb()
    return len(found)


def costs_of(count, lot, place, shop, maker):
    """Of sending and of receiving a pallet with so many crates."""
    pallet = pack(lot, place, maker, 1, kind="pallet")
    pack(lot, place, maker, 1, count=count)
    for crate in Package.objects.filter(kind="box", inside=None, state="packed"):
        take(crate, "put-onto", maker, outer=pallet, packed_on=PACKED, location=place)
    return statements(lambda: send(pallet, place, shop, maker)), statements(lambda: receive(pallet, shop))


def test_a_pallet_takes_few_statements_for_each_further_crate(lot, place, maker, shop, harvest):
    costs_of(1, lot, place, shop, maker)  # the receiver has the lot from here on
    few, many = (costs_of(count, lot, place, shop, maker) for count in (5, 15))
    for less, more in zip(few, many, strict=True):
        assert (more - less) / 10 <= 3  # 34 and 24 while each crate took its steps alone


def test_each_crate_of_a_pallet_has_its_steps_and_its_log(lot, place, maker, shop, harvest):
    costs_of(2, lot, place, shop, maker)
    packages = list(Package.objects.order_by("pk"))
    for each in packages:
        steps = WorkflowStep.objects.filter(workflow="goods_package", object_id=each.pk)
        assert list(steps.order_by("pk").values_list("name", "source", "target", "effective_on")) == [
            ("send", "packed", "sent", SENT),
            ("receive", "sent", "received", TODAY),
        ]
        logged = ChangeEntry.objects.filter(model="goods.package", object_id=str(each.pk))
        states = [entry.after["state"] for entry in logged.order_by("pk") if "state" in (entry.after or {})]
        assert states == ["packed", "sent", "received"]
    days = {(each.state, each.receiver, each.sent_on, each.received_on) for each in packages}
    assert days == {("received", shop, SENT, CAME)}


def test_no_crate_takes_a_step_where_one_has_taken_it_before(lot, place, maker, harvest):
    pack(lot, place, maker, 1, count=3)
    packages = list(Package.objects.order_by("pk"))
    QuerySet(Package).filter(pk=packages[1].pk).update(state="unpacked")
    with pytest.raises(TransitionRefused, match="đã dỡ"):
        fire_all(PACKAGE_FLOW, packages, "send", actor=maker, on=SENT)
    assert list(Package.objects.order_by("pk").values_list("state", flat=True)) == [
        "packed",
        "unpacked",
        "packed",
    ]
    assert not WorkflowStep.objects.filter(workflow="goods_package").exists()
