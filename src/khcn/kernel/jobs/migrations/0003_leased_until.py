from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel_jobs", "0002_heartbeat")]

    operations = [migrations.RenameField("dailyrun", "claimed_until", "leased_until")]
