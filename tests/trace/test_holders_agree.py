"""The quick search for holders against the rules word by word, over histories that nobody thought of, in every order of arrival."""

from collections import defaultdict
from itertools import count, product
from random import Random

import pytest

from khcn.trace.models import Event
from khcn.trace.queries.graph.packings import Packing
from khcn.trace.queries.holders import doubtful_packings, holders
from khcn.trace.queries.holders.holders import MadeObject, Statement, holders_of_objects
from khcn.trace.queries.packages.package_removals import Removal
from khcn.trace.queries.packages.ways_of_objects import ObjectHandOver, Way, WayEvent
from tests.trace.holders_by_rule import FOREVER, History, Report
from tests.trace.public_given import GROWER, OTHER, SHOP, Parties, observed, reported, send, serial
from tests.trace.rest_given import Speaker, party
from tests.trace.store_given import crate
from tests.trace.test_whose_package import SECOND, declare_wrong, to

OBJECT, CONTAINERS = "X", ("A", "B", "C")
NUMBERS = (GROWER, SHOP, SECOND, OTHER)
PARTIES = range(len(NUMBERS))
AFTERWARDS = 1_000_000  # all is captured after it has happened


def history_of(chance):
    """What its holder does with an object and its containers, and what others say besides: with the documents in which that is captured, and
    those in which some of it is declared wrong.
    """
    found, holder, where, time = [], 0, {}, 0
    for _step in range(chance.randint(4, 13)):
        time += chance.choice((0, 1, 1, 2))
        is_so = chance.random() < 0.8
        actor = holder if is_so else chance.choice(PARTIES)
        thing = chance.choice((OBJECT, OBJECT, *CONTAINERS))
        container = chance.choice([one for one in CONTAINERS if one != thing])
        kind = chance.choice(("pack", "pack", "unpack", "send", "send", "name"))
        if kind == "pack":
            found.append(Report(kind, actor, time, thing, container))
            if thing == where.get(OBJECT) and chance.random() < 0.5:  # what is in it is named too
                found.append(Report(kind, actor, time, OBJECT, container))
            where[thing] = container
        elif kind == "unpack":
            inner = chance.choice((thing, OBJECT))
            outer = where.pop(inner, container)
            found.append(Report(kind, actor, time, chance.choice((inner, None)), outer))
        elif kind == "send":
            for _level in CONTAINERS if is_so and chance.random() < 0.7 else ():
                thing = where.get(thing, thing)
            receiver = chance.choice([one for one in PARTIES if one != actor])
            found.append(Report(kind, actor, time, thing, to=receiver))
            holder = receiver if is_so else holder
        else:
            found.append(Report(kind, actor, time, thing))
    documents = chance.choice((1, 2, 3, 6))
    captured = [chance.randrange(documents) for _one in found]
    doubtful = [n for n, one in enumerate(found) if one.kind != "name" and chance.random() < 0.1]
    return found, captured, {n: chance.randint(captured[n], documents) for n in doubtful}


def documents_of(history, chance):
    """By party what each document says, in any order; and what is then declared wrong."""
    found, captured, declared = history
    for document, number in product(range(8), PARTIES):
        own = [n for n, one in enumerate(found) if one.party == number]
        in_document = [n for n in own if captured[n] == document]
        chance.shuffle(in_document)
        if in_document:
            yield number, in_document, None
        for n in own:
            if declared.get(n) == document:
                yield number, (), n


def disagreements(reports, found, keys):
    """Asked of each party, for a report of the time of one event that is captured with another."""
    by_rule = History(OBJECT, reports)
    for happened, captured, asked in product(reports, reports, PARTIES):
        recorded = {"number": captured.number, "recorded": captured.recorded}
        expected = by_rule.is_holder(Report("name", asked, happened.time, OBJECT, **recorded))
        statement = Statement(happened.time, "", captured.number, keys[asked], captured.recorded)
        if found.is_holder(statement) != expected:
            yield statement, expected
        if expected and keys[asked] not in found.parties:
            yield keys[asked], found.parties


# ------------------------------------------------------------------------------------------- without a database


def captured_in_memory(history, chance):
    found, numbers = list(history[0]), count(1)
    for place, (_party, in_document, wrong) in enumerate(documents_of(history, chance)):
        for n in in_document:
            found[n] = found[n]._replace(number=next(numbers), recorded=AFTERWARDS + place)
        if wrong is not None:
            found[wrong] = found[wrong]._replace(wrong=(AFTERWARDS + place, next(numbers)))
    return found


