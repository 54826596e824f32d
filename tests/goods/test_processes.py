"""The process of a group of goods: its steps stand in diaries, on labels and before publishing; a yield that is too high is asked about."""

import re
from datetime import UTC, date, datetime

import orjson
import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from khcn.goods.enums import BusinessStep
from khcn.goods.models import ProcessStep
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.entry_events import Partners, document_of, moment_of
from khcn.goods.operations.recall_scope import reached_by
from khcn.kernel.refusals import Refused
from khcn.trace.queries.names.step_names import OF_FARMS, STANDARD
from tests.factories.base import an_actor
from tests.factories.goods import (
    GoodsRecallFactory,
    LocationFactory,
    LotEntryFactory,
    LotFactory,
    ProcessStepFactory,
    ProductGroupFactory,
    TradeItemFactory,
)
from tests.factories.parties import ProducerFactory
from tests.goods.test_diary import MADE, enter, of, page_of, take, write
from tests.goods.test_publication import complete

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return LotFactory(
        item__group=ProductGroupFactory(name="Miến dong"), made_on=MADE, published_on=date(2023, 1, 1)
    )


@pytest.fixture
def location(lot):
    return LocationFactory(organisation=lot.item.organisation)


@pytest.fixture
def owner(lot):
    return of(lot.item.organisation)


def step_of(lot, **more):
    return ProcessStepFactory(group=lot.item.group, **{"kind": "harvest", **more})


@pytest.mark.parametrize("word", BusinessStep.values)
def test_a_step_is_called_on_the_page_of_a_label_as_in_its_register(word):
    label = (STANDARD | OF_FARMS)[word]
    shown = []
    for language in ("vi", "en"):
        with override(language):
            shown.append(str(BusinessStep(word).label))
    assert shown == [label.vi, label.en]


def test_the_page_of_a_label_names_steps_in_the_words_of_the_process(lot, location, owner):
    planted = step_of(lot, kind="work", biz_step="planting")
    dug = step_of(lot, kind="harvest", biz_step="harvesting")
    packed = step_of(lot, kind="work", biz_step="packing")
    plain = step_of(lot, kind="work", biz_step="")
    write(
        lot, location, "work", None, owner, date(2022, 1, 5), step=planted
    )  # months before there is a harvest
    write(lot, location, "harvest", 10, owner, step=dug)
    write(lot, location, "work", None, owner, date(2022, 5, 11), step=packed)
    write(lot, location, "work", None, owner, date(2022, 5, 12), step=plain)
    assert [each.biz_step for each in page_of(lot).steps] == [
        "urn:khcn:goods:bizstep:planting",
        "urn:khcn:goods:bizstep:harvesting",
        "packing",
        "other",
    ]


@pytest.mark.parametrize(
    ("kind", "word"), [("ship", "shipping"), ("sell", "retail_selling"), ("destroy", "destroying")]
)
def test_a_process_gives_no_other_step_to_goods_that_leave(lot, location, owner, kind, word):
    with pytest.raises(ValidationError, match="đã có tên riêng"):
        ProcessStepFactory.build(group=lot.item.group, kind=kind, biz_step="packing").clean()
    step = step_of(lot, kind=kind, biz_step="packing")  # from before the rule
    write(lot, location, "harvest", 5, owner)
    more = {"partner": ProducerFactory().trace_parties.get()} if kind == "ship" else {}
    entry = write(lot, location, kind, 5, owner, step=step, **more)
    body = event_of(entry)
    assert body["bizStep"] == word
    assert "bizLocation" not in body


def event_of(entry):
    """The event of an entry, as it is captured."""
    party = trace_party_of(entry.lot.item.organisation)
    document = orjson.loads(document_of(entry, party, Partners(receiver=entry.partner)))
    return document["epcisBody"]["eventList"][0]


