"""Why the budget after an amendment is many times the one before it, or a small part of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("science", "0003_reason_of_an_amount"),
    ]

    operations = [
        migrations.AddField(
            model_name="taskamendment",
            name="budget_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Chỉ ghi khi kinh phí sau gấp từ năm lần, hoặc không quá một phần năm kinh phí trước.",
                max_length=300,
                verbose_name="lý do kinh phí khác nhiều lần",
            ),
        ),
    ]
