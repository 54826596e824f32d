"""The chain of a lot as a drawing, a table and a workbook."""

import io
from datetime import datetime

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.operations import lot_chain
from khcn.goods.operations.chain_drawing import MOST_IN_LAYER, drawing_of
from khcn.goods.operations.lot_chain import chain_of
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.refusals import Refused
from khcn.trace.queries.walks.traversal import GraphTooLarge
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, LotFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import MADE, TODAY
from tests.goods.test_recall_scope import diary, issue, name_of, reported, scoped
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db
PAGE, FILE = "lot-chain", "lot-chain-file"


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
    """Made of five kilograms of the starch."""
    item = TradeItemFactory(organisation=starch.item.organisation, name="Miến dong")
    lot = LotFactory(item=item, made_on=MADE, published_on=TODAY)
    diary(starch, "harvest", 50)
    diary(starch, "use", 5, into=lot)
    diary(lot, "make", 4)
    return lot


def many(starch, count, party=None):
    """Lots that a program reports as made of the starch."""
    reported(
        starch,
        "TransformationEvent",
        party=party,
        bizStep="commissioning",
        inputQuantityList=[{"epcClass": name_of(starch), "quantity": 5, "uom": "KGM"}],
        outputQuantityList=[
            {"epcClass": f"{CANONICAL_STEM}/01/{starch.item.number}/10/T{each}", "quantity": 1, "uom": "KGM"}
            for each in range(count)
        ],
    )


def chain(lot):
    return chain_of(lot, actor=SYSTEM, on=TODAY)


def layers(found):
    return {number: [each.path for each in things] for number, things in found.layers.items()}


def page(client, lot, role=Role.OFFICER, **asked):
    client.force_login(account(role, "TDC"))
    return client.get(reverse(PAGE, args=[lot.pk]), asked)


def test_what_a_lot_is_made_of_stands_before_it_and_what_became_of_it_behind(starch, noodles):
    assert layers(chain(starch)) == {0: [starch.public_path], 1: [noodles.public_path]}
    assert layers(chain(noodles)) == {-1: [starch.public_path], 0: [noodles.public_path]}
    found = drawing_of(chain(noodles), steps=3, page=1)
    assert len(found.lines) == 1
    (x1, _y1, x2, _y2) = found.lines[0]
    assert x1 < x2  # goods go from left to right


def test_a_recalled_lot_is_marked_in_words(starch, noodles, client):
    issue(scoped(an_actor(unit_code="TDC"), starch), an_actor(unit_code="TDC"))
    for lot in (starch, noodles):
        assert chain(lot).things[name_of(starch)].marks[0] == "đang thu hồi"
    assert "⚠ đang thu hồi" in words(page(client, noodles))


