"""Marks of terms that were written down late are kept in the log beside the terms."""

from django.db import migrations, models
from django.utils import timezone

from khcn.kernel.audit.data_migrations import migrate_records


def log_marks(apps, schema_editor):
    deadlines = apps.get_model("kernel_deadlines", "Deadline").objects
    late_entries, now = apps.get_model("kernel_deadlines", "LateEntry").objects, timezone.now()
    marked = deadlines.filter(met_in_time_entered_on__isnull=False).order_by("pk")
    late_entries.bulk_create(
        late_entries.model(
            subject_model=each.subject_model,
            subject_id=each.subject_id,
            kind=each.kind,
            entered_on=each.met_in_time_entered_on,
            created_at=now,
            updated_at=now,
        )
        for each in marked
    )
    migrate_records(apps, late_entries.all(), reason="Nhật ký ghi dấu ghi sau hạn")


class Migration(migrations.Migration):
    dependencies = [
        ("kernel_deadlines", "0004_entered_after_the_last_day"),
        ("kernel_audit", "0004_on_behalf_of"),
    ]

    operations = [
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
        migrations.RunPython(log_marks, migrations.RunPython.noop),
    ]
