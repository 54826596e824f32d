"""All rows of the default database, taken once and put there again, so that a test need not make them anew.

Of a SQLite file it is the whole file. On PostgreSQL it is the rows of the tables that were filled, written past triggers and
foreign keys.
"""

import sqlite3

from django.db import connection, transaction

MADE_BY_MIGRATE = {"django_content_type", "auth_permission", "kernel_id_slots_idslot"}
"""Tables that migrations fill and tests leave as they are."""


def take_rows():
    """What `put_rows` puts back."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(memory)
        return memory
    found = {}
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        for table in sorted({*tables} - MADE_BY_MIGRATE):
            with cursor.copy(f"COPY (SELECT * FROM {connection.ops.quote_name(table)}) TO STDOUT") as rows:
                if content := b"".join(bytes(each) for each in rows):
                    found[table] = content
    return found


def put_rows(rows):
    """The database is again as it was when the rows were taken. On PostgreSQL tables that were empty then have to be empty."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        rows.backup(connection.connection)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, content in rows.items():
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name}")
            with cursor.copy(f"COPY {name} FROM STDIN") as into:
                into.write(content)
