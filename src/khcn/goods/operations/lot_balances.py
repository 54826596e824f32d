"""What a lot has by the entries of its diary, in the order of their days."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from khcn.goods.enums import ADDS, TAKES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.goods.models import LotEntry


def change_of(entry: LotEntry) -> Decimal:
    """What an entry adds to its lot."""
    amount = entry.amount or Decimal(0)
    if entry.kind in ADDS:
        return amount
    return -amount if entry.kind in TAKES else Decimal(0)


def least_from(entries: Sequence[LotEntry], day: date) -> Decimal:
    """The least that a lot has at the end of a day or of any later one."""
    by_day: defaultdict[date, Decimal] = defaultdict(Decimal)
    for each in entries:
        by_day[each.done_on] += change_of(each)
    total = sum((change for each, change in by_day.items() if each <= day), Decimal(0))
    least = total
    for later in sorted(each for each in by_day if each > day):
        total += by_day[later]
        least = min(least, total)
    return least
