"""What the department has to look at: each rule finds its violation and nothing else, and what is mended is over."""

import json
from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from khcn.goods.enums import PartyFindingKind
from khcn.goods.models import PartyFinding, Shipment
from khcn.goods.operations import findings
from khcn.goods.operations.supervision import look_at_reports
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.text.dates import format_date
from khcn.trace.operations.capture import capture_in_transaction
from tests.factories.goods import LocationFactory, LotFactory
from tests.factories.parties import ProducerFactory
from tests.factories.reference import RuleParameterFactory
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_shipments import receive
from tests.trace.rest_given import document

pytestmark = pytest.mark.django_db
LATER = date(2024, 3, 1)


@pytest.fixture
def rule():
    return RuleParameterFactory(code="goods.stale_days", value=30, valid_from=date(2019, 1, 1))


@pytest.fixture
def lot():
    return LotFactory(number="A/21", made_on=MADE, published_on=TODAY)  # of which events have "A%2F21"


@pytest.fixture
def maker(lot):
    return of(lot.item.organisation)


@pytest.fixture
def place(lot):
    return LocationFactory(organisation=lot.item.organisation)


def found(on=TODAY):
    look_at_reports(actor=SYSTEM, on=on)
    rows = PartyFinding.objects.filter(over_on__isnull=True).order_by("kind", "subject")
    return [(each.kind, each.words) for each in rows]


def capture(party, *events, at):
    """Events as a party's program sends them."""
    with acting(SYSTEM):
        capture_in_transaction(party=party, body=json.dumps(document(*events)).encode(), at=at)


def test_nothing_is_found_where_all_is_well(rule, lot, maker, place):
    entry = write(lot, place, "harvest", 10, maker)
    write(lot, place, "sell", 5, maker)
    assert found(entry.created_at.date()) == []


def test_who_reports_nothing_is_found_until_it_reports(rule, lot, maker, place):
    confirmed = timezone.localtime(lot.item.organisation.trace_parties.get().created_at).date()
    assert found(confirmed + timedelta(days=30)) == []
    words = f"Chưa báo sự kiện nào từ khi được xác nhận ngày {format_date(confirmed)}."
    assert found(confirmed + timedelta(days=31)) == [(PartyFindingKind.STALE, words)]
    entry = write(lot, place, "harvest", 10, maker)
    assert found(entry.created_at.date()) == []
    assert PartyFinding.objects.get().over_on is not None


def test_who_could_not_sign_in_before_is_not_late(rule, lot, tenant_of):
    user = tenant_of(lot.item.organisation)
    since = user.created_at + timedelta(days=20)
    type(user)._base_manager.filter(pk=user.pk).update(created_at=since)
    day = timezone.localtime(since).date()
    assert found(day + timedelta(days=30)) == []
    words = f"Chưa báo sự kiện nào từ khi có tài khoản ngày {format_date(day)}."
    assert found(day + timedelta(days=31)) == [(PartyFindingKind.STALE, words)]


def test_who_has_many_findings_hides_none_of_others_and_how_many_more_there_are_is_a_row(rule, monkeypatch):
    monkeypatch.setattr(findings, "MOST", 4)

    def unpublished(organisation, count):
        made = [
            LotFactory(item__organisation=organisation, made_on=MADE, number=f"{count}-{number}")
            for number in range(count)
        ]
        location = LocationFactory(organisation=organisation)
        for each in made:
            write(each, location, "harvest", 10, of(organisation))
        return made

    def listed():
        look_at_reports(actor=SYSTEM, on=TODAY)
        rows = PartyFinding.objects.filter(over_on__isnull=True, kind=PartyFindingKind.NOT_READY)
        return {
            each: sorted(
                row.lot.number if row.lot else row.words for row in rows.filter(party__organisation=each)
            )
            for each in (first, second, third)
        }

    def rest(count):
        return f"Còn {count} phát hiện loại này của cơ sở không liệt kê ở đây."

    first, second, third = (ProducerFactory() for _each in range(3))
    lots = unpublished(first, 6)
    assert listed() == {first: ["6-0", "6-1", "6-2", "6-3", rest(2)], second: [], third: []}
    unpublished(second, 1)
    unpublished(third, 3)
    of_others = {second: ["1-0"], third: ["3-0", rest(2)]}
    assert listed() == {first: ["6-0", "6-1", "6-2", "6-3", rest(2)], **of_others}  # what stands is not over
    for each in lots[:4]:
        type(each)._base_manager.filter(pk=each.pk).update(published_on=TODAY)
    assert listed() == {first: ["6-4", rest(1)], **of_others}
    type(lots[4])._base_manager.filter(pk=lots[4].pk).update(published_on=TODAY)
    assert listed() == {first: ["6-5"], second: ["1-0"], third: ["3-0", "3-1", rest(1)]}


