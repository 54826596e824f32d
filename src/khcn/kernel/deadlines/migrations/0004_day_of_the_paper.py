"""The day of the document behind what was done to a term, and why it is older than the term."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel_deadlines", "0003_ended_terms"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadlineevent",
            name="paper_on",
            field=models.DateField(blank=True, null=True, verbose_name="ngày văn bản"),
        ),
        migrations.AddField(
            model_name="deadlineevent",
            name="early_paper_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Chỉ ghi khi văn bản có trước ngày thời hạn bắt đầu tính.",
                max_length=300,
                verbose_name="lý do văn bản có trước thời hạn",
            ),
        ),
    ]
