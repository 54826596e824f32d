"""Whether the host of a task handed in a request itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("science", "0005_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="amendmentrequest",
            name="from_host",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="do tổ chức chủ trì gửi"
            ),
        ),
    ]
