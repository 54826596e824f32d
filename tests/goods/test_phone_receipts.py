"""Goods that come, as a telephone sends them: by the shipment, or by the code of a label that was read without a signal."""

from decimal import Decimal

import pytest

from khcn.goods.models import Lot, LotEntry, Shipment
from khcn.kernel.registers.attachments import attachments_of
from tests.factories.goods import LocationFactory, LotFactory, ShipmentFactory
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.phone_given import DATA, send, send_photo, sent_entry
from tests.goods.test_diary import MADE, of, write
from tests.goods.test_event_recalls import recall_by_event
from tests.goods.test_shipments import CAME, SENT
from tests.kernel.test_picture_metadata import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipment():
    lot = LotFactory(
        item__name="Miến dong Minh Họa", item__organisation__name="Hợp tác xã Côn Minh", made_on=MADE
    )
    shop = ProducerFactory(name="Cửa hàng Sông Cầu")
    LocationFactory(organisation=shop, name="Quầy số 1", kind="shop")
    workshop, maker = LocationFactory(organisation=lot.item.organisation), of(lot.item.organisation)
    write(lot, workshop, "harvest", 100, maker)
    write(lot, workshop, "ship", 60, maker, SENT, partner=shop.trace_parties.get())
    return Shipment.objects.get()


@pytest.fixture
def place(shipment):
    return shipment.receiver.locations.get()


@pytest.fixture
def account(shipment, tenant_of):
    return tenant_of(shipment.receiver)


@pytest.fixture
def phone(client, account):
    client.force_login(account)
    return client


def sent_receipt(place, account, /, *, photos=(), key=None, **values):
    """60 of what was sent, as the app sends it."""
    counted = {
        "lot": None,
        "kind": "receive",
        "done_on": CAME.isoformat(),
        "amount": "60",
        "step": None,
        "shipment": None,
        "code": None,
    }
    sent = sent_entry(place, place, account, photos=photos, key=key, **{**counted, **values})
    return {**sent, "version": 4, "typed_off": None}


def refusal(answer):
    words = [text for texts in answer.json()["errors"].values() for text in texts]
    return answer.status_code, answer.json()["code"], " ".join(words)


def test_what_is_on_its_way_is_offered_to_its_receiver_alone(phone, shipment, tenant_of, client):
    ShipmentFactory()  # to somebody else
    [arrival] = phone.get(DATA).json()["arrivals"]
    assert (arrival["id"], arrival["path"], arrival["sender"], arrival["amount"], arrival["unit"]) == (
        shipment.pk,
        shipment.lot_path,
        "Hợp tác xã Côn Minh",
        "60",
        "kg",
    )
    client.force_login(tenant_of(shipment.sender))
    assert client.get(DATA).json()["arrivals"] == []


def test_goods_that_were_recalled_on_their_way_are_pointed_out_on_the_telephone_and_in_the_form(
    phone, shipment
):
    [before] = phone.get(DATA).json()["arrivals"]
    recall_by_event(TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True), [shipment.entry.lot])
    [after] = phone.get(DATA).json()["arrivals"]
    words = "Lô bị thu hồi từ ngày 01/07/2022 theo thông báo của Phòng Tiêu chuẩn"
    assert (before["stop"], after["stop"].startswith(words)) == ("", True)
    assert words in phone.get(f"/goods/shipments/{shipment.pk}/actions/receive/").content.decode()


def test_a_receipt_by_its_shipment_is_stored_once_with_clock_and_photographs(phone, account, shipment, place):
    picture = photograph()
    sent = sent_receipt(place, account, shipment=shipment.pk, photos=[picture], note="Thùng ướt")
    first = send(phone, sent)
    assert first.status_code == 200, first.content
    assert send(phone, sent).content == first.content
    shipment.refresh_from_db()
    entry = LotEntry.objects.get(kind="receive")
    assert (str(entry.event), entry.note, entry.clock_off, shipment.arrival) == (
        sent["id"],
        "Thùng ướt",
        None,
        entry,
    )
    assert (shipment.state, shipment.received_on, shipment.received_amount) == ("received", CAME, 60)
    assert send_photo(phone, entry.pk, sent["photos"][0]["id"], picture).status_code == 200
    assert len(attachments_of(entry)) == 1
    assert phone.get(DATA).json()["arrivals"] == []


