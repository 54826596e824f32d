"""Goods whose last day is over: they are neither sold nor sent on, nothing is made of them, and they get no labels.

Law on food safety 55/2010/QH12, article 5: clause 5 forbids to make and sell food that is past its last day, clause 2 to make food of it. The
day on which something was done counts, not the day on which it was entered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.goods.enums import MOVES
from khcn.goods.operations.returns import goes_back, goes_to_maker
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.goods.models import Lot, LotEntry
    from khcn.kernel.registers.writing import Write


def expired(writes: Sequence[Write]) -> Iterator[tuple[Write, Refused]]:
    """New entries by which goods would go on after their last day. They may go back to who made them or sent them here, and be destroyed."""
    for write in writes:
        entry = write.record
        if moves_expired(entry) and not (goes_back(entry, None) or goes_to_maker(entry)):
            yield write, Refused.about(_in_words(entry.lot), "lot", code="expired")


def moves_expired(entry: LotEntry) -> bool:
    """Whether goods go out of a lot by it after their last day, other than by being destroyed."""
    return entry.kind in MOVES and entry.lot.is_past(entry.done_on)


def no_labels_in_words(lot: Lot) -> str:
    """Why there are no labels of a lot any more."""
    text = _(
        "Lô hết hạn sử dụng ngày %(day)s nên không in nhãn nữa. Nếu hạn ghi sai thì sửa ở trang của lô rồi in."
    )
    return text % {"day": _last(lot)}


def _in_words(lot: Lot) -> str:
    text = _("Lô hết hạn sử dụng ngày %(day)s; sau ngày đó không bán, giao, dùng làm nguyên liệu.")
    destroy = _("Hãy ghi mục “Tiêu hủy”; giao bên khác hủy cũng ghi “Tiêu hủy”, tên bên đó vào ghi chú.")
    back = _("Có thể giao trả bên làm ra, hoặc bên đã giao lô này cho mình.")
    mend = _("Nếu đã làm trước khi hết hạn thì sửa ngày làm; nếu hạn ghi sai thì sửa ở trang của lô.")
    parts = [text % {"day": _last(lot)}, destroy, *([back] if lot.source_path else []), mend]
    return " ".join(parts)


def _last(lot: Lot) -> str:
    last = lot.last_day()
    return "" if last is None else format_date(last)
