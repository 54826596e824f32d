import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("kernel_registers", "0002_attachment_sha256")]

    initial = True

    dependencies = [
        ("kernel_files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("model", models.CharField(max_length=80)),
                ("object_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=150, verbose_name="tên tệp")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="kernel_files.storedfile",
                    ),
                ),
                ("sha256", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("signatures", models.JSONField(default=list, editable=False)),
            ],
            options={
                "verbose_name": "tệp đính kèm",
                "verbose_name_plural": "tệp đính kèm",
                "indexes": [models.Index(fields=["model", "object_id"], name="kernel_regi_model_fbddf3_idx")],
            },
        ),
    ]
