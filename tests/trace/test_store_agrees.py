"""The database against memory, and who sees what against the rule read aloud: over data that nobody thought of."""

from unittest.mock import patch

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.epcis import InMemoryStore, QueryError, Time, parse_query
from khcn.epcis.model import Vocabulary, VocabularyElement
from khcn.epcis.store import ThingNames
from khcn.trace.store import DjangoEventStore, Viewer, visibility
from khcn.trace.store.encoding.rows import objects_of
from khcn.trace.store.search import candidate_id_sources, candidates
from tests.trace.store_given import (
    OTHER_GTIN,
    WritableStore,
    capture,
    crate,
    event,
    item,
    kind,
    lot,
    party,
    place,
)

pytestmark = pytest.mark.django_db
ON_THE_OTHER_DATABASE = 60
"""Examples, the first of those on SQLite: what differs there is how the same statement is written."""
relaxed = settings(
    max_examples=150 if connection.vendor == "sqlite" else ON_THE_OTHER_DATABASE,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# ------------------------------------------------------------------------------------------ events

EPCS = st.sampled_from(
    [
        item(1),
        item(2),
        "urn:epc:id:sgtin:9521234.022031.1",
        "urn:epc:id:sgtin:9521234.011111.5",
        "https://a.example/01/9521234220312/10/L/21/3",
        "https://a.example/01/09521234220312/21/a(b",
        "urn:epc:id:sgtin:9521234.22031.1",  # none: a digit is missing
        "urn:epc:id:sgtin:9521234.022031." + 25 * "1",  # none: the serial is too long
        crate(95212340000000174 % 10**17),
        "urn:epc:id:sscc:9521234.0000000017",
        "urn:epc:id:grai:9521234.12345.400",
        "urn:epc:id:sgln:9521234.02203.0",
        "https://example.org/thung/7",
    ]
)
CLASSES = st.sampled_from(
    [
        lot("L"),
        lot("M"),
        kind(),
        kind(OTHER_GTIN),
        "urn:epc:class:lgtin:9521234.022031.L",
        "urn:epc:idpat:sgtin:9521234.022031.*",
        "https://example.org/loai/miến".replace("ế", "e"),
    ]
)
PLACES = st.sampled_from(
    [
        place(),
        place("9521234000006"),
        "urn:epc:id:sgln:9521234.02203.0",
        f"{place()}/254/kho",
        "urn:example:o:1",
    ]
)
PARTIES = st.sampled_from([party(), place(), "urn:epc:id:pgln:9521234.02203", "urn:example:o:2"])
TIMES = st.sampled_from(
    [
        "2026-10-01T08:00:00+07:00",
        "2026-10-01T01:00:00Z",
        "2026-10-01T01:00:00.000001Z",
        "2026-10-01T01:00:00.0000014Z",
        "2026-10-01T01:00:00.00000135Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z",
        "1969-12-31T23:59:59.5Z",
        "2027-01-01T00:00:00Z",
    ]
)


def maybe(values):
    """A value or None, which `event` leaves out."""
    return st.one_of(st.none(), values)


FIELDS = st.fixed_dictionaries(
    {
        "bizStep": maybe(st.sampled_from(["shipping", "receiving", "https://example.org/buoc/kiem"])),
        "disposition": maybe(st.sampled_from(["active", "in_transit"])),
        "readPoint": maybe(PLACES.map(lambda one: {"id": one})),
        "bizLocation": maybe(PLACES.map(lambda one: {"id": one})),
        "bizTransactionList": maybe(st.just([{"type": "po", "bizTransaction": "urn:example:po:1"}])),
        "sourceList": maybe(PARTIES.map(lambda one: [{"type": "owning_party", "source": one}])),
        "destinationList": maybe(PARTIES.map(lambda one: [{"type": "owning_party", "destination": one}])),
        "errorDeclaration": maybe(
            st.just({"declarationTime": "2026-10-20T08:00:00Z", "reason": "did_not_occur"})
        ),
        "sensorElementList": maybe(
            st.just([{"sensorReport": [{"type": "Temperature", "value": 4, "uom": "CEL"}]}])
        ),
        "https://example.org/ns/truong": maybe(
            st.sampled_from(["a", 7, "2026-10-01T08:00:00+07:00", '\\"%_ é'])
        ),
    },
)
LISTS = st.lists(EPCS, min_size=1, max_size=3)
QUANTITIES = st.lists(CLASSES.map(lambda one: {"epcClass": one, "quantity": 2, "uom": "KGM"}), max_size=2)
ACTIONS = st.sampled_from(["ADD", "OBSERVE", "DELETE"])
KINDS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("ObjectEvent"), "action": ACTIONS, "epcList": LISTS, "quantityList": QUANTITIES}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("AggregationEvent"),
            "action": ACTIONS,
            "parentID": EPCS,
            "childEPCs": LISTS,
            "childQuantityList": QUANTITIES,
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("TransformationEvent"),
            "inputEPCList": LISTS,
            "outputEPCList": LISTS,
            "inputQuantityList": QUANTITIES,
            "outputQuantityList": QUANTITIES,
            "transformationID": st.sampled_from([None, "urn:epc:id:gdti:9521234.00001.ME-7"]),
        }
    ),
)
NAMES = st.sampled_from([None, None, None, "urn:example:a", "urn:example:b"])
EVENTS = st.builds(
    lambda shape, fields, time, name: event(**shape, **fields, time=time, eventID=name),
    KINDS,
    FIELDS,
    TIMES,
    NAMES,
)
HOUSES = Vocabulary(
    "urn:epcglobal:epcis:vtype:BusinessLocation",
    (VocabularyElement(place("9521234000006"), children=(place(), "urn:example:o:1")),),
)

