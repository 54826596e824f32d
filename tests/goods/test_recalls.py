"""A recall from the suspicion to the numbers with which it is closed, and a drill of one."""

from datetime import date

import pytest
from django.core import mail

from khcn.goods.jobs import mail_notice
from khcn.goods.models import GoodsRecall, LabelPrint, Lot, RecallNotice, RecallStock, Shipment
from khcn.goods.operations.recall_notices import counts_in_words
from khcn.goods.operations.recall_stocks import latest_stocks
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.trace.models import Event
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, LotFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import MADE, TODAY, enter, of, page_of, take, write
from tests.goods.test_shipments import receive

pytestmark = pytest.mark.django_db
SENT = date(2022, 6, 1)


@pytest.fixture
def editor():
    return an_actor(unit_code="TDC")


@pytest.fixture
def department():
    return TracePartyFactory(name="Phòng Tiêu chuẩn", is_authority=True)


@pytest.fixture
def starch():
    return LotFactory(item__name="Tinh bột dong", made_on=MADE)


@pytest.fixture
def noodles(starch):
    return LotFactory(
        item=TradeItemFactory(organisation=starch.item.organisation, name="Miến dong"),
        made_on=MADE,
        published_on=TODAY,
    )


@pytest.fixture
def shops():
    found = [
        ProducerFactory(name=name, email=mailbox)
        for name, mailbox in (("Quầy Đức Xuân", "quay@vidu.vn"), ("Quầy Sông Cầu", ""))
    ]
    for each in found:
        LocationFactory(organisation=each, kind="shop")
    return found


@pytest.fixture
def chain(starch, noodles, shops):
    """40 kg of starch in 100 kg of noodles: 60 to one shop, which sold 10; 30 to the other; 10 with the maker. 10 kg of starch left."""
    maker, place = of(starch.item.organisation), LocationFactory(organisation=starch.item.organisation)
    write(starch, place, "harvest", 50, maker)
    write(starch, place, "use", 40, maker, into=noodles)
    write(noodles, place, "make", 100, maker)
    for shop, amount in zip(shops, (60, 30), strict=True):
        write(noodles, place, "ship", amount, maker, SENT, partner=shop.trace_parties.get())
        receive(Shipment.objects.get(receiver=shop), amount)
    sold = Lot.objects.get(item__organisation=shops[0])
    write(sold, shops[0].locations.get(), "sell", 10, of(shops[0]), date(2022, 6, 3))
    return place


def opened(editor, lot, **more):
    values = {
        "code": "TH-2023-01",
        "title": "Miến dong lẫn dị vật",
        "reason": "Có mạt kim loại",
        "opened_on": TODAY,
    }
    return enter(GoodsRecall(**{"begins_with": "lot", "lot": lot, **values, **more}), editor)


DECISION = {
    "decision_number": "45/QĐ-SKHCN",
    "decided_on": TODAY,
    "decision_issuer": "Sở Khoa học và Công nghệ",
    "decision_signer": "Nông Thị Ký",
    "legal_basis": "Điều 55 Luật An toàn thực phẩm số 55/2010/QH12",
    "finish_by": date(2023, 9, 30),
}
BY_DECISION = "Thu hồi theo Quyết định số 45/QĐ-SKHCN ngày 14/09/2023 của Sở Khoa học và Công nghệ, người ký: Nông Thị Ký."


def a_head(**more):
    """Who answers for recalls: somebody else than the officer who prepares them."""
    return an_actor(Role.HEAD, "TDC", user_id=8, label="Trưởng phòng Duyệt", **more)


def issue(recall, editor):
    """Inform all holders: of a drill at once, of a recall after its decision was submitted and approved."""
    if recall.is_drill:
        return take(recall, "drill", editor)
    take(recall, "submit", editor, **DECISION)
    return take(recall, "recall", a_head())


LIFTING = {"lift_number": "51/QĐ-SKHCN", "lift_decided_on": TODAY, "reason": "Kiểm nghiệm đạt"}


def lift(recall, **inputs):
    """End a recall by the decision of who answers for it: the goods are fit for use."""
    return take(recall, "lift-recall", a_head(), **LIFTING | inputs)


