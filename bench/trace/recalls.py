"""A recall of an ingredient in a store of very many events: the lots that were made of it, and each kilogram of them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from django.utils import timezone

from bench.trace.delivery import Delivery
from khcn.goods.enums import RecallStart
from khcn.goods.models import GoodsRecall
from khcn.goods.operations.recall_scope import Amounts, reached_by
from khcn.kernel.actors import SYSTEM, acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.trace.events import Trade
    from khcn.goods.operations.recall_scope import Reached

WITHIN = 100
"""Milliseconds, p95, for what a recall reaches."""


def asking(trade: Trade) -> tuple[Callable[[int], Reached], Callable[[int, Reached], bool]]:
    """What a recall of the ingredient of a chapter reaches; and whether that is all that was made of it, with the amounts that there are."""
    with acting(SYSTEM, "bench"):
        recall, _is_new = GoodsRecall.objects.get_or_create(
            code="BENCH",
            defaults={
                "title": "Đo thời gian truy",
                "reason": "Đo",
                "opened_on": timezone.localdate(),
                "begins_with": RecallStart.CODE,
            },
        )

    def ask(chapter: int) -> Reached:
        recall.identifier = Delivery(trade, chapter).ingredient
        return reached_by(recall)

    def is_right(chapter: int, reached: Reached) -> bool:
        found = {lot.thing: _amounts(lot.whole) for lot in reached.lots}
        is_all = reached.is_whole and not (reached.without_lot or reached.reported_only)
        return is_all and found == Delivery(trade, chapter).amounts()

    return ask, is_right


def _amounts(whole: Amounts) -> dict[str, int]:
    amounts = {each.name: getattr(whole, each.name) for each in fields(Amounts)}
    return {name: int(amount) if amount == int(amount) else -1 for name, amount in amounts.items() if amount}
