"""Goods between two parties: sent, received with what was counted, settled, refused; what each sees of the other."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from khcn.goods.integrity import shipment_without_arrival
from khcn.goods.models import Lot, LotEntry, Shipment
from khcn.goods.operations import shipments
from khcn.kernel.actions.running import NotVisible
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import Event
from khcn.trace.queries import downstream
from khcn.trace.store import EVERYTHING
from tests.factories.goods import LocationFactory, LotFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.goods.test_diary import MADE, TODAY, of, page_of, take, write

pytestmark = pytest.mark.django_db
SENT, CAME = date(2022, 6, 1), date(2022, 6, 2)


@pytest.fixture
def lot():
    return LotFactory(
        item__name="Miến dong Minh Họa",
        item__organisation__name="Hợp tác xã Côn Minh",
        made_on=MADE,
        published_on=TODAY,
    )


@pytest.fixture
def maker(lot):
    return of(lot.item.organisation)


@pytest.fixture
def shop():
    organisation = ProducerFactory(name="Cửa hàng Sông Cầu")
    LocationFactory(organisation=organisation, name="Quầy số 1", kind="shop")
    return organisation


@pytest.fixture
def shipment(lot, maker, shop):
    place = LocationFactory(organisation=lot.item.organisation, name="Xưởng kín")
    write(lot, place, "harvest", 100, maker, note="ghi chú riêng")
    write(lot, place, "ship", 60, maker, SENT, partner=shop.trace_parties.get(), note="ghi chú riêng")
    return Shipment.objects.get()


def receive(shipment, amount=60, actor=None, **more):
    place = shipment.receiver.locations.get()
    values = {"received_on": CAME, "received_amount": Decimal(amount), "location": place, **more}
    return take(shipment, "receive", actor or of(shipment.receiver), **values)


def test_what_is_sent_is_coming_to_the_receiver(shipment, lot, shop):
    shown = (shipment.sender, shipment.receiver, shipment.item_name, shipment.lot_number, shipment.amount)
    assert shown == (lot.item.organisation, shop, "Miến dong Minh Họa", lot.number, 60)
    assert (shipment.state, shipment.lot_path) == ("coming", lot.public_path)
    assert set(Shipment.objects.visible_to(of(shop))) == {shipment}
    assert not Shipment.objects.visible_to(of(ProducerFactory()))


def test_what_was_received_is_a_lot_of_the_receiver_in_the_chain_of_the_maker(shipment, lot, shop):
    receive(shipment)
    mine = Lot.objects.with_amount().get(item__organisation=shop)
    assert (shipment.state, mine.amount, mine.number, mine.public_path) == (
        "received",
        60,
        lot.number,
        lot.public_path,
    )
    assert mine.item.has_internal_number
    steps = [each.biz_step for each in page_of(lot).steps]
    assert steps == ["commissioning", "shipping"]  # a page shows the steps of the maker's chain
    graph = downstream(f"https://id.gs1.org{lot.public_path}", EVERYTHING)
    gln = shop.trace_parties.get().gln
    assert [(each.biz_step, each.quantity) for each in graph.quantities if each.party == gln] == [
        ("receiving", 60)
    ]


def test_what_was_received_is_sold_used_and_sent_on(shipment, shop, lot):
    receive(shipment)
    actor, mine = of(shop), Lot.objects.get(item__organisation=shop)
    place = shop.locations.get()
    next_shop = ProducerFactory()
    soup = LotFactory(item=TradeItemFactory(organisation=shop), made_on=CAME)
    write(mine, place, "sell", 10, actor, CAME)
    write(mine, place, "use", 5, actor, CAME, into=soup)
    write(mine, place, "ship", 40, actor, CAME, partner=next_shop.trace_parties.get())
    with pytest.raises(Refused, match="Lô chỉ còn 5 kg"):
        write(mine, place, "sell", 6, actor, CAME)
    onward = Shipment.objects.get(sender=shop)
    assert (onward.lot_path, onward.gtin) == (lot.public_path, lot.item.gtin)
    write(soup, place, "make", 5, actor, CAME)
    things = {each.id for each in downstream(f"https://id.gs1.org{lot.public_path}", EVERYTHING).things}
    assert f"https://id.gs1.org{soup.public_path}" in things


def test_a_second_shipment_of_one_lot_comes_into_the_same_lot(shipment, lot, maker, shop):
    receive(shipment)
    place = lot.item.organisation.locations.get()
    write(lot, place, "ship", 40, maker, SENT, partner=shop.trace_parties.get())
    receive(Shipment.objects.get(state="coming"), 40)
    assert Lot.objects.with_amount().get(item__organisation=shop).amount == 100


def test_goods_that_come_back_are_in_the_lot_that_they_were_sent_from(shipment, lot, shop):
    receive(shipment)
    mine = Lot.objects.get(item__organisation=shop)
    write(
        mine,
        shop.locations.get(),
        "ship",
        20,
        of(shop),
        CAME,
        partner=lot.item.organisation.trace_parties.get(),
    )
    receive(Shipment.objects.get(state="coming"), 20)
    assert Lot.objects.with_amount().get(pk=lot.pk).amount == 60
    assert Lot.objects.filter(item__organisation=lot.item.organisation).count() == 1


def test_a_difference_is_shown_to_both_until_the_sender_agrees(shipment, maker, shop):
    receive(shipment, 58)
    assert (shipment.state, shipment.received_amount) == ("differs", 58)
    for actor in (maker, of(shop)):
        assert Shipment.objects.visible_to(actor).get().state == "differs"
    with pytest.raises(NotPermitted):
        take(shipment, "settle", of(shop), reason="Hao hụt")
    take(shipment, "settle", maker, reason="Rách hai bao")
    assert (shipment.state, shipment.answer) == ("settled", "Rách hai bao")


def test_who_counts_again_corrects_its_own_entry(shipment, shop):
    receive(shipment, 58)
    take(shipment, "count-again", of(shop), received_amount=Decimal(60), reason="Sót hai bao")
    assert (shipment.state, shipment.received_amount) == ("received", 60)
    entries = LotEntry.objects.filter(lot__item__organisation=shop).order_by("ordinal")
    assert [(each.amount, each.wrong_reason) for each in entries] == [(58, "Sót hai bao"), (60, "")]
    assert Lot.objects.with_amount().get(item__organisation=shop).amount == 60


def test_no_less_is_counted_than_has_gone_on(shipment, shop):
    receive(shipment, 58)
    mine = Lot.objects.get(item__organisation=shop)
    write(mine, shop.locations.get(), "sell", 50, of(shop), CAME)
    with pytest.raises(Refused, match="nhiều hơn số này"):
        take(shipment, "count-again", of(shop), received_amount=Decimal(40), reason="Đếm nhầm")
    shipment.refresh_from_db()
    assert shipment.received_amount == 58


def test_what_is_refused_is_taken_back_by_its_sender(shipment, lot, maker, shop):
    take(shipment, "refuse", of(shop), reason="Ướt hàng")
    assert (shipment.state, shipment.answer) == ("refused", "Ướt hàng")
    take(shipment.entry, "declare-wrong", maker, reason="Hàng quay về")
    shipment.refresh_from_db()
    assert shipment.state == "taken_back"
    assert Lot.objects.with_amount().get(pk=lot.pk).amount == 100
    with pytest.raises(Refused, match="bên giao đã rút"):
        receive(shipment)


def test_what_is_refused_and_comes_back_was_truly_sent(shipment, lot, maker, shop):
    place = lot.item.organisation.locations.get()
    back = {"received_on": CAME, "location": place}
    with pytest.raises(Refused, match="hàng đang đến"):
        take(shipment, "bring-back", maker, **back)
    take(shipment, "refuse", of(shop), reason="Ướt hàng")
    with pytest.raises(NotPermitted):
        take(shipment, "bring-back", of(shop), **back)
    with pytest.raises(Refused, match="Địa điểm này của cơ sở khác"):
        take(shipment, "bring-back", maker, received_on=CAME, location=shop.locations.get())
    with pytest.raises(Refused, match="Bên giao gửi ngày 01/06/2022"):
        take(shipment, "bring-back", maker, received_on=date(2022, 5, 31), location=place)
    take(shipment, "bring-back", maker, **back)
    assert (shipment.state, shipment.answer, shipment.received_on) == ("taken_back", "Ướt hàng", None)
    assert Lot.objects.with_amount().get(pk=lot.pk).amount == 100
    assert Lot.objects.filter(item__organisation=shop).count() == 0
    assert not shipment_without_arrival(None).exists()
    event = Event.objects.order_by("pk").last()
    assert (event.biz_step, event.disposition, event.declared) == ("receiving", "returned", False)
    graph = downstream(f"https://id.gs1.org{lot.public_path}", EVERYTHING)
    moved = {each.biz_step: each.quantity for each in graph.quantities}
    assert moved == {"commissioning": 100, "shipping": 60, "receiving": 60}
    with pytest.raises(Refused, match="mục giao hàng này không sai"):
        take(shipment.entry, "declare-wrong", maker, reason="Ghi nhầm")
    with pytest.raises(Refused, match="ghi mục tiêu hủy"):
        take(shipment.arrival, "declare-wrong", maker, reason="Ghi nhầm")


def test_what_was_received_is_not_declared_wrong_by_one_side(shipment, maker, shop):
    receive(shipment)
    with pytest.raises(Refused, match=r"Bên nhận đã xác nhận nhận hàng ngày 02/06/2022"):
        take(shipment.entry, "declare-wrong", maker, reason="Ghi nhầm")
    with pytest.raises(Refused, match="nút “Đếm lại”"):
        take(shipment.arrival, "declare-wrong", of(shop), reason="Ghi nhầm")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"received_on": date(2022, 5, 31)}, "Bên giao gửi ngày 01/06/2022"),
        ({"received_on": date(2024, 5, 31)}, "chưa đến"),
    ],
)
def test_a_day_that_cannot_be_is_refused(shipment, more, why):
    before = Event.objects.count()
    with pytest.raises(Refused, match=why):
        receive(shipment, **more)
    assert Event.objects.count() == before


def test_goods_are_not_received_at_a_place_of_others(shipment, maker):
    with pytest.raises(Refused, match="Địa điểm này của cơ sở khác"):
        receive(shipment, location=shipment.sender.locations.get())


def test_nobody_types_that_goods_were_received(lot, maker):
    place = LocationFactory(organisation=lot.item.organisation)
    with pytest.raises(Refused, match="Xác nhận đã nhận"):
        write(lot, place, "receive", 10, maker)


def test_the_sender_does_not_receive_and_others_see_nothing(shipment, maker):
    with pytest.raises(NotPermitted):
        receive(shipment, actor=maker)
    with pytest.raises(NotVisible):
        receive(shipment, actor=of(ProducerFactory()))


def test_each_side_sees_of_the_other_what_the_shipment_says(client, tenant_of, shipment, shop):
    """The sender's place, note, products and diary are on no page, export or answer of the receiver, and the other way round."""
    receive(shipment, 58)
    write(
        Lot.objects.get(item__organisation=shop),
        shop.locations.get(),
        "sell",
        7,
        of(shop),
        CAME,
        note="khách quen",
    )
    sides = {
        shipment.sender: ("Quầy số 1", "khách quen"),
        shop: ("Xưởng kín", "ghi chú riêng"),
    }
    shown = register_of(Shipment)
    for organisation, canaries in sides.items():
        client.force_login(tenant_of(organisation))
        addresses = [
            shown.list_url(),
            shown.detail_url(shipment.pk),
            f"{shown.detail_url(shipment.pk)}history/",
            "/goods/lots/",
            "/goods/diary/",
            "/goods/locations/",
            "/goods/trade-items/",
            "/api/goods/shipments/",
            f"/api/goods/shipments/{shipment.pk}/",
            f"/api/goods/diary/{shipment.entry_id}/",
            f"/api/goods/diary/{shipment.arrival_id}/",
            reverse("register-export", args=["goods", "shipments"]),
        ]
        for address in addresses:
            answer = client.get(address)
            text = answer.content.decode("utf-8", "replace")
            assert not [each for each in canaries if each in text], (address, organisation)
        other = shipment.arrival_id if organisation == shipment.sender else shipment.entry_id
        assert client.get(f"/goods/diary/{other}/").status_code == 404


