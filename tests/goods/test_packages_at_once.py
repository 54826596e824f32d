"""Two people with one lot or one package at the same time: one of them does it, the other reads why not, and nothing is left half done."""

import threading

import pytest
from django.db import connection, transaction

from khcn.goods.models import Lot, LotEntry, Package, PackageLine, Shipment
from khcn.goods.operations import packages, shipments
from khcn.goods.operations.phone_receipts import receive_from_phone
from khcn.kernel.refusals import Refused
from tests.factories.goods import LocationFactory, LotFactory
from tests.factories.parties import ProducerFactory
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_packages import CAME, PACKED, SENT, pack, receive, send
from tests.trace.test_store_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
IN_BETWEEN = 0.5  # seconds in which the second one would have finished


def answer_of(verb):
    """What a person reads of what did not go; "" where it went."""
    try:
        verb()
    except Refused as refused:
        return str(refused)
    return ""


def in_turn(first, second):
    """The answers of two people; the second begins when the first has written and not yet ended.

    On SQLite, where a transaction that writes is alone from its beginning, the second waits there.
    """
    if connection.vendor != "postgresql":
        return [answer_of(first), answer_of(second)]
    is_written = threading.Event()

    def slow():
        with transaction.atomic():
            answer = answer_of(first)
            is_written.set()
            threading.Event().wait(IN_BETWEEN)
        return answer

    def quick():
        assert is_written.wait(60)
        return answer_of(second)

    return at_once([slow, quick])


@pytest.fixture
def lot():
    return LotFactory(made_on=MADE)


@pytest.fixture
def maker(lot):
    return of(lot.item.organisation)


@pytest.fixture
def place(lot, maker):
    place = LocationFactory(organisation=lot.item.organisation)
    write(lot, place, "harvest", 100, maker)
    return place


@pytest.fixture
def shop():
    organisation = ProducerFactory()
    LocationFactory(organisation=organisation, kind="shop")
    return organisation


def put_onto(package, outer, place, actor):
    return take(
        Package.objects.get(pk=package.pk), "put-onto", actor, outer=outer, packed_on=PACKED, location=place
    )


def test_two_pack_more_of_a_lot_than_there_is(lot, place, maker):
    def pack_most():
        pack(Lot.objects.get(pk=lot.pk), place, maker, 60)

    assert in_turn(pack_most, pack_most) == [
        "",
        "Ngoài thùng, kiện lô chỉ còn 40 kg, không đủ 60 kg. Hãy xem lại số lượng, hoặc dỡ thùng đã đóng.",
    ]
    assert list(PackageLine.objects.values_list("amount", flat=True)) == [60]
    assert Package.objects.count() == 1


def test_one_sells_what_another_packs(lot, place, maker):
    answers = in_turn(
        lambda: pack(Lot.objects.get(pk=lot.pk), place, maker, 60),
        lambda: write(Lot.objects.get(pk=lot.pk), place, "sell", 60, maker, SENT),
    )
    assert answers[0] == ""
    assert answers[1].startswith(
        "Ngoài thùng, kiện lô còn 40 kg; 60 kg đã đóng trong thùng, kiện nên không lấy ra ở đây."
    )
    assert Lot.objects.with_amount().get().amount == 100


def test_a_crate_is_put_onto_one_of_two_pallets(lot, place, maker):
    crate, first, second = (pack(lot, place, maker, 10) for _ in range(3))
    answers = in_turn(
        lambda: put_onto(crate, first, place, maker), lambda: put_onto(crate, second, place, maker)
    )
    assert answers == ["", f"{crate} đang xếp trên {first}. Hãy dỡ {first} trước."]
    crate.refresh_from_db()
    assert crate.inside == first
    assert list(crate.outer_lines.values_list("package", flat=True)) == [first.pk]


def test_each_of_two_packages_is_put_onto_the_other(lot, place, maker, monkeypatch):
    one, other = (pack(lot, place, maker, 10) for _ in range(2))
    before = packages.packing_party

    def later(organisation):
        threading.Event().wait(IN_BETWEEN)
        return before(organisation)

    monkeypatch.setattr(packages, "packing_party", later)
    verbs = [
        lambda: answer_of(lambda: put_onto(one, other, place, maker)),
        lambda: answer_of(lambda: put_onto(other, one, place, maker)),
    ]
    answers = at_once(verbs) if connection.vendor == "postgresql" else [verb() for verb in verbs]
    assert sorted(map(bool, answers)) == [False, True], answers
    assert PackageLine.objects.filter(inner__isnull=False).count() == 1


@pytest.mark.parametrize("first", ["send", "unpack"])
def test_a_package_is_sent_or_unpacked(lot, place, maker, shop, first):
    crate = pack(lot, place, maker, 10)
    verbs = {
        "send": lambda: send(Package.objects.get(pk=crate.pk), place, shop, maker),
        "unpack": lambda: take(
            Package.objects.get(pk=crate.pk), "unpack", maker, unpacked_on=SENT, location=place
        ),
    }
    begins = verbs.pop(first)
    [comes_after] = verbs.values()
    state = {"send": "đang giao", "unpack": "đã dỡ"}[first]
    assert in_turn(begins, comes_after) == ["", f"{crate} ở tình trạng “{state}”."]
    crate.refresh_from_db()
    is_sent = first == "send"
    assert (crate.state, Shipment.objects.count()) == (("sent", 1) if is_sent else ("unpacked", 0))
    assert Lot.objects.with_amount().get(pk=lot.pk).amount == (90 if is_sent else 100)


def count_on_phone(shipment, shop):
    counted = LotEntry(kind="receive", location=shop.locations.get(), done_on=CAME, amount=9)
    with transaction.atomic():
        receive_from_phone(counted=counted, shipment=shipment.pk, code="", actor=of(shop), on=TODAY)


def count_on_page(shipment, shop):
    values = {"received_on": CAME, "received_amount": 9, "location": shop.locations.get()}
    take(shipment, "receive", of(shop), **values)


@pytest.mark.parametrize("count_it", [count_on_page, count_on_phone])
@pytest.mark.parametrize("other", ["receive", "call-back"])
def test_a_shipment_is_counted_while_its_package_is_answered(
    lot, place, maker, shop, other, count_it, monkeypatch
):
    crate = pack(lot, place, maker, 10)
    send(crate, place, shop, maker)
    shipment = Shipment.objects.get()
    before = shipments.package_answered

    def later(*given, **named):
        threading.Event().wait(IN_BETWEEN)
        return before(*given, **named)

    monkeypatch.setattr(shipments, "package_answered", later)
    is_begun = threading.Event()

    def count():
        is_begun.set()
        return answer_of(lambda: count_it(shipment, shop))

    def answer_package():
        is_begun.wait(60)
        threading.Event().wait(IN_BETWEEN / 2)
        mine = Package.objects.get(pk=crate.pk)
        if other == "receive":
            return answer_of(lambda: receive(mine, shop))
        return answer_of(lambda: take(mine, "call-back", maker, reason="Chưa từng đi"))

    verbs = [count, answer_package]
    answers = at_once(verbs) if connection.vendor == "postgresql" else [verb() for verb in verbs]
    assert answers == ["", f"{crate} ở tình trạng “bên nhận đã nhận”."]
    shipment.refresh_from_db()
    crate.refresh_from_db()
    assert (shipment.state, shipment.received_amount, crate.state) == ("differs", 9, "received")
