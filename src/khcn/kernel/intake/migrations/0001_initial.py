import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("kernel_intake", "0002_one_open_batch"),
        ("kernel_intake", "0003_taken_over_and_corrected"),
        ("kernel_intake", "0004_carried_out_rows"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Batch",
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
                ("name", models.CharField(max_length=255, verbose_name="tên tệp")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.PositiveIntegerField(verbose_name="dung lượng (byte)")),
                ("file", models.FileField(max_length=300, upload_to="intake", verbose_name="tệp")),
                ("uploaded_by_id", models.BigIntegerField(null=True)),
                ("uploaded_by_label", models.CharField(max_length=150, verbose_name="người gửi")),
                (
                    "unit_code",
                    models.CharField(blank=True, db_index=True, max_length=20, verbose_name="phòng, đơn vị"),
                ),
                ("uploaded_on", models.DateField(db_index=True, verbose_name="ngày gửi")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="gửi lúc")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Đã tải lên"),
                            ("previewed", "Đã xem trước"),
                            ("committed", "Đã ghi vào sổ"),
                            ("undone", "Đã hoàn tác"),
                            ("rejected", "Đã hủy"),
                        ],
                        db_index=True,
                        default="uploaded",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "counts",
                    models.JSONField(blank=True, default=list, verbose_name="kết quả theo trang tính"),
                ),
                ("act", models.UUIDField(editable=False, null=True)),
                ("committed_on", models.DateField(blank=True, null=True, verbose_name="ngày ghi vào sổ")),
                ("undone_on", models.DateField(blank=True, null=True, verbose_name="ngày hoàn tác")),
                ("taken_over", models.BooleanField(default=False, verbose_name="chuyển từ hồ sơ giấy")),
                ("row_choices", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "tệp nhập dữ liệu",
                "verbose_name_plural": "tệp nhập dữ liệu",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("committed", "undone", "rejected")), _negated=True),
                        fields=("province", "sha256", "uploaded_by_id"),
                        name="intake_batch_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CarriedOutRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(db_index=True, max_length=64)),
                ("row", models.PositiveIntegerField()),
                ("result_model", models.CharField(blank=True, max_length=80)),
                ("result_pk", models.BigIntegerField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carried_out",
                        to="kernel_intake.batch",
                    ),
                ),
            ],
            options={
                "verbose_name": "carried out row",
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                ("column", models.CharField(max_length=120)),
                ("heading", models.CharField(max_length=200, verbose_name="cột")),
                ("key", models.CharField(max_length=16)),
                ("value_text", models.TextField(verbose_name="giá trị trong tệp")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("use", "Dùng bản ghi đã có"),
                            ("create", "Tạo mới"),
                            ("skip", "Bỏ qua các dòng này"),
                            ("keep", "Giá trị đúng, vì"),
                        ],
                        max_length=8,
                        verbose_name="cách xử lý",
                    ),
                ),
                ("target", models.TextField(blank=True)),
                ("target_label", models.TextField(blank=True, verbose_name="dùng thay bằng")),
                ("decided_by_label", models.CharField(max_length=150, verbose_name="người quyết định")),
                ("decided_on", models.DateField(verbose_name="ngày quyết định")),
            ],
            options={
                "verbose_name": "lựa chọn khi nhập dữ liệu",
                "verbose_name_plural": "lựa chọn khi nhập dữ liệu",
                "ordering": ["column", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("province", "key"), name="intake_decision_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetLayout",
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
                ("unit_code", models.CharField(blank=True, max_length=20, verbose_name="phòng, đơn vị")),
                ("fingerprint", models.CharField(max_length=64)),
                ("sheet_name", models.CharField(max_length=100, verbose_name="trang tính")),
                ("headings", models.JSONField(default=list, verbose_name="tên cột")),
                ("kind", models.CharField(max_length=100, verbose_name="sổ")),
                ("columns", models.JSONField(default=list, verbose_name="cột ghi vào trường")),
                (
                    "section_field",
                    models.CharField(blank=True, max_length=100, verbose_name="dòng đầu mục ghi vào trường"),
                ),
                ("fixed", models.JSONField(default=dict, verbose_name="giá trị chung của mọi dòng")),
                ("decided_by_label", models.CharField(max_length=150, verbose_name="người chọn")),
                ("decided_on", models.DateField(verbose_name="ngày chọn")),
            ],
            options={
                "verbose_name": "cách đọc trang tính",
                "verbose_name_plural": "cách đọc trang tính",
                "ordering": ["unit_code", "sheet_name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "unit_code", "fingerprint"), name="intake_layout_once"
                    )
                ],
            },
        ),
    ]
