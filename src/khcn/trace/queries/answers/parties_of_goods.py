"""Which parties had the things of a trace, or were named as receivers of them: whom to call about a recall.

A party had a thing that its own event names, or of which another one names it as source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from khcn.trace.queries.packages.named_receivers import GLN_OF_PLACE, places_named
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from khcn.trace.queries.answers.goods_reports import GoodsReports


class HowKnown(IntEnum):
    """By what a party is among those of a thing; of several the first one."""

    REPORTED = 1  # its own event names the thing
    DESTINATION = 2
    SOURCE = 3


@dataclass(frozen=True, slots=True)
class PartyOfGoods:
    """That a party had a thing of a trace, or was named as its receiver.

    `party`: its GLN, or the id by which it was named; `since`: the time of the first such event, in microseconds since
    1970-01-01T00:00:00Z; `is_confirmed`: whether one of the events is of a party of the chain of the thing, or of an
    authority (docs/adr/0028).
    """

    thing: str
    party: str
    since: int
    how: HowKnown
    is_confirmed: bool


def parties_of_goods(reports: GoodsReports) -> tuple[PartyOfGoods, ...]:
    """The parties of the things of a trace, by thing."""
    events = {one.event for one in reports.listed}
    named = {
        how: _named(events, role)
        for how, role in ((HowKnown.DESTINATION, EventRole.DESTINATION), (HowKnown.SOURCE, EventRole.SOURCE))
    }

    def parties_in(event: int, owner: int) -> Iterator[tuple[str, HowKnown]]:
        if owner in reports.glns:
            yield reports.glns[owner], HowKnown.REPORTED
        for how, each in named.items():
            for party in each.get(event, ()):
                yield party, how

    found: dict[tuple[str, str], PartyOfGoods] = {}
    for one in reports.listed:
        is_confirmed = (one.owner, one.thing) in reports.confirmed
        for party, how in parties_in(one.event, one.owner):
            new = PartyOfGoods(one.thing, party, one.event_time, how, is_confirmed)
            old = found.get((one.thing, party), new)
            found[one.thing, party] = replace(
                new,
                since=min(old.since, new.since),
                how=min(old.how, new.how),
                is_confirmed=old.is_confirmed or new.is_confirmed,
            )
    return tuple(sorted(found.values(), key=lambda one: (one.thing, one.since, one.party)))


def _named(events: Collection[int], role: EventRole) -> dict[int, set[str]]:
    """Whom events name as destination or source: by GLN, or else by the id that they give."""
    prefix = object_row_name("", role)
    return {
        event: {
            gln[1] if (gln := GLN_OF_PLACE.fullmatch(name)) else name.removeprefix(prefix) for name in names
        }
        for event, names in places_named(events, role).items()
    }
