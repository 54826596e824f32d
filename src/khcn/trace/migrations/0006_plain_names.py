"""Plain names for tables and columns; all rows stay.

| before        | now                     |
|---------------|-------------------------|
| Link.touch    | EventObject.role        |
| Goods.holding | PartyObject.kind        |
| Flow.passage  | LineageEdgeEnd.kind     |
| claimed_until | leased_until            |

The tables are renamed by plain statements, because Django's own operations would build them anew on SQLite (losing
``WITHOUT ROWID``) and cannot rename a column of a composite primary key.
"""

from django.db import migrations, models

HASHES = 16
# table, its new name, column, its new name, index, its new name and columns
RENAMED = (
    (
        "trace_link",
        "trace_eventobject",
        "touch",
        "role",
        ("trace_link_event", "trace_eventobject_event", "event"),
    ),
    ("trace_goods", "trace_partyobject", "holding", "kind", None),
    (
        "trace_flow",
        "trace_lineageedgeend",
        "passage",
        "kind",
        ("trace_flow_thing", "trace_lineage_thing", "thing, side, kind, event_time"),
    ),
)
PARTITIONED = {"trace_link", "trace_goods"}


def rename(schema_editor, table, new_table, column, new_column, index):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if table in PARTITIONED and is_postgresql:
        for place in range(HASHES):
            schema_editor.execute(f"ALTER TABLE {table}_{place} RENAME TO {new_table}_{place}")
    schema_editor.execute(f"ALTER TABLE {table} RENAME TO {new_table}")
    schema_editor.execute(f"ALTER TABLE {new_table} RENAME COLUMN {column} TO {new_column}")
    if index and is_postgresql:
        schema_editor.execute(f"ALTER INDEX {index[0]} RENAME TO {index[1]}")
    elif index:
        schema_editor.execute(f"DROP INDEX {index[0]}")
        schema_editor.execute(f"CREATE INDEX {index[1]} ON {new_table} ({index[2]})")


def forwards(apps, schema_editor):
    for names in RENAMED:
        rename(schema_editor, *names)


def backwards(apps, schema_editor):
    for table, new_table, column, new_column, index in RENAMED:
        old = index and (index[1], index[0], index[2].replace(new_column, column))
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        if table in PARTITIONED and is_postgresql:
            for place in range(HASHES):
                schema_editor.execute(f"ALTER TABLE {new_table}_{place} RENAME TO {table}_{place}")
        rename(schema_editor, new_table, table, new_column, column, old)


class Migration(migrations.Migration):
    dependencies = [("trace", "0005_search_table")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, backwards)],
            state_operations=[
                migrations.DeleteModel("Link"),
                migrations.DeleteModel("Goods"),
                migrations.DeleteModel("Flow"),
                migrations.CreateModel(
                    name="EventObject",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "thing",
                                "role",
                                "event",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("thing", models.TextField()),
                        ("role", models.SmallIntegerField()),
                        ("event", models.BigIntegerField()),
                        ("event_time", models.BigIntegerField()),
                        ("owner", models.BigIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["event"], name="trace_eventobject_event")],
                    },
                ),
                migrations.CreateModel(
                    name="PartyObject",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "owner",
                                "thing",
                                "kind",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("owner", models.BigIntegerField()),
                        ("thing", models.TextField()),
                        (
                            "kind",
                            models.SmallIntegerField(
                                choices=[(1, "INSTANCE"), (2, "LOT"), (3, "CREATED_LOT")]
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="LineageEdgeEnd",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "event",
                                "part",
                                "side",
                                "thing",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("event", models.BigIntegerField()),
                        ("part", models.IntegerField(default=0)),
                        ("thing", models.TextField()),
                        ("side", models.SmallIntegerField(choices=[(0, "SOURCE"), (1, "PRODUCT")])),
                        (
                            "kind",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "TRANSFORMATION"),
                                    (2, "CONTAINMENT"),
                                    (3, "REMOVAL"),
                                    (4, "MEMBERSHIP"),
                                    (5, "EMPTYING"),
                                ]
                            ),
                        ),
                        ("event_time", models.BigIntegerField()),
                        ("owner", models.BigIntegerField()),
                        ("voided", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["thing", "side", "kind", "event_time"], name="trace_lineage_thing"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RenameField("capturejob", "claimed_until", "leased_until"),
        migrations.RenameField("delivery", "claimed_until", "leased_until"),
    ]
