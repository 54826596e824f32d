"""The log tells the hash of a password from another one (docs/adr/0015); of the accounts that there are it knew nothing."""

from django.db import migrations

from khcn.kernel.audit.data_migrations import log_masked_columns


def log_digests(apps, schema_editor):
    log_masked_columns(
        apps, apps.get_model("parties", "User").objects.all(), reason="Nhật ký ghi dấu vết của mật khẩu"
    )


class Migration(migrations.Migration):
    dependencies = [("parties", "0007_withdrawn_decisions"), ("kernel_audit", "0004_on_behalf_of")]

    operations = [migrations.RunPython(log_digests, migrations.RunPython.noop)]
