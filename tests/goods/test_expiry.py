"""Goods after their last day: not sold, not sent on, nothing is made of them, no labels; they go back or are destroyed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khcn.goods.models import LabelPrint, Lot, LotEntry, Shipment
from khcn.goods.operations import reprint_labels
from khcn.kernel.refusals import Refused
from khcn.trace.models import Event
from tests.factories.goods import (
    LabelPrintFactory,
    LocationFactory,
    LotEntryFactory,
    LotFactory,
    TradeItemFactory,
)
from tests.factories.parties import ProducerFactory
from tests.goods.phone_given import DATA, send, sent_entry
from tests.goods.test_diary import MADE, TODAY, enter, of, take, write

pytestmark = pytest.mark.django_db
LAST = date(2022, 6, 1)
AFTER = LAST + timedelta(days=1)
WHY = r"Lô hết hạn sử dụng ngày 01/06/2022; .* Hãy ghi mục “Tiêu hủy”.* sửa ngày làm"


@pytest.fixture
def lot():
    return LotFactory(made_on=MADE, expires_on=LAST, published_on=TODAY)


@pytest.fixture
def location(lot):
    return LocationFactory(organisation=lot.item.organisation)


@pytest.fixture
def owner(lot):
    return of(lot.item.organisation)


@pytest.fixture
def goods(lot, location, owner):
    write(lot, location, "harvest", 100, owner)
    return lot


def partners():
    """A shop that takes part, and its place."""
    shop = ProducerFactory()
    return shop, LocationFactory(organisation=shop)


@pytest.mark.parametrize("kind", ["sell", "ship", "use"])
def test_goods_go_on_until_their_last_day_and_not_after_it(goods, location, owner, kind):
    other = LotFactory(item__organisation=goods.item.organisation, made_on=MADE)
    more = {"ship": {"partner": ProducerFactory().trace_parties.get()}, "use": {"into": other}}.get(kind, {})
    with pytest.raises(Refused, match=WHY) as refused:
        write(goods, location, kind, 5, owner, AFTER, **more)
    assert "giao trả" not in str(refused.value)  # there is nobody to give it back to
    write(goods, location, kind, 5, owner, LAST, **more)  # though it is entered more than a year later
    assert (LotEntry.objects.filter(kind=kind).count(), Event.objects.count()) == (1, 2)


@pytest.mark.parametrize("kind", ["destroy", "check", "work"])
def test_goods_are_destroyed_and_looked_at_after_their_last_day(goods, location, owner, kind):
    write(goods, location, kind, 5, owner, AFTER)


def test_the_last_day_follows_from_the_shelf_life_of_the_product(location, owner, lot):
    item = TradeItemFactory(organisation=lot.item.organisation, shelf_life_days=22)
    fresh = LotFactory(item=item, made_on=MADE)
    write(fresh, location, "harvest", 10, owner)
    write(fresh, location, "sell", 1, owner, LAST)
    with pytest.raises(Refused, match=WHY):
        write(fresh, location, "sell", 1, owner, AFTER)
    fresh.expires_on = AFTER  # the day was wrong
    enter(fresh, owner)
    write(fresh, location, "sell", 1, owner, AFTER)


def test_goods_without_a_last_day_are_never_past_it(location, owner, lot):
    wine = LotFactory(item__organisation=lot.item.organisation, item__is_without_expiry=True, made_on=MADE)
    write(wine, location, "harvest", 10, owner)
    write(wine, location, "sell", 1, owner, TODAY)


def pass_on(lot, location, receiver, place, actor, day):
    """The receiver's lot of what it was sent."""
    write(lot, location, "ship", 20, actor, day, partner=receiver.trace_parties.get())
    shipment = Shipment.objects.latest("pk")
    take(shipment, "receive", of(receiver), received_on=day, received_amount=20, location=place)
    return Lot.objects.get(item__organisation=receiver)


