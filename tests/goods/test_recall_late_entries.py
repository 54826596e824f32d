"""What is entered of stopped goods after the stop, with a day before it: the department sees it, and what is made of them is stopped."""

from datetime import date, datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone

from khcn.goods.models import LabelPrint
from khcn.goods.operations.lot_stops import stops_of
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from tests.factories.goods import LotFactory, TradeItemFactory
from tests.goods.test_diary import MADE, TODAY, enter, of, take, write
from tests.goods.test_recall_decisions import an_officer
from tests.goods.test_recalls import (
    chain,
    department,
    editor,
    issue,
    lift,
    noodles,
    opened,
    shops,
    starch,
)

__all__ = ["chain", "department", "editor", "noodles", "shops", "starch"]  # fixtures

pytestmark = pytest.mark.django_db


def test_what_is_typed_after_the_stop_with_an_earlier_day_is_shown_and_what_is_made_of_it_is_stopped(
    chain, starch, noodles, shops, editor, department, client
):
    maker, earlier = of(starch.item.organisation), date(2022, 6, 5)
    recall = opened(editor, starch)
    take(recall, "scope", editor)
    assert recall.late_entries == []
    take(recall, "pause", editor, reason="Chờ kết quả kiểm nghiệm")
    cake = LotFactory(item=TradeItemFactory(organisation=starch.item.organisation), made_on=earlier)
    used = write(starch, chain, "use", 3, maker, earlier, into=cake)
    write(cake, chain, "make", 5, maker, TODAY)
    with pytest.raises(Refused, match=r"làm từ nguyên liệu của lô bị dừng\. Lô đang bị tạm giữ"):
        write(cake, chain, "sell", 1, maker, TODAY)
    with pytest.raises(Refused, match="tạm giữ"):
        enter(LabelPrint(lot=cake, printed_on=TODAY, layout="roll", copies=1), maker)
    sold = write(noodles, chain, "sell", 2, maker, earlier)
    other = LotFactory(item=noodles.item, made_on=MADE)
    write(other, chain, "make", 5, maker, MADE)
    write(other, chain, "sell", 1, maker, earlier)  # of no stopped lot
    write(other, chain, "sell", 1, maker, TODAY)
    assert recall.late_entries == [used, sold]
    client.force_login(an_officer())
    page = client.get(f"/goods/recalls/{recall.pk}/").content.decode()
    assert "Ghi sau khi tạm dừng" in page
    take(recall, "review", editor)  # now it is in the scope, with the words of its own
    assert recall.stocks.filter(lot_path=cake.public_path).exists()
    with pytest.raises(Refused, match=r"^Lô đang bị tạm giữ"):
        write(cake, chain, "sell", 1, maker, TODAY)


def test_what_was_sold_before_the_hour_of_a_pause_is_entered_still(
    chain, starch, noodles, editor, department
):
    maker = of(starch.item.organisation)
    recall = take(opened(editor, starch), "scope", editor)
    take(recall, "pause", editor, reason="Chờ kết quả kiểm nghiệm")
    assert recall.paused_at > recall.created_at
    nine = timezone.make_aware(datetime(2023, 9, 14, 9))
    write_step(recall, actor=editor, paused_at=nine)
    for more in ({}, {"done_at": time(9)}):
        with pytest.raises(Refused, match="tạm giữ từ ngày 14/09/2023"):
            write(noodles, chain, "sell", 1, maker, TODAY, **more)
    sold = write(noodles, chain, "sell", 1, maker, TODAY, done_at=time(6))
    assert recall.late_entries == [sold]  # which the department asks about
    issue(recall, editor)  # on the same day: goods have been stopped since nine
    assert stops_of([noodles.public_path])[noodles.public_path].at == nine
    assert recall.late_entries == [sold]


def test_labels_of_a_stopped_lot_are_on_no_sheet(
    client, tenant_of, chain, starch, noodles, editor, department
):
    maker = of(starch.item.organisation)
    printed = LabelPrint(lot=noodles, printed_on=TODAY, layout="roll", copies=2, has_serials=True)
    enter(printed, maker)
    client.force_login(tenant_of(starch.item.organisation))
    address, page = reverse("label-sheets", args=[printed.pk]), f"/goods/label-prints/{printed.pk}/"

    def shown():
        text = client.get(page).content.decode()
        words = [each for each in ("tạm giữ", "bị thu hồi") if f"{each} từ ngày 14/09/2023" in text]
        return client.get(address).status_code, address in text, words

    assert shown() == (200, True, [])
    recall = take(opened(editor, starch), "scope", editor)
    take(recall, "pause", editor, reason="Chờ kết quả kiểm nghiệm")
    assert shown() == (404, False, ["tạm giữ"])
    issue(recall, editor)
    assert shown() == (404, False, ["bị thu hồi"])
    with pytest.raises(Refused, match="bị thu hồi"):
        take(printed, "reprint", maker, first="1", last="1", paper="roll", reason="Nhòe")
    lift(recall)
    assert shown() == (200, True, [])
