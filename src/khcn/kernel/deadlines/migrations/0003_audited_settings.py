"""Personal settings are records of the change log: an address of a calendar that SQL put there is named."""

from django.db import migrations, models
from django.utils import timezone

from khcn.kernel.audit.data_migrations import migrate_records


def log_settings(apps, schema_editor):
    rows = apps.get_model("kernel_deadlines", "PersonalSettings").objects.all()
    migrate_records(apps, rows, reason="Nhật ký ghi thiết lập cá nhân")


class Migration(migrations.Migration):
    dependencies = [("kernel_deadlines", "0002_reminders"), ("kernel_audit", "0004_on_behalf_of")]

    operations = [
        migrations.AlterModelOptions(
            name="personalsettings",
            options={"verbose_name": "thiết lập cá nhân", "verbose_name_plural": "thiết lập cá nhân"},
        ),
        migrations.AddField(
            model_name="personalsettings",
            name="created_at",
            field=models.DateTimeField(default=timezone.now, editable=False, verbose_name="Nhập lúc"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="personalsettings",
            name="updated_at",
            field=models.DateTimeField(default=timezone.now, editable=False, verbose_name="Sửa lúc"),
            preserve_default=False,
        ),
        migrations.RunPython(log_settings, migrations.RunPython.noop),
    ]
