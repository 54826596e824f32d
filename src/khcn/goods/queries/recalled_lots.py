"""The lots that are in the chain of a recall still, of the rows that its looks have stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.goods.models import RecallStock

NO_LONGER_REACHED: Final = "không còn trong chuỗi"
"""What a row says of a lot that a later run reaches no more, in one language, as rows are found by it: the lot is not recalled any more."""


def still_reached(stocks: QuerySet[RecallStock]) -> list[RecallStock]:
    """Of rows the last one of each recall, lot and party, where the lot was not found outside the chain."""
    latest = {
        (each.recall_id, each.lot_path, each.gln): each
        for each in stocks.select_related("recall").order_by("run", "pk")
    }
    return [each for each in latest.values() if each.difference != NO_LONGER_REACHED]
