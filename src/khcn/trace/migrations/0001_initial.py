import uuid
from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import khcn.kernel.province
import khcn.trace.rules
from khcn.trace.store.database.partitions import partition_of, wanted_years
from khcn.trace.store.database.year_bounds import bounds_of

HASHES = 4
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
    "trace_eventobject": ("thing",),
    "trace_partyobject": ("thing",),
    "trace_lineageedgeend": ("thing",),
    "trace_knownvalue": ("value",),
}
WITHOUT_ROWID = (
    "trace_identity",
    "trace_eventobject",
    "trace_partyobject",
    "trace_lineageedgeend",
    "trace_knownvalue",
)
ANY_WHOLE_NUMBER, ROW_NUMBER = '"id" bigint NOT NULL PRIMARY KEY', '"id" integer NOT NULL PRIMARY KEY'


def lay_out(apps, schema_editor):
    """Give the tables, which are empty and have no indexes yet, the layout of their database.

    Their indexes are among the statements that the schema editor carries out at the end of the migration.
    """
    if schema_editor.connection.vendor == "postgresql":
        lay_out_postgresql(schema_editor)
    else:
        lay_out_sqlite(schema_editor)


def lay_out_postgresql(schema_editor):
    """Events in a partition for each year; their objects, those of parties and identities in four by hash."""
    for table, columns in TEXTS.items():
        changes = ", ".join(f'ALTER COLUMN {column} TYPE text COLLATE "C"' for column in columns)
        schema_editor.execute(f"ALTER TABLE {table} {changes}")
    years = [
        (partition_of(year), "FOR VALUES FROM ({}) TO ({})".format(*bounds_of(year)))
        for year in wanted_years(datetime.now(UTC))
    ]
    partition(
        schema_editor,
        "trace_event",
        "RANGE (event_time)",
        "id, event_time",
        [("trace_event_default", "DEFAULT"), *years],
    )
    for table, column, key in (
        ("trace_eventobject", "thing", "thing, role, event"),
        ("trace_partyobject", "thing", "owner, thing, kind"),
        ("trace_identity", "key", "key, owner"),
    ):
        partition(schema_editor, table, f"HASH ({column})", key, hashed(table))
    # It belongs to no column: a table that has such a sequence cannot be spread over several servers (docs/adr/0032).
    schema_editor.execute("CREATE SEQUENCE trace_event_number")


def partition(schema_editor, table, by, key, partitions):
    """Put a partitioned table of the same columns in the place of a table."""
    plain = f"{table}_plain"
    schema_editor.execute(f"ALTER TABLE {table} RENAME TO {plain}")
    schema_editor.execute(f"CREATE TABLE {table} (LIKE {plain} INCLUDING DEFAULTS) PARTITION BY {by}")
    for name, values in partitions:
        schema_editor.execute(f"CREATE TABLE {name} PARTITION OF {table} {values}")
    schema_editor.execute(f"DROP TABLE {plain}")
    schema_editor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({key})")


def hashed(table):
    return [
        (f"{table}_{place}", f"FOR VALUES WITH (MODULUS {HASHES}, REMAINDER {place})")
        for place in range(HASHES)
    ]


def lay_out_sqlite(schema_editor):
    """Rows lie in the index of their own key, and an event's id is the key of its table.

    Django's tables keep a primary key twice, in the row and in an index of its own; here that is most of what is written
    for an event. A later migration that makes one of these tables anew has to lay it out again.
    """
    for table in WITHOUT_ROWID:
        made_anew(schema_editor, table, "{} WITHOUT ROWID".format)
    made_anew(schema_editor, "trace_event", with_row_number)


def made_anew(schema_editor, table, changed):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        [statement] = cursor.fetchone()
    schema_editor.execute(f"DROP TABLE {table}")
    schema_editor.execute(changed(statement))


def with_row_number(statement):
    if ANY_WHOLE_NUMBER not in statement:
        raise ValueError(f"trace_event is not as Django makes it: {statement}")
    return statement.replace(ANY_WHOLE_NUMBER, ROW_NUMBER)


