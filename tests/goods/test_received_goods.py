"""Goods that came from another party: nothing is made into their lot, and their days are those of who made them, also when these are corrected."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from khcn.goods.enums import EntryKind
from khcn.goods.integrity import made_into_received_lot
from khcn.goods.models import Lot, LotEntry, Shipment
from khcn.goods.work import corrected_day_work
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.trace.models import Event
from tests.factories.goods import LocationFactory, LotFactory, ProcessStepFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.goods.phone_given import DATA, send, sent_entry
from tests.goods.test_diary import MADE, of, take, write
from tests.goods.test_lot_days import changed

pytestmark = pytest.mark.django_db
SENT, CAME = date(2022, 6, 1), date(2022, 6, 2)
WRONG, RIGHT = date(2023, 12, 31), date(2022, 12, 31)


@pytest.fixture
def lot():
    return LotFactory(item__name="Miến dong", made_on=MADE, expires_on=WRONG)


@pytest.fixture
def maker(lot):
    LocationFactory(organisation=lot.item.organisation)
    return of(lot.item.organisation)


@pytest.fixture
def shop():
    return LocationFactory(organisation=ProducerFactory(), kind="shop").organisation


def place_of(organisation):
    return organisation.locations.get()


def send_on(lot, amount, receiver, day=SENT):
    sender = lot.item.organisation
    partner = receiver.trace_parties.get()
    write(lot, place_of(sender), "ship", amount, of(sender), day, partner=partner)
    return Shipment.objects.latest("pk")


def receive(shipment, day=CAME):
    shop = shipment.receiver
    values = {"received_on": day, "received_amount": shipment.amount, "location": place_of(shop)}
    take(shipment, "receive", of(shop), **values)
    return Lot.objects.get(item__organisation=shop, source_path=shipment.lot_path)


@pytest.fixture
def received(lot, maker, shop):
    """The shop's lot of 60 of 100 kg."""
    write(lot, place_of(lot.item.organisation), "harvest", 100, maker)
    return receive(send_on(lot, 60, shop))


def correct(lot, maker, **days):
    values = {"made_on": MADE, "expires_on": RIGHT, "reason": "Gõ nhầm năm", **days}
    return take(lot, "correct-days", maker, **values)


def days_of(records):
    return [(each.made_on, each.expires_on, each.corrected) for each in records.order_by("pk")]


# --- nothing is made into them

MADE_THERE = {"harvest", "make", "use into"}
BY_SHIPMENT = {"receive"}


@pytest.mark.parametrize("is_received", [False, True])
@pytest.mark.parametrize("kind", [*EntryKind.values, "use into"])
def test_what_may_be_entered_in_a_lot_of_ones_own_and_in_a_received_one(received, shop, kind, is_received):
    own = LotFactory(item__organisation=shop, made_on=CAME)
    other = LotFactory(item__organisation=shop, made_on=CAME)
    for each in (own, other):
        write(each, place_of(shop), "harvest", 100, of(shop), CAME)
    lot = received if is_received else own
    more = {"use": {"into": other}, "ship": {"partner": ProducerFactory().trace_parties.get()}}.get(kind, {})
    subject, name = (lot, kind) if kind != "use into" else (other, "use")
    more = {"into": lot} if kind == "use into" else more
    before = (LotEntry.objects.count(), Event.objects.count())
    try:
        write(subject, place_of(shop), name, 5, of(shop), CAME, **more)
    except Refused as why:
        assert (LotEntry.objects.count(), Event.objects.count()) == before
        found = why.code
    else:
        found = ""
    if kind in BY_SHIPMENT:
        assert found == "received_by_shipment"
    else:
        assert found == ("received_lot" if is_received and kind in MADE_THERE else "")


def test_a_refusal_says_whose_goods_they_are_and_where_it_is_entered(received, shop):
    with pytest.raises(Refused) as why:
        write(received, place_of(shop), "harvest", 5, of(shop), CAME)
    assert str(why.value) == (
        f"Lô {received.number} là hàng nhận của bên khác nên không ghi “Thu hoạch, làm ra” vào lô này. Hàng cơ sở làm ra thì lập lô cho sản "
        f"phẩm của mình, ở lô {received.number} ghi “Dùng làm nguyên liệu cho lô khác”. Hàng về nhiều hơn số đã nhận thì bấm “Đếm lại” ở "
        "chuyến hàng."
    )
    with pytest.raises(
        Refused, match=r"Lô chỉ còn 60 kg. Hãy xem lại số lượng; hàng về nhiều hơn .*“Đếm lại”"
    ):
        write(received, place_of(shop), "sell", 61, of(shop), CAME)


def test_a_telephone_neither_offers_it_nor_stores_it(received, shop, client, tenant_of):
    group = received.item.group
    harvest = ProcessStepFactory(group=group, kind="harvest", ordinal=1)
    store = ProcessStepFactory(group=group, kind="work", ordinal=2)
    own = LotFactory(item=TradeItemFactory(organisation=shop, group=group), made_on=CAME)
    account = tenant_of(shop)
    client.force_login(account)
    lots = {each["id"]: (each["received"], each["steps"]) for each in client.get(DATA).json()["lots"]}
    assert lots == {received.pk: (True, [store.pk]), own.pk: (False, [harvest.pk, store.pk])}
    assert [each.step for each in received.process] == [store]
    assert [each.step for each in own.process] == [harvest, store]
    answer = send(client, sent_entry(received, place_of(shop), account, done_on=CAME.isoformat()))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["kind"])
    assert not LotEntry.objects.filter(lot=received, kind="harvest").exists()