def amounts(recall, lot):
    return {
        each.holder: (
            each.made,
            each.received,
            each.sent,
            each.used,
            each.sold,
            each.destroyed,
            each.remaining,
        )
        for each in latest_stocks(recall).values()
        if each.lot_path == lot.public_path
    }


def test_from_an_input_to_every_holder_with_quantities_that_balance(chain, starch, noodles, shops, editor):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    maker = starch.item.organisation.name
    assert amounts(recall, starch) == {maker: (50, 0, 0, 40, 0, 0, 10)}
    assert amounts(recall, noodles) == {
        maker: (100, 0, 90, 0, 0, 0, 10),
        "Quầy Đức Xuân": (0, 60, 0, 0, 10, 0, 50),
        "Quầy Sông Cầu": (0, 30, 0, 0, 0, 0, 30),
    }
    assert (
        f"Miến dong {noodles.number}, làm ra 100 kg: làm nguyên liệu 0, đã bán 10, đã tiêu hủy 0, còn giữ 90"
        in recall.balance
    )
    assert recall.gaps == ""
    assert {each.lot_name for each in RecallStock.objects.all()} == {"Tinh bột dong", "Miến dong"}


@pytest.mark.parametrize("beginning", ["item", "place", "code"])
def test_other_beginnings_find_the_same(chain, starch, noodles, editor, beginning):
    days = {"since_on": MADE, "until_on": MADE}
    more = {
        "item": {"item": starch.item, **days},
        "place": {"location": chain, **days},
        "code": {"identifier": f"https://id.gs1.org{starch.public_path}"},
    }[beginning]
    recall = opened(editor, None, begins_with=beginning, **more)
    take(recall, "scope", editor)
    assert {each.lot_path for each in recall.stocks.all()} == {starch.public_path, noodles.public_path}


def test_what_a_recall_begins_with_is_asked_for_and_stays(chain, starch, noodles, editor):
    with pytest.raises(Refused, match="truy từ đây"):
        opened(editor, None)
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    recall.lot = noodles
    with pytest.raises(Refused, match="Phạm vi đã chốt"):
        enter(recall, editor)


def test_goods_of_which_nothing_is_known_are_no_scope(editor, starch):
    with pytest.raises(Refused, match="Không có sự kiện"):
        take(opened(editor, starch), "scope", editor)


def test_what_was_not_received_yet_is_shown_as_unknown(starch, shops, editor):
    maker, place = of(starch.item.organisation), LocationFactory(organisation=starch.item.organisation)
    write(starch, place, "harvest", 50, maker)
    write(starch, place, "ship", 20, maker, SENT, partner=shops[0].trace_parties.get())
    recall = opened(editor, starch, is_drill=True)
    take(recall, "scope", editor)
    assert "Quầy Đức Xuân được nêu là bên nhận mà chưa báo gì" in recall.gaps
    assert "đang trên đường hoặc hao hụt khi giao 20" in recall.balance
    receive(Shipment.objects.get(), 20)
    take(recall, "review", editor)
    assert recall.gaps == ""
    [late] = recall.stocks.filter(run=2)
    assert (late.holder, late.difference) == ("Quầy Đức Xuân", "nhận 0 → 20; còn giữ 0 → 20; đã báo nhận")


def test_late_entries_are_differences_and_the_frozen_scope_stays(chain, starch, noodles, shops, editor):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    mine = Lot.objects.get(item__organisation=shops[1])
    write(mine, shops[1].locations.get(), "sell", 5, of(shops[1]), date(2022, 6, 4))
    take(recall, "review", editor)
    assert recall.stocks.get(run=1, lot_path=noodles.public_path, holder="Quầy Sông Cầu").remaining == 30
    assert [(each.holder, each.difference) for each in recall.stocks.filter(run=2)] == [
        ("Quầy Sông Cầu", "đã bán lẻ 0 → 5; còn giữ 30 → 25")
    ]
    take(recall, "review", editor)
    assert not recall.stocks.filter(run=3).exists()


