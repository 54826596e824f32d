"""The goods of a party in a table of their own, instead of an index over all links by their owner."""

from django.db import migrations, models

HASHES = 16
COLUMNS = "owner bigint NOT NULL, thing text{} NOT NULL, holding smallint NOT NULL"
KEY = "PRIMARY KEY (owner, thing, holding)"
# Touches (khcn.trace.enums.Touch) by the holding that they are.
HOLDINGS = {1: range(1, 6), 2: range(6, 10), 3: (15,)}


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
    fill(schema_editor)


def fill(schema_editor):
    for holding, touches in HOLDINGS.items():
        listed = ", ".join(map(str, touches))
        schema_editor.execute(
            f"INSERT INTO trace_goods SELECT DISTINCT owner, thing, {holding} FROM trace_link WHERE touch IN ({listed})"  # noqa: S608 -- numbers above
        )


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
