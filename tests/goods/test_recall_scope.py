"""What belongs to the scope of a recall, and in which unit it is summed up."""

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import orjson
import pytest
from django.core import mail
from django.utils import timezone

from khcn.epcis.ids.digital_link import CANONICAL_STEM, parse
from khcn.goods.jobs import mail_notice
from khcn.goods.models import GoodsRecall, RecallStock
from khcn.goods.operations.amount_units import in_unit
from khcn.goods.operations.recall_numbers import lost_on_the_way
from khcn.goods.operations.recall_scope import reached_by
from khcn.goods.operations.recall_stocks import latest_stocks
from khcn.goods.operations.recalls import stopped_lots
from khcn.goods.work import notice_work
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.trace.operations.capture import capture_in_transaction
from khcn.trace.queries.public_page import public_goods
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, LotFactory, ShipmentFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import MADE, TODAY, enter, of, page_of, take, write
from tests.goods.test_recalls import answer_all, issue, lift

pytestmark = pytest.mark.django_db
LATER = "2022-05-12T09:00:00.000+07:00"


@pytest.fixture
def editor():
    return an_actor(unit_code="TDC")


@pytest.fixture(autouse=True)
def department():
    return TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True)


@pytest.fixture
def starch():
    lot = LotFactory(item__name="Tinh bột dong", made_on=MADE, published_on=TODAY)
    LocationFactory(organisation=lot.item.organisation)
    return lot


@pytest.fixture
def noodles(starch):
    item = TradeItemFactory(organisation=starch.item.organisation, name="Miến dong")
    return LotFactory(item=item, made_on=MADE, published_on=TODAY)


def diary(lot, kind, amount, **more):
    owner = lot.item.organisation
    return write(lot, owner.locations.get(), kind, amount, of(owner), **more)


def reported(lot, kind, party=None, **fields):
    """An event that a program of the maker of a lot, or of another party, sends."""
    party = party or lot.item.organisation.trace_parties.get()
    event = {
        "type": kind,
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": LATER,
        "eventTimeZoneOffset": "+07:00",
        **fields,
    }
    body = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": LATER,
        "sender": f"{CANONICAL_STEM}/417/{party.gln}",
        "epcisBody": {"eventList": [event]},
    }
    capture_in_transaction(party=party, body=orjson.dumps(body), at=timezone.now())


def name_of(lot):
    return CANONICAL_STEM + lot.public_path


def opened(editor, **more):
    values = {"code": "TH-1", "title": "Lẫn dị vật", "reason": "Có mạt kim loại", "opened_on": TODAY, **more}
    return enter(GoodsRecall(**{"begins_with": "lot", **values}), editor)


def scoped(editor, lot, **more):
    return take(opened(editor, lot=lot, **more), "scope", editor)


def rows_of(recall, lot):
    return [each for each in latest_stocks(recall).values() if each.lot_path == lot.public_path]


# ------------------------------------------------------------------------------------------ lots alone


def packets_of_no_lot(starch, noodles):
    """Two packets of noodles, each with a number of its own and no lot, made of the starch."""
    reported(
        starch,
        "TransformationEvent",
        bizStep="commissioning",
        inputQuantityList=[{"epcClass": name_of(starch), "quantity": 5, "uom": "KGM"}],
        outputEPCList=[f"{CANONICAL_STEM}/01/{noodles.item.number}/21/{each}" for each in (1, 2)],
    )


