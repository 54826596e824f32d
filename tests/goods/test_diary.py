"""The diary of a lot: entries become events, balance, and are declared wrong."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn.epcis.ids.digital_link import parse
from khcn.goods.models import LotEntry, TradeItem
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Actor, ActorKind
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row, save_rows
from khcn.trace.models import Event
from khcn.trace.queries.public_page import public_goods
from tests.factories.goods import (
    LocationFactory,
    LotFactory,
    ProductGroupFactory,
    TradeItemFactory,
)
from tests.factories.parties import OrganisationFactory, ProducerFactory

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 14)
MADE = date(2022, 5, 10)


def of(organisation):
    return Actor(5, "Hợp tác xã", None, kind=ActorKind.ORGANISATION, organisation_id=organisation.pk)


def enter(record, actor):
    record.full_clean()
    save_row(register_of(type(record)), record, actor=actor, on=TODAY)
    return record


def take(record, name, actor, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=TODAY)
    record.refresh_from_db()
    return record


@pytest.fixture
def lot():
    return LotFactory(item__name="Miến dong Minh Họa", made_on=MADE, published_on=TODAY)


@pytest.fixture
def owner(lot):
    return of(lot.item.organisation)


@pytest.fixture
def location(lot):
    return LocationFactory(organisation=lot.item.organisation, name="Xưởng miến")


def write(lot, location, kind, amount, actor, day=MADE, **more):
    return enter(LotEntry(lot=lot, location=location, kind=kind, amount=amount, done_on=day, **more), actor)


def page_of(lot):
    return public_goods(parse(f"https://id.gs1.org/01/{lot.item.number}/10/{lot.number}"))


def test_a_harvest_is_an_event_and_on_the_page_of_the_label(lot, location, owner):
    entry = write(lot, location, "harvest", Decimal("120.5"), owner)
    event = Event.objects.get()
    assert event.event_id == f"urn:uuid:{entry.event}"
    page = page_of(lot)
    assert [(step.biz_step, step.place.name) for step in page.steps] == [("commissioning", "Xưởng miến")]
    assert (page.name, page.lot, page.produced_on) == ("Miến dong Minh Họa", lot.number, "2022-05-10")


def test_starch_becomes_noodles_in_one_journey(lot, location, owner):
    starch = LotFactory(item=TradeItemFactory(organisation=lot.item.organisation), made_on=MADE)
    write(starch, location, "harvest", 50, owner)
    write(starch, location, "use", 40, owner, date(2022, 5, 11), into=lot)
    write(lot, location, "make", 30, owner, date(2022, 5, 11))
    [made] = [step for step in page_of(lot).steps if step.event_type == "TransformationEvent"]
    assert ([each.lot for each in made.made_of], made.goods) == (
        [starch.number],
        (),
    )  # "made", of this page's goods
    amounts = {each.pk: each.amount for each in type(lot).objects.with_amount()}
    assert amounts == {lot.pk: 30, starch.pk: 10}


@pytest.mark.parametrize("kind", ["use", "ship", "sell", "destroy"])
def test_no_more_is_taken_than_there_is(lot, location, owner, kind):
    write(lot, location, "harvest", 10, owner)
    more = {"use": {"into": LotFactory(item=lot.item)}, "ship": {"receiver": ProducerFactory()}}.get(kind, {})
    with pytest.raises(Refused, match="Lô chỉ còn 10 kg"):
        write(lot, location, kind, 11, owner, **more)
    write(lot, location, kind, 10, owner, **more)
    assert Event.objects.count() == 2


def test_what_was_taken_before_it_was_there_is_refused(lot, location, owner):
    write(lot, location, "harvest", 10, owner, date(2022, 6, 1))
    with pytest.raises(Refused, match="Lô chỉ còn 0 kg"):
        write(lot, location, "sell", 1, owner, date(2022, 5, 31))


def test_an_entry_between_leaves_enough_for_what_was_entered_later(lot, location, owner):
    write(lot, location, "harvest", 10, owner)
    write(lot, location, "sell", 8, owner, date(2022, 7, 1))
    with pytest.raises(Refused, match="Lô chỉ còn 2 kg"):
        write(lot, location, "sell", 3, owner, date(2022, 6, 1))


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from(["harvest", "sell", "destroy"]), st.integers(1, 9), st.integers(0, 5)),
        max_size=7,
    )
)
def test_no_sequence_of_entries_leaves_less_than_nothing(steps):
    lot = LotFactory()
    location, actor = LocationFactory(organisation=lot.item.organisation), of(lot.item.organisation)
    stored = []
    for kind, amount, day in steps:
        change = amount if kind == "harvest" else -amount
        days = [*stored, (day, change)]
        enough = all(sum(each for at, each in days if at <= last) >= 0 for last in range(6))
        try:
            write(lot, location, kind, amount, actor, date(2022, 5, 10 + day))
        except Refused:
            assert not enough
        else:
            assert enough
            stored = days
    assert type(lot).objects.with_amount().get(pk=lot.pk).amount == sum(each for _day, each in stored)


def test_an_entry_that_was_declared_wrong_counts_no_more(lot, location, owner):
    wrong = write(lot, location, "harvest", 1000, owner)
    write(lot, location, "harvest", 100, owner)
    take(wrong, "declare-wrong", owner, reason="Gõ thừa một số 0")
    assert (wrong.wrong_on, wrong.wrong_reason) == (TODAY, "Gõ thừa một số 0")
    assert type(lot).objects.with_amount().get(pk=lot.pk).amount == 100
    assert len(page_of(lot).steps) == 1
    with pytest.raises(Refused, match="đã được báo ghi sai ngày 14/09/2023"):
        take(wrong, "declare-wrong", owner, reason="Lần nữa")


def test_what_was_sold_from_is_not_declared_wrong(lot, location, owner):
    harvest = write(lot, location, "harvest", 10, owner)
    sale = write(lot, location, "sell", 4, owner)
    with pytest.raises(Refused, match="Lô đã được dùng, giao hoặc bán"):
        take(harvest, "declare-wrong", owner, reason="Ghi nhầm")
    take(sale, "declare-wrong", owner, reason="Ghi nhầm")
    take(harvest, "declare-wrong", owner, reason="Ghi nhầm")
    assert page_of(lot) is None or not page_of(lot).steps


def test_an_entry_never_changes(lot, location, owner):
    entry = write(lot, location, "harvest", 10, owner)
    entry.amount = 11
    with pytest.raises(Refused, match="Báo ghi sai"):
        enter(entry, owner)
    with pytest.raises(Refused, match="không xóa được"):
        register_of(LotEntry).writer.refuse_removal(entry, actor=owner, on=TODAY)


def test_without_a_trace_party_nothing_is_stored():
    lot = LotFactory(item__organisation=OrganisationFactory())
    location = LocationFactory(organisation=lot.item.organisation)
    with pytest.raises(Refused, match="Sở chưa xác nhận cơ sở này tham gia truy xuất"):
        write(lot, location, "harvest", 10, of(lot.item.organisation))
    assert (LotEntry.objects.count(), Event.objects.count()) == (0, 0)


def test_nobody_writes_into_the_diary_of_another(lot, location):
    with pytest.raises(NotPermitted):
        write(lot, location, "harvest", 10, of(ProducerFactory()))
    assert (LotEntry.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"location": "other"}, "Địa điểm này của cơ sở khác"),
        ({"kind": "harvest", "into": "same"}, "Chỉ việc dùng làm nguyên liệu mới ghi"),
        ({"kind": "sell", "receiver": "no party"}, "Chỉ việc giao hàng mới ghi bên nhận"),
        ({"kind": "use", "into": "other"}, "Lô này của cơ sở khác"),
        ({"kind": "use", "into": "same"}, "không làm nguyên liệu cho chính nó"),
        ({"kind": "ship", "receiver": "self"}, "Bên nhận là chính cơ sở này"),
        ({"kind": "ship", "receiver": "no party"}, "Bên nhận chưa tham gia truy xuất"),
        ({"kind": "sell", "done_on": date(2022, 5, 9)}, "Lô sản xuất, thu hoạch ngày 10/05/2022"),
        ({"done_on": date(2019, 5, 9)}, "Ngày này địa điểm không được dùng"),
        ({"done_on": date(2023, 9, 15)}, "ngày"),
    ],
)
def test_what_does_not_belong_together_is_refused(lot, location, owner, more, why):
    write(lot, location, "harvest", 10, owner)
    others = {
        "other": LocationFactory() if "location" in more else LotFactory(),
        "same": lot,
        "self": lot.item.organisation,
        "no party": OrganisationFactory(),
    }
    values = {"kind": "harvest", "location": location, "done_on": MADE}
    values |= {
        name: others.get(value, value) if isinstance(value, str) else value for name, value in more.items()
    }
    with pytest.raises(Refused, match=why):
        enter(LotEntry(lot=lot, amount=1, **values), owner)
    assert Event.objects.count() == 1


def test_goods_without_a_number_get_the_next_of_the_province():
    organisation, group = ProducerFactory(), ProductGroupFactory()
    first, second = (
        enter(TradeItem(organisation=organisation, name=name, group=group, unit="PA"), of(organisation))
        for name in ("Chè Shan tuyết", "Hồng không hạt")
    )
    assert (first.gtin, second.gtin) == ("2906000000010", "2906000000027")
    assert first.has_internal_number
    TradeItemFactory(organisation=organisation, gtin="2906000000096")
    assert (
        enter(TradeItem(organisation=organisation, name="Nấm", group=group, unit="BG"), of(organisation)).gtin
        == "2906000000102"
    )


@pytest.mark.parametrize("typed", ["9521400000014", "09521400000014"])
def test_a_number_is_one_number_however_many_zeros_stand_before_it(typed):
    organisation, group = ProducerFactory(), ProductGroupFactory()
    actor = of(organisation)
    values = {"organisation": organisation, "group": group, "unit": "PA", "name": "Chè Shan tuyết"}
    stored = enter(TradeItem(gtin=typed, **values), actor)
    assert (stored.gtin, stored.number) == ("9521400000014", "09521400000014")
    for again in ("9521400000014", "09521400000014"):
        with pytest.raises(ValidationError, match="Đã có sản phẩm với mã GTIN này"):
            enter(TradeItem(gtin=again, **values), actor)


def test_what_cannot_be_printed_in_a_code_is_named():
    with pytest.raises(ValidationError, match="Không in được vào mã: dấu cách, “Đ”"):
        LotFactory.build(item=TradeItemFactory(), number="MĐ 1").clean_fields()


def test_entries_are_numbered_in_their_lot(lot, location, owner):
    first, second = (write(lot, location, "harvest", 10, owner) for _time in range(2))
    other = LotFactory(item=lot.item)
    third = write(other, location, "harvest", 10, owner)
    assert (first.ordinal, second.ordinal, third.ordinal) == (1, 2, 1)


def test_an_entry_without_an_amount_is_a_check(lot, location, owner):
    with pytest.raises(Refused, match="Hãy ghi số lượng"):
        write(lot, location, "harvest", None, owner)
    assert write(lot, location, "check", None, owner).ordinal == 1


def test_several_products_without_a_number_come_together():
    organisation, group = ProducerFactory(), ProductGroupFactory()
    rows = [
        TradeItem(organisation=organisation, name=f"Hồng {each}", group=group, unit="PA") for each in range(3)
    ]
    save_rows(register_of(TradeItem), rows, actor=of(organisation), on=TODAY)
    assert sorted(each.gtin for each in rows) == ["2906000000010", "2906000000027", "2906000000034"]
