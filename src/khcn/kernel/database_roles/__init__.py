"""Two roles of PostgreSQL: one owns the tables and changes their structure, the other one reads and writes rows.

``KHCN_OWNER_DATABASE_URL`` names the first, ``DATABASE_URL`` the second; without the former the one of ``DATABASE_URL`` owns
everything. What answers requests cannot change the structure, nor a row of the change log, even where a statement of somebody
else has come into it (SQL injection).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHO: Final = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
_APPLICATION = settings.DATABASES["default"].get("USER", "")


def connect_as_owner() -> None:
    """Use the role that owns the tables from now on in this process. Where that is not so yet, no transaction may be open."""
    if settings.OWNER_DATABASE is None:
        return
    owner = {key: settings.OWNER_DATABASE[key] for key in _WHO}
    if not owner.items() <= connection.settings_dict.items():
        connection.close()
        connection.settings_dict.update(owner)  # which is the dictionary of the settings themselves


def grant_to_application(*, only_insert: Iterable[str]) -> None:
    """Let the role of ``DATABASE_URL`` read and write rows, and nothing else; those of the tables ``only_insert`` only read and
    add. To be called as the owner, after each change of the structure. Does nothing where there is one role.
    """
    if settings.OWNER_DATABASE is None:
        return
    role = connection.ops.quote_name(_APPLICATION)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        ((schema,),) = cursor.fetchall()
        rows = "SELECT, INSERT, UPDATE, DELETE"
        for statement in (
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"GRANT {rows} ON ALL TABLES IN SCHEMA {schema} TO {role}",
            f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
            # for what the owner makes later: partitions of events
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rows} ON TABLES TO {role}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
        ):
            cursor.execute(statement)
        for table in only_insert:
            cursor.execute(
                f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {role}"
            )
