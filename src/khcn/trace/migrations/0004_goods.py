"""The goods of a party in a table of their own, instead of an index over all links by their owner."""

from django.db import migrations, models

HASHES = 16
COLUMNS = "owner bigint NOT NULL, thing text{} NOT NULL, holding smallint NOT NULL"
KEY = "PRIMARY KEY (owner, thing, holding)"
# By Touch (khcn.trace.stored_codes), in the order of the index that goes afterwards: nothing is sorted, nothing held.
FILLED = """
    INSERT INTO trace_goods
    SELECT owner, thing, CASE WHEN touch <= 5 THEN 1 WHEN touch <= 9 THEN 2 ELSE 3 END
    FROM trace_link WHERE touch <= 9 OR touch = 15 ORDER BY owner, thing
    ON CONFLICT DO NOTHING
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        columns = COLUMNS.format(' COLLATE "C"')
        schema_editor.execute(f"CREATE TABLE trace_goods ({columns}, {KEY}) PARTITION BY HASH (thing)")
        for place in range(HASHES):
            schema_editor.execute(
                f"CREATE TABLE trace_goods_{place} PARTITION OF trace_goods "
                f"FOR VALUES WITH (MODULUS {HASHES}, REMAINDER {place})"
            )
    else:
        schema_editor.execute(f"CREATE TABLE trace_goods ({COLUMNS.format('')}, {KEY}) WITHOUT ROWID")
    schema_editor.execute(FILLED)


class Migration(migrations.Migration):
    dependencies = [("trace", "0003_sqlite_layout")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, migrations.RunPython.noop)],
            state_operations=[
                migrations.CreateModel(
                    name="Goods",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "owner",
                                "thing",
                                "holding",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("owner", models.BigIntegerField()),
                        ("thing", models.TextField()),
                        (
                            "holding",
                            models.SmallIntegerField(choices=[(1, "OBJECT"), (2, "LOT"), (3, "MADE")]),
                        ),
                    ],
                ),
            ],
        ),
        migrations.RemoveIndex(model_name="link", name="trace_link_owner"),
    ]