def test_goods_go_back_to_who_sent_or_made_them_and_to_nobody_else(goods, location, owner):
    (dealer, store), (shop, counter) = partners(), partners()
    dealers = pass_on(goods, location, dealer, store, owner, MADE)
    shops = pass_on(dealers, store, shop, counter, of(dealer), MADE)
    assert shops.last_day() == LAST
    with pytest.raises(Refused, match=f"{WHY[:30]}.*giao trả bên làm ra"):
        write(shops, counter, "ship", 5, of(shop), AFTER, partner=ProducerFactory().trace_parties.get())
    with pytest.raises(Refused, match=WHY[:30]):  # who got it from here sends none back to there
        write(dealers, store, "ship", 0.5, of(dealer), AFTER, partner=shop.trace_parties.get())
    for receiver in (dealer, goods.item.organisation):
        entry = write(shops, counter, "ship", 5, of(shop), AFTER, partner=receiver.trace_parties.get())
        assert Event.objects.get(event_id=f"urn:uuid:{entry.event}").disposition == "returned"
    [_first, _second, back, _made] = Shipment.objects.order_by("pk")
    take(back, "receive", of(dealer), received_on=AFTER, received_amount=5, location=store)
    assert Lot.objects.with_amount().get(pk=dealers.pk).amount == 5


def test_labels_are_printed_until_the_last_day_and_no_sheet_after_it(lot, client, tenant_of):
    actor = of(lot.item.organisation)
    LotEntryFactory(lot=lot)
    why = "Lô hết hạn sử dụng ngày 01/06/2022 nên không in nhãn nữa"
    with pytest.raises(Refused, match=why):
        enter(LabelPrint(lot=lot, printed_on=AFTER, layout="roll", copies=1), actor)
    printed = enter(LabelPrint(lot=lot, printed_on=LAST, layout="roll", copies=2, has_serials=True), actor)
    values = {
        "printed": printed,
        "first": "1",
        "last": "1",
        "paper": "roll",
        "reason": "Nhòe",
        "actor": actor,
    }
    with pytest.raises(Refused, match=why):
        reprint_labels(**values, on=AFTER)
    reprint_labels(**values, on=LAST)
    client.force_login(tenant_of(lot.item.organisation))
    address = reverse("label-sheets", args=[printed.pk])
    page = client.get(f"/goods/label-prints/{printed.pk}/").content.decode()
    assert (client.get(address).status_code, why in page, address in page) == (404, True, False)
    take(lot, "correct-days", actor, made_on=lot.made_on, expires_on=timezone.localdate(), reason="Gõ nhầm")
    page = client.get(f"/goods/label-prints/{printed.pk}/").content.decode()
    assert (client.get(address).status_code, why in page, address in page) == (200, False, True)


def test_sheets_of_another_are_not_found_before_their_last_day_is_looked_at(lot, tenant_of):
    client = Client()
    client.force_login(tenant_of(ProducerFactory()))
    printed = LabelPrintFactory(lot=lot)
    answer = client.get(reverse("label-sheets", args=[printed.pk]))
    assert (answer.status_code, "01/06/2022" in answer.content.decode()) == (404, False)


def test_a_telephone_knows_the_last_day_and_gets_the_same_refusal(goods, location, client, tenant_of):
    account = tenant_of(goods.item.organisation)
    client.force_login(account)
    found = client.get(DATA).json()
    assert {each["number"]: each["expires_on"] for each in found["lots"]} == {goods.number: "2022-06-01"}
    assert [each["value"] for each in found["kinds"] if each["moves_on"]] == ["use", "sell"]
    sale = sent_entry(goods, location, account, kind="sell", amount="5", done_on=AFTER.isoformat())
    answer = send(client, sale)
    assert (answer.status_code, answer.json()["errors"]["lot"]) == (422, [answer.json()["detail"]])
    assert answer.json()["detail"].startswith("Lô hết hạn sử dụng ngày 01/06/2022;")
    sale["entry"]["done_on"] = LAST.isoformat()
    assert send(client, sale).status_code == 200


def test_the_page_of_a_lot_says_until_when_it_is_good(goods, client, tenant_of):
    client.force_login(tenant_of(goods.item.organisation))
    assert "Hạn sử dụng 01/06/2022: có" in client.get(f"/goods/lots/{goods.pk}/").content.decode()
