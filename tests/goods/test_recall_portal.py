"""The list of recalls for the public tells those that go on from those that are over, by the days of the recalls."""

import re

import pytest

from khcn.goods.models import GoodsRecall
from khcn.goods.queries.portal import recalled_goods
from tests.goods.test_diary import TODAY, page_of, take
from tests.goods.test_recalls import (
    chain,
    department,
    editor,
    issue,
    noodles,
    opened,
    shops,
    starch,
)

__all__ = ["chain", "department", "editor", "noodles", "shops", "starch"]  # fixtures

pytestmark = pytest.mark.django_db

OVER = "Đợt thu hồi đã kết thúc"
NONE = "Không có thông báo thu hồi nào đang có hiệu lực."


@pytest.fixture
def recall(chain, starch, editor, department):
    return issue(take(opened(editor, starch), "scope", editor), editor)


def over(recall, day=TODAY):
    """As after its end; how numbers balance is tested in `test_recalls`."""
    GoodsRecall._base_manager.filter(pk=recall.pk).update(state="closed", ended_on=day)


def listed(client, path="/public/recalls/"):
    return " ".join(re.sub(r"<[^>]*>", " ", client.get(path, {"lang": "vi"}).content.decode()).split())


def test_a_recall_that_goes_on_has_its_own_day(client, recall, noodles):
    assert {(each.since, each.ended_on) for each in recalled_goods()} == {(TODAY, None)}
    shown = listed(client)
    assert f"(lô {noodles.number}) Phòng Tiêu chuẩn, từ ngày 14/09/2023 · Có mạt kim loại" in shown
    assert (OVER in shown, NONE in shown) == (False, False)
    assert "Đang thu hồi" in listed(client, "/public/")


def test_a_recall_that_is_over_stands_by_itself_with_the_day_of_its_end(client, recall, noodles):
    over(recall)
    shown = listed(client)
    before, _heading, after = shown.partition(OVER)
    assert NONE in before
    assert noodles.number not in before
    assert f"(lô {noodles.number}) Phòng Tiêu chuẩn, từ ngày 14/09/2023 · kết thúc ngày 14/09/2023" in after
    assert "Đang thu hồi" not in listed(client, "/public/")
    assert page_of(noodles).recalls  # a package may turn up still


def test_goods_of_another_recall_that_goes_on_are_recalled_still(recall, starch, editor):
    other = issue(take(opened(editor, starch, code="TH-2023-02"), "scope", editor), editor)
    over(recall)
    assert {each.ended_on for each in recalled_goods()} == {None}
    over(other)
    assert {each.ended_on for each in recalled_goods()} == {TODAY}
