"""What a journey consists of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.models import Event
    from khcn.trace.queries.graph.inputs_elsewhere import ElsewhereInput
    from khcn.trace.queries.graph.lineage_edges import Edge
    from khcn.trace.queries.makers.makers_and_trust import FormerMaker


class ObjectInEvent(NamedTuple):
    """A thing that an event names: a row of `EventObject`."""

    thing: str
    role: int
    event: int
    event_time: int
    owner: int


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """An event of the journey. `goods` are the things of the journey that it names, made of `made_of`; `used` those of them that it uses up.

    Not `is_shown`: of a container into which the goods are only claimed to be packed; it may still tell who held them.
    """

    event: int
    event_time: int
    event_time_rest: str
    event_id: str
    event_type: str
    action: str
    biz_step: str
    disposition: str
    place: str
    owner: int
    goods: tuple[str, ...]
    made_of: tuple[str, ...]
    used: tuple[str, ...] = ()
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Journey:
    """Events in the order of time.

    `makers`: for each thing of the journey its maker; `made`: the events that created the thing asked for, or its lot,
    with their times; `lots`: the lots that the thing asked for, a single object, belongs to; `left_out`: so many inputs are on
    other pages, and there is a next one if `has_next`; `is_whole`: whether nothing else is missing. `former_makers`:
    of the thing, then of its lots, until they declared their reports wrong. `lacks_steps`: whether there were too many reports
    of parties whose steps are shown, or packings by them, to read all; `is_package`: whether something was packed in the thing.
    `lots_of`: of the objects of the journey, the lots that they belong to.
    `elsewhere`: the inputs on other pages of which a recall was reported, all of them if `knows_elsewhere`.
    """

    thing: str
    events: tuple[PublicEvent, ...] = ()
    makers: Mapping[str, int] = field(default_factory=dict)
    made: Mapping[int, int] = field(default_factory=dict)
    lots: tuple[str, ...] = ()
    is_whole: bool = True
    left_out: int = 0
    has_next: bool = False
    former_makers: tuple[FormerMaker, ...] = ()
    lacks_steps: bool = False
    is_package: bool = False
    lots_of: Mapping[str, Collection[str]] = field(default_factory=dict)
    elsewhere: frozenset[ElsewhereInput] = frozenset()
    knows_elsewhere: bool = True

    def shown(self) -> Journey:
        """The journey with the events that the public sees."""
        return replace(self, events=tuple(event for event in self.events if event.is_shown))


def lots_in(path: Iterable[Edge]) -> dict[str, set[str]]:
    """The lots to which objects belong by the edges of a path."""
    found: dict[str, set[str]] = {}
    for edge in path:
        if edge.kind is EdgeKind.MEMBERSHIP:
            for thing in edge.products:
                found.setdefault(thing, set()).update(edge.sources)
    return found


def used_at(path: Iterable[Edge]) -> dict[str, int]:
    """When things were used up by an edge of the path."""
    found: dict[str, int] = {}
    for edge in path:
        if edge.kind is EdgeKind.TRANSFORMATION:
            latest = max(edge.times.values())
            for thing in edge.sources:
                found[thing] = max(found.get(thing, latest), latest)
    return found


def public_event(row: Event, goods: set[str], made_of: set[str], used: set[str]) -> PublicEvent:
    """An event by its row: what of it the public sees."""
    return PublicEvent(
        event=row.id,
        event_time=row.event_time,
        event_time_rest=row.event_time_rest,
        event_id=row.event_id,
        event_type=row.event_type,
        action=row.action,
        biz_step=row.biz_step,
        disposition=row.disposition,
        place=row.read_point or row.biz_location,
        owner=row.owner,
        goods=tuple(sorted(goods - made_of)),
        made_of=tuple(sorted(made_of)),
        used=tuple(sorted(used - made_of)),
    )