def test_a_party_is_chosen_by_its_name(client, tenant_of, lot, shop):
    client.force_login(tenant_of(lot.item.organisation))
    found = client.get(reverse("register-lookup", args=["trace", "trace-parties"]), {"q": "Sông Cầu"}).json()
    assert [each["text"] for each in found["results"]] == ["Cửa hàng Sông Cầu"]
    assert client.get("/trace/trace-parties/").content.decode().count("Sông Cầu") == 0


def test_what_waits_is_on_the_home_page_of_each_side(client, tenant_of, shipment, shop):
    accounts = {each: tenant_of(each) for each in (shipment.sender, shop)}

    def home(organisation):
        client.force_login(accounts[organisation])
        return client.get(reverse("home")).content.decode()

    assert "Xác nhận hàng đang đến" in home(shop)
    assert "Xác nhận hàng đang đến" not in home(shipment.sender)
    receive(shipment, 58)
    for organisation in accounts:
        assert "thiếu 2 kg" in home(organisation)
    take(shipment, "settle", of(shipment.sender), reason="Hao hụt")
    assert "Thống nhất số lượng" not in home(shop)


def test_the_form_of_a_receiver_says_what_comes_and_begins_with_today_and_its_only_place(
    client, tenant_of, shipment
):
    client.force_login(tenant_of(shipment.receiver))
    shipment.expires_on = SENT
    with acting(SYSTEM):
        shipment.save()
    address = f"/goods/shipments/{shipment.pk}/actions/receive/"
    page = client.get(address).content.decode()
    place = shipment.receiver.locations.get()
    assert "Hợp tác xã Côn Minh giao 60 kg Miến dong Minh Họa" in page
    assert "Hàng đã hết hạn ngày 01/06/2022." in page
    assert f'value="{timezone.localdate():%d/%m/%Y}"' in page
    assert f'<option value="#{place.pk}" selected>' in page
    before, _details, after = page.partition("<details")
    assert ("Mã chuyến hàng" in before.partition("<main")[2], "Mã chuyến hàng" in after) == (False, True)
    LocationFactory(organisation=shipment.receiver)
    assert f'<option value="#{place.pk}" selected>' not in client.get(address).content.decode()


