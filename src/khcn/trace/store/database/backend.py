"""What SQLite and PostgreSQL do differently when events are stored, and the choice between the two modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db import connection

from khcn.trace.store.database import postgres, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from khcn.trace.store.encoding.identities import StoredIdentity

Result = TypeVar("Result")


class DatabaseBackend(Protocol):
    """The functions that the modules `sqlite` and `postgres` implement differently."""

    def commit_durably(self, write: Callable[[], Result]) -> Result: ...

    def lock_writers(self, *, exclusive: bool) -> None: ...

    def next_event_ids(self, count: int) -> Sequence[int]: ...

    def insert_identities(self, identities: Sequence[StoredIdentity]) -> set[tuple[bytes, int]]: ...

    def find_identities(self, keys: Sequence[bytes]) -> list[StoredIdentity]: ...

    def insert_rows(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> object: ...

    def insert_missing_rows(
        self, table: str, columns: Sequence[str], rows: Collection[tuple[Any, ...]]
    ) -> None: ...


def database_backend() -> DatabaseBackend:
    """The module for the database in use."""
    return postgres if connection.vendor == "postgresql" else sqlite


def commit_durably(write: Callable[[], Result]) -> Result:
    """Call `write` in a transaction of the database in use, which is durable when this returns.

    Several threads may share one transaction: `write` may be called in another thread, and a second time when the
    first transaction was rolled back.
    """
    return database_backend().commit_durably(write)