def test_things_that_are_counted_have_no_unit_of_measure():
    counted, weighed = (LotFactory(item=TradeItemFactory(unit=unit), made_on=MADE) for unit in ("PA", "KGM"))
    for lot, expected in ((counted, {"quantity": 12}), (weighed, {"quantity": 12, "uom": "KGM"})):
        entry = write(
            lot, LocationFactory(organisation=lot.item.organisation), "harvest", 12, of(lot.item.organisation)
        )
        [goods] = event_of(entry)["quantityList"]
        goods.pop("epcClass")
        assert goods == expected


def test_an_entry_of_today_is_of_no_later_hour(lot, location, owner):
    at = datetime(2022, 5, 10, 1, tzinfo=UTC)  # eight in the morning here
    early = LotEntryFactory.build(lot=lot, location=location, done_on=MADE, created_at=at)
    assert moment_of(early) == at
    early.done_on = date(2022, 5, 9)
    assert moment_of(early).hour == 12
    late = LotEntryFactory.build(
        lot=lot, location=location, kind="receive", done_on=MADE, created_at=at.replace(hour=9)
    )
    assert moment_of(late) == late.created_at  # goods are received when that is entered


def test_a_step_is_one_of_the_goods_of_the_lot_and_of_its_kind(lot, location, owner):
    with pytest.raises(Refused, match="Chọn công đoạn của nhóm “Miến dong”"):
        write(lot, location, "harvest", 1, owner, step=ProcessStepFactory())
    with pytest.raises(Refused, match="Công đoạn “Thu hoạch củ” ghi là “Thu hoạch, làm ra”"):
        write(lot, location, "check", 1, owner, step=step_of(lot, name="Thu hoạch củ"))


def test_a_step_asks_for_words_that_the_goods_need(lot, location, owner):
    dried = step_of(lot, kind="work", name="Phơi", asked="nhiệt độ, số giờ")
    with pytest.raises(Refused, match=r"Công đoạn “Phơi” phải ghi thêm: nhiệt độ, số giờ\."):
        write(lot, location, "work", None, owner, step=dried, note="  ")
    write(lot, location, "work", None, owner, step=dried, note="55 độ, 12 giờ")


def test_a_lot_has_the_steps_of_the_day_it_was_made_on(lot, location, owner):
    ended = step_of(lot, ordinal=1, valid_to=MADE)
    current = step_of(lot, ordinal=2, valid_from=MADE)
    later = step_of(lot, ordinal=3, valid_from=date(2022, 5, 11))
    ProcessStepFactory(ordinal=4)
    assert [(each.step, each.days) for each in lot.process] == [(current, ())]
    entry = write(lot, location, "harvest", 1, owner, step=current)
    assert [(each.step, each.days) for each in lot.process] == [(current, (MADE,))]
    take(entry, "declare-wrong", owner, reason="Ghi nhầm lô")
    assert [each.days for each in lot.process] == [()]
    for other in (ended, later):
        with pytest.raises(Refused, match="áp dụng vào ngày 10/05/2022"):
            write(lot, location, "harvest", 1, owner, step=other)


def test_a_lot_without_a_step_that_is_required_is_not_published():
    item = TradeItemFactory(
        organisation__address="Xã Bằng Phúc", brand="Minh Họa", standards="TCCS 01", is_without_expiry=True
    )
    lot = LotFactory(item=item, made_on=MADE)
    step_of(lot, name="Đóng gói", kind="work", is_required=True)
    step_of(lot, name="Lưu kho", kind="work")
    actor = complete(lot)
    with pytest.raises(
        Refused, match=r"Còn thiếu 1 trong 10 .*: 5\. Các công đoạn.*\(chưa ghi: Đóng gói\)\."
    ):
        take(lot, "publish", actor)