def test_lots_that_are_not_published_say_what_they_lack(rule, maker, lot, place):
    write(lot, place, "harvest", 10, maker)
    take(lot, "withdraw-publication", maker, reason="Nhãn sai")
    [words] = [words for kind, words in found() if kind == PartyFindingKind.NOT_READY]
    assert words.startswith("Còn thiếu: Hình ảnh sản phẩm")
    row = PartyFinding.objects.get(kind=PartyFindingKind.NOT_READY)
    assert (row.lot, row.party.organisation) == (lot, lot.item.organisation)


@pytest.mark.parametrize(
    ("kind", "amount", "is_found"),
    [("use", 9, True), ("use", 10, False), ("destroy", 10, False), ("sell", 10, True), ("ship", 10, True)],
)
def test_a_lot_of_which_nothing_is_left_or_given_away_is_asked_nothing(
    rule, maker, lot, place, kind, amount, is_found
):
    """Raw material that was used up has no label on goods any more; what others have got has one."""
    write(lot, place, "harvest", 10, maker)
    more = {"use": {"into": LotFactory(item=lot.item, made_on=lot.made_on)}}
    more["ship"] = {"receiver": ProducerFactory()}
    write(lot, place, kind, amount, maker, **more.get(kind, {}))
    take(lot, "withdraw-publication", maker, reason="Nhãn sai")
    look_at_reports(actor=SYSTEM, on=TODAY)
    found_lots = PartyFinding.objects.filter(kind=PartyFindingKind.NOT_READY, lot=lot)
    assert found_lots.exists() is is_found


def test_more_out_than_in(lot, maker, place):
    write(lot, place, "harvest", 10, maker)
    sale = write(lot, place, "sell", 10, maker)
    type(sale)._base_manager.filter(pk=sale.pk).update(amount=12)  # past every check
    assert found() == [(PartyFindingKind.TOO_MUCH, "Ra nhiều hơn vào 2 kg.")]


def test_more_arrives_than_was_sent(lot, maker, place):
    shop = ProducerFactory()
    LocationFactory(organisation=shop)
    write(lot, place, "harvest", 10, maker)
    write(lot, place, "ship", 5, maker, partner=shop.trace_parties.get())
    receive(Shipment.objects.get(), 6)
    assert found() == [(PartyFindingKind.TOO_MUCH, "Nhận nhiều hơn số bên giao báo: thừa 1 kg.")]
    assert PartyFinding.objects.get().party.organisation == shop


def test_goods_that_nobody_confirms(rule, lot, maker, place):
    shop = ProducerFactory()
    write(lot, place, "harvest", 10, maker)
    write(lot, place, "ship", 5, maker, partner=shop.trace_parties.get())
    kinds = [kind for kind, _words in found(LATER)]
    assert kinds.count(PartyFindingKind.UNSETTLED) == 1


def test_what_was_sent_before_it_was_made(lot, maker, place):
    party = lot.item.organisation.trace_parties.get()
    entry = write(lot, place, "harvest", 10, maker)
    event = {
        "type": "ObjectEvent",
        "eventTime": "2022-05-01T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "quantityList": [{"epcClass": f"https://id.gs1.org{lot.public_path}", "quantity": 1, "uom": "KGM"}],
    }
    capture(party, event, at=entry.created_at)
    assert found() == [
        (
            PartyFindingKind.BEFORE_MADE,
            "Giao, bán hoặc dùng lúc 08:00 01/05/2022, trước khi làm ra lúc 12:00 10/05/2022.",
        )
    ]
    assert PartyFinding.objects.get().lot == lot


