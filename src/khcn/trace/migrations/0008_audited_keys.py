"""API keys are records of the change log: a key that SQL exchanged, added or took out of its withdrawal is named."""

from django.db import migrations, models
from django.utils import timezone

from khcn.kernel.audit.data_migrations import migrate_records


def log_keys(apps, schema_editor):
    migrate_records(apps, apps.get_model("trace", "ApiKey").objects.all(), reason="Nhật ký ghi khóa truy cập")


class Migration(migrations.Migration):
    dependencies = [("trace", "0007_taken_over_and_corrected"), ("kernel_audit", "0004_on_behalf_of")]

    operations = [
        migrations.AlterModelOptions(
            name="apikey",
            options={"verbose_name": "khóa truy cập", "verbose_name_plural": "khóa truy cập"},
        ),
        migrations.AddField(
            model_name="apikey",
            name="created_at",
            field=models.DateTimeField(default=timezone.now, editable=False, verbose_name="Nhập lúc"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="apikey",
            name="updated_at",
            field=models.DateTimeField(default=timezone.now, editable=False, verbose_name="Sửa lúc"),
            preserve_default=False,
        ),
        migrations.RunPython(log_keys, migrations.RunPython.noop),
    ]
