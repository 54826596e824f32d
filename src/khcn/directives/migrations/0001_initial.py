import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("directives", "0002_search_table"),
        ("directives", "0003_taken_over_and_corrected"),
        ("directives", "0004_extension_document"),
        ("directives", "0005_day_of_entry_of_a_result"),
        ("directives", "0006_extension_document_may_be_empty"),
    ]

    initial = True

    dependencies = [
        ("parties", "0001_initial"),
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdvisedDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                (
                    "province",
                    models.CharField(default=khcn.kernel.province.province_key, editable=False, max_length=8),
                ),
                ("sort_key", models.CharField(db_index=True, default="", editable=False, max_length=400)),
                (
                    "illustrative",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Tên các cột có giá trị minh họa, không lấy từ hồ sơ thật.",
                        verbose_name="Dữ liệu minh họa",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("normative", "Văn bản quy phạm pháp luật"),
                            ("plan", "Kế hoạch"),
                            ("programme", "Chương trình"),
                            ("decision", "Quyết định"),
                            ("other", "Văn bản khác"),
                        ],
                        max_length=12,
                        verbose_name="loại",
                    ),
                ),
                ("title", models.CharField(max_length=500, verbose_name="tên văn bản")),
                ("advised_on", models.DateField(verbose_name="ngày tham mưu")),
                ("submitted_on", models.DateField(blank=True, null=True, verbose_name="ngày trình")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="ngày ban hành")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "lead_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advised_documents",
                        to="parties.orgunit",
                        verbose_name="đơn vị tham mưu",
                    ),
                ),
                (
                    "legal_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="văn bản đã ban hành",
                    ),
                ),
                (
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
            ],
            options={
                "verbose_name": "văn bản tham mưu",
                "verbose_name_plural": "văn bản tham mưu, ban hành",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="advised_document_key",
                        violation_error_message="Đã có văn bản tham mưu cùng mã.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignedTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                (
                    "province",
                    models.CharField(default=khcn.kernel.province.province_key, editable=False, max_length=8),
                ),
                ("sort_key", models.CharField(db_index=True, default="", editable=False, max_length=400)),
                (
                    "illustrative",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Tên các cột có giá trị minh họa, không lấy từ hồ sơ thật.",
                        verbose_name="Dữ liệu minh họa",
                    ),
                ),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="số thứ tự")),
                ("content", models.TextField(verbose_name="nội dung")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        db_index=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                1945, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                            django.core.validators.MaxValueValidator(
                                2100, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                        ],
                        verbose_name="năm",
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        help_text="Ngày cuối cùng của hạn được giao.", verbose_name="hạn hoàn thành"
                    ),
                ),
                (
                    "due_precision",
                    models.CharField(
                        choices=[("day", "Ngày"), ("month", "Tháng"), ("quarter", "Quý"), ("year", "Năm")],
                        default="day",
                        max_length=8,
                        verbose_name="hạn tính theo",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="ngày hoàn thành")),
                ("progress", models.TextField(blank=True, verbose_name="kết quả thực hiện")),
                (
                    "lead_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leading",
                        to="parties.orgunit",
                        verbose_name="đơn vị chủ trì",
                    ),
                ),
                (
                    "result_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results_of",
                        to="reference.legaldocument",
                        verbose_name="văn bản kết quả",
                    ),
                ),
                (
                    "source_document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_tasks",
                        to="reference.legaldocument",
                        verbose_name="văn bản giao",
                    ),
                ),
                (
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
                (
                    "extension_document",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions_of",
                        to="reference.legaldocument",
                        verbose_name="văn bản gia hạn, giao lại",
                    ),
                ),
                (
                    "result_entered_on",
                    models.DateField(editable=False, null=True, verbose_name="ngày ghi kết quả"),
                ),
            ],
            options={
                "verbose_name": "nhiệm vụ được giao",
                "verbose_name_plural": "nhiệm vụ được giao",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source_document", "ordinal"),
                        name="assigned_task_key",
                        violation_error_message="Văn bản giao đã có nhiệm vụ cùng số thứ tự.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignedTaskUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                (
                    "province",
                    models.CharField(default=khcn.kernel.province.province_key, editable=False, max_length=8),
                ),
                ("sort_key", models.CharField(db_index=True, default="", editable=False, max_length=400)),
                (
                    "illustrative",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Tên các cột có giá trị minh họa, không lấy từ hồ sơ thật.",
                        verbose_name="Dữ liệu minh họa",
                    ),
                ),
                (
                    "assigned_task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="co_units",
                        to="directives.assignedtask",
                        verbose_name="nhiệm vụ được giao",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.orgunit",
                        verbose_name="đơn vị phối hợp",
                    ),
                ),
                (
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
            ],
            options={
                "verbose_name": "đơn vị phối hợp",
                "verbose_name_plural": "đơn vị phối hợp thực hiện nhiệm vụ được giao",
                "constraints": [
                    models.UniqueConstraint(fields=("assigned_task", "unit"), name="assigned_task_unit_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignedTaskExtension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                (
                    "province",
                    models.CharField(default=khcn.kernel.province.province_key, editable=False, max_length=8),
                ),
                ("sort_key", models.CharField(db_index=True, default="", editable=False, max_length=400)),
                (
                    "illustrative",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Tên các cột có giá trị minh họa, không lấy từ hồ sơ thật.",
                        verbose_name="Dữ liệu minh họa",
                    ),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
                (
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                ("old_due_on", models.DateField(verbose_name="hạn trước khi gia hạn")),
                (
                    "old_due_precision",
                    models.CharField(
                        choices=[("day", "Ngày"), ("month", "Tháng"), ("quarter", "Quý"), ("year", "Năm")],
                        default="day",
                        max_length=8,
                        verbose_name="hạn trước tính theo",
                    ),
                ),
                ("new_due_on", models.DateField(verbose_name="hạn sau khi gia hạn")),
                (
                    "new_due_precision",
                    models.CharField(
                        choices=[("day", "Ngày"), ("month", "Tháng"), ("quarter", "Quý"), ("year", "Năm")],
                        default="day",
                        max_length=8,
                        verbose_name="hạn sau tính theo",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_task_extensions",
                        to="reference.legaldocument",
                        verbose_name="văn bản gia hạn, giao lại",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="directives.assignedtask",
                        verbose_name="nhiệm vụ được giao",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần gia hạn nhiệm vụ được giao",
                "verbose_name_plural": "các lần gia hạn",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "document"),
                        name="assigned_task_extension_key",
                        violation_error_message="Nhiệm vụ đã ghi gia hạn theo văn bản này.",
                    )
                ],
            },
        ),
    ]