def test_a_pause_and_a_recall_stop_goods_and_labels(chain, starch, noodles, shops, editor, department):
    maker = of(starch.item.organisation)
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    write(noodles, chain, "sell", 1, maker, TODAY)
    take(recall, "pause", editor, reason="Chờ kết quả kiểm nghiệm")
    assert not page_of(noodles).recalls
    for kind, more in (("sell", {}), ("ship", {"partner": shops[0].trace_parties.get()})):
        with pytest.raises(Refused, match=r"tạm giữ từ ngày 14/09/2023 \(đợt TH-2023-01\)"):
            write(noodles, chain, kind, 1, maker, TODAY, **more)
    with pytest.raises(Refused, match="tạm giữ"):
        write(starch, chain, "use", 1, maker, TODAY, into=noodles)
    with pytest.raises(Refused, match="tạm giữ"):
        enter(LabelPrint(lot=noodles, printed_on=TODAY, layout="roll", copies=1), maker)
    write(noodles, chain, "sell", 1, maker, date(2022, 6, 5))  # sold before, entered late
    issue(recall, editor)
    mine = Lot.objects.get(item__organisation=shops[0])
    with pytest.raises(Refused, match="bị thu hồi"):
        write(mine, shops[0].locations.get(), "sell", 1, of(shops[0]), TODAY)
    write(noodles, chain, "destroy", 1, maker, TODAY)


def test_the_public_page_says_so_until_it_is_lifted(chain, starch, noodles, editor, department):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    [shown] = page_of(noodles).recalls
    assert (shown.party, shown.reason) == ("Phòng Tiêu chuẩn", f"Có mạt kim loại. {BY_DECISION}")
    lift(recall)
    assert page_of(noodles).recalls == ()
    write(noodles, chain, "sell", 1, of(starch.item.organisation), TODAY)


def test_a_recall_needs_an_authority_and_a_drill_touches_nobody(chain, starch, noodles, editor):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    with pytest.raises(Refused, match="cơ quan quản lý"):
        issue(recall, editor)
    drill = opened(editor, starch, code="DT-2023-01", is_drill=True)
    take(drill, "scope", editor)
    with pytest.raises(NotPermitted):
        take(drill, "pause", editor, reason="Chờ kết quả kiểm nghiệm")
    issue(drill, editor)
    assert page_of(noodles).recalls == ()
    write(noodles, chain, "sell", 1, of(starch.item.organisation), TODAY)


def test_each_holder_is_informed_tier_by_tier_and_answers_for_itself(
    chain, starch, noodles, shops, editor, department
):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    rows = recall.notices.order_by("code")
    assert [
        (
            each.tier,
            each.party.name,
            each.goods,
            [(lot.lot_name, lot.expected) for lot in each.lots.order_by("pk")],
        )
        for each in rows
    ] == [
        (
            1,
            starch.item.organisation.name,
            f"Tinh bột dong {starch.number} và 1 lô khác",
            [("Tinh bột dong", 10), ("Miến dong", 10)],
        ),
        (2, "Quầy Đức Xuân", f"Miến dong {noodles.number}", [("Miến dong", 50)]),
        (2, "Quầy Sông Cầu", f"Miến dong {noodles.number}", [("Miến dong", 30)]),
    ]
    first = rows.get(party__organisation=shops[0])
    assert first.parent.party.organisation == starch.item.organisation
    assert set(RecallNotice.objects.visible_to(of(shops[0]))) == {first}
    with pytest.raises(NotPermitted):
        take(first, "call", of(shops[0]), reason="Đã gọi")
    take(first, "read", of(shops[0]))
    assert first.state == "seen"
    take(first, "answer", of(shops[0]), counted="50", answer="Đã để riêng")
    assert (first.state, first.lots.get().counted, first.answered_on) == ("answered", 50, TODAY)


def test_mail_goes_out_and_what_fails_is_called(chain, starch, shops, editor, department, settings):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    notice = recall.notices.get(party__organisation=shops[0])
    with acting(SYSTEM):
        mail_notice(notice.pk)
        mail_notice(notice.pk)
    notice.refresh_from_db()
    [message] = mail.outbox
    assert (notice.state, notice.delivery, message.to) == ("sent", "thư đến quay@vidu.vn", ["quay@vidu.vn"])
    assert "Có mạt kim loại" in message.body
    other = recall.notices.get(party__organisation=shops[1])
    take(other, "call", editor, reason="Gặp chị Hoa lúc 9 giờ")
    assert (other.state, other.delivery) == ("sent", "điện thoại: Gặp chị Hoa lúc 9 giờ")


