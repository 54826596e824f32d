"""What came of reading a file. Files that were read before that was kept are read once more, after what people attach."""

from django.db import migrations, models


def read_again(apps, _schema_editor):
    """Not audited: only what search has of files follows from it."""
    apps.get_model("kernel_files", "StoredFileReading").objects.exclude(read_at=None).update(
        read_at=None, account=None, attempts=0
    )


class Migration(migrations.Migration):
    dependencies = [
        ("kernel_files", "0002_readings"),
    ]

    operations = [
        migrations.AddField(
            model_name="storedfilereading",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Chữ trong tệp chưa đọc xong: tìm kiếm mới thấy tên tệp."),
                    (
                        "again",
                        "Lần trước chưa đọc được chữ trong tệp, máy sẽ đọc lại: tìm kiếm mới thấy tên tệp.",
                    ),
                    ("read", ""),
                    ("no-letters", "Tệp không có chữ (bản quét): tìm kiếm chỉ thấy tên tệp."),
                    ("unreadable", "Không đọc được chữ trong tệp: tìm kiếm chỉ thấy tên tệp."),
                ],
                db_default="waiting",
                default="waiting",
                max_length=12,
            ),
        ),
        migrations.RunPython(read_again, migrations.RunPython.noop),
    ]