def test_the_steps_of_what_was_used_for_a_lot_are_steps_of_it():
    """Of noodles the tubers were dug; what came from another producer was dug there."""
    noodles = LotFactory(made_on=MADE)
    organisation, group = noodles.item.organisation, noodles.item.group
    starch, tubers = (
        LotFactory(item=TradeItemFactory(organisation=organisation, group=group), made_on=MADE) for _ in "ab"
    )
    location, actor = LocationFactory(organisation=organisation), of(organisation)
    dug = step_of(noodles, kind="harvest", name="Thu hoạch củ", ordinal=1, is_required=True)
    write(starch, location, "harvest", 9, actor)
    write(starch, location, "use", 9, actor, into=noodles)
    write(noodles, location, "make", 8, actor)
    assert "chưa ghi: Thu hoạch củ" in noodles.elements[4].title
    write(tubers, location, "harvest", 50, actor, step=dug)
    write(tubers, location, "use", 50, actor, into=starch)
    assert [(each.step, each.days) for each in noodles.process] == [(dug, (MADE,))]
    assert noodles.elements[4].is_there
    bought = LotFactory(item=TradeItemFactory(organisation=organisation, group=group), made_on=MADE)
    assert not bought.elements[4].is_there
    LotEntryFactory(lot=bought, kind="receive", done_on=MADE, location=location, amount=5)
    packed = step_of(bought, kind="work", name="Đóng gói", ordinal=99, is_required=True)
    assert bought.elements[4].is_there
    dried = step_of(bought, kind="work", name="Phơi", ordinal=50)
    write(bought, location, "work", None, actor, step=dried)
    assert (
        "chưa ghi: Đóng gói" in bought.elements[4].title
    )  # which comes after the first step that was done here
    write(bought, location, "work", None, actor, step=packed)
    assert bought.elements[4].is_there


class TestYield:
    """Of 100 kg of starch at most 90 kg of noodles."""

    @pytest.fixture
    def starch(self, lot, location, owner):
        starch = LotFactory(item=TradeItemFactory(organisation=lot.item.organisation), made_on=MADE)
        write(starch, location, "harvest", 1000, owner)
        write(starch, location, "use", 100, owner, into=lot)
        return starch

    @pytest.fixture
    def made(self, lot):
        return step_of(lot, kind="make", usual_yield=90)

    def test_more_than_the_inputs_give_is_asked_about(self, lot, location, owner, starch, made):
        write(lot, location, "make", 50, owner, step=made)
        with pytest.raises(Refused, match="Từ 100 kg nguyên liệu thường làm ra nhiều nhất 90 kg"):
            write(lot, location, "make", "40.01", owner, step=made)
        write(lot, location, "make", 40, owner, step=made)
        write(lot, location, "make", 5, owner, step=made, note="Tinh bột ướt, đã cân lại")
        write(starch, location, "use", 10, owner, into=lot)
        write(lot, location, "make", 4, owner, step=made)

    def test_what_is_declared_wrong_counts_no_more(self, lot, location, owner, starch, made):
        entry = write(lot, location, "make", 90, owner, step=made)
        take(entry, "declare-wrong", owner, reason="Cân sai")
        write(lot, location, "make", 90, owner, step=made)

    def test_goods_are_compared_by_weight(self, lot, location, owner, starch, made):
        tonnes = LotFactory(
            item=TradeItemFactory(organisation=lot.item.organisation, unit="TNE"), made_on=MADE
        )
        write(tonnes, location, "harvest", 1, owner)
        write(tonnes, location, "use", "0.1", owner, into=lot)
        with pytest.raises(Refused, match="Từ 200 kg nguyên liệu thường làm ra nhiều nhất 180 kg"):
            write(lot, location, "make", 181, owner, step=made)
        packets = LotFactory(
            item=TradeItemFactory(organisation=lot.item.organisation, unit="PA"), made_on=MADE
        )
        write(packets, location, "harvest", 9, owner)
        write(packets, location, "use", 1, owner, into=lot)
        write(lot, location, "make", 500, owner, step=made)  # packets of a weight that nobody wrote