def test_mail_that_fails_is_shown_and_answered_nevertheless(
    chain, starch, shops, editor, department, monkeypatch
):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    notice = recall.notices.get(party__organisation=shops[0])

    def refuse(self, **more):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with acting(SYSTEM):
        mail_notice(notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.delivery) == ("failed", "không gửi được thư đến quay@vidu.vn")
    take(notice, "answer", of(shops[0]), counted="50")
    assert notice.state == "answered"


def answer_all(recall, editor):
    stocks = latest_stocks(recall)
    for notice in recall.notices.all():
        counts = {path: row.remaining for (path, gln), row in stocks.items() if gln == notice.party.gln}
        take(notice, "answer", editor, counted=counts_in_words(notice, counts))


def test_a_drill_is_closed_with_numbers_that_balance_and_its_timing(chain, starch, shops, editor):
    drill = opened(editor, starch, is_drill=True)
    take(drill, "scope", editor)
    issue(drill, editor)
    with pytest.raises(Refused, match="Còn 3 thông báo chưa được trả lời"):
        take(drill, "close", editor)
    answer_all(drill, editor)
    wrong = drill.notices.get(party__organisation=shops[0])
    take(wrong, "answer", of(shops[0]), counted="49")
    with pytest.raises(Refused, match=r"Quầy Đức Xuân, lô .*: đếm được 49, theo nhật ký 50"):
        take(drill, "close", editor)
    take(wrong, "answer", of(shops[0]), counted="50")
    take(drill, "close", editor)
    assert (drill.state, drill.ended_on) == ("closed", TODAY)
    assert drill.timing.count("phút") == 3


def test_a_recall_is_closed_when_nothing_is_left(chain, starch, noodles, shops, editor, department):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    answer_all(recall, editor)
    with pytest.raises(Refused, match="chưa tiêu hủy hoặc trả về"):
        take(recall, "close", editor)
    for lot in Lot.objects.with_amount():
        place = lot.item.organisation.locations.get()
        write(lot, place, "destroy", lot.amount, of(lot.item.organisation), TODAY)
    with pytest.raises(Refused, match="chưa tiêu hủy hoặc trả về"):
        take(recall, "close", editor)
    take(recall, "review", editor)
    answer_all(recall, editor)
    take(recall, "close", editor)
    assert recall.state == "closed"
    assert page_of(noodles).recalls  # it stays on the page of the goods
    [words] = set(recall.notices.values_list("ending", flat=True))
    assert words.endswith("số liệu đã khớp. Lô hàng vẫn không được giao, bán, dùng.")


def send_back(shop, amount, to, day=TODAY):
    mine = Lot.objects.get(item__organisation=shop)
    return write(mine, shop.locations.get(), "ship", amount, of(shop), day, partner=to.trace_parties.get())


def dispositions():
    return sorted(Event.objects.filter(disposition="returned").values_list("biz_step", flat=True))


def test_recalled_goods_go_back_to_their_maker_who_destroys_them(
    chain, starch, noodles, shops, editor, department
):
    maker = starch.item.organisation
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    take(recall, "pause", editor, reason="Chờ kết quả kiểm nghiệm")
    with pytest.raises(Refused, match="hãy chờ Sở"):
        send_back(shops[0], 50, maker)
    issue(recall, editor)
    send_back(shops[0], 50, maker)
    send_back(shops[1], 30, maker)
    for shipment in Shipment.objects.filter(receiver=maker):
        receive(shipment, shipment.amount, received_on=TODAY)
    assert dispositions() == ["receiving", "receiving", "shipping", "shipping"]
    for lot in Lot.objects.with_amount().filter(item__organisation=maker):
        write(lot, chain, "destroy", lot.amount, of(maker), TODAY)
    take(recall, "review", editor)
    moved = {holder: row for holder, row in amounts(recall, noodles).items() if any(row)}
    assert moved == {
        maker.name: (100, 80, 90, 0, 0, 90, 0),
        "Quầy Đức Xuân": (0, 60, 50, 0, 10, 0, 0),
        "Quầy Sông Cầu": (0, 30, 30, 0, 0, 0, 0),
    }
    answer_all(recall, editor)
    take(recall, "close", editor)
    assert recall.state == "closed"


