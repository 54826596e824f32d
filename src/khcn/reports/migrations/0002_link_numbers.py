from django.db import migrations


def link(apps, schema_editor):
    """The book says which report took a number, as it does for numbers taken from now on."""
    report = apps.get_model("reports", "ReportInstance")
    number = apps.get_model("kernel_numbering", "IssuedNumber")
    for each in report.objects.exclude(doc_number="").exclude(signed_on=None):
        lines = number.objects.filter(
            text=each.doc_number, book__year=each.signed_on.year, issued_on=each.signed_on, model=""
        )
        lines.update(model="reports.reportinstance", object_id=each.pk)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("kernel_numbering", "0004_pattern")]
    run_before = [("kernel_numbering", "0006_audited")]  # which enters the numbers into the change log

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
