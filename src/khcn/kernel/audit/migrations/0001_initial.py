from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("kernel_audit", "0002_sealer"),
        ("kernel_audit", "0003_plain_end"),
        ("kernel_audit", "0004_on_behalf_of"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "seal",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000",
                        max_length=64,
                    ),
                ),
                ("position", models.BigIntegerField(default=0)),
                ("final_to", models.BigIntegerField(default=0)),
                ("awaited_to", models.BigIntegerField(null=True)),
                ("awaited_since", models.DateTimeField(null=True)),
                ("plain_to", models.BigIntegerField(default=0)),
                ("plain_proof", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("seal", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ForwardedLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="LogCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(db_index=True, verbose_name="Bắt đầu")),
                ("finished_at", models.DateTimeField(verbose_name="Xong")),
                ("entries", models.BigIntegerField(verbose_name="Số lượt ghi")),
                ("records", models.BigIntegerField(verbose_name="Số bản ghi")),
                ("findings", models.JSONField(default=list, verbose_name="Chỗ không khớp")),
            ],
            options={
                "verbose_name": "Lần kiểm tra nhật ký",
                "verbose_name_plural": "Các lần kiểm tra nhật ký",
            },
        ),
        migrations.CreateModel(
            name="MergedChain",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("province", models.CharField(editable=False, max_length=8, verbose_name="Mã tỉnh")),
                ("slot", models.PositiveSmallIntegerField(unique=True, verbose_name="Số kho")),
                ("position", models.BigIntegerField()),
                ("seal", models.CharField(max_length=64)),
                ("plain_to", models.BigIntegerField(default=0)),
                ("merged_at", models.DateTimeField(verbose_name="Gộp lúc")),
            ],
            options={
                "verbose_name": "Kho đã gộp",
                "verbose_name_plural": "Kho đã gộp",
            },
        ),
        migrations.CreateModel(
            name="MergedLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField()),
                ("position", models.BigIntegerField()),
                ("entry", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("seal", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slot", "position"), name="kernel_audit_merged_position")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="Thời điểm")),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_label", models.CharField(max_length=150, verbose_name="Người thực hiện")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="Lý do")),
                ("batch", models.UUIDField(db_index=True)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("create", "Thêm mới"),
                            ("update", "Sửa"),
                            ("delete", "Xóa"),
                            ("erase", "Xóa trống theo thời hạn"),
                            ("sign_in", "Đăng nhập"),
                            ("sign_out", "Đăng xuất"),
                            ("refused", "Đăng nhập sai"),
                            ("ended", "Kết thúc phiên"),
                            ("factor", "Mã xác thực"),
                            ("identity", "Tài khoản định danh"),
                            ("reset", "Đặt lại mật khẩu"),
                            ("token", "Mã truy cập"),
                            ("download", "Tải về"),
                            ("shown", "Xem dữ liệu cá nhân"),
                            ("denied", "Bị từ chối"),
                        ],
                        max_length=10,
                        verbose_name="Thao tác",
                    ),
                ),
                ("model", models.CharField(max_length=80)),
                ("object_id", models.CharField(max_length=40)),
                ("object_label", models.CharField(max_length=300, verbose_name="Bản ghi")),
                ("before", models.JSONField(null=True, verbose_name="Trước")),
                ("after", models.JSONField(null=True, verbose_name="Sau")),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                (
                    "on_behalf_of",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=150, verbose_name="Thay mặt"
                    ),
                ),
            ],
            options={
                "verbose_name": "Lượt thay đổi",
                "verbose_name_plural": "Nhật ký hệ thống",
                "indexes": [models.Index(fields=["model", "object_id"], name="kernel_audi_model_c321fc_idx")],
            },
        ),
    ]
