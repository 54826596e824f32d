"""Locks on rows, and on what is not on record yet, for operations that decide by what is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from khcn.kernel.advisory_locks import take_lock
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

_M = TypeVar("_M", bound=models.Model)


def locked(model: type[_M], pk: object) -> _M:
    """The stored row, which nobody else changes, deletes or newly refers to until this transaction ends.

    For operations that decide by what is on record: lock that record, then read what the decision needs, then write. On
    PostgreSQL a row lock (``SELECT … FOR UPDATE``); on SQLite a plain read, because a transaction that writes is
    alone from its beginning. Lock the parent before its children, and several rows of one table by ascending key.
    Raises ``model.DoesNotExist``.
    """
    return model._base_manager.select_for_update().get(pk=pk)


def lock_rows(rows: models.QuerySet[Any]) -> None:
    """Lock rows of one table without reading them, by ascending key, until this transaction ends."""
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def locked_all(model: type[_M], pks: Iterable[int]) -> list[_M]:
    """Several stored rows of one table under lock, by ascending key; rows that are not there are left out."""
    wanted = sorted(set(pks))
    found: list[_M] = []
    for part in chunks(wanted):
        rows = model._base_manager.select_for_update().filter(pk__in=part)
        found.extend(rows.order_by("pk"))
    return found


def wait_for_turn(name: str) -> None:
    """From here to its end, one transaction at a time goes on with what has this name, such as the numbers of a year.

    For decisions by rows that are not there: no row can be locked. Those who wait come in the order in which they asked.
    On SQLite a transaction that writes is alone from its beginning.
    """
    take_lock(name)