def way_of(history):
    """What is read of a history."""
    around = history.outside(OBJECT)
    packings, removals = defaultdict(list), defaultdict(list)
    for one in history.packings:
        packing = Packing(one.thing, one.time, one.number, one.party, one.wrong is not None)
        if one.thing in around:
            packings[one.thing].append((one.container, packing))
    for one in sorted(history.removals, key=lambda one: one.time):
        things = None if one.thing is None else {one.thing}
        removal = Removal(one.container, one.number, one.time, one.party, things, one.wrong)
        if one.container in around:
            removals[one.container, one.thing].append(removal)
    hand_overs = [
        ObjectHandOver(
            WayEvent(one.number, one.time, "", one.party, one.recorded, ""),
            {one.to},
            None if one.thing == OBJECT else (one.thing,),
            one.wrong,
        )
        for one in history.sendings
    ]
    captured = {one.number: one.captured for one in (*history.packings, *history.removals)}
    return Way(OBJECT, hand_overs, packings, removals, captured, frozenset())


def test_who_holds_an_object_is_found_as_by_the_rules(monkeypatch):
    """In 1,500 histories, with what would be read of them from the database."""
    asked = {}

    def first_received(hand_overs):
        history = asked["history"]
        found = {one: history.first_report(one.things, one.receivers, one.since) for one in hand_overs}
        return {one: first for one, first in found.items() if first < FOREVER}

    def received_before_withdrawal(hand_overs):
        return {one for one, first in first_received(hand_overs).items() if first <= one.withdrawn}

    def declared(events):
        return {
            one.number: one.wrong for one in asked["history"].reports if one.wrong and one.number in events
        }

    monkeypatch.setattr(holders, "ways_of", lambda _objects: {OBJECT: way_of(asked["history"])})
    monkeypatch.setattr(holders, "received_before_withdrawal", received_before_withdrawal)
    monkeypatch.setattr(doubtful_packings, "first_received", first_received)
    monkeypatch.setattr(doubtful_packings, "reported_events", lambda events: events)
    monkeypatch.setattr(doubtful_packings, "withdrawn_by_their_parties", declared)
    for seed in range(1500):
        chance = Random(seed)
        reports = captured_in_memory(history_of(chance), chance)
        asked["history"] = History(OBJECT, reports)
        found = holders_of_objects([MadeObject(OBJECT, PARTIES[0])])[OBJECT]
        assert list(disagreements(reports, found, PARTIES)) == [], (seed, reports)


# ------------------------------------------------------------------------------------------- from the database


def written(number, one, name):
    """The event by which a party says it."""
    when = f"2026-09-20T08:{one.time:02d}:00.000+07:00"
    if one.kind in ("pack", "unpack"):
        fields = {"action": "ADD" if one.kind == "pack" else "DELETE", "parentID": name[one.container]}
        fields["childEPCs"] = None if one.thing is None else [name[one.thing]]
        return reported(number, "AggregationEvent", 20, **fields, eventTime=when)
    more = {} if one.to is None else to(NUMBERS[one.to])
    things = [name[one.thing]]
    return observed(number, 20, "holding", NUMBERS[one.party], epcList=things, eventTime=when, **more)


@pytest.mark.both
@pytest.mark.parametrize("seed", range(12))
def test_who_holds_an_object_is_found_so_in_the_database(db, seed):
    made = Parties()
    speakers = made.grower, made.shop, Speaker(party(SECOND, "Người mua lại")), made.stranger
    keys = [one.party.pk for one in speakers]
    for number in range(5):
        chance = Random(10_000 + 5 * seed + number)
        name = {OBJECT: serial(f"H{number}")}
        name |= {one: crate(1000 * number + place) for place, one in enumerate(CONTAINERS)}
        history = history_of(chance)
        events = [written(5000 + 100 * number + n, one, name) for n, one in enumerate(history[0])]
        for sender, in_document, wrong in documents_of(history, chance):
            if in_document:
                send(speakers[sender], *(events[n] for n in in_document))
            else:
                declare_wrong(speakers[sender], events[wrong])
        rows = Event.objects.filter(event_id__in=[one["eventID"] for one in events])
        stored = {(row.event_id, row.declared): row for row in rows}
        reports = []
        for one, event in zip(history[0], events, strict=True):
            row, wrong = (stored.get((event["eventID"], is_wrong)) for is_wrong in (False, True))
            at = None if wrong is None else (wrong.record_time, wrong.id)
            read = {"number": row.id, "recorded": row.record_time, "time": row.event_time, "wrong": at}
            reports.append(one._replace(**read))
        found = holders_of_objects([MadeObject(name[OBJECT], keys[0])])[name[OBJECT]]
        assert list(disagreements(reports, found, keys)) == []
