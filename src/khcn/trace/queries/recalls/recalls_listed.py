"""The recalls in force, for a list that the public reads: of products and lots, by authorities and makers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
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
    from collections.abc import Collection, Sequence

MOST_LISTED: Final = 200
"""So many products and lots are listed, those of which a recall was reported last."""

MOST_OF_REPORTER: Final = 200
"""So many reports of recalls by one party that is no authority are looked at, the latest: what one party reports without effect
displaces what others report.
"""

_MOST_READ: Final = 2000
_PREFIX: Final = object_row_name("", EventRole.RECALL)


class RecalledLot(NamedTuple):
    """A product or a lot by its canonical id, and the recall in force that is trusted most."""

    thing: str
    recall: PublicRecall


@all_stores()
def recalls_in_force() -> Sequence[RecalledLot]:
    """Products and lots that are recalled, the latest recall first."""
    trusted = all_authorities()
    listed: list[RecalledLot] = []
    for things in chunks(_reported(trusted), MOST_LISTED):
        makers = first_makers(creations_of([one for one in things if is_lot(one)], trusted))
        made_by = {one: [makers[one]] if one in makers else [] for one in things}
        by_trusted, _others = RecallSearch(trusted, things).recalls_by_trusted(made_by)
        listed += [
            RecalledLot(thing, public_recalls(recalls)[0]) for thing, recalls in by_trusted.items() if recalls
        ]
        if len(listed) >= MOST_LISTED:
            break
    return sorted(listed, key=lambda one: one.recall.since, reverse=True)[:MOST_LISTED]


def _reported(authorities: Collection[int]) -> list[str]:
    """Products and lots of which a recall was reported: those that authorities named first, then those of others."""
    rows = EventObject.objects.filter(
        thing__gte=_PREFIX, thing__lt=after_prefix(_PREFIX), role=EventRole.RECALL
    )
    by_reporter = Window(RowNumber(), partition_by="owner", order_by=F("event").desc())
    others = rows.exclude(owner__in=authorities).annotate(place=by_reporter)
    found = []
    for some in (rows.filter(owner__in=authorities), others.filter(place__lte=MOST_OF_REPORTER)):
        latest = values_everywhere(some.order_by("-event"), "event", "thing", first=_MOST_READ)
        found += [thing.removeprefix(_PREFIX) for _event, thing in sorted(latest, reverse=True)]
    return [one for one in dict.fromkeys(found) if is_lot(one) or is_product_class(one)]
