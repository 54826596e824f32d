from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_printing")]

    operations = [
        migrations.AddField(
            model_name="frozenreport",
            name="log_day",
            field=models.DateField(null=True, verbose_name="ngày của mốc nhật ký"),
        ),
        migrations.AddField(
            model_name="frozenreport",
            name="log_position",
            field=models.BigIntegerField(null=True, verbose_name="vị trí của mốc nhật ký"),
        ),
        migrations.AddField(
            model_name="frozenreport",
            name="log_seal",
            field=models.CharField(blank=True, max_length=16, verbose_name="mã của mốc nhật ký"),
        ),
    ]
