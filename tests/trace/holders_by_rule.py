"""Who holds an object by the rules of docs/adr/0028, word by word: slow, without any search, memory or order that saves work."""

from functools import cache
from typing import NamedTuple

FIRST = 0  # the party that made the object
FOREVER, NOW = 2**62, (2**62, 0)


class Report(NamedTuple):
    """What a party reported: `number` is its row, `recorded` its document, `wrong` when it declared that wrong.

    ``pack`` and ``unpack`` (of one thing, or None: of all) of a container; ``send`` a thing to a party; ``name`` a thing.
    """

    kind: str
    party: int
    time: int
    thing: str | None
    container: str | None = None
    to: int | None = None
    number: int = 0
    recorded: int = 0
    wrong: tuple[int, int] | None = None

    @property
    def captured(self):
        return self.recorded, self.number

    @property
    def names(self):
        return {self.thing, self.container} - {None}


class Change(NamedTuple):
    time: int
    number: int
    owner: int
    holder: int
    known: int


class History:
    def __init__(self, thing, reports):
        self.course = cache(self._course_at)
        self.thing, self.reports, parties = thing, reports, {FIRST}
        for _party in range(len(reports) + 1):  # others than those to whom it may have gone are not trusted
            trusted = [one for one in reports if one.party in parties]
            self.packings, self.removals, self.sendings = (
                [one for one in trusted if one.kind == kind] for kind in ("pack", "unpack", "send")
            )
            around = self.outside(thing)
            self.sendings = [one for one in self.sendings if one.thing in around]
            parties |= {one.to for one in self.sendings}

    def is_holder(self, asked):
        """Whether the party of a report held the object then, and still when it reported that."""
        then, now = self.course(asked.captured), self.course(NOW)
        later = (n for n, one in enumerate(then) if one.known > asked.recorded)
        own = (n for n, one in enumerate(now) if one.known > asked.recorded and one.owner == asked.party)
        return self._was_holder(asked, then[: next(later, None)]) or self._was_holder(
            asked, now[: next(own, None)]
        )

    def _was_holder(self, asked, changes):
        own = (n for n, one in enumerate(changes) if one.owner == asked.party and one.known == asked.recorded)
        before = changes[: next(own, None)]
        when = [one.holder for one in changes if (one.time, one.number) < (asked.time, asked.number)]
        still = [one.holder for one in before if one.time < asked.recorded + 1]
        return [FIRST, *when][-1] == asked.party == [FIRST, *still][-1]

    def _course_at(self, at):
        """Through whose hands it went, by what had been captured before some moment."""
        changes, since = [], (-1, 0)
        while True:
            holder = changes[-1].holder if changes else FIRST
            found = []
            for one in self.sendings:
                if one.party == holder != one.to and (one.time, one.number) > since and self.stands(one, at):
                    known = self.known_since(one, changes, at)
                    if known is not None:
                        found.append((known, one.time, one.number, one.to))
            if not found:
                return changes
            known, *since, to = min(found)
            since = tuple(since)
            changes.append(Change(*since, holder, to, known))

    def known_since(self, sending, changes, at):
        for known in sorted({sending.recorded, *(one.recorded for one in self.packings)}):
            if known >= sending.recorded and sending.thing in self.around(sending, changes, at, known):
                return known
        return None

    def around(self, sending, changes, at, known):
        """The object, and in what it was, by what was captured up to some time."""
        found, waiting = set(), [(self.thing, -1)]
        while waiting:
            thing, entry = waiting.pop()
            if (thing, entry) in found:
                continue
            found.add((thing, entry))
            waiting += [
                (one.container, max(entry, one.time))
                for one in self.packings
                if one.thing == thing
                and one.recorded <= known
                and self.counts(one, entry, sending, changes, at)
                and not any(self.ends(two, one, entry, sending, changes, at) for two in self.packings)
                and not any(self.takes_out(two, one, sending, changes, at) for two in self.removals)
            ]
        return {thing for thing, _entry in found}

    def counts(self, packing, entry, sending, changes, at):
        times = {packing.time, max(packing.time, entry)}
        had = any(_had(changes, packing.party, time, packing.recorded, FOREVER) for time in times)
        return packing.time <= sending.time and self.stands(packing, at) and had

    def ends(self, later, packing, entry, sending, changes, at):
        """Whether a packing into another container, which is not around the first, takes the thing out of this."""
        is_holders = _had(changes, later.party, max(later.time, entry), later.recorded, sending.recorded)
        is_own = later.party == packing.party and _had(
            changes, later.party, later.time, later.recorded, sending.recorded
        )
        return (
            later.thing == packing.thing
            and later.time > packing.time
            and self.counts(later, entry, sending, changes, at)
            and (is_holders or is_own)
            and later.container not in self.outside(packing.container) - {packing.container}
        )

    def takes_out(self, removal, packing, sending, changes, at):
        if not self.is_of(removal, packing) or removal.time > sending.time:
            return False
        if removal.wrong is not None and removal.wrong < at:
            return False
        if _had(changes, removal.party, removal.time, removal.recorded, sending.recorded):
            return True
        if removal.captured >= at:
            return False
        if removal.party == packing.party:
            return self.is_before_receipt(packing, removal.recorded)
        return (
            self.is_late(removal)
            and _had(changes, removal.party, removal.time, -1, FOREVER)
            and removal.recorded < self.received(removal, packing, removal.time)
        )

    def is_of(self, removal, packing):
        named = removal.thing == packing.thing and removal.time >= packing.time
        emptied = removal.thing is None and removal.time > packing.time
        return removal.container == packing.container and (named or emptied)

    def is_late(self, removal):
        """Whether it was reported after a later hand-over of something around the object."""
        around = self.outside(self.thing) - {self.thing}
        return any(
            one.time >= removal.time and one.recorded < removal.recorded
            for one in self.sendings
            if one.thing in around
        )

    # ------------------------------------------------------------------------------------ what was received, and declared wrong

    def stands(self, one, at):
        """Whether something counts that its party may have declared wrong."""
        if one.wrong is None or one.wrong >= at:
            return True
        if one.kind == "send":
            things = {self.thing, one.thing}
            return self.first_report(things, {one.to} - {one.party}, 0) <= one.wrong[0]
        return not self.is_before_receipt(one, one.wrong[0])

    def is_before_receipt(self, packing, recorded):
        late = any(
            self.is_of(one, packing) and one.party == packing.party and self.is_late(one)
            for one in self.removals
        )
        if packing.wrong is None and not late:
            return True
        return recorded < self.received(packing, packing, 0)

    def received(self, by, packing, since):
        """When one who was sent the container, or one around it, first reported what was inside."""
        outside = self.outside(packing.container)
        receivers = {
            one.to
            for one in self.sendings
            if one.thing in outside and one.time >= since and one.to not in (by.party, None)
        }
        return self.first_report(self.inside(packing.thing), receivers, by.time)

    def first_report(self, things, parties, since):
        found = [FOREVER]
        for party in parties:
            for thing in things:
                reports = [one for one in self.reports if one.party == party and thing in one.names]
                if any(one.wrong is None for one in reports):
                    found += [one.recorded for one in reports if one.time >= since]
        return min(found)

    def outside(self, thing):
        """A thing and all that was ever around it."""
        found = {thing}
        for _level in self.packings:
            found |= {one.container for one in self.packings if one.thing in found}
        return found

    def inside(self, thing):
        """A thing and all that was ever in it, of the object and what was around that."""
        found = {thing}
        for _level in self.packings:
            found |= {one.thing for one in self.packings if one.container in found}
        return found & self.outside(self.thing)


def _had(changes, party, time, recorded, next_recorded):
    """Whether a party held it at some time, and reported that before it was known to have passed it on."""
    begins = [(-1, FIRST), *((one.time, one.holder) for one in changes)]
    ends = [*((one.time, one.known) for one in changes), (FOREVER, next_recorded)]
    return any(
        holder == party and begin <= time <= end and recorded <= known
        for (begin, holder), (end, known) in zip(begins, ends, strict=True)
    )
