import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("kernel_deadlines", "0001_deadlines"),
        ("kernel_deadlines", "0002_reminders"),
        ("kernel_deadlines", "0003_audited_settings"),
        ("kernel_deadlines", "0004_entered_after_the_last_day"),
        ("kernel_deadlines", "0005_late_entries"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DriftCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("compared", models.IntegerField()),
                ("differences", models.JSONField(default=list)),
                ("different", models.IntegerField(default=0)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="PersonalSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField(unique=True)),
                ("digest", models.BooleanField(default=True)),
                ("feed_hash", models.CharField(blank=True, db_index=True, max_length=64)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
            ],
            options={
                "verbose_name": "thiết lập cá nhân",
                "verbose_name_plural": "thiết lập cá nhân",
            },
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_model", models.CharField(max_length=80)),
                ("subject_id", models.BigIntegerField()),
                ("subject_label", models.CharField(max_length=300, verbose_name="bản ghi")),
                ("kind", models.CharField(max_length=60, verbose_name="thời hạn")),
                ("owner_code", models.CharField(blank=True, max_length=20, verbose_name="phòng, đơn vị")),
                ("starts_on", models.DateField(verbose_name="tính từ ngày")),
                ("due_on", models.DateField(null=True, verbose_name="hạn")),
                ("precision", models.CharField(default="day", max_length=6)),
                ("stopped_since", models.DateField(null=True, verbose_name="tạm dừng từ ngày")),
                ("met_on", models.DateField(null=True, verbose_name="xong ngày")),
                ("rule_code", models.CharField(blank=True, max_length=60)),
                ("rule_id", models.BigIntegerField(null=True)),
                ("is_provisional", models.BooleanField(default=False, verbose_name="dự kiến")),
                ("explanation", models.JSONField(default=list)),
                ("is_stale", models.BooleanField(default=False)),
                ("met_in_time_entered_on", models.DateField(null=True, verbose_name="ngày ghi là đúng hạn")),
            ],
            options={
                "verbose_name": "thời hạn",
                "verbose_name_plural": "thời hạn",
                "indexes": [
                    models.Index(
                        condition=models.Q(("met_on__gt", models.F("due_on"))),
                        fields=["met_on", "id"],
                        name="deadline_met_late",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("due_on__isnull", False),
                            ("met_on__isnull", True),
                            ("stopped_since__isnull", True),
                        ),
                        fields=["kind", "due_on", "id"],
                        name="deadline_of_kind",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("due_on__isnull", False),
                            ("met_on__isnull", True),
                            ("stopped_since__isnull", True),
                        ),
                        fields=["owner_code", "due_on", "id"],
                        name="deadline_of_owner",
                    ),
                    models.Index(fields=["rule_id"], name="deadline_rule"),
                    models.Index(
                        condition=models.Q(
                            ("due_on__isnull", False),
                            ("met_on__isnull", True),
                            ("stopped_since__isnull", True),
                        ),
                        fields=["due_on", "id"],
                        name="deadline_running",
                    ),
                    models.Index(
                        condition=models.Q(("is_stale", True)),
                        fields=["subject_model", "subject_id"],
                        name="deadline_stale",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_model", "subject_id", "kind"), name="deadline_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadlineChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("old_due_on", models.DateField(null=True)),
                ("new_due_on", models.DateField(null=True)),
                ("cause_model", models.CharField(max_length=80)),
                ("cause_id", models.CharField(blank=True, max_length=40)),
                ("actor_label", models.CharField(max_length=150)),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="kernel_deadlines.deadline",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="DeadlineEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("subject_model", models.CharField(max_length=80)),
                ("subject_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=60, verbose_name="thời hạn")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("stop", "Tạm dừng tính thời hạn"),
                            ("resume", "Tính tiếp thời hạn"),
                            ("extend", "Gia hạn"),
                        ],
                        max_length=6,
                        verbose_name="sự kiện",
                    ),
                ),
                ("on", models.DateField(verbose_name="ngày")),
                ("until", models.DateField(blank=True, null=True, verbose_name="hạn mới")),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                ("paper", models.CharField(blank=True, max_length=200, verbose_name="văn bản")),
            ],
            options={
                "verbose_name": "sự kiện của thời hạn",
                "verbose_name_plural": "sự kiện của thời hạn",
                "indexes": [
                    models.Index(
                        fields=["subject_model", "subject_id"], name="kernel_dead_subject_e1f070_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_model", "subject_id", "kind", "event", "on"),
                        name="deadline_event_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="deadline_event_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event", "extend"), ("until__isnull", False)),
                            models.Q(models.Q(("event", "extend"), _negated=True), ("until__isnull", True)),
                            _connector="OR",
                        ),
                        name="deadline_event_until",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("subject_model", models.CharField(max_length=80)),
                ("subject_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=60, verbose_name="thời hạn")),
                ("entered_on", models.DateField(verbose_name="ngày ghi là đúng hạn")),
            ],
            options={
                "verbose_name": "dấu ghi sau hạn",
                "verbose_name_plural": "dấu ghi sau hạn",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_model", "subject_id", "kind"), name="late_entry_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("stage", models.CharField(max_length=10)),
                ("recipient_id", models.BigIntegerField()),
                ("sent_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("recipient_id", "key", "stage"), name="reminder_key")
                ],
            },
        ),
    ]
