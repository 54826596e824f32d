"""Two roles of PostgreSQL: one owns the tables and changes their structure, the other one reads and writes rows.

``KHCN_OWNER_DATABASE_URL`` names the first, ``DATABASE_URL`` the second; without the former the one of ``DATABASE_URL`` owns
everything. What answers requests cannot change the structure, nor a row of a table to which the program only adds (`only_adds_to`: the
change log, captured events), even where a statement of somebody else has come into it (SQL injection).
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import connection, transaction

_WHO: Final = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
_APPLICATION = settings.DATABASES["default"].get("USER", "")
_VERBS: Final = ("UPDATE", "DELETE", "TRUNCATE")
# A table and its partitions, each with the rights of its own that count where it is named itself. By their numbers: of a name,
# PostgreSQL may ask the rights before it has joined the tables, and so of all that the catalogue names.
_PARTS: Final = "SELECT %s::regclass UNION SELECT relid FROM pg_partition_tree(%s::regclass)"

_only_added_to: Final[dict[str, str]] = {}


def only_adds_to(table: str, *, but: str = "") -> None:
    """Declare, beside the model, a table to which the program only adds rows.

    Args:
        table: its name.
        but: the one other thing that the program does, as GRANT names it: "DELETE", or "UPDATE (column)".
    """
    _only_added_to[table] = but


def too_many_rights() -> list[str]:
    """What the role of this connection may do to such tables, or to a part of one, although the program never does it."""
    found = []
    with connection.cursor() as cursor:
        for table, but in _only_added_to.items():
            for verb in _VERBS:
                if verb != but:
                    cursor.execute(
                        f"SELECT part::text FROM ({_PARTS}) p (part) WHERE has_table_privilege(part::oid, %s) ORDER BY 1",  # noqa: S608
                        [table, table, verb],
                    )
                    found += [f"{verb} {part}" for (part,) in cursor.fetchall()]
    return found


def connect_as_owner() -> None:
    """Use the role that owns the tables from now on in this process. Where that is not so yet, no transaction may be open."""
    if settings.OWNER_DATABASE is None:
        return
    owner = {key: settings.OWNER_DATABASE[key] for key in _WHO}
    if not owner.items() <= connection.settings_dict.items():
        connection.close()
        connection.settings_dict.update(owner)  # which is the dictionary of the settings themselves


def grant_to_application() -> None:
    """Let the role of ``DATABASE_URL`` read and write rows, and nothing else; those of the tables of `only_adds_to` only read and add. To be
    called as the owner, after each change of the structure. Does nothing where there is one role.
    """
    if settings.OWNER_DATABASE is None:
        return
    role = connection.ops.quote_name(_APPLICATION)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        ((schema,),) = cursor.fetchall()
        defaults = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
        for statement in (
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
            f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
            # for what the owner makes while the service runs: years of events
            f"{defaults} GRANT SELECT, INSERT ON TABLES TO {role}",
            f"{defaults} REVOKE UPDATE, DELETE ON TABLES FROM {role}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
        ):
            cursor.execute(statement)
        for table, but in _only_added_to.items():
            cursor.execute(f"SELECT part::text FROM ({_PARTS}) p (part)", [table, table])  # noqa: S608
            parts = ", ".join(part for (part,) in cursor.fetchall())
            cursor.execute(f"REVOKE {', '.join(_VERBS)} ON {parts} FROM {role}")
            if but:
                cursor.execute(f"GRANT {but} ON {connection.ops.quote_name(table)} TO {role}")
