"""Documents of EPCIS, of every kind that has a size, through everything that takes one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bench.growth.documents import JSON_DOCUMENTS, XML_DOCUMENTS
from bench.growth.measuring import Case
from khcn import epcis
from khcn.epcis import Document, EventQuery, InMemoryStore, Limits, Time
from khcn.epcis.translate import with_digital_links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LIMITS: Final = Limits(
    size=1 << 30, values=1 << 30
)  # beyond those of the product, so that the growth can be seen
_MOST: Final = 1 << 17
_AT: Final = Time("2026-10-09T08:31:00Z")


class UnreadableError(ValueError):
    """A document that nothing can be done with but to read it: it is refused."""


def document_of(data: bytes) -> Document:
    """What is sound of a document. Raises UnreadableError where its frame is not."""
    found = epcis.read(data, limits=_LIMITS)
    if found.document is None or (found.document.bare and not found.document.events):
        raise UnreadableError(found.problems[0])
    return found.document


def _each_event(work: Callable[[Any], object]) -> Callable[[Document], object]:
    return lambda document: [work(each) for each in document.events]


def _capture(document: Document) -> None:
    InMemoryStore().capture(document.events, at=_AT)


def _match(document: Document) -> None:
    query: EventQuery = epcis.parse_query(
        {"MATCH_anyEPC": ["urn:epc:idpat:sgtin:9521234.022031.*"], "EQ_bizStep": ["shipping"]}
    )
    for event in document.events:
        epcis.matches(event, query)


OF_DATA: Final[dict[str, Callable[[bytes], object]]] = {
    "check": lambda data: epcis.check(data, limits=_LIMITS),
    "read": lambda data: epcis.read(data, limits=_LIMITS),
    "format_of": epcis.format_of,
}
"""What takes the bytes of a document."""

OF_DOCUMENTS: Final[dict[str, Callable[[Document], object]]] = {
    "to_json": epcis.to_json,
    "to_xml": epcis.to_xml,
    "event_hash": _each_event(epcis.event_hash),
    "ignored_fields": epcis.ignored_fields,
    "with_digital_links": _each_event(with_digital_links),
    "hash": _each_event(hash),
    "matches": _match,
    "InMemoryStore": _capture,
}
"""What takes a document or its events."""


QUERIES: Final[dict[str, Callable[[int], dict[str, Any]]]] = {
    "giá trị của một tham số": lambda n: {"EQ_bizStep": [f"https://example.org/{each}" for each in range(n)]},
    "mã": lambda n: {
        "MATCH_anyEPC": [f"https://id.gs1.org/01/09521234220312/21/{each}" for each in range(n)]
    },
    "mẫu mã": lambda n: {"MATCH_epc": [f"urn:epc:idpat:sgtin:9521234.{each:06d}.*" for each in range(n)]},
    "trường mở rộng": lambda n: (
        {"@context": {"vidu": "https://example.org/"}} | {f"EQ_vidu:t{each}": ["x"] for each in range(n)}
    ),
    "tiền tố": lambda n: {"@context": {f"p{each}": "https://example.org/" for each in range(n)}},
    "tham số lạ": lambda n: {f"EQ_la{each}": ["x"] for each in range(n)},
}
"""Queries, by what there is much of."""


def _queried_with(build: Callable[[int], dict[str, Any]], size: int) -> Callable[[], object]:
    parameters = build(size)
    event = document_of(JSON_DOCUMENTS["sự kiện"](1)).events[0]

    def run() -> None:
        try:
            epcis.matches(event, epcis.parse_query(parameters))
        except epcis.QueryError:
            return

    return run


def prepared(use: str, build: Callable[[int], bytes], size: int) -> Callable[[], object]:
    """The work of one use on a document of a size. Raises UnreadableError where it is refused."""
    data = build(size)
    if use in OF_DATA:
        return lambda: OF_DATA[use](data)
    document = document_of(data)
    work = OF_DOCUMENTS[use]

    def run() -> None:
        try:
            work(document)
        except epcis.ConversionError:  # it has no form in XML, which is found out as fast
            return

    return run


def documents() -> Iterator[tuple[str, str, Callable[[int], bytes]]]:
    """Format, name and builder of each kind."""
    for name, build in JSON_DOCUMENTS.items():
        yield "json", name, build
    for name, build in XML_DOCUMENTS.items():
        yield "xml", name, build


def uses_of(build: Callable[[int], bytes]) -> list[str]:
    """What can be done with such a document."""
    try:
        document_of(build(2))
    except UnreadableError:
        return list(OF_DATA)
    return [*OF_DATA, *OF_DOCUMENTS]


def cases() -> Iterator[Case]:
    """Each kind of document in each use, and each kind of query."""
    for form, name, build in documents():
        for use in uses_of(build):
            yield Case(f"epcis.{use} ({form})", name, partial(prepared, use, build), most=_MOST)
    for name, parameters in QUERIES.items():
        yield Case("epcis.parse_query", name, partial(_queried_with, parameters), most=_MOST)
