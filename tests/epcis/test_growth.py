"""Documents and queries of EPCIS take work in proportion to their size, whatever they have much of."""

import inspect

import pytest

from bench.growth.documents import JSON_DOCUMENTS, XML_DOCUMENTS
from bench.growth.epcis import OF_DATA, OF_DOCUMENTS, QUERIES, document_of, documents, prepared, uses_of
from khcn import epcis
from khcn.epcis import load, to_json, to_xml
from tests.lines_counted import MOST, growth

PARTS = {
    "load": "read",
    "read_frame": "read",
    "pre_hash": "event_hash",
    "to_json_value": "to_json",
    "parse_query_string": "parse_query",
}


@pytest.mark.parametrize(
    ("form", "name", "build"), list(documents()), ids=[f"{form}-{name}" for form, name, _ in documents()]
)
def test_documents(form, name, build):
    grown = {use: growth(lambda size, use=use: prepared(use, build, size)) for use in uses_of(build)}
    assert {use: found for use, found in grown.items() if found > MOST} == {}


@pytest.mark.parametrize("name", QUERIES)
def test_queries(name):
    def prepare(size):
        parameters = QUERIES[name](size)

        def parse():
            try:
                epcis.parse_query(parameters)
            except epcis.QueryError:
                return

        return parse

    assert growth(prepare) <= MOST


def test_every_function_of_the_library_that_takes_a_document_or_a_query_is_measured():
    functions = {name for name in epcis.__all__ if inspect.isfunction(getattr(epcis, name))}
    assert {PARTS.get(name, name) for name in functions} == {
        "check",
        "event_hash",
        "format_of",
        "ignored_fields",
        "matches",
        "parse_query",
        "read",
        "to_json",
        "to_xml",
    }
    assert functions - PARTS.keys() - {"parse_query"} <= OF_DATA.keys() | OF_DOCUMENTS.keys()


def many_namespaces(count):
    return document_of(XML_DOCUMENTS["không gian tên ở gốc, đều dùng"](count))


def test_every_namespace_of_a_large_document_is_declared_once_and_comes_back():
    document = many_namespaces(300)
    written = to_xml(document)
    assert load(written).events == document.events
    assert written.count(b"xmlns:") == 301
    assert load(to_json(document)).events == document.events


def test_namespaces_with_one_prefix_get_prefixes_of_their_own():
    document = document_of(XML_DOCUMENTS["không gian tên ở từng trường"](3))
    [event] = document.events
    assert [one.name for one in event.extensions] == [
        f"{{https://example.org/{each}/}}t" for each in range(3)
    ]
    assert [one.prefix for one in event.extensions] == ["p", "p-2", "p-3"]
    assert load(to_xml(document)).events == document.events


def test_a_sent_document_may_bind_the_prefixes_that_the_written_one_needs():
    own = {
        "epcis": "https://example.org/1/",
        "xsi": "https://example.org/2/",
        "xml": "https://example.org/3/",
    }
    data = JSON_DOCUMENTS["sự kiện"](1).replace(
        b'"action"', b'"epcis:t": 1.5, "xsi:t": "a\\r\\n\\tb", "xml:t": "<&>", "action"'
    )
    context = ", ".join(f'"{prefix}": "{uri}"' for prefix, uri in own.items()).encode()
    document = load(data.replace(b'"vidu"', context + b', "vidu"'))
    assert load(to_xml(document)).events == document.events
