"""The interface of event stores, and a store in memory that defines their behaviour."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, Protocol

from khcn.epcis.errors import IdentifierError, QueryError
from khcn.epcis.event_hash import event_hash
from khcn.epcis.ids import digital_link
from khcn.epcis.ids.canonical import canonical, is_plain
from khcn.epcis.master_data import MasterData
from khcn.epcis.model import Event, Vocabulary
from khcn.epcis.query.conditions import EventQuery
from khcn.epcis.query.matching import classes_of, epcs_of, event_type, matches, order_value
from khcn.epcis.text_cache import TextCache
from khcn.epcis.times import Time

DEFAULT_PER_PAGE: Final = 30
LONGEST: Final = 1000
_CACHED: Final = 16384
Listed = Literal["eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"]


@dataclass(frozen=True, slots=True)
class Captured:
    """The result of a capture: the ids of new events, and of those that were stored already.

    `conflicts` are the places, in what was to be captured, of events whose id another event has; they are not stored.
    """

    accepted: tuple[str, ...]
    duplicates: tuple[str, ...]
    conflicts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Part of an answer; `next_page_token` leads to the next part, None where there is none."""

    events: tuple[Event, ...]
    next_page_token: str | None = None


class EventStore(Protocol):
    """Stores events permanently, each once, however often and by whomever it is captured."""

    def capture(self, events: Sequence[Event], *, at: Time) -> Captured:
        """Store events, all or none. Each gets the record time `at`, and its hash as id where it has none."""
        ...

    def capture_master_data(self, vocabularies: Iterable[Vocabulary]) -> None:
        """Add vocabularies; a later record of an id adds to an earlier one."""
        ...

    def query(self, query: EventQuery) -> Page:
        """The events that match, a page at a time.

        Raises:
            QueryError: ``QueryTooLargeException`` beyond the query's maxEventCount, or
                ``QueryParameterException`` for a page token that this store did not give.
        """
        ...

    def listed(self, what: Listed) -> list[str]:
        """The distinct values of a top-level resource (``GET /epcs`` …), sorted; identifiers as `thing_of` has them."""
        ...


def identity(event: Event) -> str:
    """What identifies an event: its id, else its hash; an error declaration has an identity of its own.

    An error declaration repeats the id of the event it is about (EPCIS 2.0, 7.4.1.2).
    """
    name = event.event_id or event_hash(event)
    return name if event.error_declaration is None else f"{name}\0errorDeclaration"  # NUL is in no id


def is_same_report(one: Event, other: Event) -> bool:
    """Whether two events of one identity say the same: what happened and, of declarations, why it is wrong and what corrects it.

    The hash of an event leaves its declaration out (CBV 2.0, 8.9).
    """
    return _declared(one) == _declared(other) and event_hash(one) == event_hash(other)


def _declared(event: Event) -> tuple[str | None, frozenset[str]] | None:
    declaration = event.error_declaration
    if declaration is None:
        return None
    return declaration.reason, frozenset(declaration.corrective_event_ids)


def shortened(text: str) -> str:
    """A text of limited length for an index: beyond `LONGEST` characters, its beginning and a hash of the whole."""
    if len(text) <= LONGEST:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: LONGEST - 1 - len(digest)]}#{digest}"


def thing_of(identifier: str) -> str:
    """The unique name of a thing in any spelling: its canonical Digital Link, else the text itself, `shortened`.

    >>> thing_of("urn:epc:id:sgtin:9521234.022031.1"), thing_of("https://example.org/lo/7")
    ('https://id.gs1.org/01/09521234220312/21/1', 'https://example.org/lo/7')
    """
    # Most identifiers are canonical already; `str` removes the original spelling (`Respelled`).
    return str(identifier) if is_plain(identifier) else _THINGS[identifier]


def _thing_of(identifier: str) -> str:
    known = canonical(identifier)
    if known is not None:
        return known
    try:  # valid Digital Links with characters that the canonical form of the event hash does not support
        link = digital_link.parse(identifier, digital_link.LENIENT)
    except IdentifierError:
        return str(shortened(identifier))  # `str` removes the original spelling (`Respelled`)
    return digital_link.DigitalLink(digital_link.CANONICAL_STEM, link.key, link.qualifiers).uri()


_THINGS: Final = TextCache(_thing_of, _CACHED)


