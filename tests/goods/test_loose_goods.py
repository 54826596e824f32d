"""What of a lot is packed and what is loose: on its page, in what is refused, and on telephones, where only the loose part can be sold."""

# ruff: noqa: F811 -- fixtures of another module

from decimal import Decimal

import pytest
from django.urls import reverse
from lxml import html

from khcn.goods.models import Lot
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from tests.goods.phone_given import DATA, send, sent_entry
from tests.goods.test_diary import TODAY, take, write
from tests.goods.test_packages import (  # noqa: F401 -- fixtures
    SENT,
    crate,
    harvest,
    lot,
    maker,
    pack,
    place,
    shop,
)
from tests.goods.test_packages import (
    send as send_crate,
)

pytestmark = pytest.mark.django_db


def counted(lot):
    found = type(register_of(Lot)).annotate(Lot.objects.all(), TODAY)
    one = found.get(pk=lot.pk)
    return one.amount, one.packed, one.loose


def facts(client, lot):
    address = reverse("register-detail", args=["goods", "lots", lot.pk])
    page = html.fromstring(client.get(address).content)
    named = {
        "".join(term.itertext()).strip(): "".join(term.getnext().itertext()).strip()
        for term in page.xpath("//dt")
    }
    return [named.get(name) for name in ("Số lượng hiện có", "Trong thùng, kiện", "Ngoài thùng, kiện")]


def test_the_page_of_a_lot_says_what_is_packed_and_what_is_loose(
    client,
    tenant_of,
    lot,
    place,
    shop,
    maker,
    crate,
):
    client.force_login(tenant_of(lot.item.organisation))
    write(lot, place, "sell", Decimal("0.5"), maker, SENT)
    pack(lot, place, maker, 10)
    assert counted(lot) == (Decimal("99.5"), 34, Decimal("65.5"))
    shown = [Decimal(each.replace(",", ".")) for each in facts(client, lot)]
    assert shown == [Decimal("99.5"), 34, Decimal("65.5")]
    send_crate(crate, place, shop, maker)
    assert counted(lot) == (Decimal("75.5"), 10, Decimal("65.5"))


def test_a_lot_without_packages_is_loose(client, tenant_of, lot, harvest):
    assert counted(lot) == (100, None, 100)


def test_a_refusal_says_how_much_is_loose(lot, place, maker, crate):
    with pytest.raises(Refused) as refused:
        write(lot, place, "sell", 90, maker, SENT)
    assert "Ngoài thùng, kiện lô còn 76 kg; 24 kg đã đóng trong thùng, kiện" in str(refused.value)


def test_a_telephone_counts_what_is_loose(client, tenant_of, lot, place, maker, crate):
    account = tenant_of(lot.item.organisation)
    client.force_login(account)
    [known] = client.get(DATA).json()["lots"]
    assert (known["amount"], known["packed"]) == ("76", "24")
    sold = {"kind": "sell", "done_on": SENT.isoformat(), "amount": "77"}
    answer = send(client, sent_entry(lot, place, account, **sold))
    assert (answer.status_code, "Ngoài thùng, kiện lô còn 76 kg" in answer.text) == (422, True)
    assert send(client, sent_entry(lot, place, account, **{**sold, "amount": "76"})).status_code == 200
    pack_all = client.get(DATA).json()["lots"]
    assert [(each["amount"], each["packed"]) for each in pack_all] == [("0", "24")]
    take(crate, "unpack", maker, unpacked_on=SENT, location=place)
    assert client.get(DATA).json()["lots"][0]["amount"] == "24"
