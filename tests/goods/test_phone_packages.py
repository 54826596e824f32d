"""A package with goods of several lots, received as a whole on a telephone: by the line that the server listed, or by the code of its label."""

import pytest

from khcn.goods.models import Lot, LotEntry, Package, Shipment
from khcn.trace.models import Event, EventObject
from tests.factories.goods import LocationFactory, LotFactory
from tests.factories.parties import ProducerFactory
from tests.goods.phone_given import DATA, send, send_photo
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_packages import PACKED, pack
from tests.goods.test_packages import send as send_package
from tests.goods.test_phone_receipts import refusal, sent_receipt
from tests.kernel.test_picture_metadata import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    return ProducerFactory(name="Hợp tác xã Côn Minh")


@pytest.fixture
def shop():
    organisation = ProducerFactory(name="Cửa hàng Sông Cầu")
    LocationFactory(organisation=organisation, name="Quầy số 1", kind="shop")
    return organisation


@pytest.fixture
def pallet(maker, shop):
    """10 of one lot on a pallet, and a crate with 20 of another; on its way to the shop."""
    place = LocationFactory(organisation=maker)
    lots = [LotFactory(item__organisation=maker, made_on=MADE, published_on=TODAY) for _ in range(2)]
    for lot in lots:
        write(lot, place, "harvest", 100, of(maker))
    pallet = pack(lots[0], place, of(maker), 10, kind="pallet")
    crate = pack(lots[1], place, of(maker), 20)
    take(crate, "put-onto", of(maker), outer=pallet, packed_on=PACKED, location=place)
    return send_package(pallet, place, shop, of(maker))


@pytest.fixture
def account(shop, tenant_of):
    return tenant_of(shop)


@pytest.fixture
def phone(client, account):
    client.force_login(account)
    return client


def whole(shop, account, code, /, **more):
    """All came, as the app sends it."""
    sent = sent_receipt(shop.locations.get(), account, code=code, amount=None, **more)
    return {**sent, "version": 6}


def test_a_telephone_knows_what_is_in_a_package_that_is_coming(phone, pallet):
    [crate] = pallet.inner.all()
    known = {
        "sscc": pallet.sscc,
        "name": str(pallet),
        "url": f"/goods/packages/{pallet.pk}/",
        "inner": [crate.sscc],
    }
    arrivals = phone.get(DATA).json()["arrivals"]
    assert {each["amount"]: each["package"] for each in arrivals} == {"10": known, "20": known}


def test_a_package_of_which_one_lot_is_counted_is_no_longer_offered_as_a_whole(phone, pallet, shop, account):
    [first, last] = Shipment.objects.order_by("pk")
    place = shop.locations.get()
    assert send(phone, sent_receipt(place, account, shipment=first.pk, amount="9")).status_code == 200
    [arrival] = phone.get(DATA).json()["arrivals"]
    assert (arrival["id"], arrival["package"]) == (last.pk, None)
    status, code, words = refusal(send(phone, whole(shop, account, pallet.sscc)))
    assert (status, code) == (422, "answered")
    assert "Trả lời tiếp ở từng chuyến hàng còn lại." in words


def test_a_package_of_two_lots_is_received_by_its_code(phone, pallet, shop, account):
    content = whole(shop, account, f"https://id.gs1.org/00/{pallet.sscc}", photos=[photograph()], note="đủ")
    first, again = send(phone, content), send(phone, content)
    assert (first.status_code, again.json()) == (200, first.json()), first.content
    record = first.json()["record"]
    assert send_photo(phone, record, content["photos"][0]["id"], photograph()).status_code == 200
    states = set(Package.objects.values_list("state", flat=True))
    assert (states, set(Shipment.objects.values_list("state", flat=True))) == ({"received"}, {"received"})
    entries = LotEntry.objects.filter(kind="receive").order_by("pk")
    assert [(each.amount, each.note, each.typed_at is None) for each in entries] == [
        (10, "đủ", False),
        (20, "đủ", False),
    ]
    assert (str(entries[0].event), entries[0].pk) == (content["id"], record)
    mine = Lot.objects.with_amount().filter(item__organisation=shop)
    assert sorted(mine.values_list("amount", flat=True)) == [10, 20]
    of_pallet = EventObject.objects.filter(thing=pallet.thing).values("event")
    assert Event.objects.filter(biz_step="receiving", id__in=of_pallet).count() == 1


def test_the_code_of_a_crate_on_a_pallet_names_the_pallet(phone, pallet, shop, account):
    crate = pallet.inner.get()
    status, code, words = refusal(send(phone, whole(shop, account, crate.sscc)))
    assert (status, code) == (422, "inner_package")
    assert words.startswith(f"{crate} nằm trên {pallet}.")
    assert set(Shipment.objects.values_list("state", flat=True)) == {"coming"}


def test_what_is_no_package_and_what_is_not_sent_here_is_refused(phone, pallet, shop, account, maker):
    lot = pallet.lines.get(lot__isnull=False).lot
    own = Package.objects.get(pk=pack(lot, LocationFactory(organisation=maker), of(maker), 1).pk)
    codes = {
        f"/01/{lot.item.gtin}/10/{lot.number}": "no_package",
        own.sscc: "no_shipment",
        "0" * 18: "no_shipment",
    }
    assert {code: refusal(send(phone, whole(shop, account, code)))[1] for code in codes} == codes
    assert send(phone, whole(shop, account, pallet.sscc)).status_code == 200
    status, code, words = refusal(send(phone, whole(shop, account, pallet.sscc)))
    assert (status, code, words) == (
        422,
        "answered",
        f"{pallet} ở tình trạng “bên nhận đã nhận”. Đã nhận rồi thì bỏ mục này.",
    )


@pytest.mark.parametrize("version", [4, 5])
def test_an_older_app_names_an_amount(phone, pallet, shop, account, version):
    answer = send(phone, {**whole(shop, account, pallet.sscc), "version": version})
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")


def test_a_receipt_without_an_amount_names_a_package_and_no_shipment(phone, pallet, shop, account):
    shipment = Shipment.objects.first()
    for values in ({"shipment": shipment.pk}, {"shipment": shipment.pk, "code": pallet.sscc}):
        sent = whole(shop, account, None)
        sent["entry"] |= values
        answer = send(phone, sent)
        assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")
