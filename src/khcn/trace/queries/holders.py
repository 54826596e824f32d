"""Who holds a single object, from whose events it follows (docs/adr/0028).

The maker holds it first. It passes to the party that its holder names as destination, of the object or of what it is packed
in: to the one that shall possess it, where he names an owner or a place beside it. What a party says of itself gives it nothing. It is packed only by who has it, and reported that before it passed it on.

A holder passes it on once: of several hand-overs by him the one that was captured first counts, whatever time the others say,
until the object comes back to him. So a former holder cannot take it from the next one by an earlier date. Nor can he by
declaring his hand-over wrong, or that he made the thing: what the next one reported before that stays as it was, and he stays the
holder if he had reported the goods.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject
from khcn.trace.queries.doubtful_packings import ContainerHandOver, DoubtfulPackings
from khcn.trace.queries.named_receivers import events_about, receivers_named
from khcn.trace.queries.packings import containers_in_doubt, packings_of
from khcn.trace.queries.withdrawn_hand_overs import WithdrawnHandOver, received_before_withdrawal
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.declarations import ReportedEvent, withdrawn_by_their_parties
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.events_by_id import events_by_id
from khcn.trace.stored_codes import GOODS_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from khcn.trace.queries.journey_terms import Journey
    from khcn.trace.queries.packings import Packing

MOST_HOLDERS: Final = 50
"""Of so many holders of one object, the latest are asked."""

MOST_WITHDRAWN: Final = 100
"""Of so many hand-overs of one object that their parties declared wrong before their receivers reported it, those that were captured
first are looked at."""

_MOST_ROUNDS: Final = 12  # in each those are asked whom the withdrawn hand-overs of the one before name
_BATCH_SIZE: Final = 1000
_NONE: Final[frozenset[int]] = frozenset()

_Moment: TypeAlias = tuple[int, str, int]
_Captured: TypeAlias = tuple[int, int]  # record time and row id; row ids of two stores have no common order


class Statement(NamedTuple):
    """An event that may set or end a recall, by the order of time."""

    event_time: int
    event_time_rest: str
    number: int
    owner: int
    recorded_at: int


class _Report(NamedTuple):
    """What is read of an event by which an object may have been passed on."""

    number: int
    event_time: int
    event_time_rest: str
    owner: int
    recorded_at: int
    event_id: str

    @property
    def moment(self) -> _Moment:
        return (self.event_time, self.event_time_rest, self.number)


class _HandOver(NamedTuple):
    """A party names others as destination of the object, or of the containers `packed_in`.

    `is_doubtful`: it is no step of the journey, as who packed the object there declared that wrong.
    """

    report: _Report
    named: frozenset[int | None]
    packed_in: tuple[str, ...] | None
    withdrawn: _Captured | None = None
    is_doubtful: bool = False

    def of_containers(self) -> ContainerHandOver:
        """As it is judged with the packings."""
        number, moment, _rest, owner, recorded_at, _event_id = self.report
        return ContainerHandOver(number, moment, recorded_at, owner, self.named, self.packed_in or ())


class _HolderChange(NamedTuple):
    """The object passed to a party (None: one that is not in the register), as it is known since `captured`."""

    moment: _Moment
    holder: int | None
    captured: _Captured
    owner: int


class Holders:
    """The holders of a single object in the course of time."""

    def __init__(self, goods: Journey, makers: Mapping[str, int]) -> None:
        first = next((makers[one] for one in (goods.thing, *goods.lots) if one in makers), None)
        self._first = first
        self._former = [] if is_lot(goods.thing) else goods.former_makers
        self._thing = goods.thing
        self._hand_overs: list[_HandOver] = []
        self._withdrawn: list[_HandOver] = []
        self._packings: Mapping[str, Sequence[Packing]] = {}
        self._doubtful = DoubtfulPackings(goods.thing, {}, ())
        self._captured: dict[int, _Captured] = {}
        self._courses: dict[tuple[int | None, frozenset[int]], list[_HolderChange]] = {}
        self.parties: set[int] = set()
        """All its holders, the latest `MOST_HOLDERS`."""
        firsts = {one: None for one in (first, *(former.party for former in self._former)) if one is not None}
        if not firsts or is_lot(goods.thing):
            return
        self._read(goods, firsts)
        declared = [one.withdrawn for one in self._withdrawn if one.withdrawn is not None]
        cuts = {self._at(one) for one in (*declared, *self._doubtful.declared.values())}
        courses = (self._course(part, one) for part in (_NONE, *cuts) for one in firsts)
        changes = sorted((one for course in courses for one in course), key=lambda one: one.moment)
        latest = dict.fromkeys(one.holder for one in reversed(changes) if one.holder is not None)
        self.parties = set([*latest, *firsts][:MOST_HOLDERS])

    def is_holder(self, statement: Statement) -> bool:
        """Whether the party of an event held it when the event happened, and still when it reported the event.

        Otherwise who has passed it on would recall it by an event that he dates back. Nothing that was captured later takes
        this away; a hand-over to the party may be captured later. What the party reported in the same document counts
        as reported at the same time.
        """
        captured = (statement.recorded_at, statement.number)
        first = self._first_at(captured)
        course = self._course(self._at(captured), first)
        until = [
            place
            for place, one in enumerate(course)
            if one.captured > captured and not _is_of_document(one, statement)
        ]
        earlier = [
            place
            for place, one in enumerate(course)
            if one.captured > captured or _is_of_document(one, statement)
        ]
        happened = (statement.event_time, statement.event_time_rest, statement.number)
        reported = (statement.recorded_at + 1, "", 0)
        known, before = course[: min(until, default=None)], course[: min(earlier, default=None)]
        if _holder(known, happened, first) == _holder(before, reported, first) == statement.owner:
            return True
        now = self._course(_NONE, self._first)
        return _holder(now, happened, self._first) == _holder(now, reported, self._first) == statement.owner

    def _first_at(self, captured: _Captured) -> int | None:
        """Who was its maker when something was captured: what he declares wrong afterwards takes nothing back."""
        return next((one.party for one in self._former if one.until > captured), self._first)

    # ------------------------------------------------------------------------------------ what was reported

    def _read(self, goods: Journey, firsts: Collection[int]) -> None:
        made = [*goods.made.values(), *(one.event_time for one in self._former)]
        created = min(made, default=None)
        path = [
            event
            for event in goods.events
            if (goods.thing in event.goods or not event.goods)
            and (created is None or event.event_time >= created)
        ]
        times = {event.event: event.event_time for event in path}
        destinations = receivers_named(times)
        parties: set[int | None] = {*firsts, *(event.owner for event in path)}
        parties.update(*destinations.values())
        packers = {one for one in set(firsts).union(*destinations.values()) if one is not None}
        others, around = self._read_others(times, created, parties, packers, destinations)
        direct = {event.event for event in path if event.goods} | others.keys()
        containers = {number for number in times if number not in direct} | around.keys()
        containers &= destinations.keys()
        others |= around
        packed_in = _named_by(containers, self._packings)
        wanted = {number: moment for number, moment in {**times, **others}.items() if number in destinations}
        packings = {one.event: one.event_time for some in self._packings.values() for one in some}
        reports = {one.number: one for one in _reports({**wanted, **packings})}
        self._captured = {number: (one.recorded_at, number) for number, one in reports.items()}
        withdrawn = withdrawn_by_their_parties(
            [
                ReportedEvent(one.number, one.event_id, one.owner)
                for one in reports.values()
                if one.number in others
            ]
        )
        in_doubt = containers_in_doubt(self._packings)
        for number in sorted(wanted, key=lambda one: self._captured.get(one, (0, one))):
            if number not in reports:
                continue  # a declaration
            within = tuple(packed_in.get(number, ())) if number in containers else None
            is_doubtful = number not in times and within is not None and not in_doubt.isdisjoint(within)
            one = _HandOver(reports[number], frozenset(destinations[number]), within, is_doubtful=is_doubtful)
            if number in withdrawn:
                self._withdrawn.append(one._replace(withdrawn=withdrawn[number]))
            elif number in times or is_doubtful:
                self._hand_overs.append(one)
        around_it = [one.of_containers() for one in (*self._hand_overs, *self._withdrawn) if one.packed_in]
        self._doubtful = DoubtfulPackings(self._thing, self._packings, around_it)
        self._keep_received()

    def _keep_received(self) -> None:
        """Of the hand-overs that were declared wrong, those stay whose receiver had reported the goods before."""
        asked: dict[WithdrawnHandOver, _HandOver] = {}
        for one in self._withdrawn:
            receivers = frozenset(to for to in one.named if to not in {None, one.report.owner})
            if one.withdrawn is not None:
                things = frozenset((self._thing, *(one.packed_in or ())))
                asked[WithdrawnHandOver(one.report.number, receivers, things, one.withdrawn[0])] = one
        received = {each.event for each in received_before_withdrawal(asked.keys())}
        self._hand_overs += [one for one in self._withdrawn if one.report.number in received]
        left = [one for one in self._withdrawn if one.report.number not in received]
        self._withdrawn = left[:MOST_WITHDRAWN]

    def _read_others(
        self,
        times: Mapping[int, int],
        created: int | None,
        parties: set[int | None],
        packers: set[int],
        destinations: dict[int, set[int | None]],
    ) -> tuple[dict[int, int], dict[int, int]]:
        """The events that are not in its journey, by row id and time: about the object, and about what it was packed in.

        Adds the parties that they name, who may report further ones and pack it.
        """
        others: dict[int, int] = {}
        around: dict[int, int] = {}

        def unknown(things: Collection[str]) -> dict[int, int]:
            return {
                number: moment
                for number, moment in events_about(things, parties)
                if not (number in times or number in others or number in around)
                and (created is None or moment >= created)
            }

        for _round in range(_MOST_ROUNDS):
            self._packings = packings_of(self._thing, packers)
            new = unknown([self._thing])
            others |= new
            new_around = unknown(self._packings) if self._packings else {}
            around |= new_around
            found = receivers_named({**new, **new_around})
            destinations |= found
            named = {one for some in found.values() for one in some}
            named_packers = {one for one in named if one is not None}
            if named <= parties and named_packers <= packers:
                break
            parties |= named
            packers |= named_packers
        return others, around

    def _at(self, captured: _Captured) -> frozenset[int]:
        """The hand-overs and packings, by event, that had not been declared wrong at the time, but are now."""
        hand_overs = {one.report.number: one.withdrawn for one in self._withdrawn}
        declared = {**hand_overs, **self._doubtful.declared}
        return frozenset(event for event, at in declared.items() if at is not None and at >= captured)

    # ------------------------------------------------------------------------------------ who had it when

    def _course(self, also: frozenset[int], first: int | None) -> list[_HolderChange]:
        """Who had it, where some events had not been declared wrong yet."""
        if (first, also) not in self._courses:
            self._courses[first, also] = self._changes(also, first)
        return self._courses[first, also]

    def _changes(self, also: frozenset[int], first: int | None) -> list[_HolderChange]:
        hand_overs = [*self._hand_overs, *(one for one in self._withdrawn if one.report.number in also)]
        by_owner: dict[int, list[_HandOver]] = defaultdict(list)
        for one in sorted(hand_overs, key=lambda one: one.report.moment):
            if one.named - {one.report.owner}:
                by_owner[one.report.owner].append(one)
        direct = {
            owner: _First([one for one in some if one.packed_in is None]) for owner, some in by_owner.items()
        }
        packed = {owner: [one for one in some if one.packed_in] for owner, some in by_owner.items()}
        course: list[_HolderChange] = []
        holder, since = first, None
        while holder in by_owner:
            found: list[tuple[_Captured, _HandOver]] = []
            own = direct[holder].after(since)
            if own is not None:
                found.append(((own.report.recorded_at, own.report.number), own))
            for one in packed[holder]:
                if since is None or one.report.moment > since:
                    known = self._packed_since(one, course, first, also)
                    if known is not None:
                        found.append((known, one))
            if not found:
                break
            captured, chosen = min(found, key=lambda one: (one[0], one[1].report.moment))
            named = [one for one in chosen.named - {holder} if one is not None]
            since = chosen.report.moment
            course.append(_HolderChange(since, min(named, default=None), captured, holder))
            holder = course[-1].holder
        return course

    def _packed_since(
        self,
        hand_over: _HandOver,
        course: Sequence[_HolderChange],
        first: int | None,
        also: frozenset[int],
    ) -> _Captured | None:
        """Since when it is known that it was packed in what was passed on, or in what is in that, by those who had it."""
        report = hand_over.report
        captured = (report.recorded_at, report.number)
        waiting = [(captured, container, False) for container in hand_over.packed_in or ()]
        heapq.heapify(waiting)
        seen: set[tuple[str, bool]] = set()
        while waiting:
            known, container, through_doubt = heapq.heappop(waiting)
            if container == self._thing and (through_doubt or not hand_over.is_doubtful):
                return known
            if (container, through_doubt) in seen:
                continue
            seen.add((container, through_doubt))
            for packing in self._packings.get(container, ()):
                if self._led_to(packing, container, hand_over, also) and self._had(packing, course, first):
                    since = max(known, self._captured[packing.event])
                    is_doubtful = through_doubt or packing.withdrawn
                    heapq.heappush(waiting, (since, packing.thing, is_doubtful))
        return None

    def _led_to(self, packing: Packing, container: str, hand_over: _HandOver, also: frozenset[int]) -> bool:
        """Whether what was packed was in the container when that was passed on, as far as that is in doubt."""
        return (
            packing.event_time <= hand_over.report.event_time
            and self._doubtful.counts(packing, also)
            and not (
                hand_over.is_doubtful
                and self._doubtful.was_taken_out(packing, container, hand_over.of_containers())
            )
        )

    def _had(self, packing: Packing, course: Sequence[_HolderChange], first: int | None) -> bool:
        """Whether a party had it when it packed it, and reported that before it was known to have passed it on."""
        if packing.event not in self._captured:
            return False
        moment = (packing.event_time, "", packing.event)
        place = bisect_left(course, moment, key=lambda one: one.moment)
        holder = course[place - 1].holder if place else first
        passed_on = course[place].captured if place < len(course) else None
        return packing.owner == holder and (passed_on is None or self._captured[packing.event] <= passed_on)


class _First:
    """Of the hand-overs after a moment, the one that was captured first."""

    def __init__(self, hand_overs: Sequence[_HandOver]) -> None:
        self._moments = [one.report.moment for one in hand_overs]
        self._first = list(hand_overs)
        for place in reversed(range(len(hand_overs) - 1)):
            self._first[place] = min(
                self._first[place : place + 2], key=lambda one: (one.report.recorded_at, one.report.number)
            )

    def after(self, moment: _Moment | None) -> _HandOver | None:
        place = 0 if moment is None else bisect_right(self._moments, moment)
        return self._first[place] if place < len(self._first) else None


def _holder(course: Sequence[_HolderChange], moment: _Moment, first: int | None) -> int | None:
    place = bisect_left(course, moment, key=lambda one: one.moment)
    return course[place - 1].holder if place else first


def _is_of_document(change: _HolderChange, statement: Statement) -> bool:
    """Whether the party of a statement passed the object on in the document in which the statement is."""
    return change.owner == statement.owner and change.captured[0] == statement.recorded_at


def _reports(times: Mapping[int, int]) -> list[_Report]:
    found: list[_Report] = []
    columns = ("id", "event_time", "event_time_rest", "owner", "record_time", "event_id")
    for rows in events_by_id(times):
        found += [_Report(*row) for row in values_everywhere(rows.filter(declared=False), *columns)]
    return found


def _named_by(events: Collection[int], things: Collection[str]) -> dict[int, set[str]]:
    """Which of some things each event names."""
    found: dict[int, set[str]] = defaultdict(set)
    wanted = set(things)
    for part in chunks(sorted(events), _BATCH_SIZE):
        rows = EventObject.objects.filter(event__in=part, role__in=GOODS_ROLES)
        for some in chunks(sorted(wanted), _BATCH_SIZE):
            for number, thing in values_everywhere(rows.filter(thing__in=some), "event", "thing"):
                found[number].add(thing)
    return found
