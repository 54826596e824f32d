"""Goods in crates and on pallets: packed, sent as one, received, back again, declared wrong; labels; what others see."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from lxml import html

from khcn.epcis.ids.check import has_right_check_digit
from khcn.goods.models import Lot, LotEntry, Package, PackageLine, Shipment
from khcn.goods.operations.package_contents import with_inner
from khcn.goods.queries.package_work import package_work
from khcn.goods.work import shipment_work
from khcn.kernel.actions.running import NotVisible
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.screens.history import latest_changes
from khcn.trace.models import Event
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, LotFactory, PackageFactory
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.phone_given import send as send_entry
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_phone_receipts import sent_receipt
from tests.goods.test_recalls import issue, opened

pytestmark = pytest.mark.django_db
PACKED, SENT, CAME = date(2022, 6, 1), date(2022, 6, 2), date(2022, 6, 3)


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
def place(lot):
    return LocationFactory(organisation=lot.item.organisation, name="Xưởng kín")


@pytest.fixture
def shop():
    organisation = ProducerFactory(name="Cửa hàng Sông Cầu")
    LocationFactory(organisation=organisation, name="Quầy số 1", kind="shop")
    return organisation


@pytest.fixture
def harvest(lot, place, maker):
    return write(lot, place, "harvest", 100, maker)


@pytest.fixture
def crate(lot, place, maker, harvest):
    return pack(lot, place, maker, 24)


def pack(lot, place, actor, amount, count=1, kind="box"):
    values = {"kind": kind, "count": count, "amount": Decimal(amount), "packed_on": PACKED, "location": place}
    take(lot, "pack", actor, **values)
    return Package.objects.latest("pk")


def send(package, place, shop, actor):
    values = {"partner": shop.trace_parties.get(), "sent_on": SENT, "location": place}
    return take(package, "send", actor, **values)


def receive(package, shop):
    values = {"received_on": CAME, "location": shop.locations.get()}
    return take(package, "receive", of(shop), **values)


def amount_of(lot):
    return Lot.objects.with_amount().get(pk=lot.pk).amount


def event_of(key):
    return Event.objects.get(event_id=f"urn:uuid:{key}")


def test_a_crate_has_a_number_of_its_own_and_an_event(crate, lot):
    line = crate.lines.get()
    assert (line.lot, line.amount, crate.state, amount_of(lot)) == (lot, 24, "packed", 100)
    assert len(crate.sscc) == 18
    assert has_right_check_digit(crate.sscc)
    assert crate.is_internal
    event = event_of(line.event)
    assert (event.event_type, event.action, event.biz_step) == ("AggregationEvent", "ADD", "packing")


@pytest.mark.parametrize("holds", ["goods without an amount", "goods and a package", "nothing"])
def test_a_line_holds_goods_or_a_package(crate, holds):
    values = {
        "goods without an amount": {"amount": None},
        "goods and a package": {"inner": PackageFactory(organisation=crate.organisation)},
        "nothing": {"lot": None, "amount": None},
    }
    rows = QuerySet(PackageLine).filter(package=crate)
    with pytest.raises(IntegrityError, match="goods_package_line_"), transaction.atomic():
        rows.update(**values[holds])


def test_a_package_that_is_in_itself_is_shown_nevertheless(crate):
    QuerySet(Package).filter(pk=crate.pk).update(inside=crate)
    assert with_inner(crate) == [crate]


def test_a_crate_goes_from_the_maker_to_the_shop(crate, lot, place, shop, maker):
    send(crate, place, shop, maker)
    shipment = Shipment.objects.get()
    assert (shipment.package, shipment.amount, shipment.receiver) == (crate, 24, shop)
    assert (crate.state, crate.receiver, amount_of(lot)) == ("sent", shop, 76)
    receive(crate, shop)
    shipment.refresh_from_db()
    mine = Lot.objects.with_amount().get(item__organisation=shop)
    assert (crate.state, shipment.state, mine.amount, mine.public_path) == (
        "received",
        "received",
        24,
        lot.public_path,
    )
    steps = list(Event.objects.order_by("event_time").values_list("event_type", "biz_step"))
    assert sorted(steps) == sorted(
        [
            ("ObjectEvent", "commissioning"),
            ("AggregationEvent", "packing"),
            ("ObjectEvent", "shipping"),
            ("ObjectEvent", "shipping"),
            ("ObjectEvent", "receiving"),
            ("ObjectEvent", "receiving"),
        ]
    )


def test_no_more_is_packed_than_there_is(lot, place, maker, harvest):
    pack(lot, place, maker, 24, count=4)
    with pytest.raises(Refused) as refused:
        pack(lot, place, maker, 5)
    assert "chỉ còn 4 kg" in str(refused.value)
    assert Package.objects.count() == PackageLine.objects.count() == 4
    assert len(set(Package.objects.values_list("sscc", flat=True))) == 4


def test_an_empty_lot_and_another_place_are_refused(lot, place, maker, harvest):
    with pytest.raises(Refused, match="cơ sở khác"):
        pack(lot, LocationFactory(), maker, 1)
    pack(lot, place, maker, 100)
    with pytest.raises(Refused, match="không còn hàng ngoài thùng"):
        pack(lot, place, maker, 1)


def test_packed_goods_are_not_sold_loose(crate, lot, place, maker, harvest):
    with pytest.raises(Refused, match="đã đóng trong thùng"):
        write(lot, place, "sell", 77, maker, SENT)
    write(lot, place, "sell", 76, maker, SENT)
    assert amount_of(lot) == 24
    with pytest.raises(Refused, match="Lô đã được dùng"):
        take(harvest, "declare-wrong", maker, reason="Ghi nhầm")


def test_the_harvest_of_packed_goods_stands(crate, lot, place, maker, harvest):
    with pytest.raises(Refused, match="đang ở trong thùng"):
        take(harvest, "declare-wrong", maker, reason="Ghi nhầm")


def test_what_is_unpacked_is_in_the_lot_again(crate, lot, place, maker):
    take(crate, "unpack", maker, unpacked_on=SENT, location=place)
    assert (crate.state, crate.unpacked_on, crate.lines.get().taken_out_on) == ("unpacked", SENT, SENT)
    event = Event.objects.get(biz_step="unpacking")
    assert (event.event_type, event.action) == ("AggregationEvent", "DELETE")
    write(lot, place, "sell", 100, maker, SENT)
    assert amount_of(lot) == 0
    with pytest.raises(Refused, match="đã dỡ"):
        take(crate, "unpack", maker, unpacked_on=SENT, location=place)


def test_a_crate_that_was_never_packed_is_declared_wrong(crate, lot, place, maker):
    line = crate.lines.get()
    take(line, "declare-wrong", maker, reason="Đếm nhầm")
    assert (line.wrong_on, line.wrong_reason) == (TODAY, "Đếm nhầm")
    pack(lot, place, maker, 100)
    assert Event.objects.filter(event_id=f"urn:uuid:{line.event}").count() == 2
    with pytest.raises(Refused, match="chưa có hàng"):
        take(crate, "send", maker, partner=None, sent_on=SENT, location=place)


@pytest.fixture
def pallet(lot, place, maker, harvest):
    """Two crates of one lot on a pallet that has goods of another lot, too."""
    other = LotFactory(item=lot.item, made_on=MADE)
    write(other, place, "harvest", 50, maker)
    pallet = pack(other, place, maker, 10, kind="pallet")
    pack(lot, place, maker, 20, count=2)
    for crate in Package.objects.filter(kind="box"):
        take(crate, "put-onto", maker, outer=pallet, packed_on=PACKED, location=place)
    return pallet


def test_a_pallet_goes_with_its_crates(pallet, lot, place, shop, maker):
    send(pallet, place, shop, maker)
    assert sorted(Shipment.objects.values_list("amount", "package")) == [(10, pallet.pk), (40, pallet.pk)]
    states = set(Package.objects.values_list("kind", "state", "receiver"))
    assert states == {("pallet", "sent", shop.pk), ("box", "sent", shop.pk)}
    receive(pallet, shop)
    assert set(Package.objects.values_list("state", flat=True)) == {"received"}
    assert (
        sum(Lot.objects.with_amount().filter(item__organisation=shop).values_list("amount", flat=True)) == 50
    )


def test_a_crate_on_a_pallet_does_not_go_alone(pallet, place, shop, maker):
    crate = Package.objects.filter(kind="box").first()
    for name, values in {
        "send": {"partner": shop.trace_parties.get(), "sent_on": SENT, "location": place},
        "unpack": {"unpacked_on": SENT, "location": place},
        "put-onto": {"outer": pallet, "packed_on": PACKED, "location": place},
    }.items():
        with pytest.raises(Refused, match="đang xếp trên"):
            take(crate, name, maker, **values)


def test_no_package_is_in_itself(pallet, place, maker):
    with pytest.raises(Refused, match="chính nó"):
        take(pallet, "put-onto", maker, outer=pallet, packed_on=PACKED, location=place)
    crate = Package.objects.filter(kind="box").first()
    with pytest.raises(Refused, match="bên trong nó"):
        take(pallet, "put-onto", maker, outer=crate, packed_on=PACKED, location=place)


def test_crates_stand_alone_once_the_pallet_is_unpacked(pallet, place, maker):
    take(pallet, "unpack", maker, unpacked_on=SENT, location=place)
    assert set(Package.objects.filter(kind="box").values_list("inside", "state")) == {(None, "packed")}


def test_a_package_that_never_left_is_called_back(pallet, lot, place, shop, maker):
    send(pallet, place, shop, maker)
    entry = LotEntry.objects.get(lot=lot, kind="ship")
    with pytest.raises(Refused, match="Rút chuyến giao"):
        take(entry, "declare-wrong", maker, reason="Nhầm bên nhận")
    take(pallet, "call-back", maker, reason="Nhầm bên nhận")
    assert set(Package.objects.values_list("state", "receiver", "sent_on")) == {("packed", None, None)}
    assert set(Shipment.objects.values_list("state", flat=True)) == {"taken_back"}
    assert set(LotEntry.objects.filter(kind="ship").values_list("wrong_reason", flat=True)) == {
        "Nhầm bên nhận"
    }
    assert amount_of(lot) == 100
    send(pallet, place, shop, maker)
    assert Shipment.objects.filter(state="coming").count() == 2


def test_a_package_that_was_refused_comes_back_as_it_was(crate, lot, place, shop, maker):
    send(crate, place, shop, maker)
    take(crate, "refuse", of(shop), reason="Thùng ướt")
    shipment = Shipment.objects.get()
    assert (crate.state, shipment.state, shipment.answer) == ("refused", "refused", "Thùng ướt")
    with pytest.raises(Refused, match="Kiện đã về"):
        take(shipment, "bring-back", maker, received_on=CAME, location=place)
    take(crate, "bring-back", maker, received_on=CAME, location=place)
    shipment.refresh_from_db()
    assert (crate.state, crate.receiver, shipment.state, amount_of(lot)) == (
        "packed",
        None,
        "taken_back",
        100,
    )
    with pytest.raises(Refused, match="đã đóng trong thùng"):
        write(lot, place, "sell", 100, maker, CAME)


def test_a_receiver_counts_what_differs_at_the_shipment(pallet, lot, place, shop, maker):
    send(pallet, place, shop, maker)
    values = {"received_on": CAME, "location": shop.locations.get()}
    for shipment in Shipment.objects.order_by("amount"):
        pallet.refresh_from_db()
        assert pallet.state == "sent"
        take(shipment, "receive", of(shop), received_amount=shipment.amount - 1, **values)
    pallet.refresh_from_db()
    assert (pallet.state, pallet.received_on) == ("received", CAME)
    assert set(Shipment.objects.values_list("state", flat=True)) == {"differs"}


def test_another_producer_sees_nothing_and_the_receiver_its_part(crate, place, shop, maker):
    stranger = of(ProducerFactory())
    assert not Package.objects.visible_to(of(shop))
    send(crate, place, shop, maker)
    assert list(Package.objects.visible_to(of(shop))) == [crate]
    for model in (Package, PackageLine):
        assert not model.objects.visible_to(stranger)
    assert not PackageLine.objects.visible_to(of(shop))
    with pytest.raises(NotVisible):
        take(crate, "receive", stranger, received_on=CAME, location=place)
    with pytest.raises(Refused):
        take(crate, "unpack", of(shop), unpacked_on=CAME, location=shop.locations.get())


def test_numbers_of_a_company_begin_with_its_prefix(lot, place, maker, harvest):
    party = lot.item.organisation.trace_parties.get()
    with acting(SYSTEM):
        party.confirmed_codes = "9521234"
        party.save()
    crate = pack(lot, place, maker, 1)
    assert (crate.sscc[:8], crate.is_internal) == ("99521234", False)
    assert has_right_check_digit(crate.sscc)


@pytest.fixture
def recall(crate, lot):
    """A recall of the lot, as far as its scope."""
    TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True)
    editor = an_actor(unit_code="TDC")

    def begin():
        return take(opened(editor, lot), "scope", editor)

    return begin


def test_a_package_is_marked_while_goods_of_a_recalled_lot_are_in_it(
    crate, lot, place, maker, recall, client
):
    warning = "Bên trong có hàng đang bị THU HỒI"
    assert warning not in client.get(crate.public_path).content.decode()
    issue(recall(), an_actor(unit_code="TDC"))
    answer = client.get(crate.public_path)
    assert (answer.status_code, warning in answer.content.decode()) == (200, True)
    with pytest.raises(Refused):
        pack(lot, place, maker, 1)


def test_recalled_goods_in_packages_are_counted_once(crate, lot, place, shop, maker, recall):
    send(crate, place, shop, maker)
    receive(crate, shop)
    pack(lot, place, maker, 10)
    take(Package.objects.latest("pk"), "unpack", maker, unpacked_on=SENT, location=place)
    rows = recall().stocks.all()
    assert {(each.party, each.made, each.destroyed, each.remaining) for each in rows} == {
        (lot.item.organisation.trace_parties.get(), 100, 0, 76),
        (shop.trace_parties.get(), 0, 0, 24),
    }


def test_a_package_of_a_recalled_lot_is_not_sent(crate, place, shop, maker, recall):
    issue(recall(), an_actor(unit_code="TDC"))
    values = {"partner": shop.trace_parties.get(), "sent_on": TODAY, "location": place}
    with pytest.raises(Refused):
        take(crate, "send", maker, **values)
    crate.refresh_from_db()
    assert (crate.state, Shipment.objects.count()) == ("packed", 0)


@pytest.mark.parametrize("typed", ["{sscc}", "(00){sscc}", "https://id.gs1.org/00/{sscc}", "00{sscc}"])
def test_a_telephone_receives_a_package_by_its_code(crate, place, maker, shop, client, tenant_of, typed):
    send(crate, place, shop, maker)
    account = tenant_of(shop)
    client.force_login(account)
    code = typed.format(sscc=crate.sscc)
    answer = send_entry(client, sent_receipt(shop.locations.get(), account, code=code, amount="24"))
    assert answer.status_code == 200, answer.content
    crate.refresh_from_db()
    assert (crate.state, Shipment.objects.get().received_amount) == ("received", 24)


def test_a_package_leads_to_its_public_page_where_that_knows_it(client, crate, tenant_of):
    without_events = PackageFactory(organisation=crate.organisation)
    client.force_login(tenant_of(crate.organisation))
    for package, leads in ((crate, True), (without_events, False)):
        shown = client.get(f"/goods/packages/{package.pk}/").content.decode()
        assert (f'href="{package.public_path}"' in shown) == leads
        assert client.get(package.public_path).status_code == (200 if leads else 404)


def lines_of_work(organisation):
    found = [*shipment_work(of(organisation), TODAY).items, *package_work(of(organisation), TODAY).items]
    return [(each.what, each.title, each.url) for each in found]


def test_a_package_that_is_coming_is_one_line_of_work(pallet, lot, place, shop, maker):
    coming = ("Kiện đang tới, xác nhận khi nhận", str(pallet), f"/goods/packages/{pallet.pk}/")
    assert lines_of_work(shop) == []
    send(pallet, place, shop, maker)
    assert (lines_of_work(shop), lines_of_work(lot.item.organisation)) == ([coming], [])
    [line] = package_work(of(shop), TODAY).items
    assert line.note.startswith("Hợp tác xã Côn Minh · 02/06/2022 · Miến dong Minh Họa, lô ")
    receive(pallet, shop)
    assert lines_of_work(shop) == lines_of_work(lot.item.organisation) == []


def test_work_on_a_package_of_which_one_lot_differs(pallet, place, shop, maker):
    send(pallet, place, shop, maker)
    counted = {"received_on": CAME, "location": shop.locations.get(), "received_amount": 1}
    first, last = Shipment.objects.order_by("pk")
    take(first, "receive", of(shop), **counted)
    differs = ("Thống nhất số lượng giao nhận", f"{first.item_name} – {first.lot_number}")
    assert sorted(each[:2] for each in lines_of_work(shop)) == sorted(
        [differs, ("Kiện đang tới, xác nhận khi nhận", str(pallet))]
    )
    take(last, "receive", of(shop), **{**counted, "received_amount": last.amount})
    assert [each[:2] for each in lines_of_work(shop)] == [differs]


def test_a_package_that_was_turned_away_is_one_line_of_work_of_who_packed_it(pallet, lot, place, shop, maker):
    send(pallet, place, shop, maker)
    take(pallet, "refuse", of(shop), reason="Thùng ướt")
    refused = ("Kiện bị từ chối nhận", str(pallet), f"/goods/packages/{pallet.pk}/")
    assert (lines_of_work(shop), lines_of_work(lot.item.organisation)) == ([], [refused])
    [line] = package_work(maker, TODAY).items
    assert line.note.endswith(" · Thùng ướt")
    take(pallet, "bring-back", maker, received_on=CAME, location=place)
    assert lines_of_work(lot.item.organisation) == []


def test_the_page_of_a_package_says_to_its_receiver_what_is_known_to_it(
    pallet, lot, place, shop, maker, client, tenant_of
):
    send(pallet, place, shop, maker)
    shown = {}
    for owner in (lot.item.organisation, shop):
        client.force_login(tenant_of(owner))
        page = html.fromstring(client.get(f"/goods/packages/{pallet.pk}/").content)
        shown[owner] = {each.text_content().strip() for each in page.xpath("//main//section//h2")}
    assert shown[lot.item.organisation] == shown[shop] | {"Hàng trong kiện", "Tem vận chuyển"}


def test_the_history_of_a_package_names_no_columns_of_the_program(crate, place, shop, maker):
    send(crate, place, shop, maker)
    labels = {
        each.label for entry in latest_changes(crate, an_actor(unit_code="TDC")) for each in entry.changes
    }
    assert labels == {"Mã kiện", "Loại", "Bên đóng", "Ngày đóng", "Tình trạng", "Bên nhận", "Ngày giao"}
