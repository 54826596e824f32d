from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel_audit", "0003_plain_end")]

    operations = [
        migrations.AddField(
            model_name="changeentry",
            name="on_behalf_of",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=150, verbose_name="Thay mặt"
            ),
        ),
    ]
