"""The top-level resources beside events: ``/epcs``, ``/bizSteps``, ``/bizLocations`` and so on, and the events of each.

``/eventTypes``, ``/bizSteps`` and ``/dispositions`` list the standard words first, then those of one's own that events
hold; the others list what events hold, identifiers as Digital Links at id.gs1.org whatever their spelling was. Everybody
is shown only the values of events that he captured, but may look up those of any event that he may see. An identifier may
stand in an address whole, as it is or percent-encoded; one that holds a percent sign itself must be encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.epcis import QueryError, parse_query
from khcn.epcis.cbv import BIZ_STEP, DISPOSITION, EVENT_TYPES
from khcn.epcis.query.parsing import Condition, EventQuery, Operator
from khcn.trace.views import negotiation, paging, problems
from khcn.trace.views.discovery import collection
from khcn.trace.views.endpoint import Operation, endpoint
from khcn.trace.views.events import answer_page, asked, store_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.http import HttpResponse

    from khcn.epcis.store import Listed
    from khcn.trace.store import DjangoStore
    from khcn.trace.views.endpoint import Call
    from khcn.trace.views.problems import Refusal

_MERGED_SLASHES: Final = re.compile(r"(https?):/(?=[^/])")
_WORD, _VALUE = "w", "v"


@dataclass(frozen=True, slots=True)
class Resource:
    """A top-level resource: its name, the query parameter that asks for one of its values, its standard words."""

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
    store: DjangoStore, resource: Resource, token: str | None, size: int
) -> Iterator[tuple[str, str]]:
    """Values from a token on, each with the token that leads behind it.

    A token is ``w`` and a count of standard words, or ``v`` and a value. The store is read so many values at a time.
    """
    words = resource.words
    after: str | None = None
    if token is None or token.startswith(_WORD):
        for place in range(0 if token is None else _count(token[1:], len(words)), len(words)):
            yield words[place], f"{_WORD}{place + 1}"
    elif token.startswith(_VALUE):
        after = token[1:]
    else:
        raise paging.wrong_token()
    while True:
        found, after = store.listed_page(resource.name, after=after, size=size)
        for value in found:
            if value not in words:
                yield value, _VALUE + value
        if after is None:
            return


def _count(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= most):
        raise paging.wrong_token()
    return int(text)


def _shortened(values: list[str], prefixes: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Values under the prefixes that the client declared, and the prefixes that were used."""
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
    """The condition that events have a value; of an EPC a second one, in case it is a class or a lot.

    Raises:
        Refusal: 404 for what can be no value of the resource.
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


def _is_known(store: DjangoStore, resource: Resource, conditions: list[Condition]) -> bool:
    """Whether a value is a standard word, or some event that the sender may see has it."""
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
        *others, last = [asked(call, condition) for condition in conditions]
        store = store_for(call)
        for query in others:
            try:
                page = store.query(query)
            except QueryError as error:
                if error.parameter != "nextPageToken":
                    raise
                continue  # a later page of the other question
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