@pytest.mark.parametrize(
    "code",
    [
        "https://vi.du{path}",
        "https://vi.du{path}/21/ABC?17=250101",
        "(01){gtin}(10){lot}",
        "01{gtin}10{lot}",
        "{lot}",
    ],
)
def test_a_code_that_was_read_without_a_signal_finds_its_shipment(phone, account, shipment, place, code):
    gtin = shipment.lot_path.split("/")[2]
    typed = code.format(path=shipment.lot_path, gtin=gtin, lot=shipment.lot_number)
    answer = send(phone, sent_receipt(place, account, code=typed, amount="58.5"))
    assert answer.status_code == 200, answer.content
    shipment.refresh_from_db()
    assert (shipment.state, shipment.received_amount) == ("differs", Decimal("58.5"))


def test_what_is_found_nowhere_can_be_sent_right_later(phone, account, shipment, place):
    other = ShipmentFactory()  # to somebody else: its code finds nothing here
    for code in ("KHONG-CO", other.lot_path, f"/01/{'0' * 13}0/10/X"):
        status, why, words = refusal(send(phone, sent_receipt(place, account, code=code)))
        assert (status, why) == (422, "no_shipment")
        assert f"Không có chuyến hàng nào của mã “{code}”" in words
    assert not LotEntry.objects.filter(kind="receive").exists()
    sent = sent_receipt(place, account, code=shipment.lot_path)
    assert send(phone, sent).status_code == 200


def test_several_shipments_of_a_lot_are_chosen_from_by_the_person(phone, account, shipment, place):
    sending, maker = shipment.entry, of(shipment.sender)
    write(sending.lot, sending.location, "ship", 10, maker, SENT, partner=sending.partner)
    counted = sent_receipt(place, account, code=shipment.lot_path, amount="11")
    status, why, words = refusal(send(phone, counted))
    assert (status, why, "Có hơn một chuyến hàng" in words) == (422, "several_shipments", True)
    second = Shipment.objects.exclude(pk=shipment.pk).get()
    answer = send(phone, sent_receipt(place, account, shipment=second.pk, amount="10"))
    assert answer.status_code == 200
    assert send(phone, sent_receipt(place, account, code=shipment.lot_path)).status_code == 200
    assert Lot.objects.with_amount().get(item__organisation=shipment.receiver).amount == 70


def test_of_several_shipments_of_a_lot_it_is_that_of_which_just_as_much_came(phone, account, shipment, place):
    sending, maker = shipment.entry, of(shipment.sender)
    write(sending.lot, sending.location, "ship", 10, maker, SENT, partner=sending.partner)
    counted = sent_receipt(place, account, code=shipment.lot_path, amount="10.00")
    assert send(phone, counted).status_code == 200
    states = Shipment.objects.order_by("amount").values_list("amount", "state")
    assert list(states) == [(Decimal(10), "received"), (Decimal(60), "coming")]


def test_what_was_received_already_is_not_received_again(phone, account, shipment, place):
    send(phone, sent_receipt(place, account, shipment=shipment.pk))
    for named in ({"shipment": shipment.pk}, {"code": shipment.lot_path}):
        status, why, words = refusal(send(phone, sent_receipt(place, account, **named)))
        assert (status, why, "Đã nhận rồi thì bỏ mục này" in words) == (422, "answered", True)
    assert LotEntry.objects.filter(kind="receive").count() == 1


def test_a_shipment_to_another_is_as_one_that_does_not_exist(phone, account, shipment, place):
    other = ShipmentFactory()
    answers = [
        send(phone, sent_receipt(place, account, shipment=each)).content
        for each in (other.pk, other.pk + 1000)
    ]
    assert answers[0] == answers[1]
    other.refresh_from_db()
    assert other.state == "coming"


def test_a_place_of_another_and_a_day_before_the_sending_are_refused(phone, account, shipment, place):
    strange = LocationFactory(organisation=ProducerFactory())
    named = {"shipment": shipment.pk}
    assert send(phone, sent_receipt(strange, account, **named)).status_code == 404
    status, _why, words = refusal(send(phone, sent_receipt(place, account, **named, done_on="2022-05-31")))
    assert (status, "Bên giao gửi ngày 01/06/2022" in words) == (422, True)
    status, _why, words = refusal(send(phone, sent_receipt(place, account, **named, amount="0")))
    assert (status, "Số lượng phải lớn hơn 0" in words) == (422, True)
    shipment.refresh_from_db()
    assert shipment.state == "coming"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"shipment": "1"},
        {"code": " "},
        {"code": "x" * 201},
        {"code": "X", "kind": "sell"},
        {"code": "X", "amount": None},
    ],
)
def test_a_receipt_that_no_app_sends_is_refused(phone, account, place, values):
    answer = send(phone, sent_receipt(place, account, **values))
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")


def test_an_entry_of_a_lot_names_no_shipment(phone, account, shipment, place):
    own = LotFactory(item__organisation=shipment.receiver)
    answer = send(phone, sent_receipt(place, account, lot=own.pk, shipment=shipment.pk))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["lot"])
