import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("kernel_numbering", "0002_province"),
        ("kernel_numbering", "0003_links"),
        ("kernel_numbering", "0004_pattern"),
        ("kernel_numbering", "0005_last_issued_on"),
        ("kernel_numbering", "0006_audited"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="NumberBook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("book", models.CharField(max_length=50, verbose_name="Sổ")),
                ("unit_code", models.CharField(max_length=50, verbose_name="Đơn vị")),
                ("year", models.PositiveSmallIntegerField(verbose_name="Năm")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="Số đã cấp gần nhất")),
                (
                    "province",
                    models.CharField(default=khcn.kernel.province.province_key, editable=False, max_length=8),
                ),
                ("pattern", models.CharField(blank=True, max_length=100, verbose_name="Dạng số, ký hiệu")),
                ("last_issued_on", models.DateField(blank=True, null=True, verbose_name="Ngày cấp gần nhất")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
            ],
            options={
                "verbose_name": "Sổ cấp số",
                "verbose_name_plural": "Sổ cấp số",
                "ordering": ["book", "unit_code", "-year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "book", "unit_code", "year"),
                        name="kernel_numbering_one_book_a_year",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="Số thứ tự")),
                ("text", models.CharField(max_length=100, verbose_name="Số, ký hiệu")),
                ("issued_on", models.DateField(verbose_name="Ngày cấp")),
                ("given_to", models.CharField(blank=True, max_length=300, verbose_name="Cấp cho")),
                ("issued_by", models.CharField(blank=True, max_length=200, verbose_name="Người cấp")),
                ("voided_on", models.DateField(blank=True, null=True, verbose_name="Ngày hủy")),
                ("void_reason", models.CharField(blank=True, max_length=500, verbose_name="Lý do hủy")),
                ("voided_by", models.CharField(blank=True, max_length=200, verbose_name="Người hủy")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="kernel_numbering.numberbook",
                        verbose_name="Sổ",
                    ),
                ),
                ("model", models.CharField(blank=True, max_length=80)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
            ],
            options={
                "verbose_name": "Số đã cấp",
                "verbose_name_plural": "Số đã cấp",
                "ordering": ["book", "number"],
                "indexes": [models.Index(fields=["model", "object_id"], name="kernel_numb_model_daef09_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="kernel_numbering_from_one"
                    ),
                    models.UniqueConstraint(fields=("book", "number"), name="kernel_numbering_number_once"),
                    models.UniqueConstraint(fields=("book", "text"), name="kernel_numbering_text_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("void_reason", ""), ("voided_on__isnull", True)),
                            models.Q(
                                ("voided_on__gte", models.F("issued_on")),
                                ("voided_on__isnull", False),
                                models.Q(("void_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="kernel_numbering_void_has_reason",
                    ),
                ],
            },
        ),
    ]
