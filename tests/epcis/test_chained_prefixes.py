"""Prefixes of a JSON-LD context that are defined by other prefixes."""

import json
import tracemalloc

import pytest

from khcn.epcis import load, parse_query
from khcn.epcis.cbv import VOC
from khcn.epcis.codec.json_binding.names import MOST_ADDED, Names, prefixes_of
from khcn.epcis.errors import DocumentError, QueryError
from tests.lines_counted import growth

A, B, C = "https://ref.gs1.org/", "a:cbv/", "b:Disp-"
WHOLE = {"a": A, "b": f"{A}cbv/", "c": f"{A}cbv/Disp-"}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"a": A, "b": B, "c": C}, WHOLE),
        ({"c": C, "b": B, "a": A}, WHOLE),
        ([{"a": A}, {"b": {"@id": B, "@prefix": True}}, {"c": C}], WHOLE),
        ([{"b": B}, {"a": A}], {"a": A, "b": B}),  # not declared yet
        ({"g": "gs1:x/"}, {"g": f"{VOC}x/"}),  # of the EPCIS context
        ({"a": "b:x", "b": "a:y"}, {"a": "b:x", "b": "a:y"}),
        ({"a": "a:x"}, {"a": "a:x"}),
        ({"https": "urn:x:", "d": "https://vidu.vn/"}, {"https": "urn:x:", "d": "https://vidu.vn/"}),
        ({"a": A, "b": B, "c": C, "d": "c:x"}, {**WHOLE, "d": "c:x"}),  # through too many
    ],
)
def test_a_prefix_by_another_prefix(context, expected):
    assert prefixes_of(context) == expected


def test_the_context_of_an_event_uses_that_of_the_document():
    names = Names({"a": A}).within({"b": B})
    assert (names.expand("b:Disp-recalled"), names.resolve("b:x")[0]) == (
        f"{A}cbv/Disp-recalled",
        f"{{{A}cbv/}}x",
    )


def test_a_disposition_by_a_chained_prefix_is_that_of_the_standard():
    event = {
        "type": "ObjectEvent", "eventTime": "2026-09-01T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/00/095212340000000020"], "disposition": "c:recalled",
    }  # fmt: skip
    context = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"a": A, "b": B, "c": C}]
    tree = {
        "@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-09-01T08:00:00Z",
        "epcisBody": {"eventList": [event]},
    }  # fmt: skip
    (read,) = load(json.dumps(tree).encode()).events
    assert read.disposition == "recalled"


def test_prefixes_cost_in_proportion():
    def prepare(count):
        document = Names({f"p{number}": f"https://vidu.vn/{number}/" for number in range(count)})
        return lambda: [document.within({"q": f"p{number}:x/"}) for number in range(count)]

    assert growth(prepare, (200, 400, 800)) < 2.3


def chained(count, length):
    """A context of so many prefixes by one that is so long."""
    return {
        "b": f"https://vidu.vn/{'x' * length}/",
        **{f"t{number}": f"b:{number}" for number in range(count)},
    }


def memory_of(work):
    """The most bytes that it has at one time."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def tried(read, count, length):
    def work():
        with pytest.raises((DocumentError, QueryError)) as refused:
            read(chained(count, length))
        assert "prefixes of the context" in str(refused.value)

    return memory_of(work)


READ = {
    "document": lambda context: load(
        json.dumps(
            {
                "@context": context,
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": "2026-09-01T08:00:00Z",
                "epcisBody": {"eventList": []},
            }
        ).encode()
    ),
    "query": lambda context: parse_query({"@context": context, "EQ_bizStep": ["holding"]}),
    "event": lambda context: Names({}).within(context),
}


@pytest.mark.parametrize("read", READ.values(), ids=READ)
@pytest.mark.parametrize(("count", "length"), [(4000, 1000), (1000, 4000)])
def test_prefixes_by_a_long_one_are_refused_before_they_take_memory(read, count, length):
    size = len(json.dumps(chained(count, length)))
    assert tried(read, count, length) < 40 * size  # 4 MB of texts would be 45 to 80 times as much


def test_as_many_prefixes_as_anybody_has_are_read():
    context = {
        "b": "https://vidu.vn/truy-xuat/tu-vung/",
        **{f"t{number}": f"b:{number}/" for number in range(500)},
    }
    assert prefixes_of(context)["t499"] == "https://vidu.vn/truy-xuat/tu-vung/499/"
    with pytest.raises(DocumentError):
        prefixes_of(chained(2, MOST_ADDED))
    # each part and each event has its own, and what is written at its length is not meant
    plain = {f"t{number}": f"https://vidu.vn/{number}/{'x' * 1000}" for number in range(100)}
    assert prefixes_of(plain) == plain
