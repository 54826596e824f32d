"""The quick search for holders against the rules word by word, over histories that nobody thought of, in every order of arrival."""

from itertools import count, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.trace.models import Event
from khcn.trace.queries.holders.holders import MadeObject, Statement, holders_of_objects
from tests.trace.holders_by_rule import History, Report
from tests.trace.public_given import GROWER, OTHER, SHOP, Parties, observed, reported, send, serial
from tests.trace.rest_given import Speaker, party
from tests.trace.store_given import crate
from tests.trace.test_whose_package import SECOND, declare_wrong, to

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OBJECT, CONTAINERS = "X", ("A", "B", "C")
NUMBERS = (GROWER, SHOP, SECOND, OTHER)
PARTIES, DOCUMENTS = range(len(NUMBERS)), range(7)
events_written, histories_written = count(5000), count(1)
relaxed = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def speakers(db):
    made = Parties()
    return made.grower, made.shop, Speaker(party(SECOND, "Người mua lại")), made.stranger


@st.composite
def histories(draw):
    """What its holder does with an object and its containers, and what others say besides; in documents captured in any order."""
    found, holder, where = [], 0, {}
    for _step in range(draw(st.integers(3, 14))):
        time = draw(st.integers(0, 3)) + (found[-1].time if found else 0)
        is_so = draw(st.integers(0, 4)) > 0
        actor = holder if is_so else draw(st.sampled_from(PARTIES))
        thing = draw(st.sampled_from((OBJECT, OBJECT, *CONTAINERS)))
        container = draw(st.sampled_from([one for one in CONTAINERS if one != thing]))
        kind = draw(st.sampled_from(("pack", "pack", "unpack", "send", "send", "name")))
        if kind == "pack":
            found.append(Report(kind, actor, time, thing, container))
            where[thing] = container
            if thing == where.get(OBJECT) and draw(st.booleans()):  # what is in it is named too
                found.append(Report(kind, actor, time, OBJECT, container))
        elif kind == "unpack":
            inner = draw(st.sampled_from((thing, OBJECT)))
            outer = where.pop(inner, container)
            found.append(Report(kind, actor, time, draw(st.sampled_from((inner, None))), outer))
        elif kind == "send":
            for _level in CONTAINERS if is_so else ():
                thing = where.get(thing, thing)
            receiver = draw(st.sampled_from([one for one in PARTIES if one != actor]))
            found.append(Report(kind, actor, time, thing, to=receiver))
            holder = receiver if is_so else holder
        else:
            found.append(Report(kind, actor, time, thing))
    captured = [draw(st.sampled_from(DOCUMENTS[:-1])) for _one in found]
    wrong = draw(st.lists(st.integers(0, len(found) - 1), max_size=2, unique=True))
    declared = {n: draw(st.integers(captured[n], DOCUMENTS[-1])) for n in wrong if found[n].kind != "name"}
    return found, captured, declared, draw(st.booleans())


def written(one, name):
    """The event by which a party says it."""
    number, when = next(events_written), f"2026-09-20T08:{one.time:02d}:00.000+07:00"
    if one.kind in ("pack", "unpack"):
        fields = {"action": "ADD" if one.kind == "pack" else "DELETE", "parentID": name[one.container]}
        fields["childEPCs"] = None if one.thing is None else [name[one.thing]]
        return reported(number, "AggregationEvent", 20, **fields, eventTime=when)
    more = {} if one.to is None else to(NUMBERS[one.to])
    things = [name[one.thing]]
    return observed(number, 20, "holding", NUMBERS[one.party], epcList=things, eventTime=when, **more)


def sent(speakers, history, events):
    """The reports, as they were captured."""
    found, captured, declared, is_turned = history
    for document, (number, speaker) in product(DOCUMENTS, enumerate(speakers)):
        own = [n for n, one in enumerate(found) if one.party == number]
        together = [events[n] for n in own if captured[n] == document]
        if together:
            send(speaker, *(together[::-1] if is_turned else together))
        for n in own:
            if declared.get(n) == document:
                declare_wrong(speaker, events[n])
    rows = Event.objects.filter(event_id__in=[one["eventID"] for one in events])
    stored = {(row.event_id, row.declared): row for row in rows}
    for one, event in zip(found, events, strict=True):
        row, wrong = (stored.get((event["eventID"], is_declaration)) for is_declaration in (False, True))
        at = None if wrong is None else (wrong.record_time, wrong.id)
        yield one._replace(number=row.id, recorded=row.record_time, time=row.event_time, wrong=at)


@given(history=histories())
@relaxed
def test_who_holds_an_object_is_found_as_by_the_rules(speakers, history):
    """Asked of each party, for a report of the time of one event that is captured with another."""
    number = next(histories_written)
    name = {OBJECT: serial(f"H{number}")}
    name |= {one: crate(1000 * number + place) for place, one in enumerate(CONTAINERS)}
    reports = list(sent(speakers, history, [written(one, name) for one in history[0]]))
    by_rule = History(OBJECT, reports)
    keys = [one.party.pk for one in speakers]
    holders = holders_of_objects([MadeObject(name[OBJECT], keys[0])])[name[OBJECT]]
    for happened, captured, asked in product(reports, reports, PARTIES):
        recorded = {"number": captured.number, "recorded": captured.recorded}
        expected = by_rule.is_holder(Report("name", asked, happened.time, OBJECT, **recorded))
        statement = Statement(happened.time, "", captured.number, keys[asked], captured.recorded)
        assert holders.is_holder(statement) == expected, (statement, reports)