class ThingNames(dict[str, str]):
    """`thing_of` of the identifiers of some events, found out once for each: ``names[identifier]``.

    Events of one document name the same things, and the rows of an event name each of its things several times.
    """

    def __missing__(self, identifier: str) -> str:
        found = self[identifier] = thing_of(identifier)
        return found


class InMemoryStore:
    """The readable definition of the answers of a store; keeps everything in a list."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._vocabularies: list[Vocabulary] = []

    def capture(self, events: Sequence[Event], *, at: Time) -> Captured:
        accepted: list[str] = []
        duplicates: list[str] = []
        conflicts: list[int] = []
        for place, event in enumerate(events):
            key = identity(event)
            event_id = event.event_id or event_hash(event)
            if key in self._events and not is_same_report(event, self._events[key]):
                conflicts.append(place)
            elif key in self._events:
                duplicates.append(event_id)
            else:
                self._events[key] = replace(event, event_id=event_id, record_time=at)
                accepted.append(event_id)
        return Captured(tuple(accepted), tuple(duplicates), tuple(conflicts))

    def capture_master_data(self, vocabularies: Iterable[Vocabulary]) -> None:
        self._vocabularies.extend(vocabularies)

    def query(self, query: EventQuery) -> Page:
        found = self._matching(query)
        start = self._start(query.next_page_token, len(found))
        size = query.per_page or DEFAULT_PER_PAGE
        end = start + size
        return Page(tuple(found[start:end]), str(end) if end < len(found) else None)

    def _matching(self, query: EventQuery) -> list[Event]:
        master_data = MasterData(self._vocabularies)
        found = [event for event in self._events.values() if matches(event, query, master_data)]
        if query.max_event_count is not None and len(found) > query.max_event_count:
            raise QueryError(
                "QueryTooLargeException",
                "maxEventCount",
                f"Có {len(found)} sự kiện, nhiều hơn {query.max_event_count}. Thu hẹp điều kiện tìm.",
                f"{len(found)} events match, more than {query.max_event_count}",
            )
        if query.order_by is not None:
            found = ordered(found, query.order_by, descending=query.descending)
        return found if query.event_count_limit is None else found[: query.event_count_limit]

    @staticmethod
    def _start(token: str | None, count: int) -> int:
        if token is None:
            return 0
        if not (token.isascii() and token.isdigit() and 0 < int(token) < count):
            raise QueryError(
                "QueryParameterException",
                "nextPageToken",
                "Không có trang này. Bắt đầu lại từ trang đầu.",
                "this store did not give that page token",
            )
        return int(token)

    def listed(self, what: Listed) -> list[str]:
        found: set[str | None] = set()
        for event in self._events.values():
            found.update(_listed_values(event, what))
        return sorted(value for value in found if value is not None)


def _listed_values(event: Event, what: Listed) -> Iterable[str | None]:
    if what == "eventTypes":
        return [event_type(event)]
    if what == "epcs":
        return map(thing_of, (*epcs_of(event, "anyEPC"), *classes_of(event, "anyEPCClass")))
    if what == "bizSteps":
        return [event.biz_step]
    if what == "dispositions":
        return [event.disposition]
    place = event.read_point if what == "readPoints" else event.biz_location
    return [thing_of(place.id)] if place else []


OrderKey = tuple[int, Decimal, tuple[int, str], str]


def order_key(event: Event, order_by: str) -> OrderKey | None:
    """The sort key of an event: numbers before instants before texts; None where it lacks the field."""
    value = order_value(event, order_by)
    if value is None:
        return None
    number = value if isinstance(value, Decimal) else Decimal(0)
    instant = (value.seconds, value.fraction) if isinstance(value, Time) else (0, "")
    rank = 0 if isinstance(value, Decimal) else 1 if isinstance(value, Time) else 2
    return rank, number, instant, value if isinstance(value, str) else ""


def ordered(events: Sequence[Event], order_by: str, *, descending: bool) -> list[Event]:
    """Sort events, which are given in the order of capture, by a field; those without the field come last.

    Equal events are in the order of capture, when descending in the reverse order. So descending is exactly ascending in
    reverse, and one database index serves both.
    """
    keys = [order_key(event, order_by) for event in events]
    having = sorted((key, place) for place, key in enumerate(keys) if key is not None)
    places = [place for _, place in having]
    lacking = [place for place, key in enumerate(keys) if key is None]
    if descending:
        places.reverse()
        lacking.reverse()
    return [events[place] for place in (*places, *lacking)]
