"""Numbers of the rows of a lot, which people need not type."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Max

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model

    from khcn.goods.models import Lot
    from khcn.kernel.registers.writing import Write


def number_new_rows(model: type[Model], writes: Sequence[Write]) -> None:
    """Give new rows without a number the next one of their lot, in the order in which they come, after those that have one."""
    new = [each.record for each in writes if each.is_new]
    lots = {each.lot.pk for each in new if each.lot.pk}
    stored = model._default_manager.filter(lot__in=lots).order_by().values("lot")
    last: defaultdict[Any, int] = defaultdict(int)
    last.update(stored.annotate(last=Max("ordinal")).values_list("lot", "last"))
    for row in sorted(new, key=lambda each: each.ordinal is None):
        lot = row.lot.pk or id(row.lot)
        if row.ordinal is None:
            row.ordinal = (last[lot] or 0) + 1
        last[lot] = max(last[lot] or 0, row.ordinal)


def next_ordinal(model: type[Model], lot: Lot) -> int:
    """The number of the next row of a stored lot, which is locked."""
    last = model._default_manager.filter(lot=lot).aggregate(last=Max("ordinal"))["last"]
    return (last or 0) + 1
