from django.db import migrations, models

from khcn.kernel.audit.data_migrations import migrate_records


def mark_failing(apps, schema_editor):
    """The grade "Không đạt" of every scale is the failing one."""
    Item = apps.get_model("reference", "CodeListItem")
    grades = Item.objects.filter(code_list="acceptance_grade")
    failing = [
        key
        for key, label in grades.values_list("pk", "label")
        if " ".join(label.split()).lower() == "không đạt"
    ]
    migrate_records(
        apps,
        Item.objects.filter(pk__in=failing),
        reason="Đánh dấu mức xếp loại không đạt",
        change=lambda row: setattr(row, "fails", True),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reference", "0004_taken_over_and_corrected"),
        ("kernel_audit", "0004_on_behalf_of"),
    ]

    operations = [
        migrations.AddField(
            model_name="codelistitem",
            name="fails",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Chỉ cho xếp loại nghiệm thu: kết quả của nhiệm vụ có mức này không được đăng ký, công nhận, bàn giao."
                ),
                verbose_name="là mức không đạt",
            ),
        ),
        migrations.RunPython(mark_failing, migrations.RunPython.noop),
    ]
