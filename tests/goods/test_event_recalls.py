"""A recall that a program reported, without one in the register: goods and labels stop as the public page says."""

import uuid
from datetime import UTC, date, datetime, time

import pytest

from khcn.goods.models import LabelPrint, Lot
from khcn.goods.operations.entry_events import class_of
from khcn.goods.operations.event_documents import capture_document, document_of_event
from khcn.goods.operations.publication import why_not_withdrawn
from khcn.goods.work import recalled_lot_work
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import TODAY, enter, of, write
from tests.goods.test_recalls import chain, department, noodles, shops, starch

__all__ = ["chain", "department", "noodles", "shops", "starch"]  # fixtures

pytestmark = pytest.mark.django_db


def recall_by_event(party, lots, *, is_set=True):
    """As the program of a party reports it, without a recall in the register."""
    at = datetime(2022, 7, 1, 5, tzinfo=UTC)
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": at.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "quantityList": [{"epcClass": class_of(each)} for each in lots],
        "persistentDisposition": {"set" if is_set else "unset": ["recalled"]},
    }
    capture_document(party, document_of_event(event, party, at), at, refusal="%(why)s")


def test_a_recall_that_came_as_an_event_stops_goods_and_labels_and_their_holders_learn_of_it(
    client, tenant_of, chain, starch, noodles, shops, department
):
    """The public is warned of it all the same: what it is warned of is not sold."""
    maker, shop = of(starch.item.organisation), of(shops[0])
    mine = Lot.objects.get(item__organisation=shops[0])
    recall_by_event(TracePartyFactory(), [noodles])  # of somebody whose word does not count
    write(noodles, chain, "sell", 1, maker, TODAY)
    assert not recalled_lot_work(shop, TODAY).items
    recall_by_event(department, [noodles])
    words = "bị thu hồi từ ngày 01/07/2022 theo thông báo của Phòng Tiêu chuẩn"
    for lot, place, actor in ((noodles, chain, maker), (mine, shops[0].locations.get(), shop)):
        with pytest.raises(Refused, match=words):
            write(lot, place, "sell", 1, actor, TODAY)
        with pytest.raises(Refused, match=words):
            enter(LabelPrint(lot=lot, printed_on=TODAY, layout="roll", copies=1, note="Nhãn nhòe"), actor)
    with pytest.raises(Refused, match=words):
        write(noodles, chain, "ship", 1, maker, TODAY, partner=shops[1].trace_parties.get())
    client.force_login(tenant_of(shops[0]))
    assert "Ngừng bán, ngừng giao: lô bị thu hồi" in client.get("/").content.decode()
    assert [each.title for each in recalled_lot_work(maker, TODAY).items] == [f"Miến dong – {noodles.number}"]
    assert not recalled_lot_work(of(ProducerFactory()), TODAY).items
    write(starch, chain, "sell", 1, maker, TODAY)  # of it nothing was recalled
    write(noodles, chain, "sell", 1, maker, date(2022, 6, 5))  # sold before, entered late
    back = starch.item.organisation.trace_parties.get()
    write(mine, shops[0].locations.get(), "ship", 5, shop, TODAY, partner=back)
    write(mine, shops[0].locations.get(), "destroy", 1, shop, TODAY)
    recall_by_event(department, [noodles], is_set=False)
    write(mine, shops[0].locations.get(), "sell", 1, shop, TODAY)


def test_what_was_sold_before_the_moment_of_a_recall_is_entered_still(
    chain, starch, noodles, shops, department
):
    maker, day = of(starch.item.organisation), date(2022, 7, 1)
    recall_by_event(department, [noodles])  # at 12:00 in Vietnam
    for more in ({}, {"done_at": time(12, 0)}):
        with pytest.raises(Refused, match="bị thu hồi từ ngày 01/07/2022"):
            write(noodles, chain, "sell", 1, maker, day, **more)
    write(noodles, chain, "sell", 1, maker, day, done_at=time(11, 59))


def test_the_page_of_a_recalled_lot_and_the_telephone_say_so(
    client, tenant_of, chain, starch, noodles, shops, department
):
    client.force_login(tenant_of(shops[0]))
    mine = Lot.objects.get(item__organisation=shops[0])
    page = register_of(Lot).detail_url(mine.pk)
    [of_phone] = client.get("/api/goods/phone-diary/").json()["lots"]
    assert "stop" not in of_phone
    assert "bị thu hồi" not in client.get(page).content.decode()
    recall_by_event(department, [noodles])
    [of_phone] = client.get("/api/goods/phone-diary/").json()["lots"]
    assert of_phone["stop"].startswith("Lô bị thu hồi từ ngày 01/07/2022 theo thông báo")
    assert of_phone["stopped_since"] == "2022-07-01"
    assert of_phone["stop"] in client.get(page).content.decode()


def test_the_page_of_a_recalled_lot_stays_public(chain, starch, noodles, shops, department):
    maker = of(starch.item.organisation)
    noodles.published_on = TODAY
    recall_by_event(department, [noodles])
    assert "bị thu hồi từ ngày 01/07/2022" in why_not_withdrawn(noodles, actor=maker, on=TODAY)
    recall_by_event(department, [noodles], is_set=False)
    assert why_not_withdrawn(noodles, actor=maker, on=TODAY) == ""
