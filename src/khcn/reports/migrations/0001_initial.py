import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("reports", "0002_link_numbers"),
        ("reports", "0003_printing"),
        ("reports", "0004_log_head"),
        ("reports", "0005_replacements"),
        ("reports", "0006_taken_over_sections"),
        ("reports", "0007_kept_differences"),
        ("reports", "0008_relying_corrections"),
        ("reports", "0009_printed_tables"),
    ]

    initial = True

    dependencies = [
        ("kernel_numbering", "0001_initial"),
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormVersion",
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
                ("code", models.CharField(max_length=60, verbose_name="mã")),
                ("version", models.PositiveIntegerField(verbose_name="phiên bản")),
                ("title", models.CharField(max_length=300, verbose_name="tên mẫu báo cáo")),
                ("valid_from", models.DateField(verbose_name="áp dụng từ ngày")),
                ("body", models.TextField(verbose_name="nội dung định nghĩa")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                (
                    "shipped",
                    models.BooleanField(default=False, editable=False, verbose_name="đi kèm phần mềm"),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="nội dung thay đổi")),
            ],
            options={
                "verbose_name": "phiên bản mẫu báo cáo",
                "verbose_name_plural": "mẫu báo cáo",
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code", "version"),
                        name="report_form_version_key",
                        violation_error_message="Mẫu báo cáo đã có phiên bản này.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportInstance",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("month", "Tháng"),
                            ("quarter", "Quý"),
                            ("half", "6 tháng"),
                            ("nine_months", "9 tháng"),
                            ("year", "Năm"),
                        ],
                        max_length=12,
                        verbose_name="kỳ báo cáo",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
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
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="kỳ thứ")),
                ("start_on", models.DateField(verbose_name="từ ngày")),
                (
                    "end_on",
                    models.DateField(
                        help_text="Ngày đầu tiên không thuộc kỳ báo cáo.", verbose_name="đến trước ngày"
                    ),
                ),
                ("variant", models.SlugField(blank=True, max_length=40, verbose_name="mã bản")),
                ("variant_label", models.CharField(blank=True, max_length=100, verbose_name="tên bản")),
                ("given", models.JSONField(blank=True, default=dict, verbose_name="số văn bản, năm của kỳ")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafting", "đang soạn"),
                            ("compiled", "đã tổng hợp"),
                            ("submitted", "đã trình"),
                            ("printing", "đã duyệt, đang in"),
                            ("approved", "đã duyệt, đã chốt"),
                            ("cancelled", "đã hủy"),
                        ],
                        default="drafting",
                        max_length=12,
                        verbose_name="trạng thái",
                    ),
                ),
                ("doc_number", models.CharField(blank=True, max_length=100, verbose_name="số, ký hiệu")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="ngày ký")),
                ("signer_name", models.CharField(blank=True, max_length=150, verbose_name="người ký")),
                (
                    "form_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instances",
                        to="reports.formversion",
                        verbose_name="mẫu báo cáo",
                    ),
                ),
                (
                    "regime",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="reference.reportingregime",
                        verbose_name="chế độ báo cáo",
                    ),
                ),
                (
                    "issued_number",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="kernel_numbering.issuednumber",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="reports.reportinstance",
                        verbose_name="thay thế báo cáo",
                    ),
                ),
            ],
            options={
                "verbose_name": "báo cáo",
                "verbose_name_plural": "báo cáo định kỳ",
                "ordering": ["-year", "-end_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        fields=("province", "form_version", "kind", "year", "number", "variant"),
                        name="report_instance_key",
                        violation_error_message="Kỳ này đã có báo cáo theo mẫu này. Hãy mở báo cáo đã có.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end_on__gt", models.F("start_on"))),
                        name="report_instance_period",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        fields=("replaces",),
                        name="report_instance_replaces_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaivedContradiction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("key", models.CharField(max_length=16)),
                ("place", models.CharField(max_length=300, verbose_name="chỗ có mâu thuẫn")),
                ("message", models.TextField(verbose_name="mâu thuẫn")),
                ("reason", models.CharField(max_length=500, verbose_name="lý do chấp nhận")),
                ("actor_label", models.CharField(max_length=150, verbose_name="người chấp nhận")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waived",
                        to="reports.reportinstance",
                        verbose_name="báo cáo",
                    ),
                ),
            ],
            options={
                "verbose_name": "mâu thuẫn được chấp nhận",
                "verbose_name_plural": "mâu thuẫn được chấp nhận",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "key"), name="report_waived_contradiction_key"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="report_waived_contradiction_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RelyingCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("model", models.CharField(max_length=80)),
                ("record_id", models.BigIntegerField(verbose_name="mã bản ghi")),
                ("label", models.CharField(max_length=300, verbose_name="bản ghi")),
                (
                    "replacement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relying_corrections",
                        to="reports.reportinstance",
                        verbose_name="bản thay thế",
                    ),
                ),
            ],
            options={
                "verbose_name": "đính chính nhờ bản thay thế",
                "verbose_name_plural": "đính chính nhờ bản thay thế",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="FrozenReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("document", models.JSONField(verbose_name="văn bản")),
                ("docx", models.BinaryField(null=True)),
                ("pdf", models.BinaryField(null=True)),
                ("html", models.TextField(blank=True)),
                ("sha256_docx", models.CharField(blank=True, max_length=64)),
                ("sha256_pdf", models.CharField(blank=True, max_length=64)),
                ("sha256_html", models.CharField(blank=True, max_length=64)),
                ("form_version_number", models.PositiveIntegerField(verbose_name="phiên bản mẫu")),
                ("form_sha256", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64, verbose_name="mã băm của văn bản")),
                ("seal", models.CharField(max_length=64, verbose_name="mã băm của văn bản và số liệu")),
                (
                    "waivers",
                    models.JSONField(
                        blank=True, default=list, verbose_name="mâu thuẫn được chấp nhận khi duyệt"
                    ),
                ),
                (
                    "instance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frozen",
                        to="reports.reportinstance",
                        verbose_name="báo cáo",
                    ),
                ),
                ("log_day", models.DateField(null=True, verbose_name="ngày của mốc nhật ký")),
                ("log_position", models.BigIntegerField(null=True, verbose_name="vị trí của mốc nhật ký")),
                ("log_seal", models.CharField(blank=True, max_length=16, verbose_name="mã của mốc nhật ký")),
            ],
            options={
                "verbose_name": "báo cáo đã chốt",
                "verbose_name_plural": "báo cáo đã chốt",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("docx", None),
                                ("html", ""),
                                ("pdf", None),
                                ("sha256_docx", ""),
                                ("sha256_html", ""),
                                ("sha256_pdf", ""),
                            ),
                            models.Q(
                                models.Q(("docx", None), _negated=True),
                                models.Q(("pdf", None), _negated=True),
                                models.Q(("html", ""), _negated=True),
                                models.Q(("sha256_docx", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="frozen_report_all_files_or_none",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportSection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("position", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                ("key", models.CharField(max_length=40, verbose_name="mã mục")),
                ("label", models.CharField(blank=True, max_length=80, verbose_name="số đề mục")),
                ("level", models.PositiveSmallIntegerField(verbose_name="bậc")),
                ("title", models.CharField(blank=True, max_length=600, verbose_name="đề mục")),
                ("text", models.TextField(blank=True, verbose_name="nội dung")),
                ("owner_code", models.CharField(max_length=20, verbose_name="đơn vị phụ trách")),
                (
                    "typed",
                    models.BooleanField(default=False, verbose_name="soạn bằng lời, chưa có sổ theo dõi"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafting", "đang soạn"),
                            ("handed_in", "đã nộp"),
                            ("returned", "bị trả lại"),
                            ("accepted", "đã nhận"),
                            ("taken_over", "lấy từ bản đã ký"),
                        ],
                        default="drafting",
                        max_length=12,
                        verbose_name="trạng thái",
                    ),
                ),
                ("handed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="nộp lúc")),
                ("handed_in_by", models.CharField(blank=True, max_length=150, verbose_name="người nộp")),
                ("note", models.TextField(blank=True, verbose_name="lý do trả lại")),
                ("carried_text", models.TextField(blank=True, verbose_name="lời văn của kỳ trước")),
                ("carried_from", models.CharField(blank=True, max_length=300, verbose_name="lời văn lấy từ")),
                (
                    "carried_confirmed",
                    models.JSONField(blank=True, default=list, verbose_name="câu kỳ trước đã xác nhận"),
                ),
                (
                    "carried_confirmed_by",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="người xác nhận lời văn kỳ trước"
                    ),
                ),
                (
                    "carried_confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="xác nhận lời văn kỳ trước lúc"),
                ),
                (
                    "instance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="reports.reportinstance",
                        verbose_name="báo cáo",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục của báo cáo",
                "verbose_name_plural": "các mục của báo cáo",
                "ordering": ["instance", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("instance", "key"), name="report_section_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("code", models.CharField(max_length=200, verbose_name="mã số liệu")),
                ("nth", models.PositiveSmallIntegerField(default=1, verbose_name="lần xuất hiện thứ")),
                (
                    "aspect",
                    models.CharField(
                        choices=[("value", "giá trị"), ("names", "danh sách tên"), ("cells", "ô của bảng")],
                        max_length=8,
                        verbose_name="phần được gõ",
                    ),
                ),
                ("data", models.JSONField(verbose_name="nội dung gõ")),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                ("actor_label", models.CharField(max_length=150, verbose_name="người gõ")),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="overrides",
                        to="reports.reportsection",
                        verbose_name="mục của báo cáo",
                    ),
                ),
            ],
            options={
                "verbose_name": "số liệu gõ thay",
                "verbose_name_plural": "số liệu gõ thay",
                "ordering": ["section", "code", "nth"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("section", "code", "nth", "aspect"), name="report_override_key"
                    ),
                    models.CheckConstraint(condition=models.Q(("nth__gte", 1)), name="report_override_nth"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="report_override_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FrozenFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("code", models.CharField(max_length=200, verbose_name="mã số liệu")),
                ("label", models.CharField(max_length=600, verbose_name="tên số liệu")),
                ("unit", models.CharField(max_length=60, verbose_name="đơn vị tính")),
                ("definition", models.TextField(blank=True, verbose_name="định nghĩa")),
                ("value", models.CharField(max_length=40, verbose_name="giá trị")),
                ("model", models.CharField(max_length=80)),
                ("ids", models.JSONField(verbose_name="bản ghi")),
                ("lines", models.JSONField(verbose_name="tên bản ghi")),
                ("amounts", models.JSONField(null=True, verbose_name="số của từng bản ghi")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="reports.frozenreport",
                        verbose_name="báo cáo đã chốt",
                    ),
                ),
                ("table", models.JSONField(null=True, verbose_name="bảng đã in")),
            ],
            options={
                "verbose_name": "số liệu đã chốt",
                "verbose_name_plural": "số liệu đã chốt",
                "ordering": ["report", "pk"],
                "constraints": [models.UniqueConstraint(fields=("report", "code"), name="frozen_figure_key")],
            },
        ),
        migrations.CreateModel(
            name="ReportSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("pdf", models.BinaryField(null=True)),
                ("pdf_sha256", models.CharField(blank=True, max_length=64)),
                ("finding", models.JSONField(null=True)),
                ("fault", models.CharField(blank=True, max_length=300, verbose_name="lý do chưa ký được")),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature",
                        to="reports.frozenreport",
                        verbose_name="báo cáo đã chốt",
                    ),
                ),
            ],
            options={
                "verbose_name": "chữ ký số của báo cáo",
                "verbose_name_plural": "chữ ký số của báo cáo",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding__isnull", True), ("pdf__isnull", True), ("pdf_sha256", "")),
                            models.Q(
                                models.Q(("pdf_sha256", ""), _negated=True),
                                ("fault", ""),
                                ("finding__isnull", False),
                                ("next_attempt_at__isnull", True),
                                ("pdf__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_signature_whole_or_none",
                    )
                ],
            },
        ),
    ]
