"""Databases of the settings from their addresses. What an address says of the connection stands beside what the program needs."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

_SQLITE: Final[dict[str, Any]] = {
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY; "
    # 32 MB of log between checkpoints: pages that every capture touches are then written back once, not each time
    "PRAGMA wal_autocheckpoint=8000;",
}
# The walk over a chain of goods is one statement of many short steps: compiling it takes longer than running it.
_POSTGRESQL: Final = {"options": "-c jit=off"}
_LISTS: Final = ("options", "init_command")
"""Options that hold several settings one after the other, of which the last counts."""


def application_database(address: str) -> dict[str, Any]:
    """The database of ``DATABASE_URL``."""
    database = _parse(address, conn_max_age=600)
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = _merged(_SQLITE, database.get("OPTIONS", {}))
        # A transaction that writes is alone from its beginning: everything that reads before it writes relies on it.
        database["OPTIONS"]["transaction_mode"] = "IMMEDIATE"
    else:
        # A connection that the database's server has closed meanwhile is noticed before the first statement of a request.
        database["CONN_HEALTH_CHECKS"] = True
        database["OPTIONS"] = _merged(_POSTGRESQL, database.get("OPTIONS", {}))
    database["ATOMIC_REQUESTS"] = True
    return database


def owner_database(address: str, application: dict[str, Any]) -> dict[str, Any]:
    """The database of ``KHCN_OWNER_DATABASE_URL``: its own options are added to those of the application, so that both work in
    one schema. Raises ``ImproperlyConfigured`` where it is another database.
    """
    owner = _parse(address)
    if not owner["ENGINE"].endswith("postgresql") or any(
        owner[each] != application[each] for each in ("ENGINE", "NAME")
    ):
        raise ImproperlyConfigured(
            "KHCN_OWNER_DATABASE_URL phải nêu cùng cơ sở dữ liệu PostgreSQL như DATABASE_URL, chỉ khác tài khoản. / Both must name the "
            "same PostgreSQL database."
        )
    owner["OPTIONS"] = _merged(application["OPTIONS"], owner.get("OPTIONS", {}))
    return owner


def _parse(address: str, **more: Any) -> dict[str, Any]:
    database: dict[str, Any] = {**dj_database_url.parse(address, **more)}
    query = parse_qs(urlsplit(address).query)
    if "options" in query and "currentSchema" in query:  # of which the library keeps the second alone
        database["OPTIONS"]["options"] = f"{query['options'][-1]} {database['OPTIONS']['options']}"
    return database


def _merged(ours: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Given options count before ours; of a list of settings both are there, the given ones last."""
    lists: dict[str, Any] = {
        name: f"{ours[name]} {given[name]}" for name in _LISTS if name in ours and name in given
    }
    return {**ours, **given, **lists}
