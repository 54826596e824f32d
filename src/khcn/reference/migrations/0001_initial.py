import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("reference", "0002_terms_and_provisional_days"),
        ("reference", "0003_search_table"),
        ("reference", "0004_taken_over_and_corrected"),
        ("reference", "0005_failing_grades"),
        ("reference", "0006_times"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AdminUnit",
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
                ("valid_from", models.DateField(verbose_name="Có hiệu lực từ ngày")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="Ngày đầu tiên không còn hiệu lực; để trống nếu đang còn.",
                        null=True,
                        verbose_name="Hết hiệu lực từ ngày",
                    ),
                ),
                ("code", models.CharField(max_length=8, verbose_name="mã")),
                ("name", models.CharField(max_length=100, verbose_name="tên")),
                (
                    "full_name",
                    models.CharField(
                        help_text="Ví dụ: Xã Nam Cường, Huyện Chợ Đồn.",
                        max_length=200,
                        verbose_name="tên đầy đủ",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("province", "Cấp tỉnh"), ("district", "Cấp huyện"), ("commune", "Cấp xã")],
                        max_length=10,
                        verbose_name="cấp",
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="reference.adminunit",
                        verbose_name="thuộc",
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị hành chính",
                "verbose_name_plural": "đơn vị hành chính",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "code", "valid_from"),
                        name="admin_unit_key",
                        violation_error_message="Đã có đơn vị hành chính cùng mã và cùng ngày có hiệu lực.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="reference_adminunit_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalDocument",
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
                ("number", models.CharField(db_index=True, max_length=60, verbose_name="số, ký hiệu")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "Luật"),
                            ("resolution", "Nghị quyết"),
                            ("decree", "Nghị định"),
                            ("circular", "Thông tư"),
                            ("directive", "Chỉ thị"),
                            ("decision", "Quyết định"),
                            ("regulation", "Quy định"),
                            ("plan", "Kế hoạch"),
                            ("programme", "Chương trình"),
                            ("guideline", "Hướng dẫn"),
                            ("report", "Báo cáo"),
                            ("submission", "Tờ trình"),
                            ("letter", "Công văn"),
                            ("notice", "Thông báo"),
                            ("minutes", "Biên bản"),
                            ("contract", "Hợp đồng"),
                            ("licence", "Giấy phép"),
                            ("certificate", "Giấy chứng nhận"),
                            ("standard", "Tiêu chuẩn"),
                            ("other", "Văn bản khác"),
                        ],
                        max_length=20,
                        verbose_name="loại văn bản",
                    ),
                ),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="ngày ban hành")),
                ("issuer", models.CharField(max_length=200, verbose_name="cơ quan ban hành")),
                ("subject", models.CharField(max_length=500, verbose_name="trích yếu")),
                (
                    "is_normative",
                    models.BooleanField(default=False, verbose_name="là văn bản quy phạm pháp luật"),
                ),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="ngày có hiệu lực")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ngày hết hiệu lực")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="reference.legaldocument",
                        verbose_name="thay thế văn bản",
                    ),
                ),
            ],
            options={
                "verbose_name": "văn bản",
                "verbose_name_plural": "văn bản",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "number", "issued_on", "issuer"),
                        name="legal_document_key",
                        violation_error_message="Đã có văn bản cùng số, ngày và cơ quan ban hành.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("issued_on__isnull", True)),
                        fields=("province", "number", "issuer"),
                        name="legal_document_without_day_key",
                        violation_error_message="Đã có văn bản cùng số và cơ quan ban hành chưa ghi ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeListItem",
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
                ("valid_from", models.DateField(verbose_name="Có hiệu lực từ ngày")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="Ngày đầu tiên không còn hiệu lực; để trống nếu đang còn.",
                        null=True,
                        verbose_name="Hết hiệu lực từ ngày",
                    ),
                ),
                (
                    "code_list",
                    models.CharField(
                        choices=[
                            ("acceptance_grade", "Xếp loại nghiệm thu"),
                            ("field_group", "Nhóm lĩnh vực (báo cáo)"),
                            ("research_field", "Lĩnh vực nghiên cứu (thống kê)"),
                            ("programme", "Chương trình KH&CN"),
                            ("radiation_device", "Loại thiết bị bức xạ"),
                            ("radiation_practice", "Công việc bức xạ"),
                        ],
                        max_length=30,
                        verbose_name="danh mục",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="mã")),
                ("label", models.CharField(max_length=200, verbose_name="tên")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="thứ tự")),
                (
                    "legal_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="căn cứ",
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
                    "fails",
                    models.BooleanField(
                        default=False,
                        help_text="Chỉ cho xếp loại nghiệm thu: kết quả của nhiệm vụ có mức này không được đăng ký, công nhận, bàn giao.",
                        verbose_name="là mức không đạt",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục danh mục",
                "verbose_name_plural": "danh mục dùng chung",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code_list", "code", "valid_from"),
                        name="code_list_item_key",
                        violation_error_message="Danh mục đã có mã này với cùng ngày có hiệu lực.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="reference_codelistitem_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdminUnitSuccession",
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
                            ("rename", "đổi tên"),
                            ("merge", "sáp nhập, hợp nhất"),
                            ("split", "chia, tách"),
                            ("transfer", "chuyển giao chức năng, nhiệm vụ"),
                            ("abolish", "giải thể, bãi bỏ"),
                        ],
                        max_length=10,
                        verbose_name="Hình thức",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="Từ ngày")),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="reference.adminunit",
                        verbose_name="đơn vị cũ",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="origins",
                        to="reference.adminunit",
                        verbose_name="đơn vị mới",
                    ),
                ),
                (
                    "legal_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="văn bản",
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
                "verbose_name": "sắp xếp đơn vị hành chính",
                "verbose_name_plural": "sắp xếp đơn vị hành chính",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("successor__isnull", True)),
                        fields=("predecessor",),
                        name="admin_unit_abolition_key",
                    ),
                    models.UniqueConstraint(
                        fields=("predecessor", "successor"), name="admin_unit_succession_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                        name="reference_adminunitsuccession_not_itself",
                        violation_error_code="not_itself",
                        violation_error_message="Đơn vị trước và đơn vị kế tiếp là một. Chọn lại đơn vị kế tiếp.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "abolish"), ("successor__isnull", True)),
                            models.Q(
                                models.Q(("kind", "abolish"), _negated=True), ("successor__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="reference_adminunitsuccession_successor_unless_abolished",
                        violation_error_code="successor_unless_abolished",
                        violation_error_message="Giải thể, bãi bỏ thì để trống đơn vị kế tiếp; các hình thức khác phải chọn đơn vị kế tiếp.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportingRegime",
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
                ("name", models.CharField(max_length=300, verbose_name="tên chế độ báo cáo")),
                (
                    "legal_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="căn cứ",
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
                "verbose_name": "chế độ báo cáo",
                "verbose_name_plural": "chế độ báo cáo",
                "constraints": [
                    models.UniqueConstraint(fields=("province", "code"), name="reporting_regime_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="RegimeWindow",
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
                ("valid_from", models.DateField(verbose_name="Có hiệu lực từ ngày")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="Ngày đầu tiên không còn hiệu lực; để trống nếu đang còn.",
                        null=True,
                        verbose_name="Hết hiệu lực từ ngày",
                    ),
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
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="kỳ thứ")),
                ("start_day", models.PositiveSmallIntegerField(verbose_name="từ ngày")),
                ("start_month", models.PositiveSmallIntegerField(verbose_name="từ tháng")),
                (
                    "starts_year_before",
                    models.BooleanField(default=False, verbose_name="bắt đầu từ năm trước"),
                ),
                ("end_day", models.PositiveSmallIntegerField(verbose_name="đến hết ngày")),
                ("end_month", models.PositiveSmallIntegerField(verbose_name="đến hết tháng")),
                (
                    "due_working_days",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="gửi trong số ngày làm việc sau ngày chốt"
                    ),
                ),
                (
                    "regime",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="windows",
                        to="reference.reportingregime",
                        verbose_name="chế độ báo cáo",
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
                "verbose_name": "kỳ chốt số liệu",
                "verbose_name_plural": "kỳ chốt số liệu",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="reference_regimewindow_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    ),
                    models.UniqueConstraint(
                        fields=("regime", "kind", "number", "valid_from"),
                        name="regime_window_key",
                        violation_error_message="Chế độ báo cáo đã có kỳ này với cùng ngày có hiệu lực.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleParameter",
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
                ("valid_from", models.DateField(verbose_name="Có hiệu lực từ ngày")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="Ngày đầu tiên không còn hiệu lực; để trống nếu đang còn.",
                        null=True,
                        verbose_name="Hết hiệu lực từ ngày",
                    ),
                ),
                ("code", models.CharField(max_length=60, verbose_name="mã")),
                ("label", models.CharField(max_length=300, verbose_name="nội dung quy định")),
                ("value", models.IntegerField(verbose_name="giá trị")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("day", "ngày"),
                            ("working_day", "ngày làm việc"),
                            ("month", "tháng"),
                            ("year", "năm"),
                            ("day_before", "ngày trước đó"),
                            ("month_end", "tháng sau, tính đến cuối tháng"),
                            ("quarter_end", "quý sau, tính đến cuối quý"),
                            ("person", "người"),
                            ("times", "lần"),
                            ("percent", "%"),
                            ("other", "đơn vị khác"),
                        ],
                        max_length=12,
                        verbose_name="đơn vị tính",
                    ),
                ),
                (
                    "legal_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.legaldocument",
                        verbose_name="căn cứ",
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
                "verbose_name": "tham số quy định",
                "verbose_name_plural": "tham số quy định",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="reference_ruleparameter_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    ),
                    models.UniqueConstraint(
                        fields=("province", "code", "valid_from"),
                        name="rule_parameter_key",
                        violation_error_message="Tham số này đã có giá trị với cùng ngày có hiệu lực.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingDayException",
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
                ("calendar", models.CharField(default="chung", max_length=30, verbose_name="lịch")),
                ("on", models.DateField(verbose_name="ngày")),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "Nghỉ"), ("working", "Làm việc")],
                        max_length=10,
                        verbose_name="loại ngày",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="tên ngày nghỉ, lý do")),
                (
                    "source",
                    models.CharField(
                        help_text="Văn bản quyết định ngày nghỉ, ngày làm bù.",
                        max_length=300,
                        verbose_name="căn cứ",
                    ),
                ),
                ("prefilled_as", models.CharField(blank=True, default="", editable=False, max_length=520)),
                (
                    "provisional",
                    models.BooleanField(
                        default=False,
                        help_text="Chưa đối chiếu với thông báo lịch nghỉ của năm; thời hạn tính qua năm đó là dự kiến.",
                        verbose_name="dự kiến",
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
                "verbose_name": "ngày nghỉ, ngày làm bù",
                "verbose_name_plural": "ngày nghỉ, ngày làm bù",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "calendar", "on"),
                        name="working_day_exception_key",
                        violation_error_message="Lịch này đã có ngày đó. Mở dòng đã có để sửa.",
                    )
                ],
            },
        ),
    ]
