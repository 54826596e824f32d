"""The top-level resources beside events (``/epcs``, ``/bizSteps``, ``/bizLocations`` …), and the events of their values.

``/eventTypes``, ``/bizSteps`` and ``/dispositions`` list the standard words first, then other words found in events; the
others list values found in events, identifiers as Digital Links at id.gs1.org in one spelling. Lists contain only values
of the sender's own events; a single value can be looked up in all events that the sender may see. An identifier in a
path may be percent-encoded or not; one that contains a percent sign itself must be encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.epcis import QueryError, parse_query
from khcn.epcis.cbv import BIZ_STEP, DISPOSITION, EVENT_TYPES
from khcn.epcis.query.conditions import Condition, EventQuery, Operator
from khcn.trace.views import negotiation, paging, problems
from khcn.trace.views.endpoint import Operation, endpoint, store_for
from khcn.trace.views.events import answer_page, read_event_query
from khcn.trace.views.json_ld_collections import collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.http import HttpResponse

    from khcn.epcis.store import Listed
    from khcn.trace.store import DjangoEventStore
    from khcn.trace.views.endpoint import Call
    from khcn.trace.views.problems import Refusal

_MERGED_SLASHES: Final = re.compile(r"(https?):/(?=[^/])")
_WORD, _VALUE = "w", "v"


@dataclass(frozen=True, slots=True)
class Resource:
    """A top-level resource: its name, the query parameter for one of its values, its standard words."""

    name: Listed
    parameter: str
    words: tuple[str, ...] = ()


RESOURCES: Final = (
    Resource("eventTypes", "eventType", EVENT_TYPES),
    Resource("epcs", "MATCH_anyEPC"),
    Resource("bizSteps", "EQ_bizStep", tuple(sorted(BIZ_STEP.words))),
    Resource("bizLocations", "EQ_bizLocation"),
    Resource("readPoints", "EQ_readPoint"),
    Resource("dispositions", "EQ_disposition", tuple(sorted(DISPOSITION.words))),
)


# ------------------------------------------------------------------------------------------- lists


def _values(
    store: DjangoEventStore, resource: Resource, token: str | None, size: int
) -> Iterator[tuple[str, str]]:
    """Values from a token on, each with the token of the position after it.

    A token is ``w`` and a count of standard words, or ``v`` and a value. The store is read in parts of `size` values.
    """
    words = resource.words
    after: str | None = None
    if token is None or token.startswith(_WORD):
        for place in range(0 if token is None else _count(token[1:], len(words)), len(words)):
            yield words[place], f"{_WORD}{place + 1}"
    elif token.startswith(_VALUE):
        after = token[1:]
    else:
        raise paging.invalid_page_token()
    while True:
        found, after = store.listed_page(resource.name, after=after, size=size)
        for value in found:
            if value not in words:
                yield value, _VALUE + value
        if after is None:
            return


def _count(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= most):
        raise paging.invalid_page_token()
    return int(text)


def _shortened(values: list[str], prefixes: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Values with the prefixes that the client declared, and the prefixes that were used."""
    used: dict[str, str] = {}
    shown = []
    for value in values:
        for prefix, uri in prefixes.items():
            if value.startswith(uri) and len(value) > len(uri):
                used[prefix] = uri
                value = f"{prefix}:{value[len(uri) :]}"  # noqa: PLW2901 -- the same value, written shorter
                break
        shown.append(value)
    return shown, used


def _listed(resource: Resource) -> Callable[..., HttpResponse]:
    def run(call: Call) -> HttpResponse:
        found = paging.parameters(call)
        size = paging.page_size(found)
        listed = list(
            islice(_values(store_for(call), resource, found.get("nextPageToken"), size + 1), size + 1)
        )
        following = listed[size - 1][1] if len(listed) > size else None
        values = [value for value, _token in listed[:size]]
        return call.json(
            collection(*_shortened(values, call.prefixes)), headers=paging.next_page(call, following)
        )

    return run


# ------------------------------------------------------------------------------------------- one value


def _unknown() -> Refusal:
    return problems.no_such(
        _("Không có giá trị này, hoặc không có sự kiện nào bạn được xem mang giá trị này.")
    )


def _conditions(call: Call, resource: Resource, written: str) -> list[Condition]:
    """The condition that events have a value; for an EPC a second one, in case it is a class or a lot.

    Raises:
        Refusal: 404 for a text that cannot be a value of the resource.
    """
    value = _MERGED_SLASHES.sub(r"\1://", written, count=1)
    if "\0" in value:
        raise _unknown()
    try:
        condition = parse_query({resource.parameter: [value]}, call.prefixes).conditions[0]
    except QueryError:
        raise _unknown() from None
    if resource.name == "epcs":
        return [condition, Condition(Operator.MATCH, "anyEPCClass", condition.values)]
    return [condition]


def _is_known(store: DjangoEventStore, resource: Resource, conditions: list[Condition]) -> bool:
    """Whether a value is a standard word, or an event that the sender may see has it."""
    value = str(conditions[0].values[0])
    return (
        value in resource.words
        or store.has_value(resource.name, value)
        or any(store.query(EventQuery((condition,), per_page=1)).events for condition in conditions)
    )


def _one(resource: Resource) -> Callable[..., HttpResponse]:
    def run(call: Call, value: str) -> HttpResponse:
        paging.parameters(call)
        if not _is_known(store_for(call), resource, _conditions(call, resource, value)):
            raise _unknown()
        return call.json(collection(["events"]))

    return run


def _events(resource: Resource) -> Callable[..., HttpResponse]:
    def run(call: Call, value: str) -> HttpResponse:
        conditions = _conditions(call, resource, value)
        *others, last = [read_event_query(call, condition) for condition in conditions]
        store = store_for(call)
        for query in others:
            try:
                page = store.query(query)
            except QueryError as error:
                if error.parameter != "nextPageToken":
                    raise
                continue  # the token belongs to the other query
            if page.events:
                return answer_page(call, page)
        page = store.query(last)
        if not page.events and not _is_known(store, resource, conditions):
            raise _unknown()
        return answer_page(call, page)

    return run


ENDPOINTS: Final = {
    resource.name: (
        endpoint(GET=_listed(resource)),
        endpoint(GET=Operation(_events(resource), offers=negotiation.DOCUMENT_TYPES)),
        endpoint(GET=_one(resource)),
    )
    for resource in RESOURCES
}
"""By name: the list, the events of a value, the value itself."""
