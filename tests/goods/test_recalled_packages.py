"""A recall reaches packages: their pages warn, and the notice, its mail and its letter name them."""

# ruff: noqa: F811 -- fixtures of another module

import pytest
from django.core import mail
from django.urls import reverse

from khcn.goods.documents import _letter_words
from khcn.goods.models import Package, RecallNotice
from khcn.goods.operations.recall_notices import lots_in_words
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.screens.record_warnings import warning_on_record
from tests.factories.base import an_actor
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import TODAY, take
from tests.goods.test_packages import (  # noqa: F401 -- fixtures
    SENT,
    crate,
    harvest,
    lot,
    maker,
    pack,
    pallet,
    place,
    receive,
    shop,
)
from tests.goods.test_packages import (
    send as send_crate,
)
from tests.goods.test_recall_scope import scoped
from tests.goods.test_recalls import issue

pytestmark = pytest.mark.django_db
STOPPED = "bị thu hồi"


@pytest.fixture
def editor():
    TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True)
    return an_actor(unit_code="TDC")


def recalled(lot, editor):
    return issue(scoped(editor, lot), editor)


def test_the_page_of_a_package_with_recalled_goods_warns(
    client,
    tenant_of,
    crate,
    lot,
    place,
    shop,
    maker,
    editor,
):
    other = pack(lot, place, maker, 10)
    send_crate(crate, place, shop, maker)
    receive(crate, shop)
    assert warning_on_record(crate, TODAY) == ""
    recalled(lot, editor)
    for each, owner in ((other, lot.item.organisation), (crate, shop)):
        warned = warning_on_record(each, TODAY)
        assert warned.startswith(f"Trong {each} có hàng của lô {lot.number}. ")
        client.force_login(tenant_of(owner))
        page = client.get(reverse("register-detail", args=["goods", "packages", each.pk])).content.decode()
        assert f"Trong {each} có hàng của lô {lot.number}" in page


def test_a_pallet_warns_of_what_is_in_its_crates(pallet, lot, editor):
    recalled(lot, editor)
    assert f"có hàng của lô {lot.number}." in warning_on_record(pallet, TODAY)
    take_out = pallet.inner.first()
    assert warning_on_record(take_out, TODAY)


def test_a_notice_and_its_letter_name_the_packages(
    client,
    tenant_of,
    crate,
    lot,
    place,
    shop,
    maker,
    editor,
):
    with_shop = crate
    send_crate(with_shop, place, shop, maker)
    receive(with_shop, shop)
    stays, emptied = pack(lot, place, maker, 10), pack(lot, place, maker, 5)
    take(emptied, "unpack", maker, unpacked_on=SENT, location=place)
    recalled(lot, editor)
    of_shop, of_maker = (
        RecallNotice.objects.get(organisation=each) for each in (shop, lot.item.organisation)
    )
    for notice, package in ((of_shop, with_shop), (of_maker, stays)):
        [line] = lots_in_words(notice)
        assert line.startswith(f"{notice.lots.get().lot_name} ({package}), lô {lot.number}, ")
        with acting(SYSTEM):
            [row] = _letter_words(notice, TODAY)["lots"]
        assert row["name"] == f"{notice.lots.get().lot_name} ({package})"
        client.force_login(tenant_of(notice.organisation))
        page = client.get(reverse("register-detail", args=["goods", "recall-notices", notice.pk]))
        assert f"{package}</li>" in page.content.decode()


def test_of_many_packages_a_notice_says_how_many(lot, place, maker, harvest, editor):
    pack(lot, place, maker, 1, count=23)
    recalled(lot, editor)
    words = RecallNotice.objects.get().lots.get().packages_in_words
    first = Package.objects.order_by("sscc").first()
    assert (words.count("Thùng"), words.startswith(str(first))) == (20, True)
    assert words.endswith(" và 3 thùng, kiện khác")
    assert mail.outbox == []