@pytest.mark.parametrize("days", [{"closed_on": CAME}, {"since_on": CAME + timedelta(days=1)}])
def test_nothing_arrives_at_a_place_that_is_not_in_use(shipment, shop, days):
    place = shop.locations.get()
    type(place)._base_manager.filter(pk=place.pk).update(**{"since_on": date(2020, 1, 1), **days})
    with pytest.raises(Refused, match="Ngày này địa điểm không được dùng"):
        receive(shipment)
    assert Shipment.objects.get().state == "coming"


def test_counting_again_leaves_no_day_with_less_than_nothing(shipment, lot, maker, shop):
    """What came in later is not there on the day of the sale."""
    receive(shipment, 50)
    mine, place = Lot.objects.get(item__organisation=shop), shop.locations.get()
    write(mine, place, "sell", 45, of(shop), CAME)
    later = CAME + timedelta(days=30)
    write(
        lot, lot.item.organisation.locations.get(), "ship", 40, maker, later, partner=shop.trace_parties.get()
    )
    receive(Shipment.objects.get(state="coming"), 40, received_on=later)
    with pytest.raises(Refused, match="Lô đã dùng, giao hoặc bán nhiều hơn số này"):
        take(shipment, "count-again", of(shop), received_amount=Decimal(44), reason="Đếm nhầm")
    take(shipment, "count-again", of(shop), received_amount=Decimal(45), reason="Đếm nhầm")


@pytest.mark.parametrize("step", ["receive", "count-again"])
def test_the_portal_learns_of_goods_that_arrive(shipment, shop, step, monkeypatch):
    changed = []

    def note(lots, *, on):
        changed.extend(lots)

    monkeypatch.setattr(shipments, "lots_changed", note)
    receive(shipment, 50)
    if step == "count-again":
        take(shipment, "count-again", of(shop), received_amount=Decimal(45), reason="Đếm nhầm")
    mine = Lot.objects.get(item__organisation=shop)
    assert changed == [mine] * (2 if step == "count-again" else 1)