def test_the_page_of_a_lot_leads_to_the_entry_of_each_step(lot, location, owner, client, tenant_of):
    step = step_of(lot, name="Thu hoạch củ", kind="harvest", is_required=True)
    client.force_login(tenant_of(lot.item.organisation))
    page = client.get(f"/goods/lots/{lot.pk}/").content.decode()
    address = f"/goods/diary/new/?lot=%23{lot.pk}&amp;step=%23{step.pk}&amp;kind=harvest&amp;next=%2Fgoods%2Flots%2F{lot.pk}%2F"
    assert "Quy trình mẫu: Miến dong" in page
    assert address in page
    form = client.get(address.replace("&amp;", "&")).content.decode()
    assert "Thu hoạch củ" in form
    write(lot, location, "harvest", 3, owner, step=step)
    assert address not in client.get(f"/goods/lots/{lot.pk}/").content.decode()


class TestPackedGoods:
    """Leaves are plucked by the kilogram and dried; a packet of tea is made by packing."""

    @pytest.fixture
    def steps(self, lot):
        return {
            "plucked": step_of(lot, name="Hái búp", makes="loose", ordinal=1),
            "dried": step_of(lot, name="Sao khô", kind="make", makes="loose", ordinal=2, usual_yield=30),
            "packed": step_of(
                lot, name="Đóng gói", kind="make", makes="packed", biz_step="packing", ordinal=3
            ),
        }

    @pytest.fixture
    def box(self, lot):
        item = TradeItemFactory(organisation=lot.item.organisation, group=lot.item.group, unit="PA")
        return LotFactory(item=item, made_on=MADE, published_on=date(2023, 1, 1))

    def amount(self, lot):
        return type(lot).objects.with_amount().get(pk=lot.pk).amount

    def test_packets_come_in_by_packing_and_by_nothing_before_it(self, box, location, owner, steps):
        why = "Công đoạn “Hái búp” không làm ra hàng của lô này .* Số gói làm ra ghi ở công đoạn “Đóng gói”"
        for kind, step in (("harvest", "plucked"), ("make", "dried"), ("work", "plucked")):
            with pytest.raises(Refused, match=why.replace("Hái búp", steps[step].name)):
                write(box, location, kind, 10, owner, step=steps[step])
        with pytest.raises(Refused, match="ghi là “Chế biến ra từ nguyên liệu”"):
            write(box, location, "work", 60, owner, step=steps["packed"])
        write(box, location, "work", None, owner, step=steps["plucked"], note="12 kg búp")
        write(box, location, "work", None, owner, step=steps["dried"])
        assert self.amount(box) == 0
        assert "Đóng gói, với số lượng làm ra" in box.elements[4].title
        with pytest.raises(
            Refused, match=r"Lô chỉ còn 0 gói\. .* công đoạn “Đóng gói” còn thiếu, với số gói làm ra"
        ):
            write(box, location, "sell", 7, owner)
        packing = write(box, location, "make", 60, owner, date(2022, 5, 11), step=steps["packed"])
        write(box, location, "sell", 7, owner, date(2022, 5, 12))
        assert (self.amount(box), box.elements[4].is_there) == (53, True)
        body = event_of(packing)
        assert (body["type"], body["bizStep"], body["outputQuantityList"][0]["quantity"]) == (
            "TransformationEvent",
            "packing",
            60,
        )
        assert [(each.biz_step, each.event_type) for each in page_of(box).steps][-2:] == [
            ("packing", "TransformationEvent"),
            ("retail_selling", "ObjectEvent"),
        ]

    def test_the_same_process_makes_leaves_of_the_lot_of_leaves(self, lot, location, owner, steps):
        write(lot, location, "harvest", 10, owner, step=steps["plucked"])
        with pytest.raises(Refused, match="Công đoạn “Đóng gói” không làm ra hàng của lô này"):
            write(lot, location, "make", 60, owner, step=steps["packed"])
        assert self.amount(lot) == 10
        assert [(each.kind, each.adds) for each in lot.process] == [
            ("harvest", True),
            ("make", True),
            ("work", False),
        ]

    def test_what_is_plucked_used_and_packed_balances_in_a_recall(self, lot, box, location, owner, steps):
        write(lot, location, "harvest", 10, owner, step=steps["plucked"])
        write(lot, location, "use", 8, owner, into=box)
        write(box, location, "work", None, owner, step=steps["plucked"])
        write(box, location, "make", 60, owner, step=steps["packed"])
        write(box, location, "sell", 7, owner)
        found = {each.path: each.whole for each in reached_by(GoodsRecallFactory(lot=lot)).lots}
        assert {path: (each.made, each.used, each.sold, each.remaining) for path, each in found.items()} == {
            lot.public_path: (10, 8, 0, 2),
            box.public_path: (60, 0, 7, 53),
        }

    def test_the_page_of_a_lot_says_where_its_packets_are_entered(self, box, steps, client, tenant_of):
        client.force_login(tenant_of(box.item.organisation))
        page = client.get(f"/goods/lots/{box.pk}/").content.decode()
        shown = " ".join(re.sub("<[^>]+>", " ", page).split())
        assert "Hái búp: Ghi nhật ký Sao khô: Ghi nhật ký Đóng gói (ghi số gói làm ra): Ghi nhật ký" in shown
        address = f"step=%23{steps['plucked'].pk}&amp;kind=work"
        assert address in page
        assert f"step=%23{steps['packed'].pk}&amp;kind=make" in page

    def test_what_was_entered_before_the_rule_counts_as_it_did(self, box, location, owner, steps):
        LotEntryFactory(lot=box, location=location, kind="harvest", amount=10, step=steps["plucked"])
        write(box, location, "sell", 4, owner)
        assert self.amount(box) == 6

    def test_other_steps_make_goods_of_no_kind_of_lot(self, lot):
        with pytest.raises(ValidationError, match="Chỉ công đoạn thu hoạch, chế biến mới làm ra hàng"):
            ProcessStepFactory.build(group=lot.item.group, kind="work", makes="packed").validate_constraints()