# ------------------------------------------------------------------------------------------ queries

PATTERNS = st.sampled_from(
    [
        "urn:epc:idpat:sgtin:9521234.022031.*",
        "urn:epc:idpat:lgtin:9521234.022031.*",
        "urn:epc:idpat:sgtin:9521234.*.*",
        "urn:epc:idpat:sgtin:*.*.*",
        "urn:epc:idpat:sgtin:9521234.22031.*",
        "urn:epc:idpat:sscc:9521234.*",
        "urn:epc:idpat:grai:9521234.12345.*",
        "urn:epc:idpat:sgln:9521234.02203.*",
        "urn:epc:idpat:la:9521234.*",
    ]
)
MATCHED = st.one_of(EPCS, CLASSES, PATTERNS)
WORDS = {
    "eventType": st.sampled_from(["ObjectEvent", "TransformationEvent"]),
    "EQ_action": ACTIONS,
    "EQ_bizStep": st.sampled_from(["shipping", "https://example.org/buoc/kiem"]),
    "EQ_disposition": st.just("active"),
    "EQ_readPoint": PLACES,
    "EQ_bizLocation": PLACES,
    "WD_readPoint": PLACES,
    "WD_bizLocation": PLACES,
    "EQ_bizTransaction_po": st.just("urn:example:po:1"),
    "EQ_source_owning_party": PARTIES,
    "EQ_destination_owning_party": PARTIES,
    "EQ_transformationID": st.sampled_from(
        ["urn:epc:id:gdti:9521234.00001.ME-7", "https://id.gs1.org/253/9521234000013ME-7"]
    ),
    "EQ_eventID": st.sampled_from(["urn:example:a", "urn:example:b", "urn:example:c"]),
    "EQ_errorReason": st.just("did_not_occur"),
    "EQ_https://example.org/ns/truong": st.sampled_from(["a", "7", '\\"%_ é']),
    **{
        f"MATCH_{subject}": MATCHED
        for subject in (
            "epc parentID inputEPC outputEPC anyEPC epcClass inputEPCClass outputEPCClass anyEPCClass".split()
        )
    },
}
SINGLE = {
    "GE_eventTime": TIMES,
    "LT_eventTime": TIMES,
    "EXISTS_errorDeclaration": st.booleans(),
    "EXISTS_sensorElementList": st.booleans(),
    "GT_quantity": st.sampled_from([1, 2]),
    "GE_value_CEL": st.sampled_from([4, 5]),
    "GE_https://example.org/ns/truong": st.sampled_from([7, "2026-10-01T01:00:00Z"]),
}
CONDITIONS = st.one_of(
    *(
        st.tuples(st.just(name), st.lists(values, min_size=1, max_size=2, unique=True))
        for name, values in WORDS.items()
    ),
    *(st.tuples(st.just(name), values) for name, values in SINGLE.items()),
)
MATCHES = st.tuples(st.sampled_from([*WORDS][-9:]), st.lists(MATCHED, min_size=1, max_size=2))
PARAMETERS = st.one_of(
    st.tuples(MATCHES), st.tuples(CONDITIONS), st.tuples(MATCHES, CONDITIONS), st.just(())
).map(dict)
ORDERS = st.fixed_dictionaries(
    {"orderDirection": st.sampled_from(["ASC", "DESC"]), "perPage": st.sampled_from([1, 2, 5, 30])},
    optional={"orderBy": st.sampled_from(["eventTime", "recordTime", "https://example.org/ns/truong"])},
)


def answer(store, parameters):
    """All pages, or the name of what was refused."""
    found, token = [], None
    try:
        while True:
            page = store.query(parse_query({**parameters, **({"nextPageToken": token} if token else {})}))
            found += page.events
            token = page.next_page_token
            if token is None:
                return found
    except QueryError as error:
        return error.kind


