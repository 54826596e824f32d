"""The days of a lot: another shelf life of the product changes no lot, and days that labels and events have are corrected with a reason."""

from datetime import date, timedelta

import pytest

from khcn.goods.enums import EntryKind
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from tests.factories.goods import LocationFactory, LotEntryFactory, LotFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.goods.test_diary import MADE, TODAY, enter, of, take, write

pytestmark = pytest.mark.django_db
MORE = {"use": lambda: {"into": LotFactory()}, "ship": lambda: {"receiver": ProducerFactory()}}


@pytest.fixture
def item():
    return TradeItemFactory(shelf_life_days=30)


@pytest.fixture
def maker(item):
    return of(item.organisation)


def changed(record, actor, **values):
    for name, value in values.items():
        setattr(record, name, value)
    save_row(register_of(type(record)), record, actor=actor, on=TODAY)
    record.refresh_from_db()
    return record


def test_another_shelf_life_is_of_later_lots_alone(item, maker):
    first = enter(LotFactory.build(item=item, number="1", made_on=date(2022, 5, 10)), maker)
    from_before = LotFactory(item=item, number="2", made_on=date(2022, 5, 10), expires_on=None)
    assert first.expires_on == from_before.last_day() == date(2022, 6, 9)
    changed(item, maker, shelf_life_days=30_000)
    later = enter(LotFactory.build(item=item, number="3", made_on=date(2022, 5, 10)), maker)
    for lot in (first, from_before):
        lot.refresh_from_db()
        assert lot.expires_on == date(2022, 6, 9)
    assert later.expires_on == date(2104, 6, 29)


def test_the_first_shelf_life_is_also_of_lots_on_record(maker, item):
    changed(item, maker, shelf_life_days=None)
    lot = enter(LotFactory.build(item=item, made_on=date(2022, 5, 10)), maker)
    assert lot.expires_on is None
    for days in (10, 20):
        changed(item, maker, shelf_life_days=days)
        lot.refresh_from_db()
        assert lot.expires_on == date(2022, 5, 20)


def test_a_lot_without_entries_follows_its_day(item, maker):
    lot = enter(LotFactory.build(item=item, made_on=date(2022, 5, 10)), maker)
    assert changed(lot, maker, made_on=date(2022, 5, 20)).expires_on == date(2022, 6, 19)
    assert changed(lot, maker, expires_on=date(2022, 7, 1)).expires_on == date(2022, 7, 1)
    assert changed(lot, maker, made_on=date(2022, 5, 21)).expires_on == date(2022, 7, 1)  # as it was typed


def test_days_of_a_lot_with_a_diary_are_corrected_with_a_reason(item, maker):
    lot = enter(LotFactory.build(item=item, made_on=MADE), maker)
    with pytest.raises(Refused, match="hãy sửa ngày trong phần sửa lô"):
        take(lot, "correct-days", maker, made_on=MADE, expires_on=None, reason="Nhầm")
    place = LocationFactory(organisation=item.organisation)
    write(lot, place, "harvest", 10, maker)
    sale = write(lot, place, "sell", 1, maker)
    for wrong in ({"expires_on": date(2029, 9, 1)}, {"made_on": date(2022, 1, 1)}):
        with pytest.raises(Refused, match="dùng “Đính chính ngày của lô”"):
            changed(lot, maker, **wrong)
        lot.refresh_from_db()
    with pytest.raises(Refused, match="trước ngày sản xuất này"):
        take(
            lot,
            "correct-days",
            maker,
            made_on=sale.done_on.replace(year=2023),
            expires_on=None,
            reason="Nhầm",
        )
    lot.refresh_from_db()
    take(lot, "correct-days", maker, made_on=MADE, expires_on=date(2029, 9, 1), reason="Gõ nhầm năm")
    lot.refresh_from_db()
    assert (lot.expires_on, lot.corrected) == (date(2029, 9, 1), True)


def test_days_of_goods_that_were_received_are_the_makers():
    lot = LotFactory(source_path="/01/09520000000011/10/A1")
    with pytest.raises(Refused, match="là của bên làm ra"):
        take(lot, "correct-days", of(lot.item.organisation), made_on=MADE, expires_on=None, reason="Nhầm")


@pytest.mark.parametrize(("life", "last"), [(30, MADE + timedelta(days=30)), (None, None)])
def test_a_corrected_lot_without_a_last_day_has_the_one_by_the_shelf_life(life, last):
    item = TradeItemFactory(shelf_life_days=life)
    maker = of(item.organisation)
    lot = LotFactory(item=item, made_on=date(2022, 5, 1), expires_on=date(2029, 9, 1))
    write(lot, LocationFactory(organisation=item.organisation), "harvest", 10, maker)
    take(lot, "correct-days", maker, made_on=MADE, expires_on=None, reason="Gõ nhầm")
    assert (lot.expires_on, lot.last_day()) == (last, last)


@pytest.mark.parametrize("kind", EntryKind.values)
def test_what_is_done_before_a_lot_is_made_does_not_bind_its_day(kind):
    lot = LotFactory(made_on=date(2022, 5, 1))
    entry = LotEntryFactory(lot=lot, kind=kind, done_on=date(2022, 5, 1), **MORE.get(kind, dict)())
    values = {"made_on": MADE, "expires_on": None, "reason": "Gõ nhầm"}
    if kind in {"work", "harvest"}:  # a harvest takes days, and the lot is of the last of them
        assert take(lot, "correct-days", of(lot.item.organisation), **values).made_on == MADE
        return
    with pytest.raises(Refused, match="trước ngày sản xuất này"):
        take(lot, "correct-days", of(lot.item.organisation), **values)
    entry.refresh_from_db()
    assert entry.lot.made_on == date(2022, 5, 1)
