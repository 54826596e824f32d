import django.utils.timezone
from django.db import migrations, models

from khcn.kernel.audit.data_migrations import migrate_records

REASON = "Sổ cấp số vào nhật ký hệ thống"


def enter_into_the_log(apps, schema_editor):
    """Books and numbers from before are known to the log as they are now."""
    for name in ("NumberBook", "IssuedNumber"):
        migrate_records(apps, apps.get_model("kernel_numbering", name).objects.all(), reason=REASON)


def stamps(model):
    return [
        migrations.AddField(
            model_name=model,
            name=name,
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name=label),
            preserve_default=False,
        )
        for name, label in (("created_at", "Nhập lúc"), ("updated_at", "Sửa lúc"))
    ]


class Migration(migrations.Migration):
    dependencies = [("kernel_numbering", "0005_last_issued_on"), ("kernel_audit", "0004_on_behalf_of")]

    operations = [
        *stamps("numberbook"),
        *stamps("issuednumber"),
        migrations.RunPython(enter_into_the_log, migrations.RunPython.noop),
    ]