class Migration(migrations.Migration):
    replaces = [
        ("trace", "0002_partitions"),
        ("trace", "0003_sqlite_layout"),
        ("trace", "0004_goods"),
        ("trace", "0005_search_table"),
        ("trace", "0006_plain_names"),
        ("trace", "0007_taken_over_and_corrected"),
        ("trace", "0008_audited_keys"),
    ]

    initial = True

    dependencies = [
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "owner", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.BinaryField(max_length=16)),
                ("owner", models.BigIntegerField()),
                ("event", models.BigIntegerField()),
                ("event_time", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="KnownValue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "listing",
                        "value",
                        "owner",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "listing",
                    models.SmallIntegerField(
                        choices=[
                            (1, "EVENT_TYPE"),
                            (2, "BIZ_STEP"),
                            (3, "DISPOSITION"),
                            (4, "BIZ_LOCATION"),
                            (5, "READ_POINT"),
                        ]
                    ),
                ),
                ("value", models.TextField()),
                ("owner", models.BigIntegerField()),
            ],
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
                ("kind", models.SmallIntegerField(choices=[(1, "INSTANCE"), (2, "LOT"), (3, "CREATED_LOT")])),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("job", models.BigIntegerField()),
                ("owner", models.BigIntegerField()),
                ("event_id", models.TextField()),
                ("declared", models.BooleanField()),
                ("event_time", models.BigIntegerField()),
                ("event_time_rest", models.TextField(default="")),
                ("record_time", models.BigIntegerField()),
                ("event_type", models.TextField()),
                ("action", models.TextField(default="")),
                ("biz_step", models.TextField(default="")),
                ("disposition", models.TextField(default="")),
                ("read_point", models.TextField(default="")),
                ("biz_location", models.TextField(default="")),
                ("body", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("declared", True)), fields=["id"], name="trace_event_declared"
                    ),
                    models.Index(fields=["biz_location", "id"], name="trace_event_location"),
                    models.Index(fields=["owner", "id"], name="trace_event_owner"),
                    models.Index(fields=["read_point", "id"], name="trace_event_read_point"),
                    models.Index(fields=["record_time", "id"], name="trace_event_recorded"),
                    models.Index(fields=["event_time", "event_time_rest", "id"], name="trace_event_time"),
                ],
            },
        ),
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
                ("side", models.SmallIntegerField(choices=[(0, "SOURCE"), (1, "PRODUCT"), (2, "AMOUNT")])),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[
                            (1, "TRANSFORMATION"),
                            (2, "CONTAINMENT"),
                            (3, "REMOVAL"),
                            (4, "MEMBERSHIP"),
                            (5, "EMPTYING"),
                            (6, "PART_REMOVAL"),
                        ]
                    ),
                ),
                ("event_time", models.BigIntegerField()),
                ("owner", models.BigIntegerField()),
                ("quantity", models.FloatField(default=0)),
                ("voided", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["thing", "side", "kind", "event_time"], name="trace_lineage_thing")
                ],
            },
        ),
        migrations.CreateModel(
            name="MasterRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vocabulary", models.TextField()),
                ("thing", models.TextField()),
                ("owner", models.BigIntegerField()),
                ("body", models.TextField()),
                ("body_hash", models.BinaryField(max_length=16)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["thing"], name="trace_master_thing")],
                "constraints": [
                    models.UniqueConstraint(fields=("thing", "owner", "body_hash"), name="trace_master_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TraceParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                (
                    "province",
                    models.CharField(default=khcn.kernel.province.province_key, editable=False, max_length=8),
                ),
                ("sort_key", models.CharField(db_index=True, default="", editable=False, max_length=400)),
                (
                    "illustrative",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Tên các cột có giá trị minh họa, không lấy từ hồ sơ thật.",
                        verbose_name="Dữ liệu minh họa",
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="tên cơ sở tham gia truy xuất")),
                (
                    "gln",
                    models.CharField(
                        help_text="Mã địa điểm toàn cầu 13 chữ số theo TCVN 13274, ví dụ 8930000000002.",
                        max_length=13,
                        validators=[khcn.trace.rules.check_gln],
                        verbose_name="mã GLN",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=400, verbose_name="địa chỉ")),
                (
                    "confirmed_codes",
                    models.CharField(
                        blank=True,
                        help_text="Các mã doanh nghiệp GS1 (6 đến 12 chữ số) hoặc mã sản phẩm GTIN mà Sở đã xác nhận là của bên này, cách nhau bằng dấu phẩy. Trang tra cứu chỉ nêu tên nhà sản xuất khi mã của hàng có ở đây.",
                        max_length=400,
                        validators=[khcn.trace.rules.check_confirmed_codes],
                        verbose_name="mã hàng đã xác nhận",
                    ),
                ),
                (
                    "is_authority",
                    models.BooleanField(
                        default=False,
                        help_text="Cơ quan quản lý xem được mọi sự kiện của tỉnh.",
                        verbose_name="cơ quan quản lý",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trace_parties",
                        to="parties.organisation",
                        verbose_name="tổ chức",
                    ),
                ),
                (
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
            ],
            options={
                "verbose_name": "cơ sở tham gia truy xuất",
                "verbose_name_plural": "cơ sở tham gia truy xuất",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "gln"),
                        name="trace_party_key",
                        violation_error_message="Đã có cơ sở tham gia truy xuất với mã GLN này.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=100, verbose_name="tên khóa")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("form_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="trace.apikey",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to="trace.traceparty",
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
            ],
            options={
                "verbose_name": "khóa truy cập",
                "verbose_name_plural": "khóa truy cập",
            },
        ),
        migrations.CreateModel(
            name="NamedQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("parameters", models.TextField()),
                ("prefixes", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named_queries",
                        to="trace.traceparty",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("party", "name"), name="trace_named_query_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("destination", models.URLField(max_length=2000)),
                ("signature_token", models.TextField(blank=True)),
                ("stream", models.BooleanField()),
                ("schedule", models.JSONField(default=dict)),
                ("report_if_empty", models.BooleanField(default=False)),
                ("initial_record_time", models.BigIntegerField()),
                ("epc_format", models.CharField(blank=True, max_length=40)),
                ("cbv_format", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("next_run_at", models.DateTimeField(null=True)),
                ("last_run_at", models.DateTimeField(null=True)),
                ("last_round", models.BigIntegerField()),
                ("last_notified_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("quiet_until", models.DateTimeField(null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                ("parked_because", models.CharField(blank=True, max_length=500)),
                (
                    "query",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="trace.namedquery",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="trace.apikey",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("parked_at__isnull", True)),
                        fields=["next_run_at"],
                        name="trace_subscription_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("send_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="trace.subscription",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", True), ("parked_at__isnull", True)),
                        fields=["subscription", "send_at"],
                        name="trace_delivery_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaptureJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "behaviour",
                    models.CharField(
                        choices=[
                            ("rollback", "Có lỗi thì không ghi sự kiện nào"),
                            ("proceed", "Ghi các sự kiện đúng, bỏ các sự kiện lỗi"),
                        ],
                        default="rollback",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("success", models.BooleanField(default=False)),
                ("accepted", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("duplicates", models.PositiveIntegerField(default=0)),
                ("errors", models.JSONField(default=list)),
                ("warnings", models.JSONField(default=list)),
                ("body", models.BinaryField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("turn", models.BigIntegerField(default=0)),
                ("first_event", models.BigIntegerField(null=True)),
                ("last_event", models.BigIntegerField(null=True)),
                ("dispatch_round", models.BigIntegerField(default=0)),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="capture_jobs",
                        to="trace.traceparty",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["party", "-id"], name="trace_job_party"),
                    models.Index(fields=["dispatch_round"], name="trace_job_round"),
                    models.Index(
                        condition=models.Q(("accepted__gt", 0), ("dispatch_round", 0)),
                        fields=["id"],
                        name="trace_job_undispatched",
                    ),
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["turn", "id", "party"],
                        name="trace_job_waiting",
                    ),
                ],
            },
        ),
        migrations.RunPython(lay_out, migrations.RunPython.noop),
    ]
