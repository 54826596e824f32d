import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("kernel_papers", "0002_hashes"), ("kernel_papers", "0003_days_of_drafts")]

    initial = True

    dependencies = [
        ("kernel_files", "0001_initial"),
        ("kernel_numbering", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("kind", models.CharField(max_length=60, verbose_name="loại giấy")),
                ("version", models.PositiveIntegerField(verbose_name="phiên bản")),
                (
                    "format",
                    models.CharField(
                        choices=[("toml", "tệp TOML (khuôn của phần mềm)"), ("docx", "tệp Word")],
                        max_length=4,
                        verbose_name="định dạng",
                    ),
                ),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("shipped", models.BooleanField(default=False, verbose_name="đi kèm phần mềm")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="nội dung thay đổi")),
            ],
            options={
                "verbose_name": "mẫu giấy tờ",
                "verbose_name_plural": "mẫu giấy tờ",
                "ordering": ["kind", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "version"), name="kernel_papers_template_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("kind", models.CharField(max_length=60, verbose_name="loại giấy")),
                ("model", models.CharField(max_length=80)),
                ("object_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=300, verbose_name="cấp cho")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "dự thảo"),
                            ("issuing", "đã cấp số, đang in"),
                            ("issued", "đã cấp"),
                            ("replaced", "đã được thay thế"),
                            ("withdrawn", "đã thu hồi"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="trạng thái",
                    ),
                ),
                ("data", models.JSONField(verbose_name="dữ liệu in")),
                ("issued_on", models.DateField(null=True, verbose_name="ngày cấp")),
                ("signer_name", models.CharField(blank=True, max_length=150, verbose_name="người ký")),
                (
                    "signer_capacity",
                    models.CharField(blank=True, max_length=150, verbose_name="chức vụ người ký"),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do")),
                ("fault", models.CharField(blank=True, max_length=300, verbose_name="lỗi khi in")),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel_files.storedfile",
                    ),
                ),
                (
                    "number",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="kernel_numbering.issuednumber",
                        verbose_name="số, ký hiệu",
                    ),
                ),
                (
                    "pdf",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel_files.storedfile",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="kernel_papers.papertemplate",
                        verbose_name="mẫu",
                    ),
                ),
                ("file_sha256", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("pdf_sha256", models.CharField(blank=True, default="", editable=False, max_length=64)),
                (
                    "signed_pdf",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel_files.storedfile",
                    ),
                ),
                (
                    "signed_pdf_sha256",
                    models.CharField(blank=True, default="", editable=False, max_length=64),
                ),
                ("signature", models.JSONField(editable=False, null=True)),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="kernel_papers.paper",
                        verbose_name="thay thế",
                    ),
                ),
                (
                    "withdraws",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="kernel_papers.paper",
                        verbose_name="thu hồi",
                    ),
                ),
                ("drafted_on", models.DateField(editable=False, null=True, verbose_name="ngày lập dự thảo")),
                ("entered_on", models.DateField(editable=False, null=True, verbose_name="ngày vào sổ")),
            ],
            options={
                "verbose_name": "giấy tờ được cấp",
                "verbose_name_plural": "giấy tờ được cấp",
                "indexes": [
                    models.Index(fields=["model", "object_id"], name="kernel_pape_model_46c7d7_idx"),
                    models.Index(fields=["state"], name="kernel_pape_state_03b07b_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "issuing")), ("file__isnull", False), _connector="OR"
                        ),
                        name="kernel_papers_file_when_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(("issued_on__isnull", False), ("number__isnull", False)),
                            _connector="OR",
                        ),
                        name="kernel_papers_number_when_issued",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("issuing", "issued")), ("withdraws__isnull", True)),
                        fields=("kind", "model", "object_id"),
                        name="kernel_papers_one_in_force",
                    ),
                ],
            },
        ),
    ]
