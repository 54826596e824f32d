"""Why the amount of a contract or a settlement is above what was approved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("science", "0002_amended_budgets"),
    ]

    operations = [
        migrations.AddField(
            model_name="taskmilestone",
            name="amount_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Chỉ ghi khi số tiền lớn hơn tổng kinh phí hoặc số tiền hợp đồng.",
                max_length=300,
                verbose_name="lý do số tiền vượt kinh phí",
            ),
        ),
    ]
