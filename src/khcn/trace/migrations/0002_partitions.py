"""On PostgreSQL: events in a partition for each month, links and identities in 16 by hash; texts by code point."""

from datetime import UTC, datetime

from django.db import migrations

from khcn.trace.store.database.partitions import wanted_months

HASHES = 16
# By code point, as SQLite and Python compare: ranges and lists then need no index of their own.
TEXTS = {
    "trace_event": (
        "event_id",
        "event_time_rest",
        "event_type",
        "action",
        "biz_step",
        "disposition",
        "read_point",
        "biz_location",
    ),
    "trace_link": ("thing",),
    "trace_flow": ("thing",),
    "trace_knownvalue": ("value",),
}


def partition(schema_editor, model, by, key, partitions):
    """Put a partitioned table of the same columns and indexes in the place of a model's table, with what it holds."""
    table = model._meta.db_table
    plain = f"{table}_plain"
    schema_editor.execute(f"ALTER TABLE {table} RENAME TO {plain}")
    schema_editor.execute(f"CREATE TABLE {table} (LIKE {plain} INCLUDING DEFAULTS) PARTITION BY {by}")
    for name, values in partitions:
        schema_editor.execute(f"CREATE TABLE {name} PARTITION OF {table} {values}")
    schema_editor.execute(f"INSERT INTO {table} SELECT * FROM {plain}")  # noqa: S608 -- names of our own tables
    schema_editor.execute(f"DROP TABLE {plain}")
    schema_editor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({key})")
    for index in model._meta.indexes:
        schema_editor.add_index(model, index)


def hashed(table):
    return [
        (f"{table}_{place}", f"FOR VALUES WITH (MODULUS {HASHES}, REMAINDER {place})")
        for place in range(HASHES)
    ]


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, columns in TEXTS.items():
        changes = ", ".join(f'ALTER COLUMN {column} TYPE text COLLATE "C"' for column in columns)
        schema_editor.execute(f"ALTER TABLE {table} {changes}")
    months = [
        (name, f"FOR VALUES FROM ({start}) TO ({end})")
        for name, start, end in wanted_months(datetime.now(UTC))
    ]
    partition(
        schema_editor,
        apps.get_model("trace", "Event"),
        "RANGE (event_time)",
        "id, event_time",
        [("trace_event_default", "DEFAULT"), *months],
    )
    partition(
        schema_editor,
        apps.get_model("trace", "Link"),
        "HASH (thing)",
        "thing, touch, event",
        hashed("trace_link"),
    )
    partition(
        schema_editor, apps.get_model("trace", "Identity"), "HASH (key)", "key", hashed("trace_identity")
    )
    schema_editor.execute("CREATE SEQUENCE trace_event_number OWNED BY trace_event.id")
    schema_editor.execute(
        "SELECT setval('trace_event_number', coalesce(max(id), 0) + 1, false) FROM trace_event"
    )


class Migration(migrations.Migration):
    dependencies = [("trace", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
