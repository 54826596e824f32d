"""Why goods of a lot go nowhere: a recall of the register, or one that is on record as an event alone.

Events of that kind come from a program of the authority or of who made the goods; their public page warns of them as of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.goods.operations.recalls import stopped_in_words, stopped_lots, stopped_since
from khcn.kernel.text.dates import format_date
from khcn.trace.queries.recalls.public_recalls import recalls_of_lots

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.goods.models import GoodsRecall
    from khcn.trace.queries.recalls.public_recalls import PublicRecall


@dataclass(frozen=True, slots=True)
class LotStop:
    """`since`: from which day on goods of the lot go nowhere; `recall`: of the register, None for one that came as an event."""

    since: date
    words: str
    recall: GoodsRecall | None = None


def stops_of(paths: Iterable[str]) -> dict[str, LotStop]:
    """Of lots, by the paths of their pages, what stops them."""
    asked = set(paths)
    found = {
        path: LotStop(stopped_since(recall), stopped_in_words(recall), recall)
        for path, recall in stopped_lots(asked).items()
    }
    for path, recalls in recalls_of_lots(asked - found.keys()).items():
        if counted := [each for each in recalls if each.rank is not None and not each.is_of_part]:
            first = min(counted, key=lambda each: each.since)
            found[path] = LotStop(first.since.date(), _event_in_words(first))
    return found


def _event_in_words(recall: PublicRecall) -> str:
    text = _(
        "Lô bị thu hồi từ ngày %(day)s theo thông báo của %(party)s. Không giao, bán, dùng; chỉ tiêu hủy, hoặc giao trả bên đã giao lô "
        "này cho mình."
    )
    return text % {
        "day": format_date(recall.since.date()),
        "party": recall.party or _("cơ quan có thẩm quyền"),
    }
