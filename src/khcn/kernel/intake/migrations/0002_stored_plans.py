"""Plans of long files, which are made in the background and shown page by page."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel_intake", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("working", "working"),
                            ("done", "done"),
                            ("refused", "refused"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("on", models.DateField()),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("depends_on", models.CharField(max_length=64)),
                ("last_entry", models.BigIntegerField(default=0)),
                ("made_from", models.JSONField(default=list)),
                ("head", models.BinaryField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stored_plans",
                        to="kernel_intake.batch",
                    ),
                ),
            ],
            options={
                "verbose_name": "stored plan",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "user_id"), name="intake_stored_plan_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredRows",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.PositiveSmallIntegerField()),
                ("page", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="kernel_intake.storedplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "stored rows",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "sheet", "page"), name="intake_stored_rows_once"),
                ],
            },
        ),
    ]
