"""The stores of other provinces, which a trace asks beside the own one (docs/adr/0033).

Each question is one statement, asked of each store by itself: never a view or a join over several. An event, and all rows
about it, are in one store, so a statement that joins rows by their event has the same answer in pieces as in one store; what
joins by thing is asked in two steps. The others are asked at the same time, each by threads of its own, while the own store is
asked by the caller's.

What an answer asks again, in the same words, it does not ask a second time: its parts (the makers, the recalls, the packages
around a thing) look up the same things, and nothing is written while an answer is made.

A store that does not answer in time is left out of the whole answer, and of other answers for a while, so that it costs its
time-out once. What was asked without it says so (`Asked.not_asked`).
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, Error, connections

from khcn.kernel.database_faults import DatabaseFault, database_fault
from khcn.kernel.id_slots.sequences import stored_slot
from khcn.kernel.province import province_key
from khcn.trace.store.database.sql import Sql, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from concurrent.futures import Future

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet

log = logging.getLogger(__name__)

OWN: Final = DEFAULT_DB_ALIAS
"""The alias of the own store."""

LEFT_OUT_SECONDS: Final = 30
"""For so long a store that did not answer is not asked again by this process."""

_THREADS: Final = 2
"""For each store and process: so many connections it has at most."""

_MOST_REMEMBERED: Final = 1_000
"""So many rows of a question are remembered at most, so that floods about a thing do not lie in memory many times."""

_Row = TypeVar("_Row")
_Value = TypeVar("_Value")


class SameSlot(Error):  # noqa: N818 -- a refusal
    """Rows of that store may have the keys of ours or of another named store: its parties would be taken for others."""


class OtherStore:
    """The store of another province, by the code of that province and the alias of its database."""

    def __init__(self, code: str, alias: str) -> None:
        self.code, self.alias = code, alias
        self.out_until = float("-inf")
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=alias)
        self._connections: set[BaseDatabaseWrapper] = set()
        self.slot: int | None = None

    def begin(self, question: Callable[[str], list[_Row]]) -> Future[list[_Row]]:
        """Ask in a thread of its own."""
        return self._threads.submit(self._answer, question, _own_slot())

    def _answer(self, question: Callable[[str], list[_Row]], own_slot: int | None) -> list[_Row]:
        connection = connections[self.alias]
        self._connections.add(connection)
        is_new = connection.connection is None
        try:
            if self.slot is None or is_new:
                self._refuse_same_slot(own_slot)
            return question(self.alias)
        except SameSlot:
            raise
        except Error as fault:
            connection.close()
            if is_new or database_fault(fault) is not DatabaseFault.AWAY:
                raise
        return question(self.alias)  # that server was started again since the connection was made

    def _refuse_same_slot(self, own_slot: int | None) -> None:
        """Keys are unique over stores only where each has a slot of its own (docs/adr/0032)."""
        slot = stored_slot(self.alias)
        others = {each.slot for each in other_stores() if each is not self}
        if slot is None or slot in {own_slot, *others}:
            message = f"its rows have slot {slot}, as those of another store: KHCN_ID_SLOT must differ"
            raise SameSlot(message)
        self.slot = slot

    def end(self) -> None:
        """Wait for its threads and close their connections."""
        self._threads.shutdown()
        for connection in self._connections:
            connection.inc_thread_sharing()
            connection.close()

    def leave_out(self, fault: BaseException) -> None:
        """Ask it nothing for a while."""
        self.out_until = monotonic() + LEFT_OUT_SECONDS
        log.warning(
            "the store of province %s was not asked: %s", self.code, str(fault) or type(fault).__name__
        )


class Asked:
    """The stores that one answer is made of; one that does not answer is left out from then on."""

    def __init__(self, others: Iterable[OtherStore], own: str = OWN) -> None:
        listed = list(others)
        self.own = own
        now = monotonic()
        self.remembered: dict[Any, Any] = {}
        """What is looked up once for an answer: values by the caller's own names, rows by the text and values of their statement."""
        self._others = {store: settings.PROVINCE_SECONDS for store in listed if store.out_until <= now}
        self._not_asked = {store.code for store in listed} - {store.code for store in self._others}

    @property
    def not_asked(self) -> tuple[str, ...]:
        """The codes of the provinces whose stores did not answer; where there are some, the answer may lack something."""
        return tuple(sorted(self._not_asked))

    @property
    def has_others(self) -> bool:
        """Whether there is a store to ask beside the own one."""
        return bool(self._others)

    def ask(self, question: Callable[[str], list[_Row]]) -> list[_Row]:
        """The answers of all stores, one after the other, the own one first. `question` gets an alias."""
        begun = [(store, store.begin(question)) for store in self._others]
        found = list(question(self.own))
        for store, future in begun:
            since = monotonic()
            try:
                found += future.result(timeout=max(self._others[store], 0))
            except (Error, TimeoutError) as fault:
                waited_for_others = future.cancel()  # it had not begun: other answers had the threads
                if not waited_for_others and self._others[store] >= settings.PROVINCE_SECONDS:
                    store.leave_out(fault)
                # else this answer has used up its own time, which is no reason for others to do without the store
                del self._others[store]
                self._not_asked.add(store.code)
            else:
                self._others[store] -= monotonic() - since
        return found


