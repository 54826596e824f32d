from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel_papers", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name=name,
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        )
        for name in ("file_sha256", "pdf_sha256")
    ]
