"""The databases of other provinces, from ``KHCN_PROVINCES``: each by the code of its province, opened for reading only.

    KHCN_PROVINCES="19=postgresql://reader:…@10.19.0.5/khcn?options=-csearch_path%3Dp19 24=postgresql://reader:…@10.24.0.5/khcn"

The code is the ``KHCN_PROVINCE`` of that installation. The role of the address should be able to read the tables of
traceability and nothing else; whatever it may, each transaction of these connections is read-only.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from khcn.config.database_addresses import application_database

Database = dict[str, Any]
"""One entry of Django's ``DATABASES``."""

SECONDS: Final = 2
"""So long one answer waits for the store of a province, all its questions together; so long one statement may take there."""

_CODE: Final = re.compile(r"[0-9A-Za-z]{1,8}")
_CONNECTION: Final = {
    "connect_timeout": SECONDS,
    # a machine that is gone is noticed while an answer is awaited
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 1000 * SECONDS,
    "application_name": "khcn-other-province",
}


def _refused(entry: str, why_vi: str, why_en: str) -> ImproperlyConfigured:
    """The fault of one entry, without its address, in which a password may stand."""
    code = entry.partition("=")[0]
    shown = code if _CODE.fullmatch(code) else "…"
    return ImproperlyConfigured(f"KHCN_PROVINCES, “{shown}”: {why_vi} / {why_en}")


def alias_of(code: str) -> str:
    """The name of the database of a province in Django."""
    return f"province_{code}"


def other_provinces(text: str, *, own_code: str, own: Database) -> dict[str, Database]:
    """The databases by the codes of their provinces.

    Args:
        text: ``code=address`` of each, separated by white space.
        own_code: the code of the own province.
        own: the own database; its kind has to be the same.

    Raises:
        ImproperlyConfigured: it cannot be used as it is.
    """
    found: dict[str, Database] = {}
    for entry in text.split():
        code, equals, address = entry.partition("=")
        if not equals or not _CODE.fullmatch(code):
            raise _refused(entry, "phải có dạng “mã tỉnh=địa chỉ”.", "it must have the form code=address.")
        if code == own_code or code in found:
            raise _refused(
                entry,
                "mỗi tỉnh khác chỉ nêu một lần, không nêu tỉnh của chính mình.",
                "each other province is named once, and the own one not at all.",
            )
        found[code] = _database(entry, address)
    if found and not _is_postgresql(own):
        raise _refused(
            next(iter(found)),
            "hỏi kho của tỉnh khác thì kho của mình cũng phải là PostgreSQL.",
            "the own database must be PostgreSQL too.",
        )
    return found


def _postgresql(address: str) -> Database | None:
    """The database of an address; None where it is no address, or that of another kind of database."""
    try:
        found = application_database(address)
    except ValueError:
        return None
    return found if _is_postgresql(found) else None


def _is_postgresql(database: Database) -> bool:
    return str(database["ENGINE"]).endswith("postgresql")


def _database(entry: str, address: str) -> Database:
    found = _postgresql(address)
    if found is None:
        raise _refused(
            entry,
            "địa chỉ phải là của một cơ sở dữ liệu PostgreSQL.",
            "the address must be that of a PostgreSQL database.",
        )
    return _reading(found)


def replica(address: str, *, own: Database) -> Database:
    """The streaming standby of the own database, from ``KHCN_REPLICA_URL``: public pages are read from it.

    Raises:
        ImproperlyConfigured: it is not PostgreSQL, or another database than the own one.
    """
    found = _postgresql(address)
    if found is None or any(found.get(each) != own.get(each) for each in ("ENGINE", "NAME")):
        raise ImproperlyConfigured(
            "KHCN_REPLICA_URL phải là bản sao (standby) của chính cơ sở dữ liệu PostgreSQL trong DATABASE_URL, cùng tên. / It must name a "
            "standby of the PostgreSQL database of DATABASE_URL, with the same name."
        )
    return _reading(found)


def _reading(found: Database) -> Database:
    """A database from which is only read, and that has little time."""
    given = found.setdefault("OPTIONS", {})
    ours = f"-c statement_timeout={1000 * SECONDS} -c default_transaction_read_only=on"
    found["OPTIONS"] = {**given, **_CONNECTION, "options": f"{given.get('options', '')} {ours}".strip()}
    found["ATOMIC_REQUESTS"] = False
    return found