@cache
def _own_slot() -> int | None:
    return stored_slot()


_ASKED: Final[ContextVar[Asked | None]] = ContextVar("asked stores", default=None)


@cache
def other_stores() -> tuple[OtherStore, ...]:
    """Those that the setting names, in the order of their codes."""
    return tuple(OtherStore(code, alias) for code, alias in sorted(settings.PROVINCES.items()))


@contextmanager
def all_stores(own: str = OWN) -> Iterator[Asked]:
    """Within it `ask_stores` asks all stores; it is one answer. Within another one it is part of that.

    `own`: the alias by which the own store is read, which may be its standby (`replica`).
    """
    outer = _ASKED.get()
    if outer is not None:
        yield outer
        return
    asked = Asked(other_stores(), own)
    token = _ASKED.set(asked)
    try:
        yield asked
    finally:
        _ASKED.reset(token)


def several_stores() -> Asked | None:
    """The stores of the present answer where there are others beside the own one."""
    asked = _ASKED.get()
    return asked if asked is not None and asked.has_others else None


def own_alias() -> str:
    """The alias by which the own store is read for the present answer."""
    asked = _ASKED.get()
    return OWN if asked is None else asked.own


def provinces_not_asked() -> tuple[str, ...]:
    """The codes of the provinces whose stores did not answer for the present answer."""
    asked = _ASKED.get()
    return () if asked is None else asked.not_asked


def ask_stores(question: Callable[[str], list[_Row]]) -> list[_Row]:
    """The answers of the stores of the present answer, outside of `all_stores` of the own one; in no order.

    `question` is called with the alias of each database, perhaps in another thread, and asks nothing but that one.
    """
    asked = several_stores()
    return question(own_alias()) if asked is None else asked.ask(question)


def fetch_everywhere(statement: Sql) -> list[tuple[Any, ...]]:
    """The rows of a statement in all stores."""
    return _asked_once(statement, lambda alias: fetch(statement, alias))


def values_everywhere(
    records: QuerySet[Any, Any], *columns: str, first: int | None = None
) -> list[tuple[Any, ...]]:
    """The values of a query set in all stores; `first`: so many rows of each."""
    compiler = records.values_list(*columns)[:first].query.get_compiler(OWN)
    try:
        statement = Sql(*compiler.as_sql())
    except EmptyResultSet:
        return []

    def question(alias: str) -> list[tuple[Any, ...]]:
        # the text that it is remembered by: Django would make it again for each execution, which takes longer than SQLite
        return list(compiler.results_iter([fetch(statement, alias)], tuple_expected=True))

    return _asked_once(statement, question)


def _asked_once(statement: Sql, question: Callable[[str], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The answers of all stores; those of the first time where this answer has asked the statement before."""
    asked = _ASKED.get()
    if asked is None:
        return question(OWN)
    key = statement.text, repr(statement.values)
    if key in asked.remembered:
        return list(asked.remembered[key])
    found = ask_stores(question)
    if len(found) <= _MOST_REMEMBERED:
        asked.remembered[key] = tuple(found)
    return found


def records_everywhere(records: QuerySet[Any]) -> list[Any]:
    """The records of a query set in all stores."""
    return ask_stores(lambda alias: list(records.using(alias)))


def exists_anywhere(records: QuerySet[Any]) -> bool:
    """Whether a query set has a record in any store."""
    return any(ask_stores(lambda alias: [records.using(alias).exists()]))


def looked_up_once(name: Hashable, look_up: Callable[[], _Value]) -> _Value:
    """A value that is looked up once for an answer, and each time outside of one."""
    asked = _ASKED.get()
    if asked is None:
        return look_up()
    if name not in asked.remembered:
        asked.remembered[name] = look_up()
    found: _Value = asked.remembered[name]
    return found


def code_of(alias: str) -> str:
    """The code of the province whose store it is."""
    others = {one.alias: one.code for one in other_stores()}
    return others.get(alias) or province_key()
