import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("councils", "0002_search_table"),
        ("councils", "0003_taken_over_and_corrected"),
        ("councils", "0004_minutes_day"),
    ]

    initial = True

    dependencies = [
        ("parties", "0001_initial"),
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Council",
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
                ("code", models.CharField(max_length=40, verbose_name="mã hội đồng")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("provincial", "Hội đồng KH&CN tỉnh"),
                            ("determination", "Hội đồng tư vấn xác định nhiệm vụ"),
                            ("supplementary", "Hội đồng tư vấn xác định nhiệm vụ bổ sung"),
                            ("selection", "Hội đồng tư vấn tuyển chọn"),
                            ("direct_assignment", "Hội đồng tư vấn giao trực tiếp"),
                            ("acceptance", "Hội đồng tư vấn đánh giá, nghiệm thu"),
                        ],
                        max_length=20,
                        verbose_name="loại hội đồng",
                    ),
                ),
                ("name", models.CharField(max_length=400, verbose_name="tên hội đồng")),
                ("established_on", models.DateField(verbose_name="ngày thành lập")),
                ("dissolved_on", models.DateField(blank=True, null=True, verbose_name="ngày kết thúc")),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="quyết định thành lập",
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
                "verbose_name": "hội đồng",
                "verbose_name_plural": "hội đồng KH&CN",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="council_key",
                        violation_error_message="Đã có hội đồng cùng mã.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dissolved_on__isnull", True),
                            ("dissolved_on__gt", models.F("established_on")),
                            _connector="OR",
                        ),
                        name="council_order",
                        violation_error_message="Ngày kết thúc phải sau ngày thành lập.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CouncilMeeting",
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
                ("code", models.CharField(max_length=40, verbose_name="mã cuộc họp")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("provincial", "Hội đồng KH&CN tỉnh"),
                            ("determination", "Hội đồng tư vấn xác định nhiệm vụ"),
                            ("supplementary", "Hội đồng tư vấn xác định nhiệm vụ bổ sung"),
                            ("selection", "Hội đồng tư vấn tuyển chọn"),
                            ("direct_assignment", "Hội đồng tư vấn giao trực tiếp"),
                            ("acceptance", "Hội đồng tư vấn đánh giá, nghiệm thu"),
                        ],
                        max_length=20,
                        verbose_name="loại cuộc họp",
                    ),
                ),
                ("subject", models.CharField(max_length=500, verbose_name="nội dung họp")),
                ("held_on", models.DateField(db_index=True, verbose_name="ngày họp")),
                (
                    "for_year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                1945, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                            django.core.validators.MaxValueValidator(
                                2100, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                        ],
                        verbose_name="cho nhiệm vụ năm",
                    ),
                ),
                ("venue", models.CharField(blank=True, max_length=200, verbose_name="địa điểm")),
                (
                    "members_total",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="số thành viên"),
                ),
                (
                    "members_present",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="số thành viên có mặt"
                    ),
                ),
                ("minutes_number", models.CharField(blank=True, max_length=60, verbose_name="số biên bản")),
                ("conclusion", models.TextField(blank=True, verbose_name="kết luận")),
                (
                    "council",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="councils.council",
                        verbose_name="hội đồng",
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
                    "minutes_on",
                    models.DateField(
                        blank=True,
                        help_text="Để trống nếu là ngày họp. Số biên bản thuộc sổ của năm ghi ở đây.",
                        null=True,
                        verbose_name="ngày biên bản",
                    ),
                ),
            ],
            options={
                "verbose_name": "cuộc họp hội đồng",
                "verbose_name_plural": "cuộc họp hội đồng",
                "indexes": [models.Index(fields=["kind", "held_on"], name="councils_co_kind_d2e871_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="council_meeting_key",
                        violation_error_message="Đã có cuộc họp cùng mã.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes_on__isnull", True),
                            ("minutes_on__gte", models.F("held_on")),
                            _connector="OR",
                        ),
                        name="council_meeting_minutes_day",
                        violation_error_message="Ngày biên bản không được trước ngày họp.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("members_present__isnull", True),
                            ("members_total__isnull", True),
                            ("members_present__lte", models.F("members_total")),
                            _connector="OR",
                        ),
                        name="council_meeting_present",
                        violation_error_message="Số thành viên có mặt lớn hơn số thành viên của hội đồng.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CouncilMember",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "Chủ tịch"),
                            ("vice_chair", "Phó Chủ tịch"),
                            ("reviewer", "Ủy viên phản biện"),
                            ("member", "Ủy viên"),
                            ("secretary", "Ủy viên, thư ký"),
                        ],
                        max_length=12,
                        verbose_name="chức danh trong hội đồng",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="từ ngày")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="đến trước ngày")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="councils.council",
                        verbose_name="hội đồng",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="parties.person",
                        verbose_name="thành viên",
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
                "verbose_name": "thành viên hội đồng",
                "verbose_name_plural": "thành viên hội đồng",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "person", "from_on"),
                        name="council_member_key",
                        violation_error_message="Người này đã là thành viên của hội đồng từ cùng ngày.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_on__isnull", True), ("to_on__gt", models.F("from_on")), _connector="OR"
                        ),
                        name="council_member_order",
                        violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
                    ),
                ],
            },
        ),
    ]
