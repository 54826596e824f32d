"""Why goods of a lot go nowhere: a recall of the register that has reached them or what they are made of, or one that is an event alone.

Events of that kind come from a program of the authority or of who made the goods; their public page warns of them as of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import unescape
from khcn.goods.enums import EntryKind
from khcn.goods.models import LotEntry
from khcn.goods.operations.recalls import stopped_in_words, stopped_lots, stopped_since
from khcn.goods.rules import shortest_gtin
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.dates import format_date
from khcn.trace.queries.recalls.public_recalls import recalls_of_lots

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, time

    from khcn.goods.models import GoodsRecall, Lot
    from khcn.trace.queries.recalls.public_recalls import PublicRecall

_PARTS: Final = 5  # of the path of a lot: before the first stroke nothing, then two pairs of key and value


@dataclass(frozen=True, slots=True)
class LotStop:
    """`since`: from which day on goods of the lot go nowhere, and `at`: from which moment of that day, in local time, where it is known when
    they were stopped or their recall was published; `recall`: of the register, None for one that came as an event.
    """

    since: date
    words: str
    recall: GoodsRecall | None = None
    at: datetime | None = None

    def stops(self, day: date, time: time | None) -> bool:
        """Whether what was done on a day, at a time where it is known, was done since then."""
        is_before = day == self.since and time is not None and self.at is not None and time < self.at.time()
        return day >= self.since and not is_before


def stops_of(paths: Iterable[str]) -> dict[str, LotStop]:
    """Of lots, by the paths of their pages, what stops them.

    What was made of a stopped lot since its recall was last looked at is in no scope yet; the stop of that lot is its own.
    """
    asked = set(paths)
    published = {
        path: min(counted, key=lambda each: each.since)
        for path, recalls in recalls_of_lots(asked).items()
        if (counted := [each for each in recalls if each.rank is not None and not each.is_of_part])
    }
    found = {
        path: LotStop(first.since.date(), _event_in_words(first), None, first.since)
        for path, first in published.items()
    }
    for path, recall in stopped_lots(asked).items():
        since, first = stopped_since(recall), published.get(path)
        at = recall.stopped_at
        if recall.paused_on is None and first is not None and first.since.date() == since:
            at = first.since
        found[path] = LotStop(since, stopped_in_words(recall), recall, at)
    return _stopped_with_sources(asked - found.keys()) | found


def why_stopped(lot: Lot) -> str:
    """Why goods of one lot go nowhere; "" where nothing stops them."""
    stop = stops_of([lot.public_path]).get(lot.public_path)
    return stop.words if stop is not None else ""


def _stopped_with_sources(paths: set[str]) -> dict[str, LotStop]:
    """Of lots that no recall has reached, those made of one that a recall has, at any number of steps before."""
    sources: dict[str, set[str]] = {path: {path} for path in paths}
    seen, asked = set(paths), set(paths)
    while asked:
        used = _used_for(asked)
        for reached in sources.values():
            reached |= {source for path in reached & used.keys() for source in used[path]}
        asked = {source for made_of in used.values() for source in made_of} - seen
        seen |= asked
    stopped = stopped_lots(seen - paths)
    found = {}
    for path, reached in sources.items():
        recalls = [stopped[each] for each in sorted(reached & stopped.keys())]
        if recalls:
            first = min(recalls, key=lambda each: (stopped_since(each), each.pk))
            found[path] = LotStop(stopped_since(first), _source_in_words(first), first, first.stopped_at)
    return found


def _used_for(paths: set[str]) -> dict[str, set[str]]:
    """What was used for lots in the diaries of who made them, by the paths of both."""
    found: dict[str, set[str]] = {}
    uses = LotEntry.objects.filter(kind=EntryKind.USE, wrong_on__isnull=True)
    for part in chunks(sorted(paths)):
        names = [path.split("/") for path in part]
        known = [each for each in names if len(each) == _PARTS]
        rows = uses.filter(
            into__item__gtin__in={shortest_gtin(each[2]) for each in known},
            into__number__in={unescape(each[4]) for each in known},
        )
        for entry in rows.select_related("lot__item", "into__item"):
            if entry.into is not None and (made := entry.into.public_path) in paths:
                found.setdefault(made, set()).add(entry.lot.public_path)
    return found


def _source_in_words(recall: GoodsRecall) -> str:
    return _("Lô này làm từ nguyên liệu của lô bị dừng. %(words)s") % {"words": stopped_in_words(recall)}


def _event_in_words(recall: PublicRecall) -> str:
    text = _(
        "Lô bị thu hồi từ ngày %(day)s theo thông báo của %(party)s. Không giao, bán, dùng; chỉ tiêu hủy, hoặc giao trả bên đã giao lô "
        "này cho mình."
    )
    return text % {
        "day": format_date(recall.since.date()),
        "party": recall.party or _("cơ quan có thẩm quyền"),
    }