def test_where_nobody_reports_the_making_there_is_a_gap(starch, noodles):
    unknown = f"{CANONICAL_STEM}/01/09521234000037/10/LA"
    reported(
        noodles,
        "TransformationEvent",
        bizStep="commissioning",
        inputQuantityList=[{"epcClass": unknown, "quantity": 5, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": name_of(noodles), "quantity": 1, "uom": "KGM"}],
    )
    found = chain(noodles).things
    assert found[unknown].gap == "chưa ai báo làm ra"
    assert [found[name_of(each)].gap for each in (starch, noodles)] == ["", ""]


def test_a_long_chain_is_drawn_in_parts_of_which_none_is_left_out(starch, noodles, client):
    many(starch, 30)
    whole, seen, number = chain(starch), set(), 1
    while True:
        part = drawing_of(whole, steps=3, page=number)
        assert len(part.boxes) <= 1 + MOST_IN_LAYER
        seen |= {each.id for each in part.things}
        if not part.has_more_in_layers:
            break
        number += 1
    assert seen == set(whole.things)
    shown = tree(page(client, starch))
    assert shown.xpath("//a[@rel='next']/@href") == [f"{reverse(PAGE, args=[starch.pk])}?steps=3&page=2"]
    assert len(shown.xpath("//tbody/tr")) == len(shown.xpath("//*[local-name()='rect']")) == 1 + MOST_IN_LAYER


def test_the_number_of_statements_does_not_grow_with_the_chain(starch, noodles):
    with CaptureQueriesContext(connection) as few:
        chain(starch)
    many(starch, 60)
    with CaptureQueriesContext(connection) as more:
        assert len(chain(starch).things) == 62
    assert len(more) <= len(few) + 3


def test_a_chain_too_long_to_be_read_is_refused_with_what_to_do(starch, noodles, client, monkeypatch):
    def too_large(_thing, _viewer):
        raise GraphTooLarge([], 100)

    monkeypatch.setattr(lot_chain, "downstream", too_large)
    with pytest.raises(Refused, match="Mở sơ đồ từ một lô gần hơn"):
        chain(starch)
    answer = page(client, starch)
    assert answer.status_code == 422
    assert "hơn 100 mắt xích" in words(answer)


def test_the_workbook_has_the_question_and_the_whole_chain(starch, noodles, client):
    many(starch, 30)
    client.force_login(account(Role.OFFICER, "TDC"))
    answer = client.get(reverse(FILE, args=[starch.pk]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Câu hỏi", "Hàng hóa", "Liên hệ giữa các thứ", "Số lượng", "Đầu mối"]
    rows = {name: list(book[name].iter_rows(values_only=True))[1:] for name in book.sheetnames}
    assert {row[4] for row in rows["Hàng hóa"]} == {each.path for each in chain(starch).things.values()}
    assert ("làm ra", f"Tinh bột dong {starch.number}", f"Miến dong {noodles.number}") in {
        row[:3] for row in rows["Liên hệ giữa các thứ"]
    }
    assert rows["Câu hỏi"][2][1] == starch.public_path
    assert [row[1] for row in rows["Đầu mối"]] == [starch.item.organisation.trace_parties.get().gln]


@pytest.fixture
def stranger(starch, noodles):
    """Who has nothing to do with the starch says that he packed and sold it, sent it to somebody, and made something of it."""
    party, neighbour = ProducerFactory().trace_parties.get(), ProducerFactory().trace_parties.get()
    goods = {"epcClass": name_of(starch), "uom": "KGM"}
    crate = f"{CANONICAL_STEM}/00/095212340000000013"
    packed = {"parentID": crate, "childQuantityList": [{**goods, "quantity": 50}]}
    reported(starch, "AggregationEvent", party=party, action="ADD", bizStep="packing", **packed)
    sold = {"bizStep": "retail_selling", "quantityList": [{**goods, "quantity": 9000}]}
    reported(starch, "ObjectEvent", party=party, action="OBSERVE", **sold)
    to = {
        "destinationList": [{"type": "owning_party", "destination": f"{CANONICAL_STEM}/417/{neighbour.gln}"}]
    }
    sent = {"bizStep": "shipping", "quantityList": [{**goods, "quantity": 1}], **to}
    reported(starch, "ObjectEvent", party=party, action="OBSERVE", **sent)
    many(starch, 1, party)
    return party


def test_what_is_not_confirmed_is_marked_in_the_drawing(starch, noodles, stranger, client):
    found = chain(starch)
    maker = starch.item.organisation.trace_parties.get()
    first = found.things[name_of(starch)]
    assert (first.holders, first.doubtful, first.unanswered) == ([maker.name], [stranger.name], [])
    gaps = {each.path: each.gap for each in found.things.values()}
    only = "chỉ có báo cáo chưa xác nhận"
    assert gaps == {
        starch.public_path: "",
        noodles.public_path: "",
        "/00/095212340000000013": only,
        f"/01/{starch.item.number}/10/T0": only,
    }
    assert (found.is_confirmed, found.confirmed) == (False, {maker.gln})
    drawing = drawing_of(found, steps=3, page=1)
    assert (len(drawing.lines), len(drawing.doubtful_lines), drawing.lines_left_out) == (1, 2, 0)
    shown = page(client, starch)
    assert "Có báo cáo của bên không thuộc chuỗi" in words(shown)
    assert f"chưa xác nhận: {stranger.name}" in words(shown)
    assert len(tree(shown).xpath("//*[local-name()='path'][@class='doubtful']")) == 2


def test_what_is_not_confirmed_is_marked_in_the_workbook(starch, noodles, stranger, client):
    client.force_login(account(Role.OFFICER, "TDC"))
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse(FILE, args=[starch.pk])).content))
    rows = {name: list(book[name].iter_rows(values_only=True))[1:] for name in book.sheetnames}
    maker = starch.item.organisation.trace_parties.get()
    assert {(row[1], row[3]) for row in rows["Đầu mối"]} == {(maker.gln, "có"), (stranger.gln, "chưa")}
    assert {row[5] for row in rows["Số lượng"] if row[-1] == "chưa"} >= {9000, 50}
    assert {row[1] for row in rows["Số lượng"] if row[-1] == "có"} == {maker.name}
    packed = [row for row in rows["Liên hệ giữa các thứ"] if row[0] == "đóng vào kiện"]
    assert [row[-1] for row in packed] == ["chưa"]
    assert {row[0]: row[1] for row in rows["Câu hỏi"]}["Đã xác nhận"].startswith(
        "có báo cáo của bên ngoài chuỗi"
    )


def test_a_chain_of_parties_that_belong_to_it_has_no_such_mark(starch, noodles, client):
    assert chain(starch).is_confirmed
    assert "chưa xác nhận:" not in words(page(client, starch))


def test_lines_for_which_a_drawing_has_no_room_are_counted(starch, noodles, client, monkeypatch):
    monkeypatch.setattr("khcn.goods.operations.chain_drawing.MOST_LINES", 5)
    many(starch, 10)
    drawing = drawing_of(chain(starch), steps=3, page=1)
    assert (len(drawing.lines), drawing.lines_left_out) == (5, 6)
    assert "Còn 6 đường nối không vẽ hết ở đây; bản Excel có đủ." in words(page(client, starch))


@pytest.fixture
def packets(starch):
    """Forty packets that somebody else made of ten kilograms of the starch, of which he got them, and checked."""
    diary(starch, "harvest", 50)
    maker = ProducerFactory()
    item = TradeItemFactory(organisation=maker, name="Miến gói", unit="PA")
    lot, party = LotFactory(item=item, made_on=MADE, published_on=TODAY), maker.trace_parties.get()
    goods = {"quantityList": [{"epcClass": name_of(starch), "quantity": 10, "uom": "KGM"}]}
    to = {"destinationList": [{"type": "owning_party", "destination": f"{CANONICAL_STEM}/417/{party.gln}"}]}
    reported(starch, "ObjectEvent", action="OBSERVE", bizStep="shipping", **goods, **to)
    reported(starch, "ObjectEvent", party=party, action="OBSERVE", bizStep="receiving", **goods)
    reported(
        lot,
        "TransformationEvent",
        party=party,
        bizStep="packing",
        inputQuantityList=goods["quantityList"],
        outputQuantityList=[{"epcClass": name_of(lot), "quantity": 40}],
    )
    drying = {"action": "OBSERVE", "bizStep": "urn:khcn:goods:bizstep:drying"}
    reported(lot, "ObjectEvent", party=party, **drying, quantityList=[{"epcClass": name_of(lot)}])
    return lot


def test_the_workbook_has_the_side_of_the_suppliers_in_words_that_people_know(starch, packets, client):
    client.force_login(account(Role.OFFICER, "TDC"))
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse(FILE, args=[packets.pk])).content))
    supplier, maker = (each.item.organisation.trace_parties.get() for each in (starch, packets))
    material, goods = f"Tinh bột dong {starch.number}", f"Miến gói {packets.number}"
    rows = {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}
    reports = [dict(zip(rows["Số lượng"][0], row, strict=True)) for row in rows["Số lượng"][1:]]
    wanted = ("Hàng hóa", "Bên báo", "Việc", "Số lượng", "Đơn vị tính", "Lần không ghi số lượng")
    assert sorted([each[name] for name in wanted] for each in reports) == sorted(
        [
            [material, supplier.name, "Tạo lô hàng, gắn mã", 50, "kg", 0],
            [material, supplier.name, "Gửi hàng đi", 10, "kg", 0],
            [material, maker.name, "Nhận hàng", 10, "kg", 0],
            [material, maker.name, "Đóng gói (đưa vào làm)", 10, "kg", 0],
            [goods, maker.name, "Đóng gói (làm ra)", 40, "gói", 0],
            [goods, maker.name, "Phơi, sấy", None, None, 1],
        ]
    )
    assert all(isinstance(each[name], datetime) for each in reports for name in ("Từ ngày", "Đến ngày"))
    assert {row[1] for row in rows["Đầu mối"][1:]} == {supplier.gln, maker.gln}
    assert all(isinstance(row[3], datetime) for row in rows["Liên hệ giữa các thứ"][1:])
    holders = {row[2]: row[5] for row in rows["Hàng hóa"][1:]}
    assert holders == {
        "Tinh bột dong": f"{supplier.name}, {maker.name}",
        "Miến gói": maker.name,
    }
    # the same of the lot of the supplier, asked from both ends
    of_both = [chain(each).things[name_of(starch)].holders for each in (starch, packets)]
    assert of_both[0] == of_both[1]
