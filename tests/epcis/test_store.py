"""Queries and stores: the cases that every store must pass, here against the one in memory."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from khcn.epcis import (
    InMemoryStore,
    MasterData,
    QueryError,
    Time,
    event_hash,
    matches,
    parse_query,
    parse_query_string,
)
from khcn.epcis.query import parameter_names
from tests.epcis.store_cases import CAPTURED_AT, DOCUMENT, EVENTS, PREFIXES, QUERIES, REFUSED, places


@pytest.fixture
def store():
    filled = InMemoryStore()
    filled.capture_master_data(DOCUMENT.master_data)
    filled.capture(EVENTS, at=CAPTURED_AT)
    return filled


@pytest.mark.parametrize(("parameters", "wanted"), QUERIES, ids=str)
def test_queries(store, parameters, wanted):
    query = parse_query(parameters, PREFIXES)
    assert places(store.query(query).events) == wanted


def query_string(parameters):
    """The parameters as a URL has them: lists with commas, everything percent-encoded."""
    pairs = []
    for name, value in parameters.items():
        values = value if isinstance(value, list) else [value]
        texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
        pairs.append(f"{quote(name, safe='')}={','.join(quote(text, safe='') for text in texts)}")
    return "&".join(pairs)


@pytest.mark.parametrize(("parameters", "wanted"), QUERIES, ids=str)
def test_the_same_from_a_query_string(store, parameters, wanted):
    query = parse_query_string(query_string(parameters), PREFIXES)
    assert places(store.query(query).events) == wanted


@pytest.mark.parametrize(("parameters", "named"), REFUSED, ids=str)
def test_queries_that_cannot_be_asked(parameters, named):
    with pytest.raises(QueryError) as caught:
        parse_query(parameters, PREFIXES)
    assert (caught.value.kind, caught.value.parameter) == ("QueryParameterException", named)
    assert caught.value.message_vi


def test_every_parameter_of_the_openapi_document(shared_dir):
    """All 55 parameters of GET /events are known, and their values are checked."""
    path = shared_dir / "corpora" / "epcis-artefacts" / "REST_Bindings" / "openapi.json"
    api = json.loads(path.read_text(encoding="utf-8"))
    parameters = [
        api["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in api["paths"]["/events"]["get"]["parameters"]
    ]
    wanted = {one["name"] for one in parameters if one["in"] == "query"}
    assert len(wanted) == 55
    assert wanted <= set(parameter_names())


def test_every_family_of_the_query_schema(shared_dir):
    """Each pattern of the official query schema has a parameter of ours; fixed names too."""
    path = shared_dir / "corpora" / "epcis-artefacts" / "REST_Bindings" / "query-schema.json"
    definition = json.loads(path.read_text(encoding="utf-8"))["definitions"]["EPCIS-Query"]
    assert set(definition["properties"]) - {"@context"} <= set(parameter_names())
    asked = 0
    for pattern in definition["patternProperties"]:
        name = pattern.strip("^$").replace(r"[a-z][a-zA-Z0-9]*\\:\\w+", "vidu:truong")
        name = name.replace("[A-Z0-9]{2,4}", "CEL").replace("[a-z][a-zA-Z0-9_]+", "po")
        name = name.replace(r"EQ_ATTR_\\w+_\\w+", "EQ_ATTR_readPoint_vidu")
        value = 1 if name.startswith(("GT", "GE", "LT", "LE", "EXISTS")) else ["urn:a:b"]
        if name.endswith("_CEL"):
            value = [1] if name.startswith("EQ") else 1
        parse_query({name: value}, PREFIXES)
        asked += 1
    assert asked > 100


def test_names_of_extensions_come_from_the_query_too(store):
    query = parse_query({"@context": [{"x": PREFIXES["vidu"]}], "EQ_x:ketQua": ["đạt"]})
    assert places(store.query(query).events) == [6]


def test_order_and_limits(store):
    ascending = {"orderBy": "eventTime", "orderDirection": "ASC"}
    in_time = [0, 1, 2, 3, 4, 5, 6]
    assert places(store.query(parse_query(ascending)).events) == in_time
    assert places(store.query(parse_query({"orderBy": "eventTime"})).events) == in_time[::-1]
    newest = parse_query({"orderBy": "eventTime", "eventCountLimit": 2})
    assert places(store.query(newest).events) == [6, 5]
    by_score = parse_query({"orderBy": "vidu:diem"}, PREFIXES)
    assert places(store.query(by_score).events)[0] == 6
    assert store.query(parse_query({"maxEventCount": 7})).events
    with pytest.raises(QueryError) as caught:
        store.query(parse_query({"maxEventCount": 6}))
    assert caught.value.kind == "QueryTooLargeException"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_are_all_and_in_order(store, size):
    found, token = [], None
    while True:
        parameters = {"perPage": size, "orderBy": "eventTime", "orderDirection": "ASC"}
        page = store.query(parse_query(parameters | ({"nextPageToken": token} if token else {})))
        assert 0 < len(page.events) <= size
        found += places(page.events)
        token = page.next_page_token
        if token is None:
            break
    assert found == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("token", ["x", "-1", "0", "7", "99", "²"])
def test_a_page_that_is_none(store, token):
    with pytest.raises(QueryError):
        store.query(parse_query({"nextPageToken": token}))


def test_an_event_is_stored_once(store):
    again = store.capture(EVENTS, at=Time("2026-10-10T00:00:00Z"))
    assert again.accepted == ()
    assert len(again.duplicates) == len(EVENTS)
    assert len(store.query(parse_query({})).events) == len(EVENTS)
    assert {event.record_time for event in store.query(parse_query({})).events} == {CAPTURED_AT}


def test_twice_in_one_capture():
    captured = InMemoryStore().capture([EVENTS[2], EVENTS[2]], at=CAPTURED_AT)
    assert (len(captured.accepted), len(captured.duplicates)) == (1, 1)


def test_an_event_without_id_gets_its_hash(store):
    query = parse_query({"EQ_eventID": [event_hash(EVENTS[2])]})
    assert places(store.query(query).events) == [2]


def test_an_error_declaration_stands_beside_its_event():
    declared = EVENTS[5]
    plain = replace(declared, error_declaration=None)
    store = InMemoryStore()
    assert len(store.capture([plain, declared], at=CAPTURED_AT).accepted) == 2
    both = store.query(parse_query({"EQ_eventID": [declared.event_id]})).events
    assert [event.error_declaration is None for event in both] == [True, False]


def test_top_level_resources(store):
    assert store.listed("eventTypes") == sorted(
        {
            "ObjectEvent",
            "TransformationEvent",
            "AggregationEvent",
            "TransactionEvent",
            "AssociationEvent",
            "https://example.org/truy-xuat/KiemDinh",
        }
    )
    assert store.listed("dispositions") == ["active", "in_progress"]
    assert store.listed("bizLocations") == ["https://id.gs1.org/414/9521234000006"]
    assert len(store.listed("readPoints")) == 2
    assert "https://example.org/buoc/kiem-tra" in store.listed("bizSteps")
    assert len(store.listed("epcs")) == 7


def test_circles_of_master_data_do_no_harm():
    circle = MasterData(DOCUMENT.master_data)
    circle._children["https://id.gs1.org/414/9521234022039"] = {"https://id.gs1.org/414/9521234000006"}
    query = parse_query({"WD_readPoint": ["https://id.gs1.org/414/9521234000006"]})
    assert matches(EVENTS[0], query, circle)
