"""That an authority recalls packages in which nothing was any more, so that it learns that its recall reaches no goods."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from khcn.epcis.errors import Problem, Severity
from khcn.epcis.model import AggregationEvent
from khcn.epcis.store import thing_of
from khcn.trace.queries.walks.trusted_contents import may_hold, reached_contents, was_packed_wrongly
from khcn.trace.store.encoding.classes_and_lots import is_package
from khcn.trace.store.encoding.instants import microseconds
from khcn.trace.store.encoding.recall_words import is_set_by, things_spoken_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.epcis import Event

MOST_PACKAGES: Final = 100
"""Of so many recalled packages of a document it is asked what was in them."""

_MOST_CONTENTS: Final = 20_000
_SHOWN: Final = 80


def recalls_of_empty_packages(events: Sequence[Event], paths: Sequence[str]) -> Iterator[Problem]:
    """That what was packed in a package had left it at the time of its recall, or was never in it, as who packed it says; of packages
    that the document itself packs nothing.

    What left a package before its recall is not recalled by it (docs/adr/0028), which is the usual case for a pallet that its receiver has
    emptied. Only an authority sees everything, so only it gets the warning: others would find out by trial what is in the packages of strangers.

    Args:
        events: the events of a document of an authority.
        paths: of each event, as JSON pointers.
    """
    packed = {
        thing_of(one.parent_id)
        for one in events
        if isinstance(one, AggregationEvent) and one.action == "ADD" and one.parent_id
    }
    asked = (
        (thing, event, path)
        for event, path in zip(events, paths, strict=True)
        if event.error_declaration is None and is_set_by(event)
        for thing in things_spoken_of(event)
        if is_package(thing) and may_hold(thing) and thing not in packed
    )
    for thing, event, path in islice(asked, MOST_PACKAGES):
        inside = [one for one in reached_contents([thing], _MOST_CONTENTS) or () if one.event]
        at = microseconds(event.event_time)
        then = {one.thing for one in inside if one.since <= at <= one.until}
        if not all(map(is_package, then)):
            continue
        if (inside and not then) or was_packed_wrongly({thing, *then}):
            yield Problem(
                "RECALL_REACHES_NOTHING",
                path,
                f"Lúc thu hồi không có hàng nào được báo là còn ở trong kiện “{thing[:_SHOWN]}”, nên lệnh thu hồi này không tới hàng nào: "
                "hàng đã lấy ra trước đó, hoặc bên đóng kiện đã khai là đóng nhầm, không bị thu hồi theo kiện. Sự kiện vẫn được ghi; muốn thu hồi hàng đó, gửi thêm sự kiện nêu "
                "thẳng mã hàng hoặc lô (xem truy xuất xuôi của kiện).",
                f"nothing is reported to have been in {thing[:_SHOWN]!r} when it was recalled, so the recall reaches no goods: what had left "
                "it, or was declared never to have been in it, is not recalled with it; the event is stored, name those goods or their lots in a further event",
                Severity.CONTENT,
            )
