"""What nobody sane sends: endless identifiers, odd characters, questions of thousands of values."""

import pytest

from khcn.epcis import InMemoryStore, QueryError, parse_query
from khcn.epcis.model import Vocabulary, VocabularyElement
from khcn.epcis.query.conditions import Condition, EventQuery, Operator
from khcn.epcis.store import LONGEST, shortened, thing_of
from khcn.trace.models import Event, EventObject, KnownValue, LineageEdgeEnd
from khcn.trace.store import DjangoEventStore, Viewer
from khcn.trace.store.search import query_plan
from khcn.trace.stored_codes import Listing
from tests.trace.store_given import (
    AT,
    WritableStore,
    asked,
    capture,
    event,
    ids,
    item,
    lot,
    place,
    quantities,
    viewer,
)

pytestmark = pytest.mark.django_db
# random enough that no index can pack it
LONG = "https://example.org/" + "".join(chr(97 + (n * n * 7 + n // 3) % 26) for n in range(9000))


def test_an_endless_text_is_named_by_its_beginning_and_its_hash():
    assert shortened("x" * LONGEST) == "x" * LONGEST
    assert len(shortened(LONG)) == LONGEST
    assert shortened(LONG)[:900] == LONG[:900]
    assert shortened(LONG) != shortened(LONG + "x")
    assert thing_of(LONG) == thing_of(thing_of(LONG)) == shortened(LONG)


def test_endless_identifiers_are_stored_and_found():
    one = event(
        "AggregationEvent",
        action="ADD",
        parentID=LONG,
        childEPCs=[LONG + "1", "urn:epc:id:sgtin:9521234." + LONG],
        bizStep=LONG,
        disposition=LONG,
        eventID=LONG,
        readPoint={"id": LONG},
        bizLocation={"id": LONG},
        bizTransactionList=[{"type": "po", "bizTransaction": LONG}],
        sourceList=[{"type": LONG, "source": LONG}],
    )
    made = event(
        "TransformationEvent", inputEPCList=[LONG], outputEPCList=[LONG + "2"], transformationID=LONG
    )
    own_type = event(LONG, action=None)
    other = event(
        "AggregationEvent", action="ADD", parentID=LONG + "x", childEPCs=[LONG], readPoint={"id": LONG + "x"}
    )
    capture(one, made, own_type, other)
    assert asked(MATCH_parentID=[LONG]) == ids(one)
    assert asked(MATCH_anyEPC=[LONG]) == ids(one, made, other)
    assert asked(MATCH_epc=["urn:epc:idpat:sgtin:9521234.*.*"]) == ids(one)
    assert asked(EQ_readPoint=[LONG]) == ids(one)
    assert asked(EQ_bizStep=[LONG]) == ids(one)
    assert asked(EQ_bizTransaction_po=[LONG]) == ids(one)
    assert asked(EQ_transformationID=[LONG]) == ids(made)
    assert asked(EQ_eventID=[LONG]) == ids(one)
    assert asked(eventType=[LONG]) == ids(own_type)
    assert shortened(LONG) in DjangoEventStore().listed("epcs")
    assert DjangoEventStore().has_value("epcs", LONG)
    assert DjangoEventStore().has_value("bizSteps", LONG)
    for model, name in (
        (EventObject, "thing"),
        (LineageEdgeEnd, "thing"),
        (Event, "read_point"),
        (KnownValue, "value"),
    ):
        assert max(map(len, model.objects.values_list(name, flat=True))) <= LONGEST + len(" transformation ")


def test_odd_characters_are_values_and_nothing_else():
    odd = "https://example.org/%27%22;--%25_\\".replace("\\", "%5C")
    one = event(epcList=[odd], bizStep="https://example.org/'%25s", **{"https://example.org/a'b%c_": "x'\"%"})
    capture(one, event(epcList=[item(1)]))
    assert asked(MATCH_epc=[odd]) == ids(one)
    assert asked(EQ_bizStep=["https://example.org/'%25s"]) == ids(one)
    query = EventQuery(
        (Condition(Operator.EXISTS, "extension", (True,), name="{https://example.org/}a'b%c_"),)
    )
    assert [each.event_id for each in DjangoEventStore().query(query).events] == ids(one)


@pytest.mark.parametrize("name", ["\0", "\ud800", '"', "\\", "x\n", "é" * 5000])
def test_fields_that_nobody_has(name):
    capture(event(epcList=[item(1)]))
    for operator in (Operator.EXISTS, Operator.EQ):
        values = (True,) if operator is Operator.EXISTS else ("x",)
        query = EventQuery((Condition(operator, "extension", values, name=name),))
        assert DjangoEventStore().query(query).events == ()
    for field in ("readPoint", "source", "epcClass", "{urn:a}b", "", name):
        has = EventQuery((Condition(Operator.HASATTR, "attribute", (name,), scope=field),))
        equal = EventQuery((Condition(Operator.EQ, "attribute", ("x",), scope=field, name=name),))
        assert DjangoEventStore().query(has).events == DjangoEventStore().query(equal).events == ()


@pytest.mark.parametrize("value", ["", "\0", "a\0b", "'", "%", "x" * 10_000])
@pytest.mark.parametrize("what", ["epcs", "bizSteps", "readPoints"])
def test_values_that_nobody_has(what, value):
    capture(event(epcList=[item(1)]))
    for seen in (Viewer(1, True, ()), viewer(1)):
        assert not DjangoEventStore(seen).has_value(what, value)


def test_attributes_by_the_hundred():
    names = [f"urn:example:thuoc-tinh:{number}" for number in range(500)]
    store = WritableStore()
    element = VocabularyElement(place(), children=(place("9521234000006"),))
    store.capture_master_data([Vocabulary("urn:a", (element,))])
    capture(event(readPoint={"id": place()}))
    assert asked(HASATTR_readPoint=names) == []


@pytest.mark.parametrize("size", [10**6, 10**30])
def test_numbers_beyond_measure(size):
    one = event(epcList=[item(1)])
    capture(one)
    order = {"orderBy": "eventTime"}
    assert asked(perPage=size) == ids(one)
    assert asked(maxEventCount=size) == ids(one)
    assert asked(MATCH_epc=[item(1)], maxEventCount=size) == ids(one)
    assert asked(eventCountLimit=size, **order) == ids(one)


def test_questions_of_very_many_conditions_or_values_are_refused():
    one = event(epcList=[item(1)], quantityList=quantities(lot("L")))
    capture(one)
    many = [item(number) for number in range(query_plan.MAX_VALUES)]
    assert asked(MATCH_epc=many) == ids(one)
    fields = {f"EXISTS_https://example.org/{n}": True for n in range(query_plan.MAX_CONDITIONS)}
    assert asked(**fields) == []
    for query_fingerprint in ({"MATCH_epc": [*many, item("x")]}, {**fields, "EQ_action": ["ADD"]}):
        with pytest.raises(QueryError) as caught:
            asked(**query_fingerprint)
        assert caught.value.kind == "QueryTooComplexException"
        assert "Chia thành nhiều truy vấn" in caught.value.message_vi


@pytest.mark.parametrize("count", [20, 200, 1000])
def test_patterns_by_the_hundred(count):
    one, other = event(epcList=[item(1)]), event(epcList=["urn:epc:id:sscc:9521234.0000000017"])
    capture(one, other)
    patterns = [f"urn:epc:idpat:sgtin:{number:07}.*.*" for number in range(count)]
    assert asked(MATCH_epc=[*patterns, "urn:epc:idpat:sgtin:9521234.*.*"]) == ids(one)
    assert asked(MATCH_epc=patterns) == []


def test_one_event_of_very_many_objects():
    one = event(epcList=[item(number) for number in range(20_000)])
    memory = InMemoryStore()
    memory.capture([one], at=AT)
    capture(one)
    assert EventObject.objects.count() == 20_001
    assert asked(MATCH_epc=[item(19_999)], perPage=1) == ids(one)
    assert DjangoEventStore().query(parse_query({})).events == memory.query(parse_query({})).events
    assert asked(viewer(2)) == []
    assert KnownValue.objects.filter(listing=Listing.EVENT_TYPE).count() == 1
