"""Statements of an earlier report that were confirmed one by one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportsection",
            name="carried_confirmed",
            field=models.JSONField(blank=True, default=list, verbose_name="câu kỳ trước đã xác nhận"),
        ),
    ]
