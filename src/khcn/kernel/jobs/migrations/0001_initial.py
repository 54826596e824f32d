from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("kernel_jobs", "0002_heartbeat"),
        ("kernel_jobs", "0003_leased_until"),
        ("kernel_jobs", "0004_plain_paths"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DailyRun",
            fields=[
                ("path", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("done_on", models.DateField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WorkFailure",
            fields=[
                ("path", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=1)),
                ("problem", models.CharField(max_length=500)),
            ],
            options={"ordering": ["first_at", "path"]},
        ),
        migrations.CreateModel(
            name="WriteProbe",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("number", models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
