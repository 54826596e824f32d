"""By which events parties passed containers on, themselves or in what they were in (docs/adr/0028, Unpacking)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.graph.packings import MOST_LEVELS
from khcn.trace.queries.packages.named_receivers import receivers_named
from khcn.trace.queries.packages.package_removals import removals_by
from khcn.trace.queries.packages.withdrawn_hand_overs import WithdrawnHandOver, received_before_withdrawal
from khcn.trace.store.confirmations import Standing
from khcn.trace.store.statements.declarations import (
    events_without_effect,
    reported_events,
    withdrawn_by_their_parties,
)
from khcn.trace.store.statements.events_by_id import captured_at
from khcn.trace.store.statements.named_parties import events_that_send, packings_named_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet

NEVER: Final = 2**63 - 1
"""After each event: when an event was declared wrong that was not."""


class HandOver(NamedTuple):
    """A party passed a container on: when, when that was captured, and from when on it counts no more.

    `captured`: the record time, and the row id, as row ids of two stores have no common order.
    """

    event_time: int
    captured: tuple[int, int]
    withdrawn: int


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The hand-overs of containers by some parties, to whom each event passes them, and when the events were captured that were asked about."""

    hand_overs: Mapping[Standing, Collection[HandOver]]
    receivers: Mapping[int, AbstractSet[int | None]]
    captured: Mapping[int, int]


def containers_passed_on(
    standings: Collection[Standing],
    trusted: Mapping[int, Iterable[AbstractSet[int]]],
    authorities: Collection[int],
    asked: Mapping[int, int],
) -> PassedOn:
    """Which of some parties passed containers on; without what an authority declared wrong.

    What its own party declared wrong counts until then, and from then on too where the receiver had reported the goods before, or
    what they were in.

    Args:
        standings: the parties and containers.
        trusted: of each party, by whose packings it passes on what was in a container.
        authorities: the parties that are trusted in everything.
        asked: further events, by row id and time, of which it is asked when they were captured.
    """
    packed = _packed(standings, trusted, authorities)
    things = {one.thing for one in standings} | {outer for _, outer in packed}
    rows = events_that_send(things, {one.party for one in standings})
    times = {row[0]: row[1] for row in rows}
    named = receivers_named(times)
    until = _counted_until(times, authorities)
    sent = [row for row in rows if row[0] in until and named.get(row[0], set()) - {row[3]}]
    contents = _Contents(packed, sent)
    captured = captured_at({**asked, **{row[0]: row[1] for row in sent}}) if sent else {}
    found: dict[tuple[Standing, int], HandOver] = {}
    withdrawn: dict[WithdrawnHandOver, tuple[Standing, int]] = {}
    for event, moment, thing, party in sent:
        for one, packed_until in contents.of(thing, party, moment, event).items():
            if Standing(party, one) not in standings:
                continue
            key, end = (Standing(party, one), event), min(until[event], packed_until)
            known = found.get(key)
            if known is None or known.withdrawn < end:
                found[key] = HandOver(moment, (captured[event], event), end)
            if end < NEVER:
                receivers = frozenset(to for to in named[event] if to not in (None, party))
                withdrawn[WithdrawnHandOver(event, receivers, frozenset({thing, one}), end)] = key
    for each in received_before_withdrawal(withdrawn.keys()):
        found[withdrawn[each]] = found[withdrawn[each]]._replace(withdrawn=NEVER)
    by_standing: dict[Standing, list[HandOver]] = defaultdict(list)
    for (standing, _event), hand_over in found.items():
        by_standing[standing].append(hand_over)
    return PassedOn(by_standing, {row[0]: named[row[0]] for row in sent}, captured)


def _counted_until(times: Mapping[int, int], authorities: Collection[int]) -> dict[int, int]:
    """Until when some events, by row id and time, count: `NEVER`, or when their own parties declared them wrong; of an authority's no declaration."""
    void = events_without_effect(times, authorities)
    found = {event: NEVER for event in times if event not in void}
    if void:
        own = withdrawn_by_their_parties(reported_events({event: times[event] for event in void}))
        found |= {event: captured for event, (captured, _number) in own.items()}
    return found


class _Packed(NamedTuple):
    event_time: int
    until: int  # when it was declared wrong by who reported it


def _packed(
    standings: Collection[Standing],
    trusted: Mapping[int, Iterable[AbstractSet[int]]],
    authorities: Collection[int],
) -> dict[tuple[int, str], dict[str, list[_Packed]]]:
    """When containers were packed in others, by the party that has those and the outer one: by whom that party has them from."""
    found: dict[tuple[int, str], dict[str, list[_Packed]]] = defaultdict(lambda: defaultdict(list))
    inside = {one.thing for one in standings}
    seen = set(inside)
    for _level in range(MOST_LEVELS):
        rows = packings_named_by(inside, trusted.keys())
        until = _counted_until({row[0]: row[1] for row in rows}, authorities)
        inside = set()
        for event, moment, thing, packer, outer, party in rows:
            if event in until and any(packer in some for some in trusted[party]):
                found[party, outer][thing].append(_Packed(moment, until[event]))
                inside.add(outer)
        inside -= seen
        seen |= inside
        if not inside:
            break
    return found


class _Contents:
    """What was in containers when their parties passed them on."""

    def __init__(
        self,
        packed: Mapping[tuple[int, str], Mapping[str, Collection[_Packed]]],
        sent: Collection[tuple[int, int, str, int]],
    ) -> None:
        self._packed = {
            key: {one: _by_end(packings) for one, packings in some.items()} for key, some in packed.items()
        }
        self._taken_out: dict[tuple[int, str], list[tuple[int, int, AbstractSet[str] | None]]] = defaultdict(
            list
        )
        self._captured: dict[int, int] = {}
        if not packed or not sent:
            return
        things = {one for some in packed.values() for one in some}
        removals = removals_by({party for party, _ in packed}, {outer for _, outer in packed}, things)
        for one in removals:
            self._taken_out[one.owner, one.container].append((one.event_time, one.event, one.things))
        if removals:
            taken_out = {one.event: one.event_time for one in removals}
            self._captured = captured_at(taken_out | {row[0]: row[1] for row in sent})

    def of(self, container: str, party: int, moment: int, sent: int) -> dict[str, int]:
        """A container and what was in it, and in that, when the party passed it on by an event of that time; until when that counts."""
        found, waiting = {container: NEVER}, [container]
        while waiting:
            outer = waiting.pop()
            for inner, packings in self._packed.get((party, outer), {}).items():
                for end, times in packings.items():
                    until = min(end, found[outer])
                    place = bisect_right(times, moment)
                    if not place or found.get(inner, -NEVER) >= until:
                        continue
                    if not self._was_taken_out((party, outer), inner, times[place - 1], moment, sent):
                        found[inner] = until
                        waiting.append(inner)
        return found

    def _was_taken_out(self, where: tuple[int, str], inner: str, since: int, moment: int, sent: int) -> bool:
        return any(
            (since < out if some is None else since <= out and inner in some)
            and out <= moment
            and self._captured[event] <= self._captured[sent]
            for out, event, some in self._taken_out.get(where, ())
        )


def _by_end(packings: Iterable[_Packed]) -> dict[int, list[int]]:
    """The times of packings in order, by when they were declared wrong."""
    found: dict[int, list[int]] = defaultdict(list)
    for one in sorted(packings):
        found[one.until].append(one.event_time)
    return found
