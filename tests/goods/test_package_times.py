"""The order of the events of packages and of what is in them, whenever the steps are entered."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.goods.models import LotEntry, Package, Shipment
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.trace.models import Event, EventObject
from khcn.trace.store.encoding.instants import instant
from tests.factories.base import an_actor
from tests.factories.trace import TracePartyFactory
from tests.goods import test_packages
from tests.goods.test_diary import of, take
from tests.goods.test_recalls import issue, opened

pytestmark = pytest.mark.django_db
lot, maker, place, shop = (
    test_packages.lot,
    test_packages.maker,
    test_packages.place,
    test_packages.shop,
)
DAY = date(2022, 6, 1)
ZONE = ZoneInfo(project.TIME_ZONE)
AFTERNOON, EVENING = time(15), time(16)
MORNING_AFTER = datetime.combine(DAY + timedelta(days=1), time(8), ZONE)
WARNING = "Bên trong có hàng đang bị THU HỒI"


def on_day(hour):
    return datetime.combine(DAY, hour, ZONE)


def step(record, name, actor, at, **values):
    """An action, entered at a moment."""
    register = register_of(type(record))
    with time_machine.travel(at, tick=False):
        run(action_to_run(register, name), register, record.pk, values, actor=actor, on=at.date())
    record.refresh_from_db()
    return record


def enter(lot, place, kind, amount, actor, at, day=DAY, **more):
    entry = LotEntry(lot=lot, location=place, kind=kind, amount=amount, done_on=day, **more)
    with time_machine.travel(at, tick=False):
        entry.full_clean()
        save_row(register_of(LotEntry), entry, actor=actor, on=at.date())
    return entry


def pack(lot, place, actor, amount, at, kind="box", day=DAY):
    step(lot, "pack", actor, at, kind=kind, count=1, amount=amount, packed_on=day, location=place)
    return Package.objects.latest("pk")


def put_onto(crate, pallet, place, actor, at, day=DAY):
    return step(crate, "put-onto", actor, at, outer=pallet, packed_on=day, location=place)


def send(package, place, shop, actor, at, day=DAY):
    return step(package, "send", actor, at, partner=shop.trace_parties.get(), sent_on=day, location=place)


@pytest.fixture
def harvest(lot, place, maker):
    return enter(lot, place, "harvest", 1000, maker, on_day(time(8)))


@pytest.fixture
def crate(lot, place, maker, harvest):
    return pack(lot, place, maker, 24, on_day(AFTERNOON))


def moments(*steps):
    """When events were, in the order of their capture: of these business steps, with whether they name a package."""
    rows = Event.objects.filter(biz_step__in=steps).order_by("id")
    return [
        (each.biz_step, "/00/" in each.body, instant(each.event_time).astimezone(ZONE).time())
        for each in rows
    ]


def recall(lot):
    TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True)
    editor = an_actor(unit_code="TDC")
    issue(take(opened(editor, lot), "scope", editor), an_actor(unit_code="TDC"))


def has_warning(client, package):
    return WARNING in client.get(package.public_path).content.decode()


def test_a_crate_that_is_unpacked_in_the_diary_of_the_next_day_is_empty(crate, lot, place, maker, client):
    step(crate, "unpack", maker, MORNING_AFTER, unpacked_on=DAY, location=place)
    assert moments("packing", "unpacking") == [
        ("packing", True, AFTERNOON),
        ("unpacking", True, AFTERNOON),
    ]
    recall(lot)
    assert not has_warning(client, crate)


def test_a_crate_that_is_received_in_the_diary_of_the_next_day_comes_after_it_left(crate, place, shop, maker):
    send(crate, place, shop, maker, on_day(EVENING))
    step(crate, "receive", of(shop), MORNING_AFTER, received_on=DAY, location=shop.locations.get())
    assert moments("packing", "shipping", "receiving") == [
        ("packing", True, AFTERNOON),
        ("shipping", False, EVENING),
        ("shipping", True, EVENING),
        ("receiving", False, EVENING),
        ("receiving", True, EVENING),
    ]


def test_a_crate_goes_from_pallet_to_pallet_in_the_diary_of_the_next_day(crate, lot, place, maker, client):
    first = pack(lot, place, maker, 1, on_day(AFTERNOON), kind="pallet")
    put_onto(crate, first, place, maker, on_day(EVENING))
    step(first, "unpack", maker, MORNING_AFTER, unpacked_on=DAY, location=place)
    second = pack(lot, place, maker, 1, MORNING_AFTER, kind="pallet")
    put_onto(crate, second, place, maker, MORNING_AFTER)
    rows = EventObject.objects.filter(thing=crate.thing).order_by("event")
    assert [instant(each.event_time).astimezone(ZONE).time() for each in rows] == [
        AFTERNOON,
        EVENING,
        EVENING,
        EVENING,
    ]
    recall(lot)
    assert [has_warning(client, each) for each in (first, second)] == [False, True]


def test_goods_leave_with_their_package(crate, place, shop, maker):
    send(crate, place, shop, maker, on_day(EVENING))
    assert moments("shipping") == [("shipping", False, EVENING), ("shipping", True, EVENING)]


def test_the_goods_of_a_package_that_left_on_an_earlier_day_leave_after_they_were_packed(
    crate, place, shop, maker
):
    send(crate, place, shop, maker, MORNING_AFTER)
    assert moments("shipping") == [("shipping", False, AFTERNOON), ("shipping", True, AFTERNOON)]


def test_goods_that_were_packed_or_received_on_a_day_leave_loose_after_that(crate, lot, place, shop, maker):
    step(crate, "unpack", maker, on_day(EVENING), unpacked_on=DAY, location=place)
    partner = shop.trace_parties.get()
    sent = enter(lot, place, "ship", 10, maker, on_day(time(17)), partner=partner)
    shipment = Shipment.objects.get(entry=sent)
    counter = shop.locations.get()
    step(
        shipment,
        "receive",
        of(shop),
        on_day(time(18)),
        received_amount=10,
        received_on=DAY,
        location=counter,
    )
    enter(shipment.arrival.lot, counter, "sell", 1, of(shop), MORNING_AFTER)
    assert moments("shipping", "receiving", "retail_selling") == [
        ("shipping", False, EVENING),
        ("receiving", False, time(18)),
        ("retail_selling", False, time(18)),
    ]


def test_loose_goods_that_are_received_in_the_diary_of_the_next_day_come_after_they_left(
    harvest, lot, place, shop, maker
):
    partner = shop.trace_parties.get()
    sent = enter(lot, place, "ship", 10, maker, on_day(EVENING), done_at=AFTERNOON, partner=partner)
    values = {"received_amount": 10, "received_on": DAY, "location": shop.locations.get()}
    step(Shipment.objects.get(entry=sent), "receive", of(shop), MORNING_AFTER, **values)
    assert moments("shipping", "receiving") == [
        ("shipping", False, AFTERNOON),
        ("receiving", False, AFTERNOON),
    ]
    arrival = Event.objects.get(biz_step="receiving")
    assert '"eventTime":"2022-06-01T15:00:00.000+07:00"' in arrival.body


def test_a_declaration_repeats_its_event_though_its_place_has_another_code(crate, place, shop, maker):
    send(crate, place, shop, maker, on_day(EVENING))
    place.code = "XM-2"
    with time_machine.travel(MORNING_AFTER):
        save_row(register_of(type(place)), place, actor=maker, on=MORNING_AFTER.date())
    step(crate, "call-back", maker, MORNING_AFTER, reason="Chưa từng đi")
    step(crate.lines.get(), "declare-wrong", maker, MORNING_AFTER, reason="Chưa từng đóng")
    wrong = Event.objects.filter(declared=True)
    assert wrong.count() == 3
    for each in wrong:
        first = Event.objects.get(event_id=each.event_id, declared=False)
        assert (each.read_point, each.event_time) == (first.read_point, first.event_time)


_DELAY = st.integers(min_value=0, max_value=30)  # hours from one step to the next


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delays=st.lists(_DELAY, min_size=8, max_size=8), late=st.lists(st.booleans(), min_size=8, max_size=8))
def test_no_event_of_a_crate_is_before_the_earlier_ones(harvest, lot, place, shop, maker, delays, late):
    """Each step is entered some hours after the one before, of that day or where that may be of the day before."""
    entered, day, names = on_day(time(9)), DAY, []
    crate = pallet = None
    for number, (hours, is_late) in enumerate(zip(delays, late, strict=True)):
        entered += timedelta(hours=hours, minutes=1)
        day = max(day, entered.date() - timedelta(days=is_late))
        there = {"received_on": day, "location": place}
        if number == 0:
            crate = pack(lot, place, maker, 2, entered, day=day)
        elif number == 1:
            pallet = pack(lot, place, maker, 1, entered, "pallet", day=day)
        elif number in {2, 7}:
            pallet = pallet if number == 2 else pack(lot, place, maker, 1, entered, "pallet", day=day)
            put_onto(crate, pallet, place, maker, entered, day=day)
        elif number == 3:
            send(pallet, place, shop, maker, entered, day=day)
        elif number == 4:
            step(pallet, "refuse", of(shop), entered, reason="Thùng ướt")
        elif number == 5:
            step(pallet, "bring-back", maker, entered, **there)
        else:
            step(pallet, "unpack", maker, entered, unpacked_on=day, location=place)
        names.append(day)
    for thing in (crate.thing, Package.objects.filter(kind="pallet").earliest("pk").thing):
        rows = EventObject.objects.filter(thing=thing).order_by("event")
        times = list(rows.values_list("event_time", flat=True))
        assert times == sorted(times)
    shown = [
        instant(each).astimezone(ZONE).date()
        for each in EventObject.objects.filter(thing=crate.thing)
        .order_by("event")
        .values_list("event_time", flat=True)
    ]
    assert shown == [names[0], names[2], names[6], names[7]]
