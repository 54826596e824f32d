"""What is refused about packages, each rule alone: whose they are, on which days, how many in one another, who prints their label."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from khcn.goods.models import Package, PackageLine
from khcn.goods.operations import packages
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.trace.models import Event
from tests.factories.goods import LocationFactory, LotFactory
from tests.factories.parties import ProducerFactory
from tests.goods import test_packages
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_packages import PACKED, pack, send

pytestmark = pytest.mark.django_db
lot, maker, place, shop = test_packages.lot, test_packages.maker, test_packages.place, test_packages.shop
harvest, crate = test_packages.harvest, test_packages.crate
DAY = timedelta(days=1)


@pytest.fixture
def theirs():
    """A crate of another producer, and its lot and place."""
    other = LotFactory(made_on=MADE)
    organisation = other.item.organisation
    at = LocationFactory(organisation=organisation)
    write(other, at, "harvest", 50, of(organisation))
    return pack(other, at, of(organisation), 5)


def is_refused(match, operation, **values):
    counts = [each.objects.count() for each in (Package, PackageLine, Event)]
    with pytest.raises(Refused, match=match):
        operation(**values)
    assert [each.objects.count() for each in (Package, PackageLine, Event)] == counts


def test_packages_and_goods_of_others_are_put_nowhere(crate, theirs, place, maker):
    of_step = {"packed_on": PACKED, "location": place, "actor": maker, "on": TODAY}
    is_refused("Kiện này của cơ sở khác", packages.put_onto, package=crate, outer=theirs, **of_step)
    stranger = theirs.lines.get().lot
    is_refused(
        "Lô này của cơ sở khác", packages.add_goods, package=crate, lot=stranger, amount=Decimal(1), **of_step
    )


@pytest.mark.parametrize(
    ("name", "day_of"),
    [("add-goods", "packed_on"), ("unpack", "unpacked_on"), ("send", "sent_on")],
)
def test_no_step_is_before_the_packing(name, day_of, crate, lot, place, shop, maker):
    values = {
        "add-goods": {"lot": lot, "amount": Decimal(1)},
        "unpack": {},
        "send": {"partner": shop.trace_parties.get()},
    }[name]
    early = {**values, "location": place, day_of: PACKED - DAY}
    is_refused("01/06/2022", take, record=crate, name=name, actor=maker, **early)


def test_goods_are_not_packed_before_they_were_made_nor_past_their_last_day(lot, place, maker, harvest):
    values = {"kind": "box", "count": 1, "amount": Decimal(1), "location": place}
    is_refused(
        MADE.strftime("%d/%m/%Y"), take, record=lot, name="pack", actor=maker, packed_on=MADE - DAY, **values
    )
    lot.expires_on = PACKED - DAY
    with acting(SYSTEM):
        lot.save()
    is_refused("đã hết hạn sử dụng", take, record=lot, name="pack", actor=maker, packed_on=PACKED, **values)


def test_so_many_packages_are_in_one_another(lot, place, maker, harvest):
    inner = pack(lot, place, maker, 1, kind="box")
    for _each in range(packages.MOST_LEVELS - 1):
        outer = pack(lot, place, maker, 1, kind="bale")
        take(inner, "put-onto", maker, outer=outer, packed_on=PACKED, location=place)
        inner = outer
    last = pack(lot, place, maker, 1, kind="pallet")
    values = {"outer": last, "packed_on": PACKED, "location": place}
    is_refused("Nhiều nhất 6 lớp", take, record=inner, name="put-onto", actor=maker, **values)
    is_refused("Nhiều nhất 6 lớp", packages.put_onto, package=inner, **values, actor=maker, on=TODAY)


def test_the_label_is_printed_by_who_packed_and_nobody_else(crate, place, shop, maker, client, tenant_of):
    send(crate, place, shop, maker)
    label = reverse("package-label", args=[crate.pk])
    for organisation, status in ((shop, 404), (ProducerFactory(), 404), (crate.organisation, 200)):
        client.force_login(tenant_of(organisation))
        assert client.get(label).status_code == status
