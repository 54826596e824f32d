import datetime as dt
import uuid

import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import khcn.kernel.province


class Migration(migrations.Migration):
    replaces = [
        ("parties", "0002_account_kinds"),
        ("parties", "0003_search_table"),
        ("parties", "0004_dated_roles"),
        ("parties", "0005_taken_over_and_corrected"),
        ("parties", "0006_mergers"),
        ("parties", "0007_withdrawn_decisions"),
        ("parties", "0008_digests_of_passwords"),
        ("parties", "0009_position_of_principal"),
    ]

    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merger",
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
                ("target_id", models.BigIntegerField()),
                ("duplicate_id", models.BigIntegerField()),
                ("duplicate_label", models.CharField(max_length=300, verbose_name="bản ghi đã gộp")),
                ("batch", models.UUIDField()),
                ("merged_on", models.DateField(verbose_name="ngày gộp")),
                ("moved", models.PositiveIntegerField(verbose_name="số bản ghi chuyển sang")),
                ("undone_on", models.DateField(blank=True, null=True, verbose_name="ngày tách lại")),
            ],
            options={
                "verbose_name": "lần gộp bản ghi",
                "verbose_name_plural": "các lần gộp bản ghi",
                "indexes": [models.Index(fields=["model", "target_id"], name="parties_mer_model_be5c0e_idx")],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
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
                ("name", models.CharField(max_length=300, verbose_name="tên tổ chức")),
                ("short_name", models.CharField(blank=True, max_length=100, verbose_name="tên viết tắt")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("state_body", "Cơ quan nhà nước"),
                            ("party_body", "Cơ quan Đảng, đoàn thể"),
                            ("public_unit", "Đơn vị sự nghiệp công lập"),
                            ("institute", "Viện, trường"),
                            ("enterprise", "Doanh nghiệp"),
                            ("cooperative", "Hợp tác xã"),
                            ("st_organisation", "Tổ chức KH&CN"),
                            ("other", "Tổ chức khác"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="loại hình",
                    ),
                ),
                ("tax_code", models.CharField(blank=True, max_length=14, verbose_name="mã số thuế")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="điện thoại")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử")),
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
                    "corrected",
                    models.BooleanField(default=False, editable=False, verbose_name="đã đính chính"),
                ),
                (
                    "taken_over",
                    models.BooleanField(default=False, editable=False, verbose_name="chuyển từ hồ sơ giấy"),
                ),
                (
                    "governing_body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subordinates",
                        to="parties.organisation",
                        verbose_name="cơ quan chủ quản",
                    ),
                ),
            ],
            options={
                "verbose_name": "tổ chức",
                "verbose_name_plural": "tổ chức",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "name"),
                        name="organisation_key",
                        violation_error_message="Đã có tổ chức cùng tên.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrgUnit",
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
                ("code", models.CharField(max_length=20, verbose_name="mã")),
                ("name", models.CharField(max_length=200, verbose_name="tên đơn vị")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("board", "Ban Giám đốc"),
                            ("office", "Văn phòng"),
                            ("division", "Phòng"),
                            ("branch", "Chi cục"),
                            ("inspectorate", "Thanh tra"),
                            ("centre", "Trung tâm"),
                        ],
                        max_length=20,
                        verbose_name="loại",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="thứ tự")),
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
                "verbose_name": "phòng, đơn vị",
                "verbose_name_plural": "phòng, đơn vị thuộc Sở",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code", "valid_from"),
                        name="org_unit_key",
                        violation_error_message="Đã có đơn vị cùng mã và cùng ngày có hiệu lực.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="parties_orgunit_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
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
                    "code",
                    models.CharField(
                        error_messages={"unique": "Mã này đã có vai trò dùng. Chọn mã khác."},
                        help_text="Chữ thường không dấu, ví dụ van-thu. Không đổi được về sau.",
                        max_length=20,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9-]{1,19}\\Z",
                                "Gõ 2 đến 20 chữ thường không dấu, chữ số hoặc dấu -, bắt đầu bằng chữ. Ví dụ: van-thu.",
                            )
                        ],
                        verbose_name="mã",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="tên vai trò")),
                ("name_key", models.TextField(editable=False)),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="mô tả")),
                (
                    "acts_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("officer", "Chuyên viên"),
                            ("head", "Lãnh đạo phòng, đơn vị"),
                            ("office", "Văn phòng (tổng hợp)"),
                            ("leader", "Lãnh đạo Sở"),
                            ("admin", "Quản trị hệ thống"),
                            ("reader", "Chỉ xem"),
                        ],
                        help_text="Để trống: vai trò chỉ có những quyền ghi ở trang Quyền của vai trò. Không đổi được về sau.",
                        max_length=10,
                        verbose_name="làm được như vai trò",
                    ),
                ),
            ],
            options={
                "verbose_name": "vai trò",
                "verbose_name_plural": "vai trò",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="parties_accountrole_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("code__in", ["officer", "head", "office", "leader", "admin", "reader"]),
                                _negated=True,
                            ),
                            models.Q(
                                ("acts_as", models.F("code")),
                                ("valid_from", dt.date(1945, 1, 1)),
                                ("valid_to__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="account_role_shipped_stays",
                        violation_error_message="Vai trò có sẵn không kết thúc được và giữ nguyên quyền. Chỉ đổi tên và mô tả.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acts_as", "admin"), _negated=True), ("code", "admin"), _connector="OR"
                        ),
                        name="account_role_one_administrator",
                        violation_error_message="Quản trị hệ thống chỉ là vai trò có sẵn. Chọn vai trò khác.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", "system"), _negated=True),
                        name="account_role_not_the_system",
                        violation_error_message="Mã này là của chính hệ thống. Chọn mã khác.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("name_key",),
                        name="account_role_one_of_a_name",
                        violation_error_message="Tên này đã có vai trò dùng. Chọn tên khác.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("sessions_ended", models.PositiveIntegerField(default=0, editable=False)),
                ("issued_password_until", models.DateTimeField(editable=False, null=True)),
                ("needs_second_person", models.BooleanField(default=False, editable=False)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_column="role",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="parties.accountrole",
                        to_field="code",
                        verbose_name="vai trò",
                    ),
                ),
                ("full_name", models.CharField(max_length=150, verbose_name="họ và tên")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.orgunit",
                        verbose_name="phòng, đơn vị",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Chỉ chọn khi tài khoản là của một tổ chức bên ngoài Sở.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="parties.organisation",
                        verbose_name="tổ chức bên ngoài",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "tài khoản",
                "verbose_name_plural": "tài khoản",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", True),
                            models.Q(("role__isnull", True), ("unit__isnull", True)),
                            _connector="OR",
                        ),
                        name="user_staff_or_organisation",
                        violation_error_message="Tài khoản của tổ chức bên ngoài không có vai trò và phòng của Sở. Bỏ một trong hai.",
                    )
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
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
                    "registers",
                    models.JSONField(
                        default=list,
                        help_text="Các danh mục, lĩnh vực được làm thay.",
                        verbose_name="phạm vi ủy quyền",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="căn cứ, lý do")),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_held",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người được ủy quyền",
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người ủy quyền",
                    ),
                ),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ngày hủy"),
                ),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do hủy"),
                ),
                (
                    "principal_role",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=20,
                        verbose_name="vai trò khi ủy quyền",
                    ),
                ),
                (
                    "principal_unit",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.orgunit",
                        verbose_name="đơn vị khi ủy quyền",
                    ),
                ),
            ],
            options={
                "verbose_name": "ủy quyền",
                "verbose_name_plural": "ủy quyền",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("principal", models.F("delegate")), _negated=True),
                        name="delegation_to_another",
                        violation_error_message="Người được ủy quyền phải là người khác.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="parties_delegation_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrgUnitSuccession",
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
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="parties.orgunit",
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
                        to="parties.orgunit",
                        verbose_name="đơn vị mới",
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
                "verbose_name": "sắp xếp đơn vị",
                "verbose_name_plural": "sắp xếp đơn vị",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("successor__isnull", True)),
                        fields=("predecessor",),
                        name="org_unit_abolition_key",
                    ),
                    models.UniqueConstraint(
                        fields=("predecessor", "successor"), name="org_unit_succession_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                        name="parties_orgunitsuccession_not_itself",
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
                        name="parties_orgunitsuccession_successor_unless_abolished",
                        violation_error_code="successor_unless_abolished",
                        violation_error_message="Giải thể, bãi bỏ thì để trống đơn vị kế tiếp; các hình thức khác phải chọn đơn vị kế tiếp.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
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
                ("full_name", models.CharField(max_length=150, verbose_name="họ và tên")),
                ("degree", models.CharField(blank=True, max_length=60, verbose_name="học hàm, học vị")),
                ("position", models.CharField(blank=True, max_length=150, verbose_name="chức vụ")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="điện thoại")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="parties.organisation",
                        verbose_name="đơn vị công tác",
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
                    "distinction",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Chỉ ghi khi có hai người cùng họ tên ở một đơn vị: năm sinh, phòng, hoặc số thứ tự. Ví dụ: sinh năm 1975.",
                        max_length=60,
                        verbose_name="phân biệt người cùng tên",
                    ),
                ),
            ],
            options={
                "verbose_name": "cá nhân",
                "verbose_name_plural": "cá nhân",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "full_name", "organisation", "distinction"),
                        name="person_key",
                        violation_error_message="Đã có người cùng họ tên ở cùng đơn vị công tác. Nếu là người khác, ghi ô “Phân biệt người cùng tên” khác với người đó.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation__isnull", True)),
                        fields=("province", "full_name", "distinction"),
                        name="person_without_organisation_key",
                        violation_error_message="Đã có người cùng họ tên chưa ghi đơn vị công tác. Nếu là người khác, ghi đơn vị công tác, hoặc ghi ô “Phân biệt người cùng tên” khác với người đó.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
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
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_column="role",
                        help_text="Để trống: trong thời gian này tài khoản không có quyền gì.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="parties.accountrole",
                        to_field="code",
                        verbose_name="vai trò",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="căn cứ, lý do")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="parties.orgunit",
                        verbose_name="phòng, đơn vị",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ngày hủy"),
                ),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do hủy"),
                ),
            ],
            options={
                "verbose_name": "phân công vai trò",
                "verbose_name_plural": "phân công vai trò",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="parties_roleassignment_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
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
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_column="role",
                        help_text="Để trống: mọi vai trò.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights",
                        to="parties.accountrole",
                        to_field="code",
                        verbose_name="vai trò",
                    ),
                ),
                (
                    "unit_code",
                    models.CharField(
                        blank=True,
                        help_text="Để trống: mọi phòng, đơn vị.",
                        max_length=20,
                        verbose_name="mã phòng, đơn vị",
                    ),
                ),
                ("register", models.CharField(max_length=80, verbose_name="danh mục")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("*", "mọi việc"),
                            ("read", "xem"),
                            ("choose", "chọn khi nhập"),
                            ("create", "thêm"),
                            ("change", "sửa"),
                            ("delete", "xóa"),
                            ("export", "xuất Excel"),
                            ("attach", "đính kèm tệp"),
                            ("act", "thực hiện nghiệp vụ"),
                        ],
                        max_length=10,
                        verbose_name="việc",
                    ),
                ),
                (
                    "allowed",
                    models.BooleanField(
                        default=True, help_text="Bỏ đánh dấu để thu lại quyền.", verbose_name="được làm"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="căn cứ, lý do")),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ngày hủy"),
                ),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="lý do hủy"),
                ),
            ],
            options={
                "verbose_name": "quyền của vai trò",
                "verbose_name_plural": "quyền của vai trò",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="parties_roleright_ends_after_start",
                        violation_error_code="ends_before_start",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("name", models.CharField(blank=True, max_length=32)),
                ("network", models.CharField(blank=True, max_length=32)),
                ("browser", models.CharField(blank=True, max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "at"], name="sign_in_failure_name"),
                    models.Index(fields=["network", "at"], name="sign_in_failure_network"),
                    models.Index(fields=["browser", "at"], name="sign_in_failure_browser"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountSession",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("account", models.BigIntegerField(db_index=True, null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("network", models.CharField(blank=True, max_length=45)),
                ("browser", models.CharField(blank=True, max_length=60)),
                ("provider_session", models.CharField(blank=True, db_default="", default="", max_length=64)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FailureCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.BigIntegerField(unique=True)),
                ("count", models.PositiveIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="UsedOnce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="LinkedIdentity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="linked_identity_unique"),
                    models.UniqueConstraint(
                        fields=("account", "issuer"), name="linked_identity_one_of_issuer"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecurityKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("credential_id", models.BinaryField(max_length=1023, unique=True)),
                ("credential", models.BinaryField()),
                ("sign_count", models.PositiveBigIntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("suspected_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="security_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="RefusalCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=150)),
                ("kind", models.CharField(max_length=10)),
                ("place", models.CharField(max_length=120)),
                ("where", models.CharField(max_length=60)),
                ("count", models.PositiveIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "kind", "place"), name="refusal_count_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeApp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("secret", models.TextField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_app",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PasswordIssue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("requested_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do")),
                ("expires_at", models.DateTimeField(verbose_name="hết hạn lúc")),
                ("removes_factor", models.BooleanField(default=False, verbose_name="bỏ mã xác thực")),
                ("two_persons", models.BooleanField(default=False, verbose_name="cần người thứ hai")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="xác nhận lúc")),
                ("used_at", models.DateTimeField(null=True, verbose_name="cấp mật khẩu lúc")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="từ chối hoặc rút lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="password_issues",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người từ chối hoặc rút",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người xác nhận",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người đề nghị",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần cấp mật khẩu",
                "verbose_name_plural": "lần cấp mật khẩu",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(
                                models.Q(("confirmed_by", models.F("requested_by")), _negated=True),
                                models.Q(("confirmed_by", models.F("account")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="password_issue_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removes_factor", False),
                            ("two_persons", True),
                            ("requested_by", None),
                            _connector="OR",
                        ),
                        name="password_issue_removing_factor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("two_persons", False),
                            ("used_at", None),
                            ("confirmed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="password_issue_of_two_persons",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "digest"), name="recovery_code_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Nhập lúc")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Sửa lúc")),
                ("name", models.CharField(max_length=100, verbose_name="tên chương trình")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("form_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("scope", models.JSONField(default=list, verbose_name="phạm vi")),
                ("can_write", models.BooleanField(default=False, verbose_name="được ghi")),
                ("issued_at", models.DateTimeField(verbose_name="cấp lúc")),
                ("expires_at", models.DateTimeField(verbose_name="hết hạn lúc")),
                ("sessions_ended", models.PositiveIntegerField()),
                ("ended_at", models.DateTimeField(null=True, verbose_name="kết thúc lúc")),
                ("last_used_at", models.DateTimeField(null=True)),
                ("last_network", models.CharField(blank=True, max_length=45)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "mã truy cập",
                "verbose_name_plural": "mã truy cập",
            },
        ),
    ]
