"""The home page of a new producer says what to do next, until its first labels are printed."""

import pytest

from khcn.goods.work import first_step_work
from khcn.kernel.actors import SYSTEM, acting
from tests.factories.base import an_actor
from tests.factories.goods import (
    LabelPrintFactory,
    LocationFactory,
    LotEntryFactory,
    LotFactory,
    TradeItemFactory,
)
from tests.factories.parties import OrganisationFactory, ProducerFactory
from tests.goods.test_diary import TODAY, of

pytestmark = pytest.mark.django_db


def next_step(actor):
    return [(each.what[5:8], each.title, each.url) for each in first_step_work(actor, TODAY).items]


def test_a_new_producer_is_led_from_its_places_to_its_labels(client, tenant_of):
    LabelPrintFactory()  # of another producer
    organisation = ProducerFactory()
    actor = of(organisation)
    assert next_step(actor) == [("1/6", "Ghi địa điểm", "/goods/locations/new/")]
    [line] = first_step_work(actor, TODAY).items
    assert line.note == (
        "Nương, ruộng, xưởng, kho của cơ sở. Sau đó: ghi sản phẩm, lập lô, ghi nhật ký của lô, công bố lô, in nhãn."
    )
    place = LocationFactory(organisation=organisation)
    assert next_step(actor) == [("2/6", "Ghi sản phẩm", "/goods/trade-items/new/")]
    item = TradeItemFactory(organisation=organisation)
    assert next_step(actor) == [("3/6", "Lập lô", "/goods/lots/new/")]
    lot = LotFactory(item=item)
    assert next_step(actor) == [("4/6", "Ghi nhật ký của lô", f"/goods/diary/new/?lot=%23{lot.pk}")]
    client.force_login(tenant_of(organisation))
    assert "Ghi nhật ký của lô" in client.get("/").content.decode()
    form = client.get(f"/goods/diary/new/?lot=%23{lot.pk}").content.decode()
    assert f'value="#{lot.pk}" selected' in form
    LotEntryFactory(lot=lot, location=place)
    assert next_step(actor) == [("5/6", "Công bố lô", f"/goods/lots/{lot.pk}/")]
    with acting(SYSTEM):
        lot.published_on = TODAY
        lot.save()
    assert next_step(actor) == [("6/6", "In nhãn", f"/goods/label-prints/new/?lot=%23{lot.pk}")]
    assert "Sau đó" not in first_step_work(actor, TODAY).items[0].note
    LabelPrintFactory(lot=lot)
    assert next_step(actor) == []
    assert "để có nhãn truy xuất" not in client.get("/").content.decode()


def test_a_shop_that_only_receives_goods_is_led_to_no_labels():
    shop = ProducerFactory()
    received = LotFactory(item=TradeItemFactory(organisation=shop), source_path="/01/09521234000037/10/L1")
    LocationFactory(organisation=shop)
    assert next_step(of(shop)) == []
    LotFactory(item=received.item)
    assert [number for number, *_more in next_step(of(shop))] == ["4/6"]


def test_who_takes_no_part_has_no_step():
    assert next_step(of(OrganisationFactory())) == []
    assert next_step(an_actor(unit_code="TDC")) == []
