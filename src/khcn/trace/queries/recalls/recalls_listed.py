"""The recalls in force, for a list that the public reads: of products and lots, by authorities and makers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.models import EventObject
from khcn.trace.queries.makers.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.recalls.public_recalls import PublicRecall, public_recalls
from khcn.trace.queries.recalls.recalls import RecallSearch
from khcn.trace.store.database.sql import after_prefix
from khcn.trace.store.database.stores import all_stores, values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LISTED: Final = 200
"""So many products and lots are looked up, those of which a recall was reported last."""

_PREFIX: Final = object_row_name("", EventRole.RECALL)


class RecalledLot(NamedTuple):
    """A product or a lot by its canonical id, and the recall in force that is trusted most."""

    thing: str
    recall: PublicRecall


@all_stores()
def recalls_in_force() -> Sequence[RecalledLot]:
    """Products and lots that are recalled, the latest recall first."""
    rows = EventObject.objects.filter(
        thing__gte=_PREFIX, thing__lt=after_prefix(_PREFIX), role=EventRole.RECALL
    ).order_by("-event")
    found = values_everywhere(rows, "event", "thing", first=MOST_LISTED * 5)
    names = dict.fromkeys(thing.removeprefix(_PREFIX) for _event, thing in sorted(found, reverse=True))
    things = [one for one in names if is_lot(one) or is_product_class(one)][:MOST_LISTED]
    trusted = all_authorities()
    makers = first_makers(creations_of([one for one in things if is_lot(one)], trusted))
    made_by = {one: [makers[one]] if one in makers else [] for one in things}
    by_trusted, _others = RecallSearch(trusted, things).recalls_by_trusted(made_by)
    listed = [
        RecalledLot(thing, public_recalls(recalls)[0]) for thing, recalls in by_trusted.items() if recalls
    ]
    return sorted(listed, key=lambda one: one.recall.since, reverse=True)
