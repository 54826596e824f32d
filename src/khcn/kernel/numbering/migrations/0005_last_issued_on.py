"""The book itself knows the day of its last number, so that taking one reads no other row while the book is locked."""

from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery


def read_from_numbers(apps, schema_editor):
    last = (
        apps.get_model("kernel_numbering", "IssuedNumber")
        .objects.filter(book=OuterRef("pk"))
        .order_by()
        .values("book")
        .annotate(day=Max("issued_on"))
        .values("day")
    )
    apps.get_model("kernel_numbering", "NumberBook").objects.update(last_issued_on=Subquery(last))


class Migration(migrations.Migration):
    dependencies = [("kernel_numbering", "0004_pattern")]

    operations = [
        migrations.AddField(
            "numberbook",
            "last_issued_on",
            models.DateField(blank=True, null=True, verbose_name="Ngày cấp gần nhất"),
        ),
        migrations.RunPython(read_from_numbers, migrations.RunPython.noop),
    ]