def test_what_was_made_into_received_goods_before_is_found(received, shop):
    assert not made_into_received_lot(None).exists()
    with acting(SYSTEM):
        entry = LotEntry.objects.create(
            lot=received, kind="harvest", amount=5, done_on=CAME, location=place_of(shop), ordinal=9
        )
        assert list(made_into_received_lot(None)) == [entry]
        entry.wrong_on, entry.wrong_reason = CAME, "Ghi nhầm"
        entry.save()
    assert not made_into_received_lot(None).exists()


# --- their days


def test_corrected_days_are_those_of_all_who_have_the_goods_and_of_what_is_on_its_way(lot, maker, received):
    second = LocationFactory(organisation=ProducerFactory(), kind="shop").organisation
    receive(send_on(received, 20, second, CAME))
    send_on(lot, 10, second)
    other = LotFactory(item=lot.item, made_on=MADE, expires_on=WRONG)
    correct(lot, maker, made_on=MADE - timedelta(days=1))
    right = (MADE - timedelta(days=1), RIGHT, True)
    goods = Lot.objects.filter(source_path=lot.public_path) | Lot.objects.filter(pk=lot.pk)
    assert days_of(goods) == [right] * 3
    assert days_of(Shipment.objects.all()) == [right] * 3
    other.refresh_from_db()
    assert (other.expires_on, other.corrected) == (WRONG, False)
    log = ChangeEntry.objects.filter(reason="Đính chính: Gõ nhầm năm")
    assert sorted((each.object_label, each.before["expires_on"]) for each in log) == sorted(
        (str(each), WRONG.isoformat()) for each in (*goods, *Shipment.objects.all())
    )


def test_goods_that_were_received_are_not_sold_after_their_corrected_last_day(lot, maker, received, shop):
    after = RIGHT + timedelta(days=1)
    write(received, place_of(shop), "sell", 1, of(shop), after)  # which is no reason not to correct the day
    correct(lot, maker)
    received.refresh_from_db()
    with pytest.raises(Refused, match="Lô hết hạn sử dụng ngày 31/12/2022"):
        write(received, place_of(shop), "sell", 1, of(shop), after)
    receive(send_on(lot, 10, shop))
    received.refresh_from_db()
    assert (received.made_on, received.expires_on) == (MADE, RIGHT)


def test_what_comes_later_brings_the_days_of_its_maker_into_a_lot_from_before(lot, maker, received, shop):
    """An older program corrected the maker's lot alone."""
    Lot._base_manager.filter(pk=lot.pk).update(expires_on=RIGHT)
    lot.refresh_from_db()
    second = LocationFactory(organisation=ProducerFactory(), kind="shop").organisation
    onward = send_on(received, 10, second, CAME)
    assert onward.expires_on == WRONG
    assert days_of(Lot.objects.filter(pk=receive(onward).pk)) == [(MADE, RIGHT, False)]
    receive(send_on(lot, 10, shop))
    assert days_of(Lot.objects.filter(pk=received.pk)) == [(MADE, RIGHT, True)]


def test_who_sends_goods_says_their_days_as_they_are_on_record(lot, maker, received, shop):
    stale = Lot.objects.get(pk=lot.pk)
    correct(lot, maker)
    assert send_on(stale, 10, shop).expires_on == RIGHT


def test_the_first_shelf_life_reaches_goods_that_were_sent(maker, shop):
    item = TradeItemFactory(organisation_id=maker.organisation_id)
    fresh = LotFactory(item=item, made_on=MADE)
    write(fresh, place_of(item.organisation), "harvest", 100, maker)
    mine = receive(send_on(fresh, 60, shop))
    assert mine.last_day() is None
    changed(item, maker, shelf_life_days=60)
    mine.refresh_from_db()
    assert mine.expires_on == Shipment.objects.get().expires_on == MADE + timedelta(days=60)


def test_who_has_the_goods_sees_it_on_the_home_page_for_some_days(
    lot, maker, received, shop, client, tenant_of
):
    today = timezone.localdate()
    assert not corrected_day_work(of(shop), today).items
    correct(lot, maker)
    [item] = corrected_day_work(of(shop), today).items
    assert item.title == f"Miến dong – {lot.number}"
    assert item.note == "Ngày sản xuất, thu hoạch 10/05/2022; hạn sử dụng 31/12/2022"
    for actor, day in (
        (maker, today),
        (of(ProducerFactory()), today),
        (of(shop), today + timedelta(days=15)),
    ):
        assert not corrected_day_work(actor, day).items
    client.force_login(tenant_of(shop))
    assert "Xem lại hạn sử dụng: bên làm ra đã đính chính" in client.get("/").content.decode()
    write(received, place_of(shop), "destroy", 60, of(shop), CAME)
    assert not corrected_day_work(of(shop), today).items
