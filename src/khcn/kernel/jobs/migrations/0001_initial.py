from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DailyRun",
            fields=[
                ("path", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("done_on", models.DateField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
            ],
        ),
    ]
