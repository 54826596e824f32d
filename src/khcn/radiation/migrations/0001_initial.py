import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("parties", "0001_initial"),
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RadiationFacility",
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
                ("code", models.CharField(max_length=40, verbose_name="mã cơ sở")),
                ("name", models.CharField(max_length=300, verbose_name="tên cơ sở")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "admin_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.adminunit",
                        verbose_name="đơn vị hành chính",
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="headed_facilities",
                        to="parties.person",
                        verbose_name="người đứng đầu",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="radiation_facilities",
                        to="parties.organisation",
                        verbose_name="tổ chức",
                    ),
                ),
            ],
            options={
                "verbose_name": "cơ sở bức xạ",
                "verbose_name_plural": "cơ sở bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="radiation_facility_key",
                        violation_error_message="Đã có cơ sở bức xạ cùng mã.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationDevice",
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
                ("code", models.CharField(max_length=40, verbose_name="mã thiết bị")),
                ("name", models.CharField(max_length=200, verbose_name="tên, kiểu thiết bị")),
                ("serial_number", models.CharField(blank=True, max_length=100, verbose_name="số sê-ri")),
                (
                    "made_in",
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
                        verbose_name="năm sản xuất",
                    ),
                ),
                ("room", models.CharField(blank=True, max_length=200, verbose_name="phòng đặt máy")),
                ("acquired_on", models.DateField(verbose_name="ngày có thiết bị")),
                (
                    "kind",
                    models.ForeignKey(
                        limit_choices_to={"code_list": "radiation_device"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="radiation_devices",
                        to="reference.codelistitem",
                        verbose_name="loại thiết bị",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "thiết bị bức xạ",
                "verbose_name_plural": "thiết bị bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="radiation_device_key",
                        violation_error_message="Đã có thiết bị bức xạ cùng mã.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationCheck",
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
                    "subject",
                    models.CharField(
                        choices=[("xray", "Thiết bị X-quang y tế"), ("source", "Nguồn phóng xạ")],
                        max_length=10,
                        verbose_name="đối tượng kiểm tra",
                    ),
                ),
                ("checked_on", models.DateField(db_index=True, verbose_name="ngày kiểm tra")),
                ("team", models.CharField(blank=True, max_length=300, verbose_name="đoàn kiểm tra")),
                ("findings", models.TextField(blank=True, verbose_name="kết quả kiểm tra")),
                ("follow_up", models.TextField(blank=True, verbose_name="yêu cầu khắc phục")),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt kiểm tra an toàn bức xạ",
                "verbose_name_plural": "kiểm tra an toàn bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "subject", "checked_on"),
                        name="radiation_check_key",
                        violation_error_message="Cơ sở đã có lượt kiểm tra này trong cùng ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuidanceLetter",
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
                ("code", models.CharField(max_length=40, verbose_name="mã")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="số, ký hiệu")),
                ("subject", models.CharField(max_length=500, verbose_name="trích yếu")),
                ("addressees", models.CharField(max_length=300, verbose_name="nơi nhận")),
                ("issued_on", models.DateField(db_index=True, verbose_name="ngày ban hành")),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở được hướng dẫn",
                    ),
                ),
            ],
            options={
                "verbose_name": "văn bản hướng dẫn an toàn bức xạ",
                "verbose_name_plural": "văn bản hướng dẫn an toàn bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="guidance_letter_key",
                        violation_error_message="Đã có văn bản cùng mã.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmergencyPlan",
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
                ("submitted_on", models.DateField(verbose_name="ngày nộp")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="ngày phê duyệt")),
                (
                    "approval_number",
                    models.CharField(blank=True, max_length=60, verbose_name="số quyết định phê duyệt"),
                ),
                (
                    "drilled_on",
                    models.DateField(blank=True, null=True, verbose_name="ngày diễn tập gần nhất"),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergency_plans",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "kế hoạch ứng phó sự cố bức xạ",
                "verbose_name_plural": "kế hoạch ứng phó sự cố bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "submitted_on"),
                        name="emergency_plan_key",
                        violation_error_message="Cơ sở đã nộp kế hoạch trong cùng ngày.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_on__isnull", True),
                            ("approved_on__gte", models.F("submitted_on")),
                            _connector="OR",
                        ),
                        name="emergency_plan_days",
                        violation_error_message="Ngày phê duyệt đứng trước ngày nộp. Hãy xem lại hai ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationLicence",
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
                ("number", models.CharField(max_length=60, verbose_name="số giấy phép")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "Cấp mới"),
                            ("renewal", "Gia hạn"),
                            ("amendment", "Sửa đổi, bổ sung"),
                            ("reissue", "Cấp lại"),
                        ],
                        max_length=10,
                        verbose_name="hình thức cấp",
                    ),
                ),
                (
                    "issuer",
                    models.CharField(
                        choices=[
                            ("province", "Sở Khoa học và Công nghệ"),
                            ("central", "Cục An toàn bức xạ và hạt nhân"),
                        ],
                        default="province",
                        max_length=10,
                        verbose_name="cơ quan cấp",
                    ),
                ),
                ("issued_on", models.DateField(db_index=True, verbose_name="ngày cấp")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="có giá trị đến ngày")),
                ("replaced_on", models.DateField(editable=False, null=True, verbose_name="ngày được thay")),
                (
                    "ended_on",
                    models.DateField(editable=False, null=True, verbose_name="ngày chấm dứt, thu hồi"),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="licences",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        limit_choices_to={"code_list": "radiation_practice"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="radiation_licences",
                        to="reference.codelistitem",
                        verbose_name="công việc bức xạ",
                    ),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="radiation.radiationlicence",
                        verbose_name="thay giấy phép",
                    ),
                ),
            ],
            options={
                "verbose_name": "giấy phép bức xạ",
                "verbose_name_plural": "giấy phép tiến hành công việc bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "number", "issued_on"),
                        name="radiation_licence_key",
                        violation_error_message="Đã có giấy phép cùng số và ngày cấp.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__isnull", True),
                            ("expires_on__gt", models.F("issued_on")),
                            _connector="OR",
                        ),
                        name="radiation_licence_days",
                        violation_error_message="Ngày hết giá trị phải sau ngày cấp. Hãy xem lại hai ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationLicenceApplication",
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
                ("code", models.CharField(max_length=40, verbose_name="mã hồ sơ")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "Cấp mới"),
                            ("renewal", "Gia hạn"),
                            ("amendment", "Sửa đổi, bổ sung"),
                            ("reissue", "Cấp lại"),
                        ],
                        max_length=10,
                        verbose_name="loại đề nghị",
                    ),
                ),
                ("received_on", models.DateField(db_index=True, verbose_name="ngày nhận hồ sơ")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "đã tiếp nhận"),
                            ("complete", "hồ sơ hợp lệ, đang thẩm định"),
                            ("appraised", "đã thẩm định, chờ cấp"),
                            ("granted", "đã cấp giấy phép"),
                            ("returned", "đã trả lại hồ sơ"),
                            ("withdrawn", "đã rút hồ sơ"),
                        ],
                        db_index=True,
                        default="received",
                        editable=False,
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "filing_note",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="thời điểm nộp"
                    ),
                ),
                ("appraisal", models.TextField(blank=True, editable=False, verbose_name="kết quả thẩm định")),
                (
                    "decided_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ngày cấp, trả lại"),
                ),
                ("return_reason", models.TextField(blank=True, editable=False, verbose_name="lý do trả lại")),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="licence_applications",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
                (
                    "granted",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application",
                        to="radiation.radiationlicence",
                        verbose_name="giấy phép được cấp",
                    ),
                ),
                (
                    "licence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later_applications",
                        to="radiation.radiationlicence",
                        verbose_name="giấy phép đang có",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        limit_choices_to={"code_list": "radiation_practice"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="radiation_applications",
                        to="reference.codelistitem",
                        verbose_name="công việc bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ cấp giấy phép bức xạ",
                "verbose_name_plural": "hồ sơ đề nghị cấp giấy phép bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="radiation_application_key",
                        violation_error_message="Đã có hồ sơ cùng mã.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationSurvey",
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
                ("room", models.CharField(max_length=200, verbose_name="phòng, khu vực")),
                ("surveyed_on", models.DateField(db_index=True, verbose_name="ngày kiểm xạ")),
                ("passed", models.BooleanField(default=True, verbose_name="đạt yêu cầu")),
                ("findings", models.TextField(blank=True, verbose_name="kết quả")),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="đơn vị thực hiện",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt kiểm xạ",
                "verbose_name_plural": "kiểm xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "room", "surveyed_on"),
                        name="radiation_survey_key",
                        violation_error_message="Phòng này đã có lượt kiểm xạ trong cùng ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationTraining",
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
                ("code", models.CharField(max_length=40, verbose_name="mã lớp")),
                ("title", models.CharField(max_length=300, verbose_name="tên lớp tập huấn")),
                ("held_on", models.DateField(db_index=True, verbose_name="ngày tổ chức")),
                (
                    "participants",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="số người dự"),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
            ],
            options={
                "verbose_name": "lớp tập huấn an toàn bức xạ",
                "verbose_name_plural": "tập huấn an toàn bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="radiation_training_key",
                        violation_error_message="Đã có lớp tập huấn cùng mã.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationWorker",
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
                ("code", models.CharField(max_length=40, verbose_name="mã nhân viên")),
                (
                    "role",
                    models.CharField(
                        choices=[("operator", "Nhân viên bức xạ"), ("officer", "Người phụ trách an toàn")],
                        default="operator",
                        max_length=10,
                        verbose_name="nhiệm vụ",
                    ),
                ),
                ("since_on", models.DateField(verbose_name="làm việc từ ngày")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="thôi làm từ ngày")),
                ("dosimeter", models.CharField(blank=True, max_length=60, verbose_name="mã liều kế cá nhân")),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workers",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="radiation_work",
                        to="parties.person",
                        verbose_name="họ và tên",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhân viên bức xạ",
                "verbose_name_plural": "nhân viên bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="radiation_worker_key",
                        violation_error_message="Đã có nhân viên bức xạ cùng mã.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True), ("left_on__gte", models.F("since_on")), _connector="OR"
                        ),
                        name="radiation_worker_days",
                        violation_error_message="Ngày thôi làm đứng trước ngày bắt đầu. Hãy xem lại hai ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationStaffCertificate",
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
                ("number", models.CharField(max_length=60, verbose_name="số chứng chỉ")),
                ("issued_on", models.DateField(db_index=True, verbose_name="ngày cấp")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="có giá trị đến ngày")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ngày thu hồi")),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="radiation.radiationworker",
                        verbose_name="nhân viên bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "chứng chỉ nhân viên bức xạ",
                "verbose_name_plural": "chứng chỉ nhân viên bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "number", "issued_on"),
                        name="radiation_staff_certificate_key",
                        violation_error_message="Đã có chứng chỉ cùng số và ngày cấp.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__isnull", True),
                            ("expires_on__gt", models.F("issued_on")),
                            _connector="OR",
                        ),
                        name="radiation_staff_certificate_days",
                        violation_error_message="Ngày hết giá trị phải sau ngày cấp. Hãy xem lại hai ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoseRecord",
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
                (
                    "quarter",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Quý I"), (2, "Quý II"), (3, "Quý III"), (4, "Quý IV")],
                        verbose_name="quý",
                    ),
                ),
                ("read_on", models.DateField(verbose_name="ngày trả kết quả")),
                (
                    "dose_msv",
                    models.DecimalField(decimal_places=3, max_digits=7, verbose_name="liều hiệu dụng (mSv)"),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="đơn vị thực hiện",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doses",
                        to="radiation.radiationworker",
                        verbose_name="nhân viên bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả đo liều cá nhân",
                "verbose_name_plural": "kết quả đo liều cá nhân",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("worker", "year", "quarter"),
                        name="radiation_dose_record_key",
                        violation_error_message="Nhân viên đã có kết quả đo liều của quý này.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dose_msv__gte", 0)),
                        name="radiation_dose_record_not_negative",
                        violation_error_message="Liều không thể nhỏ hơn 0. Hãy xem lại phiếu kết quả.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadioactiveSource",
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
                ("code", models.CharField(max_length=40, verbose_name="mã nguồn")),
                ("name", models.CharField(max_length=200, verbose_name="đồng vị, thiết bị chứa nguồn")),
                ("serial_number", models.CharField(blank=True, max_length=100, verbose_name="số sê-ri")),
                ("is_sealed", models.BooleanField(default=True, verbose_name="nguồn kín")),
                (
                    "category",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Nhóm 1"), (2, "Nhóm 2"), (3, "Nhóm 3"), (4, "Nhóm 4"), (5, "Nhóm 5")],
                        null=True,
                        verbose_name="nhóm nguồn",
                    ),
                ),
                (
                    "activity",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="hoạt độ (MBq)"
                    ),
                ),
                (
                    "measured_on",
                    models.DateField(blank=True, null=True, verbose_name="ngày xác định hoạt độ"),
                ),
                ("acquired_on", models.DateField(verbose_name="ngày có nguồn")),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="radiation.radiationfacility",
                        verbose_name="cơ sở bức xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "nguồn phóng xạ",
                "verbose_name_plural": "nguồn phóng xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="radioactive_source_key",
                        violation_error_message="Đã có nguồn phóng xạ cùng mã.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationNotification",
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
                ("code", models.CharField(max_length=40, verbose_name="mã khai báo")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("possession", "Có thiết bị, nguồn"),
                            ("stopped", "Dừng hoạt động"),
                            ("resumed", "Hoạt động trở lại"),
                            ("disposed", "Chấm dứt, thanh lý"),
                        ],
                        max_length=12,
                        verbose_name="nội dung khai báo",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="ngày xảy ra")),
                ("received_on", models.DateField(db_index=True, verbose_name="ngày nhận khai báo")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="radiation.radiationdevice",
                        verbose_name="thiết bị",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="radiation.radioactivesource",
                        verbose_name="nguồn phóng xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "khai báo",
                "verbose_name_plural": "khai báo thiết bị, nguồn bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="radiation_notification_key",
                        violation_error_message="Đã có khai báo cùng mã.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_on__gte", models.F("happened_on"))),
                        name="radiation_notification_days",
                        violation_error_message="Ngày nhận khai báo đứng trước ngày xảy ra. Hãy xem lại hai ngày.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationLicenceItem",
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
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="số thứ tự")),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="radiation.radiationdevice",
                        verbose_name="thiết bị",
                    ),
                ),
                (
                    "licence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="radiation.radiationlicence",
                        verbose_name="giấy phép",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="radiation.radioactivesource",
                        verbose_name="nguồn phóng xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "thiết bị, nguồn trong giấy phép",
                "verbose_name_plural": "thiết bị, nguồn trong giấy phép",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("licence", "ordinal"),
                        name="radiation_licence_item_key",
                        violation_error_message="Giấy phép đã có dòng cùng số thứ tự.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationApplicationItem",
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
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="số thứ tự")),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="radiation.radiationdevice",
                        verbose_name="thiết bị",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="radiation.radiationlicenceapplication",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="radiation.radioactivesource",
                        verbose_name="nguồn phóng xạ",
                    ),
                ),
            ],
            options={
                "verbose_name": "thiết bị, nguồn trong hồ sơ",
                "verbose_name_plural": "thiết bị, nguồn trong hồ sơ cấp giấy phép",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "ordinal"),
                        name="radiation_application_item_key",
                        violation_error_message="Hồ sơ đã có dòng cùng số thứ tự.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RadiationDeviceVerification",
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
                ("verified_on", models.DateField(db_index=True, verbose_name="ngày kiểm định")),
                (
                    "certificate_number",
                    models.CharField(blank=True, max_length=60, verbose_name="số giấy chứng nhận kiểm định"),
                ),
                ("passed", models.BooleanField(default=True, verbose_name="đạt yêu cầu")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="giấy có giá trị đến ngày"),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="đơn vị thực hiện",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="radiation.radiationdevice",
                        verbose_name="thiết bị",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt kiểm định thiết bị bức xạ",
                "verbose_name_plural": "kiểm định thiết bị bức xạ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "verified_on"),
                        name="radiation_device_verification_key",
                        violation_error_message="Thiết bị đã có lượt kiểm định trong cùng ngày.",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="radiationlicence",
            index=models.Index(fields=["-issued_on", "number"], name="licence_list_order"),
        ),
        migrations.AddIndex(
            model_name="doserecord",
            index=models.Index(fields=["-year", "-quarter", "id"], name="dose_list_order"),
        ),
    ]
