"""On SQLite: rows lie in the index of their own key, and an event's id is the key of its table.

Django's tables keep a primary key twice, in the row and in an index of its own; here that is most of what is written
for an event. A later migration that makes one of these tables anew has to be followed by `lay_out`.
"""

from django.db import migrations

WITHOUT_ROWID = ("trace_identity", "trace_link", "trace_flow", "trace_knownvalue")
ANY_WHOLE_NUMBER, ROW_NUMBER = '"id" bigint NOT NULL PRIMARY KEY', '"id" integer NOT NULL PRIMARY KEY'


def rebuilt(cursor, table, changed):
    """Make a table anew by a changed statement, with its rows in the order of its key and its indexes."""
    cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
    made = cursor.fetchall()
    [statement] = [sql for kind, sql in made if kind == "table"]
    cursor.execute(f"PRAGMA table_info({table})")
    key = ", ".join(
        name for _, name in sorted((place, name) for _, name, *_, place in cursor.fetchall() if place)
    )
    plain = f"{table}_plain"
    cursor.execute(f"ALTER TABLE {table} RENAME TO {plain}")
    for kind, sql in made:
        if kind == "index":
            cursor.execute(f"DROP INDEX {sql.split()[2]}")
    cursor.execute(changed(statement))
    cursor.execute(f"INSERT INTO {table} SELECT * FROM {plain} ORDER BY {key}")  # noqa: S608 -- our own tables
    cursor.execute(f"DROP TABLE {plain}")
    for kind, sql in made:
        if kind == "index":
            cursor.execute(sql)


def with_row_number(statement):
    if ANY_WHOLE_NUMBER not in statement:
        raise ValueError(f"trace_event is not as 0001 made it: {statement}")
    return statement.replace(ANY_WHOLE_NUMBER, ROW_NUMBER)


def lay_out(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in WITHOUT_ROWID:
            rebuilt(cursor, table, "{} WITHOUT ROWID".format)
        rebuilt(cursor, "trace_event", with_row_number)


class Migration(migrations.Migration):
    dependencies = [("trace", "0002_partitions")]

    operations = [migrations.RunPython(lay_out, migrations.RunPython.noop)]