def test_the_word_of_a_stranger_recalls_nobody_s_goods(starch, noodles, editor):
    """Who has nothing to do with the starch says that the noodles of a competitor are made of it."""
    diary(starch, "harvest", 50)
    diary(noodles, "harvest", 10)
    reported(
        starch,
        "TransformationEvent",
        party=ProducerFactory().trace_parties.get(),
        bizStep="commissioning",
        inputQuantityList=[{"epcClass": name_of(starch), "quantity": 5, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": name_of(noodles), "quantity": 5, "uom": "KGM"}],
    )
    recall = scoped(editor, starch)
    assert {each.lot_path for each in RecallStock.objects.all()} == {starch.public_path}
    assert f"{noodles.number}: chỉ có báo cáo chưa được xác nhận" in recall.gaps
    issue(recall, editor)
    assert page_of(starch).recalls
    assert not page_of(noodles).recalls
    diary(noodles, "sell", 1)


def test_objects_whose_lot_is_not_known_do_not_recall_the_whole_product(starch, noodles, editor):
    diary(starch, "harvest", 50)
    diary(noodles, "harvest", 10)
    packets_of_no_lot(starch, noodles)
    recall = scoped(editor, starch)
    assert {each.lot_path for each in RecallStock.objects.all()} == {starch.public_path}
    maker = starch.item.organisation.name
    assert (
        f"Miến dong: {maker} ghi làm ra 2 cái, con, cây, chưa rõ lô nên không thuộc phạm vi." in recall.gaps
    )
    issue(recall, editor)
    assert page_of(starch).recalls
    assert not page_of(noodles).recalls
    assert not public_goods(parse(f"https://id.gs1.org/01/{noodles.item.number}")).recalls


def test_a_recall_of_objects_of_no_lot_alone_says_why_it_reaches_nothing(starch, noodles, editor):
    packets_of_no_lot(starch, noodles)
    code = f"https://id.gs1.org/01/{noodles.item.number}/21/1"
    with pytest.raises(Refused, match=r"Chưa rõ lô nào bị ảnh hưởng. Miến dong: .* ghi làm ra 1 cái"):
        take(opened(editor, begins_with="code", identifier=code), "scope", editor)


def test_a_recall_that_begins_with_the_number_of_a_printed_label_is_one_of_its_lot(noodles, editor):
    diary(noodles, "harvest", 10)
    code = f"https://id.gs1.org{noodles.public_path}/21/SWXCGZ0TPFVT"
    recall = take(opened(editor, begins_with="code", identifier=code), "scope", editor)
    assert set(recall.stocks.values_list("lot_path", flat=True)) == {noodles.public_path}


def test_a_product_code_without_a_lot_is_no_scope(noodles, editor):
    diary(noodles, "harvest", 10)
    code = f"https://id.gs1.org/01/{noodles.item.number}"
    with pytest.raises(Refused, match="Không có sự kiện"):
        take(opened(editor, begins_with="code", identifier=code), "scope", editor)


# ------------------------------------------------------------------------------------------ one unit


def added(lot, quantity, unit):
    amount = {"quantity": quantity, **({"uom": unit} if unit else {})}
    reported(
        lot,
        "ObjectEvent",
        action="ADD",
        bizStep="commissioning",
        quantityList=[{"epcClass": name_of(lot), **amount}],
    )


def test_kilograms_and_packets_are_not_added_up(starch, editor):
    diary(starch, "harvest", 100)
    added(starch, 200, "PA")
    recall = scoped(editor, starch)
    assert [(each.made, each.unit) for each in rows_of(recall, starch)] == [(100, "KGM")]
    maker = starch.item.organisation.name
    line = f"{starch.number}: {maker} ghi làm ra 200 gói, khác đơn vị tính của lô hoặc quá lớn nên không cộng vào."
    assert line in recall.gaps


def test_an_amount_that_no_goods_have_is_listed_beside_the_sums(starch, editor):
    diary(starch, "harvest", 50)
    of_lot = {"epcClass": name_of(starch), "uom": "KGM"}
    reported(starch, "ObjectEvent", action="ADD", quantityList=[{**of_lot, "quantity": 9_999_999_990}])
    for quantity in (1e11, 1e28):
        sent = [{**of_lot, "quantity": quantity}]
        reported(starch, "ObjectEvent", action="OBSERVE", bizStep="shipping", quantityList=sent)
    recall = scoped(editor, starch)
    [row] = rows_of(recall, starch)
    assert (row.made, row.remaining) == (9_999_999_990, 9_999_999_990)
    listed = [line for line in recall.gaps.splitlines() if "nên không cộng vào" in line]
    assert len(listed) == 2  # what was harvested would make the sum too large
    assert "có 1 sự kiện không ghi số lượng đọc được" in recall.gaps


def test_a_lot_number_against_the_standard_is_of_no_lot(starch, editor):
    diary(starch, "harvest", 50)
    long = f"{CANONICAL_STEM}/01/{starch.item.number}/10/{'A%2F' * 60}"
    reported(
        starch,
        "TransformationEvent",
        bizStep="commissioning",
        inputQuantityList=[{"epcClass": name_of(starch), "quantity": 5, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": long, "quantity": 5, "uom": "KGM"}],
    )
    recall = issue(scoped(editor, starch), editor)
    assert {each.lot_path for each in RecallStock.objects.all()} == {starch.public_path}
    assert "chưa rõ lô nên không thuộc phạm vi" in recall.gaps


def test_more_links_than_can_be_read_are_refused_in_words(starch, noodles, editor, monkeypatch):
    diary(starch, "harvest", 50)
    diary(starch, "use", 5, into=noodles)
    monkeypatch.setattr("khcn.trace.queries.walks.traversal.MAX_EDGE_ENDS", 1)
    with pytest.raises(Refused, match=f"Từ {starch.public_path} truy ra hơn 1 mắt xích") as refused:
        scoped(editor, starch)
    assert refused.value.code == "too_large"
    assert not RecallStock.objects.exists()


def test_what_can_be_converted_is_added_up_in_the_unit_of_the_product(starch, editor):
    diary(starch, "harvest", 100)
    added(starch, 2, "TNE")
    added(starch, 500, "GRM")
    recall = scoped(editor, starch)
    assert [(each.made, each.unit) for each in rows_of(recall, starch)] == [(Decimal("2100.5"), "KGM")]
    assert not recall.gaps


def test_a_later_run_stays_in_the_unit_of_the_first_one(starch, editor):
    diary(starch, "harvest", 100)
    recall = scoped(editor, starch)
    with acting(editor):
        starch.item.unit = "TNE"
        starch.item.save()
    added(starch, 2, "TNE")
    take(recall, "review", editor)
    assert [(each.made, each.unit) for each in rows_of(recall, starch)] == [(2100, "KGM")]


@pytest.mark.parametrize(
    ("uom", "unit", "found"),
    [
        ("TNE", "KGM", 3000),
        ("MLT", "LTR", Decimal("0.003")),
        (None, "H87", 3),
        ("EA", "PA", 3),
        ("PA", "H87", None),
        ("BG", "PA", None),
        ("KGM", "LTR", None),
        (None, "KGM", None),
    ],
)
def test_only_what_is_known_is_converted(uom, unit, found):
    assert in_unit(Decimal(3), uom, unit) == found


def test_what_was_lost_on_the_way_is_in_the_unit_of_the_lot():
    lost = ShipmentFactory(unit="TNE", amount=2, received_amount=Decimal("1.5"), state="settled")
    other = ShipmentFactory(unit="PA", amount=2, received_amount=1, state="settled")
    assert lost_on_the_way({lost.lot_path: "KGM", other.lot_path: "KGM"}) == {lost.lot_path: 500}


# ------------------------------------------------------------------------------------------ what is in the chain no more


@pytest.fixture
def use(starch, noodles):
    """The entry by which the starch went into noodles."""
    diary(starch, "harvest", 50)
    found = diary(starch, "use", 40, into=noodles)
    diary(noodles, "make", 100)
    return found


def recalled(editor, lot, **more):
    return issue(scoped(editor, lot, **more), editor)


def declared_wrong(entry):
    take(entry, "declare-wrong", of(entry.lot.item.organisation), reason="Ghi nhầm lô")


def test_a_lot_that_is_reached_no_more_is_recalled_no_more(use, starch, noodles, editor):
    recall = recalled(editor, starch)
    assert page_of(noodles).recalls
    with pytest.raises(Refused, match="bị thu hồi"):
        diary(noodles, "sell", 1, day=TODAY)
    answer_all(recall, editor)
    declared_wrong(use)
    take(recall, "review", editor)
    [row] = rows_of(recall, noodles)
    assert (row.run, row.made, row.remaining, row.difference) == (2, 0, 0, "không còn trong chuỗi")
    assert recall.stocks.get(run=1, lot_path=noodles.public_path).remaining == 100
    assert not page_of(noodles).recalls
    assert page_of(starch).recalls
    diary(noodles, "sell", 1, day=TODAY)
    take(recall, "review", editor)
    assert not recall.stocks.filter(run=3).exists()


def test_it_is_closed_then_without_an_answer_about_that_lot(use, starch, noodles, editor):
    recall = recalled(editor, starch)
    declared_wrong(use)
    diary(starch, "destroy", 50, day=TODAY)
    take(recall, "review", editor)
    [notice] = recall.notices.all()
    take(notice, "answer", editor, counted=f"{starch.number} (Tinh bột dong, kg): 0")
    counted = dict(notice.lots.values_list("lot_path", "counted"))
    assert counted == {starch.public_path: 0, noodles.public_path: None}
    take(recall, "close", editor)
    assert recall.state == "closed"


def test_an_entry_declared_wrong_is_looked_at_before_the_end(use, starch, noodles, editor):
    drill = issue(scoped(editor, starch, is_drill=True), editor)
    answer_all(drill, editor)
    declared_wrong(use)
    with pytest.raises(Refused, match="Rà lại phạm vi"):
        take(drill, "close", editor)


def test_a_lot_that_is_reached_again_is_recalled_again(use, starch, noodles, editor):
    recall = recalled(editor, starch)
    declared_wrong(use)
    take(recall, "review", editor)
    diary(starch, "use", 30, into=noodles)
    take(recall, "review", editor)
    [row] = rows_of(recall, noodles)
    assert (row.made, row.difference) == (100, "mới so với lần trước")
    assert page_of(noodles).recalls
    with pytest.raises(Refused, match="bị thu hồi"):
        diary(noodles, "sell", 1, day=TODAY)


def test_the_lot_with_which_a_recall_begins_stays_recalled(starch, editor):
    harvest = diary(starch, "harvest", 50)
    recall = recalled(editor, starch)
    declared_wrong(harvest)
    take(recall, "review", editor)
    assert [(each.remaining, each.difference) for each in rows_of(recall, starch)] == [
        (0, "không còn báo lô này")
    ]
    assert set(stopped_lots([starch.public_path])) == {starch.public_path}


def test_what_may_have_been_left_out_only_stays_recalled(use, starch, noodles, editor, monkeypatch):
    recall = recalled(editor, starch)
    declared_wrong(use)

    def not_whole(recall):
        return replace(reached_by(recall), is_whole=False)

    monkeypatch.setattr("khcn.goods.operations.recalls.reached_by", not_whole)
    take(recall, "review", editor)
    assert "có thể còn thiếu lô" in recall.gaps
    assert page_of(noodles).recalls
    assert set(stopped_lots([noodles.public_path])) == {noodles.public_path}


# ------------------------------------------------------------------------------------------ several recalls of one lot


def test_of_two_recalls_that_stop_a_lot_the_first_one_counts(starch, editor):
    diary(starch, "harvest", 50)
    first, second = (scoped(editor, starch, code=code) for code in ("TH-1", "TH-2"))
    with acting(editor):
        for recall, day in ((first, date(2023, 9, 1)), (second, date(2023, 9, 10))):
            write_step(recall, actor=editor, state="recalled", recalled_on=day)
    assert stopped_lots([starch.public_path]) == {starch.public_path: first}
    with pytest.raises(Refused, match=r"từ ngày 01/09/2023 \(đợt TH-1\)"):
        diary(starch, "sell", 1, day=date(2023, 9, 5))


def test_the_page_says_so_as_long_as_one_of_two_recalls_is_in_force(starch, editor):
    diary(starch, "harvest", 50)
    first, second = (recalled(editor, starch, code=code) for code in ("TH-1", "TH-2"))
    lift(first)
    assert page_of(starch).recalls
    assert stopped_lots([starch.public_path]) == {starch.public_path: second}
    lift(second)
    assert not page_of(starch).recalls


def test_who_recalls_is_not_asked_for_goods(starch, editor):
    diary(starch, "harvest", 50)
    recall = recalled(editor, starch)
    take(recall, "review", editor)
    assert {each.party.name for each in recall.notices.all()} == {starch.item.organisation.name}
    assert not recall.stocks.filter(run=2).exists()


# ------------------------------------------------------------------------------------------ notices of what has ended


def test_notices_of_a_recall_that_was_lifted_ask_nothing_any_more(starch, editor, client, tenant_of):
    owner = starch.item.organisation
    diary(starch, "harvest", 50)
    recall = recalled(editor, starch)
    [notice] = recall.notices.all()
    with acting(editor):
        write_step(notice, actor=editor, email="hop-tac@vidu.vn")
    client.force_login(tenant_of(owner))
    assert "Ngừng bán, ngừng giao; trả lời thông báo thu hồi" in client.get("/").content.decode()
    lift(recall)
    assert "Ngừng bán, ngừng giao; trả lời thông báo thu hồi" not in client.get("/").content.decode()
    assert notice_work(editor, TODAY).items == ()
    for name, more in (("answer", {"counted": Decimal(50)}), ("read", {}), ("call", {"reason": "Đã gọi"})):
        with pytest.raises(Refused, match="Đợt thu hồi đã kết thúc nên không cần trả lời nữa"):
            take(notice, name, editor, **more)
    with acting(SYSTEM):
        mail_notice(notice.pk)
    notice.refresh_from_db()
    assert (notice.state, mail.outbox) == ("waiting", [])


@pytest.mark.parametrize(
    "typed",
    [
        "(01){gtin}(10){lot}",
        "https://truyxuat.vidu.vn/01/{gtin}/10/{lot}?lang=vi",
        "/01/{gtin}/10/{lot}",
        "https://id.gs1.org/01/{gtin}/10/{lot}",
    ],
)
def test_a_recall_begins_with_a_code_as_it_stands_on_the_label(starch, editor, typed):
    diary(starch, "harvest", 50)
    code = typed.format(gtin=starch.item.number, lot=starch.number)
    take(opened(editor, begins_with="code", identifier=code), "scope", editor)
    assert {each.lot_path for each in RecallStock.objects.all()} == {starch.public_path}


@pytest.mark.parametrize("typed", ["CS 230406", "029060 000000 000011", "(01)08938500000002(10)A"])
def test_a_code_that_cannot_be_read_is_refused_when_it_is_typed(editor, typed):
    """Also one with a wrong check digit: nothing has that code."""
    with pytest.raises(Refused) as refused:
        opened(editor, begins_with="code", identifier=typed)
    assert refused.value.code == "unread_code"