def paths(few, many, links, batch, unopened):
    """The thresholds between the ways to an answer, so low that each is gone."""
    values = {
        "_FEW": few,
        "_MANY": many,
        "_MAX_VIEWER_GOODS": links,
        "_LARGEST_BATCH": batch,
        "_SPARSE": many,
    }
    return (
        patch.multiple(candidates, **values),
        patch.multiple(visibility, _FEW=unopened),
        patch.multiple(candidate_id_sources, _MAX_ROWS=many, _MAX_SCANS=few, _CHUNK=batch),
    )


PATHS = st.builds(
    paths,
    st.sampled_from([0, 2, 1000]),
    st.sampled_from([0, 3, 50_000]),
    st.sampled_from([-1, 20_000]),
    st.sampled_from([2, 3, 2000]),
    st.sampled_from([0, 50]),
)


@relaxed
@given(
    st.lists(EVENTS, min_size=3, max_size=14), PARAMETERS, ORDERS, st.sampled_from([None] * 7 + [2]), PATHS
)
def test_memory_and_database_give_the_same(events, parameters, order, most, ways):
    memory, database = InMemoryStore(), WritableStore()
    parameters = {**parameters, **order, **({"maxEventCount": most} if most else {})}
    with transaction.atomic():
        captured = []
        for store in (memory, database):
            store.capture_master_data([HOUSES])
            captured.append(
                [
                    store.capture(events[start : start + 4], at=Time(f"2026-10-09T10:00:{59 - start:02}Z"))
                    for start in range(0, len(events), 4)
                ]
            )
        assert captured[0] == captured[1]
        with ways[0], ways[1], ways[2]:
            wanted = answer(memory, parameters)
            assert answer(database, parameters) == wanted
            assert answer(DjangoEventStore(Viewer(1, False, ())), parameters) == wanted
        for what in ("epcs", "eventTypes", "bizSteps", "dispositions", "readPoints", "bizLocations"):
            assert database.listed(what) == memory.listed(what)
        transaction.set_rollback(True)


# ------------------------------------------------------------------------------------------ who sees what


def rule(me, events, place_of):
    """Which events a party sees, read aloud from docs/adr/0010 and 0028: `events` are pairs of owner and event.

    No event here names a party, so only who reported a thing as created or packed is confirmed for it: each for itself, and
    the first also for what others report who are confirmed for nothing.
    """
    seen = set()
    touched = [dict.fromkeys(objects_of(one, ThingNames())) for _, one in events]

    def creators_of(thing, *roles):
        return [
            owner
            for (owner, one), named in zip(events, touched, strict=True)
            if any((thing, role) in named for role in roles) and (15 in roles or one.action == "ADD")
        ]

    for here, (owner, _) in enumerate(events):
        if owner == me:
            seen.add(here)
        for thing, role in touched[here]:
            if role <= 9:
                creators = creators_of(thing, *((1, 2, 3) if role <= 5 else (15,)))
                if me in creators and (owner not in creators and creators[0] == me):
                    seen.add(here)  # nobody else is confirmed who could stand between
    return [events[number][1].event_id for number in sorted(seen)]


OBJECTS = st.sampled_from([item(1), item(2), crate(17)])
LOTS = st.sampled_from([lot("L"), lot("M"), kind()])
HANDLED = st.one_of(
    st.builds(
        lambda one, other, action: {"epcList": sorted({one, other}), "action": action},
        OBJECTS,
        OBJECTS,
        ACTIONS,
    ),
    st.builds(lambda one, action: {"quantityList": [{"epcClass": one}], "action": action}, LOTS, ACTIONS),
    st.builds(
        lambda one, other: {
            "type": "TransformationEvent",
            "inputQuantityList": [{"epcClass": one}],
            "outputQuantityList": [{"epcClass": other}],
        },
        LOTS,
        LOTS,
    ),
    st.builds(
        lambda one, parent: {
            "type": "AggregationEvent",
            "action": "ADD",
            "childEPCs": [one],
            "parentID": parent,
        },
        OBJECTS,
        st.just(crate(18)),
    ),
)
HISTORY = st.lists(st.tuples(st.integers(1, 4), HANDLED, st.integers(1, 9)), max_size=12)


@relaxed
@given(HISTORY, PATHS, st.booleans())
def test_a_party_sees_what_the_rule_says(history, ways, by_time):
    events = [(owner, event(**fields, time=f"2026-10-0{day}T08:00:00Z")) for owner, fields, day in history]
    with transaction.atomic(), ways[0], ways[1], ways[2]:
        for owner, one in events:
            capture(one, owner=owner, at=Time("2026-10-09T10:00:00Z"))
        for me in (1, 2):
            parameters = {"orderBy": "eventTime", "orderDirection": "ASC"} if by_time else {}
            found = [one.event_id for one in answer(DjangoEventStore(Viewer(me, False, ())), parameters)]
            wanted = rule(me, events, None)
            assert (sorted(found) if by_time else found) == (sorted(wanted) if by_time else wanted)
        transaction.set_rollback(True)
