"""Packages onto a pallet that is made for them, or onto one that is there: what is offered, found and refused."""

# ruff: noqa: F811 -- fixtures of another module

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from lxml import html

from khcn.goods.models import Package
from khcn.goods.operations.package_stacking import outers_of
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run_together
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import Event
from tests.factories.goods import LotFactory, PackageFactory
from tests.factories.parties import ProducerFactory
from tests.goods.test_diary import MADE, TODAY, take, write
from tests.goods.test_packages import (  # noqa: F401 -- fixtures
    PACKED,
    SENT,
    harvest,
    lot,
    maker,
    pack,
    place,
    receive,
    send,
    shop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def crates(lot, place, maker, harvest):
    pack(lot, place, maker, 20, count=3)
    return list(Package.objects.order_by("sscc"))


def stack(crates, place, actor, **values):
    register = register_of(Package)
    given = {"count": 1, "packed_on": PACKED, "location": place, **values}
    keys = [each.pk for each in crates]
    run_together(action_to_run(register, "stack"), register, keys, given, actor=actor, on=TODAY)
    return Package.objects.filter(kind="pallet").latest("pk")


def test_crates_go_onto_a_pallet_that_is_made_for_them(crates, place, shop, maker):
    pallet = stack(crates, place, maker)
    assert (pallet.kind, pallet.state, pallet.packed_on, len(pallet.sscc)) == ("pallet", "packed", PACKED, 18)
    assert set(pallet.inner.all()) == set(crates)
    assert [line.inner for line in pallet.lines.order_by("ordinal")] == crates
    added = [f"urn:uuid:{line.event}" for line in pallet.lines.all()]
    kinds = Event.objects.filter(event_id__in=added).values_list("event_type", "action", "biz_step")
    assert list(kinds) == [("AggregationEvent", "ADD", "packing")] * 3
    send(pallet, place, shop, maker)
    receive(pallet, shop)
    assert set(Package.objects.values_list("state", flat=True)) == {"received"}


def test_all_are_stacked_or_none(crates, place, maker):
    take(crates[1], "unpack", maker, unpacked_on=SENT, location=place)
    with pytest.raises(Refused, match="đã dỡ"):
        stack(crates, place, maker)
    pallet = stack(crates[::2], place, maker)
    with pytest.raises(Refused, match="đang xếp trên"):
        stack(crates[::2], place, maker)
    with pytest.raises(Refused, match="đã là pallet"):
        stack([pallet], place, maker)
    assert Package.objects.filter(kind="pallet").count() == 1


def test_packages_of_two_owners_share_no_pallet(crates, place):
    with pytest.raises(Refused, match="nhiều cơ sở"):
        stack([crates[0], PackageFactory(packed_on=PACKED)], place, SYSTEM)


def test_a_day_before_the_crate_and_a_place_of_others_are_refused(crates, place, maker, shop):
    with pytest.raises(Refused, match="Hàng đóng ngày 01/06/2022"):
        stack(crates, place, maker, packed_on=PACKED.replace(day=1, month=5))
    with pytest.raises(Refused, match="cơ sở khác"):
        stack(crates, shop.locations.get(), maker)
    assert not Package.objects.filter(kind="pallet").exists()


def test_who_packed_stacks_from_the_list(client, tenant_of, crates, lot, place):
    client.force_login(tenant_of(lot.item.organisation))
    register = register_of(Package)
    address = reverse("register-bulk", args=[register.area, register.slug, "stack"])
    assert address in client.get(register.list_url()).content.decode()
    page = html.fromstring(client.get(address, {"pk": [each.pk for each in crates[:2]]}).content)
    assert page.xpath("//input[@name='location' or @name='packed_on']/@value | //option[@selected]/@value")
    versions = {f"version-{each.pk}": version_of(each) for each in crates}
    answer = client.post(
        address,
        {
            "pk": [each.pk for each in crates[:2]],
            "shown": [each.pk for each in crates],
            "count": "1",
            "packed_on": "01/06/2022",
            "location": f"#{place.pk}",
            "token": "x" * 22,
            **versions,
        },
    )
    pallet = Package.objects.get(kind="pallet")
    assert (answer.status_code, set(pallet.inner.all())) == (200, set(crates[:2]))
    assert f"Pallet {pallet.sscc}, gồm 2 thùng, kiện" in answer.content.decode()


def test_other_organisations_do_not_stack(client, tenant_of, crates):
    client.force_login(tenant_of(ProducerFactory()))
    register = register_of(Package)
    address = reverse("register-bulk", args=[register.area, register.slug, "stack"])
    page = client.get(address)
    assert not any(each.sscc in page.content.decode() for each in crates)
    client.post(address, {"pk": [crates[0].pk], "shown": [crates[0].pk], f"version-{crates[0].pk}": "1"})
    assert not Package.objects.filter(kind="pallet").exists()


def test_the_choice_of_a_pallet_says_what_each_is(client, tenant_of, crates, lot, place, maker):
    pallet = stack(crates[:1], place, maker)
    unpacked = stack(crates[1:2], place, maker)
    take(unpacked, "unpack", maker, unpacked_on=SENT, location=place)
    with acting(SYSTEM):
        PackageFactory(kind="pallet")  # of somebody else
        PackageFactory(kind="pallet", organisation=lot.item.organisation, state="sent", packed_on=PACKED)
    client.force_login(tenant_of(lot.item.organisation))
    register = register_of(Package)

    def offered(package):
        address = reverse("register-action", args=[register.area, register.slug, package.pk, "put-onto"])
        page = html.fromstring(client.get(address).content)
        options = page.xpath("//select[@name='outer']/option")
        return [each.text_content().strip() for each in options if each.get("value")]

    wanted = f"{pallet.sscc} – Pallet, 01/06/2022, có 1 thùng, kiện"
    assert offered(crates[2]) == [wanted]
    assert offered(pallet) == []
    assert list(outers_of(crates[2], actor=maker, on=TODAY)["outer"]) == [pallet]
    take(crates[2], "put-onto", maker, outer=pallet, packed_on=PACKED, location=place)
    assert pallet.inner.count() == 2


def test_a_label_is_found_as_it_is_printed(client, tenant_of, crates, lot):
    client.force_login(tenant_of(lot.item.organisation))
    one = crates[0].sscc
    groups = " ".join((one[:6], one[6:12], one[12:]))
    for typed in (one, f"(00) {one}", f"(00){one}", f"00{one}", f"00 {one}", groups, f"(00) {groups}"):
        for address in ("/search/", register_of(Package).list_url()):
            found = re.findall(
                r"\d{18}", html.fromstring(client.get(address, {"q": typed}).content).text_content()
            )
            assert (typed, address, set(found) & {each.sscc for each in crates}) == (typed, address, {one})


def test_crates_that_are_alike_are_put_onto_a_pallet_at_once(lot, place, maker, harvest):
    other = LotFactory(item=lot.item, made_on=MADE)
    write(other, place, "harvest", 50, maker)
    pack(lot, place, maker, 10, count=4)
    alike = list(Package.objects.order_by("sscc"))
    unlike = [pack(other, place, maker, 10), pack(lot, place, maker, 9), pack(lot, place, maker, 10)]
    goods = {"lot": other, "amount": Decimal(1), "packed_on": PACKED, "location": place}
    take(unlike[2], "add-goods", maker, **goods)  # of two lots
    take(alike[3], "unpack", maker, unpacked_on=SENT, location=place)
    with pytest.raises(Refused, match="Chỉ có 3 thùng như vậy, kể cả thùng này"):
        stack([alike[1]], place, maker, count=4)
    with pytest.raises(Refused, match="Đã đánh dấu từng thùng"):
        stack(alike[:2], place, maker, count=2)
    assert not Package.objects.filter(kind="pallet").exists()
    with pytest.raises(Refused, match="Chỉ có 1 thùng như vậy"):
        stack([unlike[2]], place, maker, count=2)
    pallet = stack([alike[1]], place, maker, count=3)
    assert sorted(pallet.inner.values_list("pk", flat=True)) == [each.pk for each in alike[:3]]
    assert sorted(pallet.lines.values_list("inner", flat=True)) == [each.pk for each in alike[:3]]
