"""A recall that begins with a package reaches the whole of the lots in it; what strangers say of packages reaches nothing."""

import pytest

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.models import GoodsRecall
from khcn.kernel.refusals import Refused
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, LotFactory
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import MADE, TODAY, of, take
from tests.goods.test_packages import pack, receive, send
from tests.goods.test_recall_scope import diary, name_of, opened, reported

pytestmark = pytest.mark.django_db
STRANGERS_CRATE = f"{CANONICAL_STEM}/00/095212340000000013"


@pytest.fixture
def editor():
    return an_actor(unit_code="TDC")


@pytest.fixture(autouse=True)
def department():
    return TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True)


@pytest.fixture
def lot():
    lot = LotFactory(item__name="Miến dong", made_on=MADE, published_on=TODAY)
    LocationFactory(organisation=lot.item.organisation)
    diary(lot, "harvest", 100)
    return lot


@pytest.fixture
def maker(lot):
    return of(lot.item.organisation)


@pytest.fixture
def place(lot):
    return lot.item.organisation.locations.get()


@pytest.fixture
def shop():
    organisation = ProducerFactory(name="Cửa hàng Sông Cầu")
    LocationFactory(organisation=organisation, name="Quầy số 1", kind="shop")
    return organisation


@pytest.fixture
def other():
    """A lot of another producer, who has nothing to do with the first one."""
    lot = LotFactory(item__name="Chè", made_on=MADE, published_on=TODAY)
    LocationFactory(organisation=lot.item.organisation)
    diary(lot, "harvest", 10)
    return lot


def packed_by_stranger(stranger, *lots):
    for each in lots:
        reported(
            each,
            "AggregationEvent",
            party=stranger,
            action="ADD",
            bizStep="packing",
            parentID=STRANGERS_CRATE,
            childQuantityList=[{"epcClass": name_of(each), "quantity": 5, "uom": "KGM"}],
        )


def scope(editor, code):
    number = f"TH-{GoodsRecall.objects.count() + 1}"
    return take(opened(editor, code=number, begins_with="code", identifier=code), "scope", editor)


def rows(recall):
    return {
        (each.lot_path, each.holder, each.made, each.received, each.sent, each.remaining)
        for each in recall.stocks.all()
    }


def paths(recall):
    return {each.lot_path for each in recall.stocks.all()}


def test_what_a_stranger_says_of_his_own_crate_recalls_nobody_s_goods(lot, other, editor):
    """He says that recalled goods are in his crate, and that the goods of a competitor were made of it."""
    stranger = ProducerFactory().trace_parties.get()
    packed_by_stranger(stranger, lot)
    reported(
        other,
        "TransformationEvent",
        party=stranger,
        bizStep="commissioning",
        inputEPCList=[STRANGERS_CRATE],
        outputQuantityList=[{"epcClass": name_of(other), "quantity": 5, "uom": "KGM"}],
    )
    recall = take(opened(editor, lot=lot), "scope", editor)
    assert paths(recall) == {lot.public_path}
    assert f"{other.number}: chỉ có báo cáo chưa được xác nhận" in recall.gaps


@pytest.mark.parametrize(
    "typed", ["{sscc}", "(00){sscc}", "https://truyxuat.vidu.vn/00/{sscc}", CANONICAL_STEM + "/00/{sscc}"]
)
def test_a_recall_that_begins_with_a_crate_is_one_of_the_whole_lot(lot, place, maker, shop, editor, typed):
    """24 of 100 kilograms went to the shop in the crate: all is recalled, as where the recall begins with the lot."""
    crate = pack(lot, place, maker, 24)
    send(crate, place, shop, maker)
    receive(crate, shop)
    by_lot = take(opened(editor, lot=lot), "scope", editor)
    expected = rows(by_lot)
    recall = scope(editor, typed.format(sscc=crate.sscc))
    assert rows(recall) == expected
    assert {each[2:] for each in expected} == {(100, 0, 24, 76), (0, 24, 0, 24)}
    assert recall.gaps == by_lot.gaps
    first, *rest = recall.balance.splitlines()
    assert crate.sscc in first
    assert "toàn bộ các lô có hàng trong kiện" in first
    assert rest == by_lot.balance.splitlines()


def test_a_pallet_stands_for_what_is_in_its_crates_and_was_taken_out_since(lot, other, place, maker, editor):
    pallet = pack(lot, place, maker, 10, kind="pallet")
    crate = pack(lot, place, maker, 5)
    take(crate, "put-onto", maker, outer=pallet, packed_on=pallet.packed_on, location=place)
    assert paths(scope(editor, pallet.sscc)) == {lot.public_path}
    loose = pack(lot, place, maker, 5)
    take(loose, "unpack", maker, unpacked_on=loose.packed_on, location=place)
    assert paths(scope(editor, loose.sscc)) == {lot.public_path}


def test_goods_of_others_that_a_stranger_packs_into_his_crate_are_no_scope(lot, other, editor):
    stranger = ProducerFactory().trace_parties.get()
    packed_by_stranger(stranger, lot)
    with pytest.raises(Refused) as refused:
        scope(editor, STRANGERS_CRATE)
    assert f"chưa được xác nhận nói mã này liên quan đến: Miến dong {lot.number}" in str(refused.value)
    with pytest.raises(Refused, match="Chưa có sự kiện truy xuất nào cho biết trong thùng"):
        scope(editor, "095212340000000020")


def test_what_a_stranger_adds_to_the_crate_of_others_is_no_scope(lot, other, place, maker, editor):
    crate = pack(lot, place, maker, 24)
    reported(
        other,
        "AggregationEvent",
        party=ProducerFactory().trace_parties.get(),
        action="ADD",
        bizStep="packing",
        parentID=crate.thing,
        childQuantityList=[{"epcClass": name_of(other), "quantity": 5, "uom": "KGM"}],
    )
    recall = scope(editor, crate.sscc)
    assert paths(recall) == {lot.public_path}
    assert f"{other.number}: chỉ có báo cáo chưa được xác nhận" in recall.gaps


def test_an_object_in_a_crate_or_alone_stands_for_its_lot(lot, editor):
    packet = f"{CANONICAL_STEM}/01/{lot.item.number}/21/P1"
    crate = f"{CANONICAL_STEM}/00/095212340000000013"
    reported(
        lot,
        "ObjectEvent",
        action="ADD",
        bizStep="commissioning",
        epcList=[packet],
        ilmd={"cbvmda:lotNumber": lot.number},
    )
    reported(lot, "AggregationEvent", action="ADD", bizStep="packing", parentID=crate, childEPCs=[packet])
    for code in (packet, crate):
        assert paths(scope(editor, code)) == {lot.public_path}
