"""Where events are kept: what any store must do, and one in memory that shows what it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, Protocol

from khcn.epcis.errors import QueryError
from khcn.epcis.event_hash import event_hash
from khcn.epcis.master_data import MasterData
from khcn.epcis.model import Event, Vocabulary
from khcn.epcis.query import EventQuery
from khcn.epcis.query_match import classes_of, epcs_of, event_type, matches, order_value
from khcn.epcis.times import Time

DEFAULT_PER_PAGE: Final = 30
Listed = Literal["eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"]


@dataclass(frozen=True, slots=True)
class Captured:
    """What became of captured events: the ids of those that are new, and of those that were there already."""

    accepted: tuple[str, ...]
    duplicates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Part of an answer; `next_page_token` leads to the next, None where there is none."""

    events: tuple[Event, ...]
    next_page_token: str | None = None


class EventStore(Protocol):
    """Keeps events for ever. An event is stored once, however often and by whomever it is captured."""

    def capture(self, events: Sequence[Event], *, at: Time) -> Captured:
        """Store events, all or none. Gives each the record time `at`, and its hash as id where it has none."""
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
        """The distinct values of a top-level resource (``GET /epcs`` …), sorted."""
        ...


def identity(event: Event) -> str:
    """What makes an event the same: its id, else its hash; an error declaration is apart from what it declares.

    An event that declares an error repeats the id of the event it is about (EPCIS 2.0, 7.4.1.2).
    """
    name = event.event_id or event_hash(event)
    return name if event.error_declaration is None else f"{name}#errorDeclaration"


class InMemoryStore:
    """The readable definition of a store's answers; keeps everything in a list."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._vocabularies: list[Vocabulary] = []

    def capture(self, events: Sequence[Event], *, at: Time) -> Captured:
        accepted: list[str] = []
        duplicates: list[str] = []
        for event in events:
            key = identity(event)
            event_id = event.event_id or event_hash(event)
            if key in self._events:
                duplicates.append(event_id)
            else:
                self._events[key] = replace(event, event_id=event_id, record_time=at)
                accepted.append(event_id)
        return Captured(tuple(accepted), tuple(duplicates))

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
            found = _ordered(found, query.order_by, descending=query.descending)
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
        return [*epcs_of(event, "anyEPC"), *classes_of(event, "anyEPCClass")]
    if what == "bizSteps":
        return [event.biz_step]
    if what == "dispositions":
        return [event.disposition]
    place = event.read_point if what == "readPoints" else event.biz_location
    return [place.id] if place else []


def _ordered(events: list[Event], order_by: str, *, descending: bool) -> list[Event]:
    """Events by a field; those without it at the end, equal ones in the order of capture."""

    def key(event: Event) -> tuple[int, Decimal, tuple[int, str], str]:
        value = order_value(event, order_by)
        number = value if isinstance(value, Decimal) else Decimal(0)
        instant = (value.seconds, value.fraction) if isinstance(value, Time) else (0, "")
        rank = 0 if isinstance(value, Decimal) else 1 if isinstance(value, Time) else 2
        return rank, number, instant, value if isinstance(value, str) else ""

    having = [event for event in events if order_value(event, order_by) is not None]
    lacking = [event for event in events if order_value(event, order_by) is None]
    return [*sorted(having, key=key, reverse=descending), *lacking]