def version(lot, since, **more):
    group = lot.item.group
    values = {"code": "MD-01", "name": "Tráng bánh", "ordinal": 1, "kind": "harvest", "is_required": True}
    return ProcessStep(group=group, valid_from=since, **values | more)


def test_a_new_version_of_a_step_ends_the_one_before(lot):
    editor = an_actor(unit_code="TDC")
    first = enter(version(lot, date(2020, 1, 1)), editor)
    second = enter(version(lot, date(2022, 1, 1), asked="nhiệt độ"), editor)
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (date(2022, 1, 1), None)
    assert [each.step for each in lot.process] == [second]  # made in May 2022
    old = LotFactory(item=lot.item, made_on=date(2021, 5, 1))
    assert [each.step for each in old.process] == [first]
    with pytest.raises(Refused, match="đã có dòng công đoạn mẫu kế tiếp"):
        enter(version(lot, date(2019, 1, 1), valid_to=date(2021, 1, 1)), editor)


def test_entries_go_over_to_a_version_that_says_the_same_and_keep_others_from_beginning(lot, location, owner):
    editor = an_actor(unit_code="TDC")
    first = enter(version(lot, date(2020, 1, 1)), editor)
    entry = write(lot, location, "harvest", 5, owner, step=first)
    with pytest.raises(Refused, match="1 bản ghi dùng “Tráng bánh”"):
        enter(version(lot, date(2022, 1, 1), kind="make"), editor)
    second = enter(version(lot, date(2022, 1, 1), asked="nhiệt độ"), editor)
    entry.refresh_from_db()
    assert entry.step == second


def test_of_versions_of_a_step_that_overlap_on_record_the_youngest_counts(lot, location, owner):
    first = step_of(lot, code="MD-01", valid_from=date(2020, 1, 1), is_required=True)
    second = step_of(lot, code="MD-01", valid_from=date(2022, 1, 1), is_required=True)
    step_of(lot, code="MD-01", valid_from=date(2022, 6, 1))  # after the day of the lot
    assert [(each.step, each.days) for each in lot.process] == [(second, ())]
    write(lot, location, "harvest", 5, owner, step=first)
    assert [(each.step, each.days) for each in lot.process] == [(second, (MADE,))]