def test_recalled_goods_go_back_to_who_sent_them_and_nowhere_else(
    chain, starch, noodles, shops, editor, department
):
    last = ProducerFactory(name="Quầy Phùng Chí Kiên")
    LocationFactory(organisation=last, kind="shop")
    send_back(shops[0], 20, last, date(2022, 6, 4))
    receive(Shipment.objects.get(receiver=last), 20, received_on=date(2022, 6, 5))
    assert dispositions() == []
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    with pytest.raises(Refused, match="hoặc giao trả nơi làm ra hay bên đã giao"):
        send_back(last, 20, shops[1])
    send_back(last, 15, shops[0])
    receive(Shipment.objects.get(receiver=shops[0], sender=last), 15, received_on=TODAY)
    for sender, receiver in ((shops[0], last), (starch.item.organisation, shops[0])):  # not forth again
        lot = Lot.objects.get(item__organisation=sender, number=noodles.number)
        party = receiver.trace_parties.get()
        with pytest.raises(Refused, match="bị thu hồi"):
            write(lot, sender.locations.get(), "ship", 1, of(sender), TODAY, partner=party)
    send_back(last, 5, starch.item.organisation)
    assert dispositions() == ["receiving", "shipping", "shipping"]


def test_what_was_sent_back_by_mistake_is_declared_wrong_as_it_was(chain, starch, shops, editor, department):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    sent = send_back(shops[0], 50, starch.item.organisation)
    take(sent, "declare-wrong", of(shops[0]), reason="Chưa giao")
    events = Event.objects.filter(event_id=f"urn:uuid:{sent.event}").order_by("pk")
    assert [(each.declared, each.disposition) for each in events] == [(False, "returned"), (True, "returned")]
    assert Lot.objects.with_amount().get(item__organisation=shops[0]).amount == 50


def test_numbers_that_changed_since_the_last_look_are_looked_at_first(chain, starch, shops, editor):
    drill = opened(editor, starch, is_drill=True)
    take(drill, "scope", editor)
    issue(drill, editor)
    answer_all(drill, editor)
    mine = Lot.objects.get(item__organisation=shops[1])
    write(mine, shops[1].locations.get(), "sell", 5, of(shops[1]), date(2022, 6, 4))
    with pytest.raises(Refused, match="Rà lại phạm vi"):
        take(drill, "close", editor)


def test_a_settled_loss_on_the_way_balances(starch, shops, editor):
    maker, place = of(starch.item.organisation), LocationFactory(organisation=starch.item.organisation)
    write(starch, place, "harvest", 50, maker)
    write(starch, place, "ship", 20, maker, SENT, partner=shops[0].trace_parties.get())
    shipment = receive(Shipment.objects.get(), 18)
    drill = opened(editor, starch, is_drill=True)
    take(drill, "scope", editor)
    issue(drill, editor)
    answer_all(drill, editor)
    with pytest.raises(Refused, match="còn 2 đang trên đường"):
        take(drill, "close", editor)
    take(shipment, "settle", maker, reason="Rách bao")
    take(drill, "close", editor)


def test_what_a_party_learns_of_a_recall_is_its_own_lot(
    client, tenant_of, chain, starch, shops, editor, department
):
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    issue(recall, editor)
    mine = recall.notices.get(party__organisation=shops[0])
    client.force_login(tenant_of(shops[0]))
    addresses = [
        "/goods/recall-notices/",
        f"/goods/recall-notices/{mine.pk}/",
        "/api/goods/recall-notices/",
        f"/api/goods/recall-notices/{mine.pk}/",
    ]
    for address in addresses:
        answer = client.get(address)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert not [each for each in ("Sông Cầu", "Tinh bột", recall.title) if each in text], address
    for address in ("/goods/recalls/", f"/goods/recalls/{recall.pk}/", "/goods/recall-scope/"):
        assert client.get(address).status_code in {403, 404}, address
    assert (
        client.get(f"/goods/recall-notices/{recall.notices.exclude(pk=mine.pk).first().pk}/").status_code
        == 404
    )
