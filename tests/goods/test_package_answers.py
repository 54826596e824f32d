"""What becomes of packages that are answered in parts, come back, and are sent a second time."""

from datetime import date

import pytest

from khcn.goods.models import LotEntry, Package, Shipment
from khcn.goods.operations.lot_chain import chain_of
from khcn.goods.queries.package_work import package_work
from khcn.kernel.actors import SYSTEM
from khcn.kernel.refusals import Refused
from khcn.trace.models import Event
from tests.factories.base import an_actor
from tests.factories.goods import LotFactory
from tests.factories.trace import TracePartyFactory
from tests.goods import test_packages
from tests.goods.phone_given import send as send_entry
from tests.goods.test_diary import MADE, of, take, write
from tests.goods.test_packages import CAME, PACKED, SENT, pack, receive, send
from tests.goods.test_phone_receipts import sent_receipt
from tests.goods.test_recalls import issue, opened

pytestmark = pytest.mark.django_db
lot, maker, place, shop = (
    test_packages.lot,
    test_packages.maker,
    test_packages.place,
    test_packages.shop,
)
harvest, crate, pallet = test_packages.harvest, test_packages.crate, test_packages.pallet
LATER = date(2022, 6, 10)


def send_again(package, place, shop, actor, day=LATER):
    return take(package, "send", actor, partner=shop.trace_parties.get(), sent_on=day, location=place)


def turned_away(package, place, shop, maker):
    """Sent, refused, and back again."""
    send(package, place, shop, maker)
    take(package, "refuse", of(shop), reason="Thùng ướt")
    return take(package, "bring-back", maker, received_on=CAME, location=place)


def called_back(package, place, shop, maker):
    send(package, place, shop, maker)
    return take(package, "call-back", maker, reason="Nhầm bên nhận")


@pytest.mark.parametrize("first", [called_back, turned_away])
@pytest.mark.parametrize(
    ("answer", "state"), [("receive", "received"), ("refuse", "refused"), ("call-back", "packed")]
)
def test_a_package_is_answered_that_was_sent_a_second_time(pallet, place, shop, maker, first, answer, state):
    first(pallet, place, shop, maker)
    send_again(pallet, place, shop, maker)
    [line] = package_work(of(shop), LATER).items
    assert line.note.count(", lô ") == 2
    there = {"received_on": LATER, "location": shop.locations.get()}
    values = there if answer == "receive" else {"reason": "Thùng ướt"}
    take(pallet, answer, maker if answer == "call-back" else of(shop), **values)
    assert set(Package.objects.values_list("state", flat=True)) == {state}


def steps_of(package):
    """The business steps of the events that name a package, with who reported them and the hour of the day, in the order of capture."""
    rows = Event.objects.filter(body__contains=package.thing).order_by("id")
    return list(rows.values_list("biz_step", flat=True))


def count_on_page(shipment, shop, client, tenant_of):
    values = {"received_on": CAME, "location": shop.locations.get(), "received_amount": shipment.amount}
    take(shipment, "receive", of(shop), **values)


def count_on_phone(shipment, shop, client, tenant_of):
    account = shop.accounts.first() or tenant_of(shop)
    client.force_login(account)
    answer = send_entry(
        client,
        sent_receipt(
            shop.locations.get(),
            account,
            shipment=shipment.pk,
            amount=str(shipment.amount),
            done_on=str(CAME),
        ),
    )
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("count", [count_on_page, count_on_phone])
def test_a_package_arrives_of_which_the_receiver_counts_each_lot(
    pallet, place, shop, maker, client, tenant_of, count
):
    send(pallet, place, shop, maker)
    first, last = Shipment.objects.order_by("pk")
    count(first, shop, client, tenant_of)
    assert steps_of(pallet)[-1] == "shipping"
    count(last, shop, client, tenant_of)
    pallet.refresh_from_db()
    assert (pallet.state, steps_of(pallet)[-2:]) == ("received", ["shipping", "receiving"])
    arrival = Event.objects.get(body__contains=pallet.thing, biz_step="receiving")
    assert arrival.owner == shop.trace_parties.get().pk
    assert shop.locations.get().code in arrival.biz_location


def test_a_package_arrives_once_that_is_received_as_a_whole(pallet, place, shop, maker):
    send(pallet, place, shop, maker)
    receive(pallet, shop)
    assert steps_of(pallet)[-2:] == ["shipping", "receiving"]


def test_the_chain_of_a_lot_says_that_its_package_has_come(crate, lot, place, shop, maker):
    def gap():
        return chain_of(lot, actor=SYSTEM, on=CAME).things[crate.thing].gap

    send(crate, place, shop, maker)
    assert gap() == "bên nhận chưa báo đã nhận"
    count_on_page(Shipment.objects.get(), shop, None, None)
    assert gap() == ""


def mixed(pallet, lot, place, shop, maker, refused_first):
    """Of the two lots of a pallet the one in its crates was refused and is back."""
    send(pallet, place, shop, maker)
    crates, own = Shipment.objects.get(entry__lot=lot), Shipment.objects.exclude(entry__lot=lot).get()
    answers = [
        lambda: take(crates, "refuse", of(shop), reason="Dập"),
        lambda: count_on_page(own, shop, None, None),
    ]
    for each in answers if refused_first else reversed(answers):
        each()
    take(crates, "bring-back", maker, received_on=LATER, location=place)
    pallet.refresh_from_db()
    return crates


