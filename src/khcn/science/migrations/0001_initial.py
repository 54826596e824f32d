import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("science", "0002_search_table"),
        ("science", "0003_taken_over_and_corrected"),
        ("science", "0004_amendment_requests"),
        ("science", "0005_meeting_conclusions"),
        ("science", "0006_withdrawn_certificates"),
        ("science", "0007_undecided_items"),
    ]

    initial = True

    dependencies = [
        ("councils", "0001_initial"),
        ("parties", "0001_initial"),
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScienceTask",
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
                ("code", models.CharField(max_length=40, verbose_name="mã nhiệm vụ")),
                ("title", models.CharField(max_length=500, verbose_name="tên nhiệm vụ")),
                ("short_name", models.CharField(blank=True, max_length=120, verbose_name="tên gọi tắt")),
                (
                    "task_type",
                    models.CharField(
                        choices=[
                            ("research_topic", "Đề tài"),
                            ("pilot_project", "Dự án"),
                            ("science_scheme", "Đề án"),
                            ("other", "Nhiệm vụ khác"),
                        ],
                        max_length=16,
                        verbose_name="loại nhiệm vụ",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("national", "Cấp quốc gia"),
                            ("ministry", "Cấp bộ"),
                            ("province", "Cấp tỉnh"),
                            ("grassroots", "Cấp cơ sở"),
                        ],
                        max_length=12,
                        verbose_name="cấp quản lý",
                    ),
                ),
                (
                    "managing_side",
                    models.CharField(
                        choices=[
                            ("province", "Tỉnh quản lý"),
                            ("delegated", "Ủy quyền địa phương quản lý"),
                            ("co_managed", "Trung ương quản lý, địa phương phối hợp"),
                            ("central", "Trung ương quản lý"),
                            ("host", "Tổ chức chủ trì tự quản lý"),
                        ],
                        max_length=12,
                        verbose_name="bên quản lý",
                    ),
                ),
                (
                    "start_year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                1945, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                            django.core.validators.MaxValueValidator(
                                2100, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                        ],
                        verbose_name="thực hiện từ năm",
                    ),
                ),
                (
                    "is_supplementary",
                    models.BooleanField(default=False, verbose_name="nhiệm vụ bổ sung trong năm"),
                ),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[("selection", "Tuyển chọn"), ("direct", "Giao trực tiếp")],
                        max_length=10,
                        verbose_name="phương thức",
                    ),
                ),
                ("planned_start_on", models.DateField(blank=True, null=True, verbose_name="ngày bắt đầu")),
                (
                    "planned_end_on",
                    models.DateField(blank=True, null=True, verbose_name="ngày kết thúc theo hợp đồng"),
                ),
                (
                    "planned_dossier_on",
                    models.DateField(blank=True, null=True, verbose_name="hạn nộp hồ sơ nghiệm thu"),
                ),
                (
                    "budget_total",
                    models.BigIntegerField(blank=True, null=True, verbose_name="tổng kinh phí (đồng)"),
                ),
                (
                    "budget_state",
                    models.BigIntegerField(blank=True, null=True, verbose_name="ngân sách nhà nước (đồng)"),
                ),
                ("objective", models.TextField(blank=True, verbose_name="mục tiêu")),
                ("is_interregional", models.BooleanField(default=False, verbose_name="nhiệm vụ liên vùng")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "field_group",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"code_list": "field_group"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="field_tasks",
                        to="reference.codelistitem",
                        verbose_name="lĩnh vực",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hosted_tasks",
                        to="parties.organisation",
                        verbose_name="tổ chức chủ trì",
                    ),
                ),
                (
                    "principal_investigator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_tasks",
                        to="parties.person",
                        verbose_name="chủ nhiệm",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"code_list": "programme"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programme_tasks",
                        to="reference.codelistitem",
                        verbose_name="chương trình",
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
                "verbose_name": "nhiệm vụ KH&CN",
                "verbose_name_plural": "nhiệm vụ KH&CN",
                "indexes": [
                    models.Index(
                        fields=["start_year", "managing_side", "level"], name="science_sci_start_y_c3f422_idx"
                    ),
                    models.Index(fields=["-start_year", "sort_key"], name="science_task_list_order"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("budget_state__isnull", True),
                            ("budget_total__isnull", True),
                            ("budget_state__lte", models.F("budget_total")),
                            _connector="OR",
                        ),
                        name="science_task_budget",
                        violation_error_message="Ngân sách nhà nước lớn hơn tổng kinh phí.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("planned_start_on__isnull", True),
                            ("planned_end_on__isnull", True),
                            ("planned_end_on__gt", models.F("planned_start_on")),
                            _connector="OR",
                        ),
                        name="science_task_dates",
                        violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
                    ),
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="science_task_key",
                        violation_error_message="Đã có nhiệm vụ cùng mã.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressCheck",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("periodic", "Kiểm tra định kỳ"),
                            ("unscheduled", "Kiểm tra đột xuất"),
                            ("visit", "Thăm, nắm tình hình"),
                            ("finance", "Kiểm tra tiến độ kinh phí"),
                        ],
                        max_length=12,
                        verbose_name="hình thức kiểm tra",
                    ),
                ),
                ("checked_on", models.DateField(db_index=True, verbose_name="ngày kiểm tra")),
                ("team", models.CharField(blank=True, max_length=300, verbose_name="đoàn kiểm tra")),
                ("findings", models.TextField(blank=True, verbose_name="kết quả kiểm tra")),
                ("follow_up", models.TextField(blank=True, verbose_name="nội dung đôn đốc")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                "verbose_name": "lượt kiểm tra",
                "verbose_name_plural": "kiểm tra tiến độ nhiệm vụ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "kind", "checked_on"),
                        name="progress_check_key",
                        violation_error_message="Nhiệm vụ đã có lượt kiểm tra này trong cùng ngày.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeNomination",
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
                ("title", models.CharField(max_length=500, verbose_name="tên dự án đề xuất")),
                ("nominated_on", models.DateField(verbose_name="ngày đề xuất")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="ngày được phê duyệt")),
                ("is_interregional", models.BooleanField(default=False, verbose_name="nhiệm vụ liên vùng")),
                (
                    "nominated_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="parties.organisation",
                        verbose_name="cơ quan nhận đề xuất",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        limit_choices_to={"code_list": "programme"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="reference.codelistitem",
                        verbose_name="chương trình",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                "verbose_name": "đề xuất vào chương trình cấp bộ",
                "verbose_name_plural": "đề xuất vào chương trình cấp bộ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="programme_nomination_key",
                        violation_error_message="Đã có đề xuất cùng mã.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PilotModel",
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
                ("name", models.CharField(max_length=300, verbose_name="tên mô hình")),
                (
                    "area_ha",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="diện tích (ha)"
                    ),
                ),
                ("urged_on", models.DateField(blank=True, null=True, verbose_name="ngày đôn đốc")),
                ("finished_on", models.DateField(blank=True, null=True, verbose_name="ngày hoàn thành")),
                (
                    "admin_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.adminunit",
                        verbose_name="địa điểm",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pilot_models",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                "verbose_name": "mô hình",
                "verbose_name_plural": "mô hình của nhiệm vụ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "name"),
                        name="pilot_model_key",
                        violation_error_message="Nhiệm vụ đã có mô hình cùng tên.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingItem",
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
                ("conclusion", models.TextField(blank=True, verbose_name="kết luận")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="councils.councilmeeting",
                        verbose_name="cuộc họp",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_items",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                    "grade",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"code_list": "acceptance_grade"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reference.codelistitem",
                        verbose_name="xếp loại",
                    ),
                ),
                ("passed", models.BooleanField(blank=True, null=True, verbose_name="được thông qua")),
            ],
            options={
                "verbose_name": "nội dung cuộc họp",
                "verbose_name_plural": "nhiệm vụ đưa ra cuộc họp hội đồng",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "task"),
                        name="meeting_item_key",
                        violation_error_message="Cuộc họp đã có nhiệm vụ này.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskAmendment",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("extend_duration", "Gia hạn thời gian thực hiện"),
                            ("extend_submission", "Gia hạn thời gian nộp hồ sơ nghiệm thu"),
                            ("amend_outline", "Điều chỉnh thuyết minh"),
                            ("change_pi", "Thay đổi chủ nhiệm"),
                            ("change_host", "Thay đổi tổ chức chủ trì"),
                            ("change_partner", "Thay đổi tổ chức phối hợp"),
                            ("add_site", "Bổ sung địa điểm"),
                            ("change_budget", "Điều chỉnh kinh phí"),
                        ],
                        max_length=20,
                        verbose_name="loại điều chỉnh",
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="ngày quyết định")),
                ("old_end_on", models.DateField(blank=True, null=True, verbose_name="thời hạn trước")),
                ("new_end_on", models.DateField(blank=True, null=True, verbose_name="thời hạn sau")),
                ("old_text", models.TextField(blank=True, verbose_name="nội dung trước")),
                ("new_text", models.TextField(blank=True, verbose_name="nội dung sau")),
                ("reason", models.TextField(blank=True, verbose_name="lý do")),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="văn bản điều chỉnh",
                    ),
                ),
                (
                    "new_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="tổ chức sau",
                    ),
                ),
                (
                    "new_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.person",
                        verbose_name="chủ nhiệm sau",
                    ),
                ),
                (
                    "old_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="tổ chức trước",
                    ),
                ),
                (
                    "old_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.person",
                        verbose_name="chủ nhiệm trước",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
                    ),
                ),
                (
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                (
                    "effective_on",
                    models.DateField(
                        blank=True,
                        help_text="Để trống nếu có hiệu lực từ ngày quyết định.",
                        null=True,
                        verbose_name="ngày có hiệu lực",
                    ),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
            ],
            options={
                "verbose_name": "điều chỉnh nhiệm vụ",
                "verbose_name_plural": "điều chỉnh nhiệm vụ",
                "indexes": [
                    models.Index(fields=["kind", "decided_on"], name="science_tas_kind_f7f8db_idx"),
                    models.Index(fields=["-decided_on"], name="task_amendment_list_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "kind", "decided_on"),
                        name="task_amendment_key",
                        violation_error_message="Nhiệm vụ đã có điều chỉnh cùng loại trong cùng ngày.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AmendmentRequest",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("extend_duration", "Gia hạn thời gian thực hiện"),
                            ("extend_submission", "Gia hạn thời gian nộp hồ sơ nghiệm thu"),
                            ("amend_outline", "Điều chỉnh thuyết minh"),
                            ("change_pi", "Thay đổi chủ nhiệm"),
                            ("change_host", "Thay đổi tổ chức chủ trì"),
                            ("change_partner", "Thay đổi tổ chức phối hợp"),
                            ("add_site", "Bổ sung địa điểm"),
                            ("change_budget", "Điều chỉnh kinh phí"),
                        ],
                        max_length=20,
                        verbose_name="loại điều chỉnh",
                    ),
                ),
                ("requested_on", models.DateField(verbose_name="ngày đề nghị")),
                ("new_end_on", models.DateField(blank=True, null=True, verbose_name="thời hạn đề nghị")),
                ("new_text", models.TextField(blank=True, verbose_name="nội dung đề nghị")),
                ("reason", models.TextField(blank=True, verbose_name="lý do")),
                (
                    "before",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="trước khi đề nghị"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "chờ quyết định"),
                            ("approved", "đã quyết định"),
                            ("refused", "không chấp thuận"),
                            ("withdrawn", "đã rút"),
                        ],
                        db_index=True,
                        default="pending",
                        editable=False,
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "amendment",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="science.taskamendment",
                        verbose_name="điều chỉnh đã quyết định",
                    ),
                ),
                (
                    "new_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="tổ chức đề nghị",
                    ),
                ),
                (
                    "new_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.person",
                        verbose_name="chủ nhiệm đề nghị",
                    ),
                ),
                (
                    "old_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="tổ chức thôi tham gia",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendment_requests",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
                    ),
                ),
            ],
            options={
                "verbose_name": "đề nghị điều chỉnh",
                "verbose_name_plural": "đề nghị điều chỉnh nhiệm vụ",
                "indexes": [models.Index(fields=["-requested_on"], name="amendment_request_list_order")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "kind", "requested_on"),
                        name="amendment_request_key",
                        violation_error_message="Nhiệm vụ đã có đề nghị cùng loại trong cùng ngày.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskMilestone",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("determined", "Xác định nhiệm vụ"),
                            ("listed", "Phê duyệt danh mục"),
                            ("awarded", "Tuyển chọn, giao trực tiếp"),
                            ("budget_appraised", "Thẩm định kinh phí"),
                            ("outline_approved", "Phê duyệt thuyết minh và dự toán"),
                            ("contract_signed", "Ký hợp đồng"),
                            ("suspended", "Tạm dừng triển khai"),
                            ("resumed", "Tiếp tục thực hiện"),
                            ("stopped", "Dừng thực hiện"),
                            ("terminated", "Chấm dứt hợp đồng"),
                            ("self_accepted", "Nghiệm thu cấp cơ sở (tự đánh giá)"),
                            ("dossier_submitted", "Nộp hồ sơ nghiệm thu"),
                            ("accepted_province", "Nghiệm thu cấp tỉnh"),
                            ("accepted_national", "Nghiệm thu cấp quốc gia"),
                            ("conclusions_met", "Hoàn thiện theo kết luận của Hội đồng"),
                            ("registered", "Cấp Giấy chứng nhận đăng ký kết quả"),
                            ("deregistered", "Thu hồi Giấy chứng nhận đăng ký kết quả"),
                            ("recognised", "Công nhận kết quả"),
                            ("handed_over", "Bàn giao kết quả"),
                            ("settled", "Quyết toán kinh phí"),
                            ("assets_handled", "Xử lý tài sản"),
                            ("liquidated", "Thanh lý hợp đồng"),
                        ],
                        max_length=20,
                        verbose_name="mốc",
                    ),
                ),
                ("on", models.DateField(verbose_name="ngày")),
                (
                    "number",
                    models.CharField(blank=True, max_length=60, verbose_name="số giấy chứng nhận, hợp đồng"),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True, verbose_name="số tiền (đồng)")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="văn bản",
                    ),
                ),
                (
                    "grade",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"code_list": "acceptance_grade"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.codelistitem",
                        verbose_name="xếp loại",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                "verbose_name": "mốc của nhiệm vụ",
                "verbose_name_plural": "mốc thực hiện nhiệm vụ",
                "indexes": [
                    models.Index(fields=["kind", "on"], name="science_tas_kind_90ae35_idx"),
                    models.Index(fields=["task", "on"], name="science_tas_task_id_a2a998_idx"),
                    models.Index(fields=["-on"], name="task_milestone_list_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "kind", "on"),
                        name="task_milestone_key",
                        violation_error_message="Nhiệm vụ đã có mốc này trong cùng ngày. Xem lại ngày; nếu mốc đã ghi sai thì bấm “Đính chính mốc” hoặc “Bỏ mốc ghi nhầm” ở mốc đó.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskPartner",
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
                            ("cooperating", "Phối hợp thực hiện"),
                            ("receiving", "Tiếp nhận, ứng dụng kết quả"),
                        ],
                        max_length=12,
                        verbose_name="vai trò",
                    ),
                ),
                ("from_on", models.DateField(blank=True, null=True, verbose_name="từ ngày")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="đến trước ngày")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partnerships",
                        to="parties.organisation",
                        verbose_name="tổ chức",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partners",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                "verbose_name": "tổ chức phối hợp",
                "verbose_name_plural": "tổ chức phối hợp thực hiện nhiệm vụ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "organisation", "role"),
                        name="task_partner_key",
                        violation_error_message="Tổ chức này đã có vai trò này trong nhiệm vụ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_on__isnull", True),
                            ("from_on__isnull", True),
                            ("to_on__gt", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="task_partner_order",
                        violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskProposal",
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
                ("code", models.CharField(max_length=40, verbose_name="mã đề xuất")),
                ("title", models.CharField(max_length=500, verbose_name="tên đề xuất")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("national", "Cấp quốc gia"),
                            ("ministry", "Cấp bộ"),
                            ("province", "Cấp tỉnh"),
                            ("grassroots", "Cấp cơ sở"),
                        ],
                        default="province",
                        max_length=12,
                        verbose_name="cấp đề xuất",
                    ),
                ),
                (
                    "for_year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                1945, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                            django.core.validators.MaxValueValidator(
                                2100, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                        ],
                        verbose_name="thực hiện từ năm",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="ngày nhận")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Đang xem xét"),
                            ("determined", "Được xác định thành nhiệm vụ"),
                            ("merged", "Gộp vào nhiệm vụ khác"),
                            ("rejected", "Không đưa vào danh mục"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="kết quả xem xét",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "field_group",
                    models.ForeignKey(
                        limit_choices_to={"code_list": "field_group"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="reference.codelistitem",
                        verbose_name="lĩnh vực",
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="parties.organisation",
                        verbose_name="tổ chức đề xuất",
                    ),
                ),
                (
                    "proposing_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="parties.person",
                        verbose_name="cá nhân đề xuất",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ hình thành",
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
                "verbose_name": "đề xuất đặt hàng",
                "verbose_name_plural": "đề xuất đặt hàng nhiệm vụ",
                "indexes": [
                    models.Index(fields=["for_year", "received_on"], name="science_tas_for_yea_3f8e70_idx"),
                    models.Index(fields=["-for_year", "sort_key"], name="task_proposal_list_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="task_proposal_key",
                        violation_error_message="Đã có đề xuất cùng mã.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskWorkshop",
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
                ("title", models.CharField(max_length=400, verbose_name="tên hội thảo")),
                ("held_on", models.DateField(db_index=True, verbose_name="ngày tổ chức")),
                (
                    "organised",
                    models.BooleanField(
                        default=False,
                        help_text="Không đánh dấu: chỉ tham dự.",
                        verbose_name="Sở phối hợp tổ chức",
                    ),
                ),
                ("venue", models.CharField(blank=True, max_length=200, verbose_name="địa điểm")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workshops",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                "verbose_name": "hội thảo",
                "verbose_name_plural": "hội thảo của nhiệm vụ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "held_on"),
                        name="task_workshop_key",
                        violation_error_message="Nhiệm vụ đã có hội thảo trong cùng ngày.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
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
                        choices=[("secretary", "Thư ký khoa học"), ("member", "Thành viên thực hiện")],
                        max_length=12,
                        verbose_name="vai trò",
                    ),
                ),
                ("from_on", models.DateField(blank=True, null=True, verbose_name="từ ngày")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="đến trước ngày")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="team_seats",
                        to="parties.person",
                        verbose_name="cá nhân",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="team",
                        to="science.sciencetask",
                        verbose_name="nhiệm vụ",
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
                "verbose_name": "thành viên thực hiện",
                "verbose_name_plural": "thành viên thực hiện nhiệm vụ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "person", "role"),
                        name="team_member_key",
                        violation_error_message="Người này đã có vai trò này trong nhiệm vụ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_on__isnull", True),
                            ("from_on__isnull", True),
                            ("to_on__gt", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="team_member_order",
                        violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingSession",
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
                ("code", models.CharField(max_length=40, verbose_name="mã buổi làm việc")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("district", "Làm việc với UBND huyện, thành phố"),
                            ("commune", "Làm việc với UBND xã, phường"),
                            ("district_offices", "Làm việc với Phòng Kinh tế, Phòng Kinh tế - Hạ tầng"),
                        ],
                        max_length=20,
                        verbose_name="loại",
                    ),
                ),
                ("held_on", models.DateField(db_index=True, verbose_name="ngày làm việc")),
                ("counterpart", models.CharField(blank=True, max_length=300, verbose_name="đơn vị làm việc")),
                ("topic", models.TextField(verbose_name="nội dung")),
                (
                    "admin_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="working_sessions",
                        to="reference.adminunit",
                        verbose_name="huyện, thành phố",
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
                "verbose_name": "buổi làm việc",
                "verbose_name_plural": "làm việc với huyện, thành phố",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="working_session_key",
                        violation_error_message="Đã có buổi làm việc cùng mã.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationCampaign",
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
                ("name", models.CharField(max_length=300, verbose_name="tên đợt đánh giá")),
                (
                    "from_year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                1945, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                            django.core.validators.MaxValueValidator(
                                2100, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                        ],
                        verbose_name="đánh giá nhiệm vụ từ năm",
                    ),
                ),
                (
                    "to_year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                1945, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                            django.core.validators.MaxValueValidator(
                                2100, "Đây không phải một năm. Gõ đủ bốn chữ số của năm, ví dụ 2023."
                            ),
                        ],
                        verbose_name="đến năm",
                    ),
                ),
                ("issued_on", models.DateField(verbose_name="ngày ban hành kế hoạch")),
                ("surveyed_on", models.DateField(blank=True, null=True, verbose_name="ngày khảo sát")),
                ("conclusion", models.TextField(blank=True, verbose_name="kết quả")),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="kế hoạch",
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
                "verbose_name": "đợt đánh giá sau nghiệm thu",
                "verbose_name_plural": "đánh giá sau nghiệm thu",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="evaluation_campaign_key",
                        violation_error_message="Đã có đợt đánh giá cùng mã.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_year__gte", models.F("from_year"))),
                        name="evaluation_campaign_years",
                        violation_error_message="Năm cuối đứng trước năm đầu.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperationCertificate",
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
                ("number", models.CharField(max_length=60, verbose_name="số giấy chứng nhận")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "Cấp mới"),
                            ("branch", "Cấp cho chi nhánh, văn phòng đại diện"),
                            ("amended", "Thay đổi, bổ sung"),
                            ("reissued", "Cấp lại"),
                        ],
                        max_length=10,
                        verbose_name="hình thức cấp",
                    ),
                ),
                ("issued_on", models.DateField(db_index=True, verbose_name="ngày cấp")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ngày hết hiệu lực")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operation_certificates",
                        to="parties.organisation",
                        verbose_name="tổ chức được cấp",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branch_certificates",
                        to="parties.organisation",
                        verbose_name="tổ chức mẹ",
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
                "verbose_name": "Giấy chứng nhận hoạt động KH&CN",
                "verbose_name_plural": "Giấy chứng nhận hoạt động KH&CN",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "number", "issued_on"),
                        name="operation_certificate_key",
                        violation_error_message="Đã có giấy chứng nhận cùng số và ngày cấp.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NominationProvince",
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
                    "admin_unit",
                    models.ForeignKey(
                        limit_choices_to={"level": "province"},
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.adminunit",
                        verbose_name="tỉnh",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provinces",
                        to="science.programmenomination",
                        verbose_name="dự án đề xuất",
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
                "verbose_name": "tỉnh tham gia",
                "verbose_name_plural": "tỉnh tham gia dự án đề xuất",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nomination", "admin_unit"), name="nomination_province_key"
                    )
                ],
            },
        ),
    ]
