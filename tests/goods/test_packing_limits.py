"""How many packages are made at once and how much is counted: limits that hold in the dialog, over JSON and from a telephone alike."""

# ruff: noqa: F811 -- fixtures of another module

from decimal import Decimal

import orjson
import pytest
from django.urls import reverse
from lxml import html

from khcn.goods.models import LotEntry, Package, Shipment
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.registers.registry import register_of
from tests.goods.phone_given import send as send_entry
from tests.goods.test_diary import write
from tests.goods.test_packages import SENT, harvest, lot, maker, place, shop  # noqa: F401 -- fixtures
from tests.goods.test_phone_receipts import refusal, sent_receipt

pytestmark = pytest.mark.django_db
SOME = "Số lượng phải lớn hơn 0."


def in_dialog(client, record, name, values):
    """The status of the answer, and the sentences at the inputs."""
    register = register_of(type(record))
    address = reverse("register-action", args=[register.area, register.slug, record.pk, name])
    answer = client.post(address, {"version": version_of(record), "token": "x" * 22, **values})
    wrong = html.fromstring(answer.content).xpath("//main//*[@aria-invalid='true']")
    return answer.status_code, {each.get("name"): texts_of(each) for each in wrong}


def texts_of(field):
    """What stands below an input about it."""
    named = field.get("aria-describedby").split()
    return [
        each.text_content().strip().removeprefix("Lỗi: ")
        for key in named
        for each in field.getroottree().xpath(f"//*[@id='{key}']")
    ]


def over_json(client, record, name, values):
    register = register_of(type(record))
    address = f"/api/{register.area}/{register.slug}/{record.pk}/actions/{name}/"
    answer = client.post(
        address, orjson.dumps(values), content_type="application/json", headers={"If-Match": "*"}
    )
    return answer.status_code, answer.json().get("errors", {})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("count", 0, "Đóng ít nhất 1 thùng."),
        ("count", 51, "Mỗi lần đóng nhiều nhất 50 thùng."),
        ("count", 1000, "Mỗi lần đóng nhiều nhất 50 thùng."),
        ("amount", "0", SOME),
    ],
)
def test_a_limit_of_packing_is_named(client, tenant_of, lot, place, harvest, name, value, words):
    client.force_login(tenant_of(lot.item.organisation))
    typed = {
        "kind": "box",
        "count": 1,
        "amount": "0,01",
        "packed_on": "01/06/2022",
        "location": f"#{place.pk}",
    }
    assert in_dialog(client, lot, "pack", {**typed, name: str(value)}) == (422, {name: [words]})
    sent = {**typed, "amount": "0.01", "packed_on": "2022-06-01", "location": {"id": place.pk}}
    assert over_json(client, lot, "pack", {**sent, name: value}) == (422, {name: [words]})
    assert not Package.objects.exists()


def test_as_many_as_may_be_are_packed(client, tenant_of, lot, place, harvest):
    client.force_login(tenant_of(lot.item.organisation))
    sent = {
        "kind": "box",
        "count": 50,
        "amount": "0.01",
        "packed_on": "2022-06-01",
        "location": {"id": place.pk},
    }
    assert over_json(client, lot, "pack", sent) == (200, {})
    assert Package.objects.count() == 50


@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_who_has_received_nothing_refuses(client, tenant_of, lot, place, shop, maker, harvest, amount):
    write(lot, place, "ship", Decimal(5), maker, SENT, partner=shop.trace_parties.get())
    shipment, words = Shipment.objects.get(), f"{SOME} Không có hàng thì từ chối nhận."
    account = tenant_of(shop)
    client.force_login(account)
    counter = shop.locations.get()
    typed = {
        "received_amount": amount.replace(".", ","),
        "received_on": "03/06/2022",
        "location": f"#{counter.pk}",
    }
    wanted = (422, {"received_amount": [words]})
    assert in_dialog(client, shipment, "receive", typed) == wanted
    sent = {"received_amount": amount, "received_on": "2022-06-03", "location": {"id": counter.pk}}
    assert over_json(client, shipment, "receive", sent) == wanted
    if amount == "0":
        answer = send_entry(client, sent_receipt(counter, account, shipment=shipment.pk, amount=amount))
        assert refusal(answer) == (422, "invalid", words)
    assert not LotEntry.objects.filter(kind="receive").exists()