def recall(lot):
    TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True)
    editor = an_actor(unit_code="TDC")
    issue(take(opened(editor, lot), "scope", editor), an_actor(unit_code="TDC"))


@pytest.mark.parametrize("refused_first", [True, False])
def test_a_lot_that_was_refused_is_in_the_package_of_the_receiver_no_more(
    pallet, lot, place, shop, maker, client, refused_first
):
    mixed(pallet, lot, place, shop, maker, refused_first)
    assert pallet.state == "received"
    crates = Package.objects.filter(kind="box").order_by("pk")
    assert [each.lines.get().taken_out_on for each in crates] == [CAME, CAME]
    assert set(pallet.lines.values_list("taken_out_on", flat=True)) == {None}
    removals = Event.objects.filter(biz_step="unpacking")
    [arrival] = Event.objects.filter(biz_step="receiving", body__contains=pallet.thing)
    assert [(each.action, each.owner, each.event_time) for each in removals] == [
        ("DELETE", arrival.owner, arrival.event_time)
    ] * 2
    back = Event.objects.get(biz_step="receiving", disposition="returned")
    assert back.event_time >= arrival.event_time
    recall(lot)
    warning = "Bên trong có hàng đang bị THU HỒI"
    shown = [client.get(each.public_path).content.decode() for each in (pallet, *crates)]
    assert [warning in each for each in shown] == [False, False, False]


def test_a_lot_that_never_left_is_in_the_package_of_the_receiver_no_more(pallet, lot, place, shop, maker):
    send(pallet, place, shop, maker)
    take(Shipment.objects.get(entry__lot=lot), "refuse", of(shop), reason="Không có")
    count_on_page(Shipment.objects.exclude(entry__lot=lot).get(), shop, None, None)
    take(LotEntry.objects.get(kind="ship", lot=lot), "declare-wrong", maker, reason="Chưa từng giao")
    assert {each.lines.get().taken_out_on for each in Package.objects.filter(kind="box")} == {CAME}


def test_what_is_done_with_a_package_that_came_back_is_later_than_that(crate, lot, place, shop, maker):
    turned_away(crate, place, shop, maker)
    outer = pack(lot, place, maker, 1, kind="pallet")
    expected = f"{crate} đã giao đi và về lại ngày 03/06/2022. Hãy xem lại ngày."
    at = {"packed_on": SENT, "location": place}
    for name, values in {
        "unpack": {"unpacked_on": SENT, "location": place},
        "send": {"partner": shop.trace_parties.get(), "sent_on": SENT, "location": place},
        "add-goods": {"lot": lot, "amount": 1, **at},
        "put-onto": {"outer": outer, **at},
    }.items():
        with pytest.raises(Refused) as refused:
            take(crate, name, maker, **values)
        assert str(refused.value) == expected, name
    with pytest.raises(Refused) as refused:
        take(outer, "put-onto", maker, outer=crate, **at)
    assert str(refused.value) == expected
    take(crate, "unpack", maker, unpacked_on=CAME, location=place)


def test_a_package_that_never_left_is_unpacked_on_an_earlier_day(crate, place, shop, maker):
    called_back(crate, place, shop, maker)
    take(crate, "unpack", maker, unpacked_on=PACKED, location=place)
    assert crate.state == "unpacked"


def test_what_is_done_with_a_crate_is_later_than_that_it_was_on_a_pallet(pallet, lot, place, maker):
    take(pallet, "unpack", maker, unpacked_on=CAME, location=place)
    crate = Package.objects.filter(kind="box").earliest("pk")
    with pytest.raises(Refused) as refused:
        take(crate, "unpack", maker, unpacked_on=SENT, location=place)
    assert str(refused.value) == f"{crate} còn xếp trên {pallet} đến ngày 03/06/2022. Hãy xem lại ngày."
    take(crate, "unpack", maker, unpacked_on=CAME, location=place)


def test_a_crate_is_put_onto_a_pallet_after_it_was_filled(crate, lot, place, maker):
    take(crate, "add-goods", maker, lot=lot, amount=1, packed_on=CAME, location=place)
    outer = pack(lot, place, maker, 1, kind="pallet")
    with pytest.raises(Refused, match="Hàng đóng ngày 03/06/2022"):
        take(crate, "put-onto", maker, outer=outer, packed_on=SENT, location=place)


def test_goods_of_a_recall_are_not_packed_with_others(crate, lot, place, maker):
    good = LotFactory(item=lot.item, made_on=MADE)
    write(good, place, "harvest", 50, maker)
    other = pack(good, place, maker, 10, kind="pallet")
    recall(lot)
    at = {"packed_on": SENT, "location": place}
    begins = f"^{crate} có hàng của lô {lot.label_number}. "
    with pytest.raises(Refused, match=begins):
        take(crate, "put-onto", maker, outer=other, **at)
    with pytest.raises(Refused, match=begins):
        take(other, "put-onto", maker, outer=crate, **at)
    with pytest.raises(Refused, match=begins):
        take(crate, "add-goods", maker, lot=good, amount=1, **at)
    crate.refresh_from_db()
    assert (crate.inside, crate.lines.count(), other.lines.count()) == (None, 1, 1)
