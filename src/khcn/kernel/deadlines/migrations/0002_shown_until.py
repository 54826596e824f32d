"""Until when a term is shown to be kept by another one; the nightly comparison fills it in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel_deadlines", "0001_initial")]

    operations = [
        migrations.AddField(model_name="deadline", name="shown_until", field=models.DateField(null=True))
    ]
