"""What every event store must do, as tests: a store's own test class inherits them and gives an empty store."""

from dataclasses import replace

import pytest

from khcn.epcis import QueryError, Time, event_hash, parse_query
from khcn.epcis.store import Captured
from tests.epcis.store_cases import CAPTURED_AT, DOCUMENT, EVENTS, PREFIXES, QUERIES, places


def pages(store, parameters, size):
    """The events of all pages, and their number on each."""
    found, sizes, token = [], [], None
    while True:
        page = store.query(
            parse_query(
                {**parameters, "perPage": size, **({"nextPageToken": token} if token else {})}, PREFIXES
            )
        )
        found += page.events
        sizes.append(len(page.events))
        token = page.next_page_token
        if token is None:
            return found, sizes


class StoreContract:
    @pytest.fixture
    def empty(self):
        raise NotImplementedError

    @pytest.fixture
    def store(self, empty):
        empty.capture_master_data(DOCUMENT.master_data)
        empty.capture(EVENTS, at=CAPTURED_AT)
        return empty

    @pytest.mark.parametrize(("parameters", "wanted"), QUERIES, ids=str)
    def test_queries(self, store, parameters, wanted):
        query = parse_query(parameters, PREFIXES)
        assert places(store.query(query).events) == wanted

    def test_names_of_extensions_come_from_the_query_too(self, store):
        query = parse_query({"@context": [{"x": PREFIXES["vidu"]}], "EQ_x:ketQua": ["đạt"]})
        assert places(store.query(query).events) == [6]

    def test_order_and_limits(self, store):
        ascending = {"orderBy": "eventTime", "orderDirection": "ASC"}
        in_time = [0, 1, 2, 3, 4, 5, 6]
        assert places(store.query(parse_query(ascending)).events) == in_time
        assert places(store.query(parse_query({"orderBy": "eventTime"})).events) == in_time[::-1]
        newest = parse_query({"orderBy": "eventTime", "eventCountLimit": 2})
        assert places(store.query(newest).events) == [6, 5]
        assert store.query(parse_query({"maxEventCount": 7})).events
        with pytest.raises(QueryError) as caught:
            store.query(parse_query({"maxEventCount": 6}))
        assert caught.value.kind == "QueryTooLargeException"

    @pytest.mark.parametrize("kind", ["EQ_bizStep", "MATCH_anyEPC", "EQ_eventID", "EXISTS_errorDeclaration"])
    def test_too_many_of_any_kind_of_condition(self, store, kind):
        values = {
            "EQ_bizStep": ["packing", "shipping"],
            "MATCH_anyEPC": ["urn:epc:id:sscc:9521234.0000000017"],
            "EQ_eventID": [event.event_id or event_hash(event) for event in EVENTS[:2]],
            "EXISTS_errorDeclaration": False,
        }
        wanted = 7 if kind == "EXISTS_errorDeclaration" else 2
        assert len(store.query(parse_query({kind: values[kind], "maxEventCount": wanted})).events) == wanted
        with pytest.raises(QueryError) as caught:
            store.query(parse_query({kind: values[kind], "maxEventCount": wanted - 1}))
        assert caught.value.kind == "QueryTooLargeException"

    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("order_by", ["eventTime", "recordTime", "vidu:diem"])
    def test_equal_ones_follow_the_order_of_capture_and_its_reverse(self, empty, order_by, descending):
        """Three events of one instant, one in another spelling of it, and two without the field."""
        moment = replace(EVENTS[6], event_time=Time("2026-10-08T08:30:00.0000007+07:00"))
        later = replace(moment, event_time=Time("2026-10-08T01:30:00.00000071Z"), event_id="urn:a:later")
        captured = [
            replace(moment, event_id="urn:a:0"),
            later,
            replace(moment, event_id="urn:a:1", event_time=Time("2026-10-08T01:30:00.00000070Z")),
            replace(EVENTS[0], event_id="urn:a:lack0", event_time=later.event_time),
            replace(moment, event_id="urn:a:2"),
            replace(EVENTS[0], event_id="urn:a:lack1", event_time=later.event_time),
        ]
        for event in captured:
            empty.capture([event], at=CAPTURED_AT)
        wanted = {
            "eventTime": ["0", "1", "2", "later", "lack0", "lack1"],
            "recordTime": ["0", "later", "1", "lack0", "2", "lack1"],
            "vidu:diem": ["0", "later", "1", "2", "lack0", "lack1"],
        }[order_by]
        if descending and order_by == "vidu:diem":  # what lacks the field stays at the end
            wanted = ["2", "1", "later", "0", "lack1", "lack0"]
        elif descending:
            wanted = wanted[::-1]
        parameters = {"orderBy": order_by, "orderDirection": "DESC" if descending else "ASC"}
        for size in (1, 2, 100):
            found, _ = pages(empty, parameters, size)
            assert [event.event_id.removeprefix("urn:a:") for event in found] == wanted

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
    @pytest.mark.parametrize(
        ("parameters", "wanted"),
        [
            ({}, [0, 1, 2, 3, 4, 5, 6]),
            ({"orderBy": "eventTime", "orderDirection": "ASC"}, [0, 1, 2, 3, 4, 5, 6]),
            ({"orderBy": "eventTime"}, [6, 5, 4, 3, 2, 1, 0]),
            ({"orderBy": "recordTime"}, [6, 5, 4, 3, 2, 1, 0]),
            ({"orderBy": "vidu:diem"}, [6, 5, 4, 3, 2, 1, 0]),
            ({"orderBy": "eventTime", "eventCountLimit": 3}, [6, 5, 4]),
            ({"MATCH_anyEPC": ["urn:epc:id:sscc:9521234.0000000017"]}, [2, 3]),
            ({"MATCH_anyEPC": ["urn:epc:id:sscc:9521234.0000000017"], "orderBy": "eventTime"}, [3, 2]),
            ({"MATCH_anyEPC": ["urn:epc:idpat:sscc:9521234.*"], "orderBy": "recordTime"}, [3, 2]),
            ({"EQ_action": ["ADD"], "maxEventCount": 4}, [0, 2, 3, 4]),
            ({"GE_quantity": 1}, [0, 1]),
            ({"EQ_action": ["DELETE"]}, []),
        ],
        ids=str,
    )
    def test_pages_are_all_and_in_order(self, store, parameters, wanted, size):
        found, sizes = pages(store, parameters, size)
        assert places(found) == wanted
        assert all(one == size for one in sizes[:-1])
        assert 0 < sizes[-1] <= size or wanted == []

    @pytest.mark.parametrize("token", ["x", "-1", "0", "7", "99", "²", "\0", "a:b", "eyJ9:x:y"])
    def test_a_page_that_is_none(self, store, token):
        with pytest.raises(QueryError) as caught:
            store.query(parse_query({"nextPageToken": token}))
        assert (caught.value.kind, caught.value.parameter) == ("QueryParameterException", "nextPageToken")
        assert caught.value.message_vi

    def test_an_event_is_stored_once(self, store):
        again = store.capture(EVENTS, at=Time("2026-10-10T00:00:00Z"))
        assert again.accepted == ()
        assert len(again.duplicates) == len(EVENTS)
        assert len(store.query(parse_query({})).events) == len(EVENTS)
        assert {event.record_time for event in store.query(parse_query({})).events} == {CAPTURED_AT}

    def test_twice_in_one_capture(self, empty):
        captured = empty.capture([EVENTS[2], EVENTS[2]], at=CAPTURED_AT)
        assert (len(captured.accepted), len(captured.duplicates)) == (1, 1)

    def test_an_id_used_again_for_another_event_is_a_conflict(self, empty):
        first = replace(EVENTS[2], event_id="urn:a:1")
        other = replace(EVENTS[3], event_id="urn:a:1")
        assert empty.capture([first, other, first], at=CAPTURED_AT) == Captured(
            ("urn:a:1",), ("urn:a:1",), (1,)
        )
        assert empty.capture([first, other], at=CAPTURED_AT) == Captured((), ("urn:a:1",), (1,))
        assert places(empty.query(parse_query({})).events) == [2]

    def test_nothing_to_capture(self, empty):
        captured = empty.capture([], at=CAPTURED_AT)
        assert (captured.accepted, captured.duplicates) == ((), ())
        assert empty.query(parse_query({})).events == ()

    def test_an_event_without_id_gets_its_hash(self, store):
        query = parse_query({"EQ_eventID": [event_hash(EVENTS[2])]})
        assert places(store.query(query).events) == [2]

    def test_an_error_declaration_stands_beside_its_event(self, empty):
        declared = EVENTS[5]
        plain = replace(declared, error_declaration=None)
        assert len(empty.capture([plain, declared], at=CAPTURED_AT).accepted) == 2
        both = empty.query(parse_query({"EQ_eventID": [declared.event_id]})).events
        assert [event.error_declaration is None for event in both] == [True, False]

    def test_top_level_resources(self, store):
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
        assert store.listed("bizSteps") == [
            "commissioning",
            "creating_class_instance",
            "https://example.org/buoc/kiem-tra",
            "installing",
            "packing",
            "shipping",
        ]

    def test_identifiers_are_listed_once_whatever_their_spelling(self, store):
        assert store.listed("readPoints") == ["https://id.gs1.org/414/9521234022039"]
        assert store.listed("epcs") == [
            "https://id.gs1.org/00/095212340000000174",
            "https://id.gs1.org/01/09521234111115/10/DONG-0110",
            "https://id.gs1.org/01/09521234220312/10/BOT-0310",
            "https://id.gs1.org/01/09521234220312/21/1",
            "https://id.gs1.org/01/09521234220312/21/2",
            "https://id.gs1.org/8003/09521234123453400",
            "https://id.gs1.org/8004/9521234CAM-BIEN-1",
        ]
