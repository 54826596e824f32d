"""Who holds a single object, from whose events it follows (docs/adr/0028).

The maker holds it first. It passes to the party that its holder names as destination, of the object or of what it is packed
in: to the one that shall possess it, where he names an owner or a place beside it. What a party says of itself gives it nothing. It is packed only by who has it, and reported that before it passed it on.

A holder passes it on once: of several hand-overs by him the one that was captured first counts, whatever time the others say,
until the object comes back to him. So a former holder cannot take it from the next one by an earlier date. Nor can he by
declaring his hand-over wrong, or that he made the thing: what the next one reported before that stays as it was, and he stays the
holder if he had reported the goods.

What was dated ahead of its capture is read with the time that it gives, and also with that of its capture: who holds the object by one
of the two holds it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.holders.clocks_ahead import TimesAtCapture
from khcn.trace.queries.holders.course import NOW, FirstHolder
from khcn.trace.queries.holders.courses import Courses
from khcn.trace.queries.holders.doubtful_packings import doubtful_packings_of
from khcn.trace.queries.packages.ways_of_objects import ways_of
from khcn.trace.queries.packages.withdrawn_hand_overs import WithdrawnHandOver, received_before_withdrawal
from khcn.trace.store.encoding.classes_and_lots import is_lot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from khcn.trace.queries.holders.course import HolderChange
    from khcn.trace.queries.holders.doubtful_packings import DoubtfulPackings
    from khcn.trace.queries.journey_terms import Journey
    from khcn.trace.queries.makers.makers_and_trust import FormerMaker
    from khcn.trace.queries.packages.ways_of_objects import Captured, Moment, ObjectHandOver, Way

MOST_HOLDERS: Final = 50
"""Of so many holders of one object, the latest are asked."""

MOST_WITHDRAWN: Final = 100
"""Of so many hand-overs of one object that their parties declared wrong before their receivers reported it, those that were captured
first are looked at."""


class Statement(NamedTuple):
    """An event that may set or end a recall, by the order of time."""

    event_time: int
    event_time_rest: str
    number: int
    owner: int
    recorded_at: int


class MadeObject(NamedTuple):
    """A single object of which it is asked who holds it.

    `maker`: who holds it first; `former`: who was its maker until he declared that wrong; `created`: the earliest time at which it was
    made, before which nobody passed it on; `since`: of a package that is used again, when its maker packed it.
    """

    thing: str
    maker: int | None
    former: tuple[FormerMaker, ...] = ()
    created: int | None = None
    since: int | None = None

    @property
    def first(self) -> FirstHolder:
        """Who held it first, by what counts now."""
        return FirstHolder(self.maker, self.since)

    @property
    def firsts(self) -> dict[int, None]:
        """Who may have held it first, in their order."""
        return {one.party: None for one in self.beginnings if one.party is not None}

    @property
    def beginnings(self) -> dict[FirstHolder, None]:
        """The same, with their times."""
        return dict.fromkeys([self.first, *(FirstHolder(one.party, one.since) for one in self.former)])


def made_object(goods: Journey, makers: Mapping[str, int]) -> MadeObject:
    """The object of a journey, by who made it or its lot."""
    maker = next((makers[one] for one in (goods.thing, *goods.lots) if one in makers), None)
    times = [*goods.made.values(), *(one.event_time for one in goods.former_makers)]
    return MadeObject(goods.thing, maker, goods.former_makers, min(times, default=None))


def holders_of_goods(goods: Journey, makers: Mapping[str, int]) -> dict[str, Holders]:
    """The holders of the object of a journey, by its name; none of a lot."""
    return {} if is_lot(goods.thing) else holders_of_objects([made_object(goods, makers)])


def holders_of_objects(objects: Collection[MadeObject]) -> dict[str, Holders]:
    """The holders of some single objects, looked up together."""
    ways = ways_of({one.thing: one.firsts for one in objects})
    made = {one.thing: one for one in objects}
    begun = {thing: _since(way, made[thing].created) for thing, way in ways.items()}
    asked = {
        thing: {_withdrawal(thing, one): one for one in way.hand_overs if one.withdrawn is not None}
        for thing, way in begun.items()
    }
    received = received_before_withdrawal({each for some in asked.values() for each in some})
    counting: dict[str, Way] = {}
    for thing, way in begun.items():
        remaining = {one.report.number for each, one in asked[thing].items() if each in received}
        counting[thing] = _counting(way, remaining)
    doubtful = doubtful_packings_of(counting.values())
    return {thing: Holders(made[thing], way, doubtful[thing]) for thing, way in counting.items()}


def _since(way: Way, created: int | None) -> Way:
    if created is None:
        return way
    return replace(way, hand_overs=[one for one in way.hand_overs if one.report.event_time >= created])


def _withdrawal(thing: str, hand_over: ObjectHandOver) -> WithdrawnHandOver:
    receivers = frozenset(to for to in hand_over.named if to is not None and to != hand_over.report.owner)
    things = frozenset((thing, *(hand_over.packed_in or ())))
    return WithdrawnHandOver(hand_over.report.number, receivers, things, (hand_over.withdrawn or NOW)[0])


def _counting(way: Way, remaining: Collection[int]) -> Way:
    """Of the hand-overs that were declared wrong, those stay whose receiver had reported the goods before."""
    standing: list[ObjectHandOver] = []
    left = 0
    for one in way.hand_overs:
        if one.withdrawn is None or one.report.number in remaining:
            standing.append(one._replace(withdrawn=None))
        elif left < MOST_WITHDRAWN:
            left += 1
            standing.append(one)
    return replace(way, hand_overs=standing)


class Holders:
    """The holders of a single object in the course of time."""

    def __init__(self, made: MadeObject, way: Way, doubtful: DoubtfulPackings) -> None:
        self._first = made.first
        self._former = made.former
        at_capture = TimesAtCapture(way)
        self._readings = [_Reading(Courses(way, doubtful))]
        if at_capture.are_other_times:
            self._readings.append(_Reading(Courses(at_capture.way(), doubtful), at_capture))
        courses = [
            course
            for one in made.beginnings
            if one.party is not None
            for reading in self._readings
            for course in reading.courses.every(one)
        ]
        changes = sorted(
            (one for course in courses for one in course.changes), key=lambda one: one.moment, reverse=True
        )
        holders = dict.fromkeys(one.holder for one in changes if one.holder is not None)
        self.parties: set[int] = set([*holders, *made.firsts][:MOST_HOLDERS])
        """All its holders, the latest `MOST_HOLDERS`."""

    def is_holder(self, statement: Statement) -> bool:
        """Whether the party of an event held it when the event happened, and still when it reported the event.

        Otherwise who has passed it on would recall it by an event that he dates back. Nothing that was captured later takes
        this away; a hand-over to the party may be captured later. What the party reported in the same document counts
        as reported at the same time.
        """
        captured = (statement.recorded_at, statement.number)
        first = self._first_at(captured)
        return any(one.is_holder(statement, first, self._first) for one in self._readings)

    def _first_at(self, captured: Captured) -> FirstHolder:
        """Who was its maker when something was captured: what he declares wrong afterwards takes nothing back."""
        known = (FirstHolder(one.party, one.since) for one in self._former if one.until > captured)
        return next(known, self._first)


class _Reading(NamedTuple):
    """Through whose hands an object has gone, by the times that events give, or by those `at_capture` where they are ahead."""

    courses: Courses
    at_capture: TimesAtCapture | None = None

    def is_holder(self, statement: Statement, first: FirstHolder, first_now: FirstHolder) -> bool:
        """Whether the party of an event held it, by who held it first by what was known then, and by what is known now."""
        captured = (statement.recorded_at, statement.number)
        then, now = self.courses.at(captured, first), self.courses.at(NOW, first_now)
        happened = statement
        if self.at_capture is not None:
            moment = self.at_capture.of(statement.event_time, statement.recorded_at)
            happened = statement._replace(event_time=moment)
        return _was_holder(then.changes, first.party, happened, is_known=_is_known) or _was_holder(
            now.changes, first_now.party, happened, is_known=_is_known_or_by_others
        )


def _was_holder(
    changes: Sequence[HolderChange],
    first: int | None,
    statement: Statement,
    is_known: Callable[[HolderChange, Statement], bool],
) -> bool:
    """Whether the party of an event held the object, by the changes of which it may have been known when it reported the event."""
    known = list(takewhile(lambda one: is_known(one, statement), changes))
    before = list(takewhile(lambda one: not _is_of_document(one, statement), known))
    happened = (statement.event_time, statement.event_time_rest, statement.number)
    reported = (statement.recorded_at + 1, "", 0)
    return _holder(known, happened, first) == _holder(before, reported, first) == statement.owner


def _is_known(change: HolderChange, statement: Statement) -> bool:
    return change.captured <= statement.recorded_at


def _is_known_or_by_others(change: HolderChange, statement: Statement) -> bool:
    """By others it may have passed to the party, which is reported later; what the party itself reports later takes nothing from it."""
    return _is_known(change, statement) or change.owner != statement.owner


def _holder(changes: Sequence[HolderChange], moment: Moment, first: int | None) -> int | None:
    place = bisect_left(changes, moment, key=lambda one: one.moment)
    return changes[place - 1].holder if place else first


def _is_of_document(change: HolderChange, statement: Statement) -> bool:
    """Whether the party of a statement passed the object on in the document in which the statement is."""
    return change.owner == statement.owner and change.captured == statement.recorded_at
