"""The event store on a database. The meaning of its answers is defined by `khcn.epcis.store.InMemoryStore`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.epcis.errors import QueryError
from khcn.epcis.master_data import MasterData
from khcn.epcis.query.matching import matches
from khcn.epcis.store import DEFAULT_PER_PAGE, Listed, Page, order_key
from khcn.trace.store import master_data
from khcn.trace.store.database.event_rows import EventRow, rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.identities import declaration_of, identity_key
from khcn.trace.store.search import resource_values
from khcn.trace.store.search.answer_order import CAPTURE, Order, Position, order_of
from khcn.trace.store.search.candidates import Candidates
from khcn.trace.store.search.page_tokens import PagePosition, issue_token, query_fingerprint, redeem_token
from khcn.trace.store.search.query_plan import QueryPlan, SqlFilter, plan_query
from khcn.trace.store.visibility import EVERYTHING, Viewer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from khcn.epcis.model import Event
    from khcn.epcis.query.conditions import EventQuery

LARGEST_PAGE: Final = 10_000
"""Maximum number of events on one page."""

MAX_BODIES_READ: Final = 200_000
"""Maximum number of bodies that one query may read."""

_BATCH: Final = 500


def _too_complex() -> QueryError:
    """The error for a query that would read more bodies than `MAX_BODIES_READ`."""
    most = f"{MAX_BODIES_READ:,}".replace(",", ".")
    return QueryError(
        "QueryTooComplexException",
        "",
        f"Truy vấn phải đọc hơn {most} sự kiện. Thu hẹp bằng MATCH_anyEPC, MATCH_anyEPCClass, EQ_bizLocation, "
        "EQ_bizStep hoặc khoảng thời gian GE_eventTime, LT_eventTime.",
        f"the query would open more than {MAX_BODIES_READ} events; narrow it by EPC, place, step or time",
    )


class _MatchReader:
    """Reads the bodies of candidates, counts them, and yields those that match."""

    def __init__(self, query_plan: QueryPlan, query: EventQuery) -> None:
        self._plan = query_plan
        self._query = query
        self._count = 0

    def matching(self, rows: Iterable[EventRow]) -> Iterator[tuple[EventRow, Event]]:
        """The rows that belong to the answer, with their events.

        Raises:
            QueryError: ``QueryTooComplexException`` when too many bodies have been read.
        """
        for row in rows:
            self._count += 1
            if self._count > MAX_BODIES_READ:
                raise _too_complex()
            event = row.event
            if self._plan.sql_filter.exact or matches(event, self._query, self._plan.master_data):
                yield row, event


class DjangoEventStore:
    """The events of a database that one viewer may see: the questions of `khcn.epcis.EventStore`.

    Events are written by `khcn.trace.store.event_writing`, in the transaction of their capture job.
    """

    def __init__(self, viewer: Viewer = EVERYTHING, *, at: datetime | None = None) -> None:
        """Open the store for a viewer.

        Args:
            viewer: who asks.
            at: now, for the expiry of page tokens; None: they never expire.
        """
        self._viewer = viewer
        self._also = ALL
        self._at = at

    # ----------------------------------------------------------------------------------- queries

    def query(self, query: EventQuery) -> Page:
        """The matching events that the viewer may see, one page at a time.

        Raises:
            QueryError: ``QueryTooLargeException`` beyond the query's maxEventCount (checked on the first page),
                ``QueryTooComplexException`` where too many events would have to be read, or
                ``QueryParameterException`` for a page token that is invalid, of another query or viewer, or expired.
        """
        bound = query_fingerprint(query, self._viewer)
        previous_page = None
        if query.next_page_token is not None:
            previous_page = redeem_token(query.next_page_token, bound, at=self._at)
        query_plan = plan_query(query, self._viewer)
        candidates = Candidates(query_plan.sql_filter, self._viewer, also=self._also)
        reader = _MatchReader(query_plan, query)
        if previous_page is None and query.max_event_count is not None:
            self._check_count(
                candidates,
                reader,
                query.max_event_count,
                by_sql=self._viewer.sees_all and query_plan.sql_filter.is_columns,
            )
        delivered = previous_page.delivered if previous_page else 0
        size = min(query.per_page or DEFAULT_PER_PAGE, LARGEST_PAGE)
        left = size if query.event_count_limit is None else min(size, query.event_count_limit - delivered)
        order = order_of(query.order_by, descending=query.descending)
        after = previous_page.position if previous_page else None
        if order is not None:
            found = self._in_order(candidates, reader, order, after, left + 1)
        else:
            found = self._by_field(candidates, reader, query, after, left + 1)
        page, more = found[:left], found[left:]
        delivered += len(page)
        if not more or delivered == query.event_count_limit:
            return Page(tuple(event for _, event in page))
        token = issue_token(PagePosition(page[-1][0], delivered), bound, at=self._at)
        return Page(tuple(event for _, event in page), token)

    @staticmethod
    def _in_order(
        candidates: Candidates, reader: _MatchReader, order: Order, after: Position | None, wanted: int
    ) -> list[tuple[Position, Event]]:
        found = []
        for row, event in reader.matching(candidates.rows(order, after, first=wanted)):
            found.append((order.position(row), event))
            if len(found) == wanted:
                break
        return found

    @staticmethod
    def _by_field(
        candidates: Candidates, reader: _MatchReader, query: EventQuery, after: Position | None, wanted: int
    ) -> list[tuple[Position, Event]]:
        """Ordered by a field of the body: reads all matching events, then sorts their ids."""
        order_by = str(query.order_by)
        having: list[tuple[Any, int, int]] = []
        lacking: list[tuple[int, int]] = []
        for row, event in reader.matching(candidates.rows(CAPTURE, None, first=_BATCH)):
            key = order_key(event, order_by)
            if key is None:
                lacking.append((row.id, row.event_time))
            else:
                having.append((key, row.id, row.event_time))
        having.sort()
        places = [(number, moment) for _, number, moment in having]
        if query.descending:
            places.reverse()
            lacking.reverse()
        places += lacking
        start = 0
        if after is not None:
            start = 1 + next(
                (place for place, (number, _) in enumerate(places) if number == after[0]), len(places)
            )
        rows = {row.id: row for row in rows_by_id(places[start : start + wanted], ALL)}
        return [((number,), rows[number].event) for number, _ in places[start : start + wanted]]

    @staticmethod
    def _check_count(candidates: Candidates, reader: _MatchReader, most: int, *, by_sql: bool) -> None:
        if by_sql:
            count = candidates.count(most)
        else:
            count = 0
            for _ in reader.matching(candidates.rows(CAPTURE, None, first=min(most + 1, _BATCH))):
                count += 1
                if count > most:
                    break
        if count > most:
            raise QueryError(
                "QueryTooLargeException",
                "maxEventCount",
                f"Có nhiều hơn {most} sự kiện. Thu hẹp điều kiện tìm.",
                f"more than {most} events match",
            )

    def events_of(self, event_id: str) -> list[Event]:
        """The event of an id and its error declaration, where they exist and the viewer may see them.

        Of several parties that sent the same id, the viewer's own come first, then in the order of capture.
        """
        keys = {identity_key(one) for one in (event_id, declaration_of(event_id))}
        rows = Candidates(SqlFilter(keys=keys), self._viewer, also=self._also).rows(CAPTURE, None, first=2)
        found = [row for row in rows if row.event.event_id == event_id]
        return [row.event for row in sorted(found, key=lambda row: row.owner != self._viewer.party)]

    # ----------------------------------------------------------------------------------- lists and master data

    def listed(self, what: Listed) -> list[str]:
        """The distinct values of a top-level resource: those of the viewer's own events, or all."""
        found: list[str] = []
        after: str | None = None
        while True:
            values, after = self.listed_page(what, after=after, size=1000)
            found += values
            if after is None:
                return found

    def listed_page(self, what: Listed, *, after: str | None, size: int) -> tuple[list[str], str | None]:
        """Part of `listed`: values after `after`, and the value at which the next page starts if there is one."""
        found = resource_values.listed_values(what, self._viewer, after=after, size=size + 1)
        return found[:size], found[size - 1] if len(found) > size else None

    def has_value(self, what: Listed, value: str) -> bool:
        """Whether a value, in any spelling, is in `listed`."""
        return resource_values.has_listed_value(what, self._viewer, value)

    @staticmethod
    def master_data(things: Collection[str]) -> MasterData:
        """The master data of some things, in any spelling."""
        return MasterData(master_data.records_about(things))
