from django.db import migrations, models

COMPARISON = "khcn.kernel.deadlines.jobs.deadline_drift_job"


def compare_again(apps, schema_editor):
    """Terms of assigned work and of reports are new: the comparison of all deadlines makes them, today."""
    apps.get_model("kernel_jobs", "DailyRun").objects.filter(path=COMPARISON).update(done_on=None)


class Migration(migrations.Migration):
    dependencies = [
        ("kernel_deadlines", "0004_day_of_the_paper"),
        ("kernel_jobs", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="deadline",
            name="precision",
            field=models.CharField(default="day", max_length=8),
        ),
        migrations.AddField(
            model_name="deadlinechange",
            name="reason",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.RunPython(compare_again, migrations.RunPython.noop),
    ]
