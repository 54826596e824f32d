"""Which recalls are in force by the word of one party alone, so that they end when its standing does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.trace.models import EventObject
from khcn.trace.queries.recalls import RecallSearch
from khcn.trace.store.declarations import all_authorities
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from khcn.trace.queries.recall_terms import Recall

MOST_NAMES: Final = 1000
"""So many things that a party ever recalled are looked at, the latest first."""

_PREFIX: Final = object_row_name("", EventRole.RECALL)


def recalls_by_party_alone(party: int) -> list[Recall]:
    """The recalls in force that an authority, or a party whose the code is, reported of things that nobody else recalls."""
    rows = EventObject.objects.filter(
        thing__gte=_PREFIX,
        thing__lt=_PREFIX[:-1] + chr(ord(_PREFIX[-1]) + 1),
        role=EventRole.RECALL,
        owner=party,
    )
    latest = rows.order_by("-event").values_list("thing", flat=True)[:MOST_NAMES]
    names = [thing.removeprefix(_PREFIX) for thing in dict.fromkeys(latest)]
    search = RecallSearch(all_authorities(), names)
    search.read_ahead(dict.fromkeys(names, ()))
    found = []
    for name in names:
        recalls = search.recalls_by_name(name, name, ())
        if {one.party for one in recalls} == {party}:
            found += recalls
    return found