def moved(lot, step, at, *, listed="quantityList", **more):
    """An event of a program of its own that names a lot."""
    return {
        "type": "ObjectEvent",
        "eventTime": f"{at}.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": step,
        listed: [{"epcClass": f"https://id.gs1.org{lot.public_path}", "quantity": 1, "uom": "KGM"}],
        **more,
    }


def test_who_plants_and_cares_months_before_the_harvest_is_accused_of_nothing(lot, maker, place):
    write(lot, place, "work", None, maker, date(2022, 1, 10), note="Trồng")
    entry = write(lot, place, "harvest", 10, maker)
    capture(
        lot.item.organisation.trace_parties.get(),
        moved(lot, "inspecting", "2022-03-01T08:00:00"),
        at=entry.created_at,
    )
    assert found() == []


@pytest.mark.parametrize("step", ["shipping", "departing", "retail_selling", "destroying"])
def test_each_way_out_of_a_lot_before_its_harvest_is_found(lot, maker, place, step):
    entry = write(lot, place, "harvest", 10, maker)
    capture(
        lot.item.organisation.trace_parties.get(),
        moved(lot, step, "2022-05-01T08:00:00"),
        at=entry.created_at,
    )
    assert [kind for kind, _words in found()] == [PartyFindingKind.BEFORE_MADE]


def test_an_event_id_that_is_no_uuid_breaks_nothing(lot, maker, place):
    entry = write(lot, place, "harvest", 10, maker)
    event = moved(lot, "shipping", "2022-05-10T08:00:00", eventID="urn:uuid:khong-phai")
    capture(lot.item.organisation.trace_parties.get(), event, at=entry.created_at)
    assert found() == []  # the harvest has no hour


def test_what_was_used_before_its_harvest_is_found(lot, maker, place):
    entry = write(lot, place, "harvest", 10, maker)
    used = moved(lot, "commissioning", "2022-05-01T08:00:00", listed="inputQuantityList")
    del used["action"]
    used |= {
        "type": "TransformationEvent",
        "transformationID": "urn:uuid:11111111-2222-4333-8444-555555555555",
    }
    capture(lot.item.organisation.trace_parties.get(), used, at=entry.created_at)
    assert [kind for kind, _words in found()] == [PartyFindingKind.BEFORE_MADE]


@pytest.mark.parametrize(
    ("harvested", "sold", "is_found"),
    [
        (time(14), time(8), True),
        (time(14), None, False),  # its event is of 12:00
        (None, time(8), False),
        (time(8), time(14), False),
    ],
)
def test_an_entry_without_an_hour_is_before_nothing_of_its_day(lot, maker, place, harvested, sold, is_found):
    write(lot, place, "harvest", 10, maker, done_at=harvested)
    write(lot, place, "sell", 1, maker, done_at=sold)
    assert [kind for kind, _words in found()] == [PartyFindingKind.BEFORE_MADE] * is_found


def test_what_was_packed_and_never_made(lot, maker, place):
    party = lot.item.organisation.trace_parties.get()
    entry = write(lot, place, "harvest", 10, maker)
    head = {
        "eventTimeZoneOffset": "+07:00",
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "commissioning",
    }
    number = f"https://id.gs1.org/01/{lot.item.number}/21/"
    made = {**head, "eventTime": "2022-05-10T13:00:00.000+07:00", "epcList": [number + "A1"]}
    packed = {
        "type": "AggregationEvent",
        "eventTimeZoneOffset": "+07:00",
        "eventTime": "2022-05-10T14:00:00.000+07:00",
        "action": "ADD",
        "bizStep": "packing",
        "parentID": "https://id.gs1.org/00/095212340000000020",
        "childEPCs": [number + "A1", number + "A2"],
    }
    capture(party, made, packed, at=entry.created_at)
    assert found() == [
        (PartyFindingKind.NEVER_MADE, "Đóng gói lúc 14:00 10/05/2022 mà không bên nào báo đã làm ra.")
    ]
    assert PartyFinding.objects.get().subject.endswith("/21/A2")
    capture(party, {**made, "epcList": [number + "A2"]}, at=entry.created_at)
    assert found() == []
