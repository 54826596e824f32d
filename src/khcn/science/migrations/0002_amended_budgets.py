"""What an amendment makes of the budget of a task, in đồng."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("science", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="amendmentrequest",
            name="new_budget_state",
            field=models.BigIntegerField(
                blank=True,
                help_text="Để trống nếu không đổi.",
                null=True,
                verbose_name="ngân sách nhà nước đề nghị (đồng)",
            ),
        ),
        migrations.AddField(
            model_name="amendmentrequest",
            name="new_budget_total",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="tổng kinh phí đề nghị (đồng)"),
        ),
        migrations.AddField(
            model_name="taskamendment",
            name="new_budget_state",
            field=models.BigIntegerField(
                blank=True,
                help_text="Để trống nếu không đổi.",
                null=True,
                verbose_name="ngân sách nhà nước sau (đồng)",
            ),
        ),
        migrations.AddField(
            model_name="taskamendment",
            name="new_budget_total",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="tổng kinh phí sau (đồng)"),
        ),
        migrations.AddField(
            model_name="taskamendment",
            name="old_budget_state",
            field=models.BigIntegerField(
                blank=True, null=True, verbose_name="ngân sách nhà nước trước (đồng)"
            ),
        ),
        migrations.AddField(
            model_name="taskamendment",
            name="old_budget_total",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="tổng kinh phí trước (đồng)"),
        ),
    ]
