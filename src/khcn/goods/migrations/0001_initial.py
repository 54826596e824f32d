import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import khcn.goods.rules
import khcn.kernel.province
import khcn.trace.rules


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("parties", "0001_initial"),
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductGroup",
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
                ("code", models.CharField(max_length=40, verbose_name="mã nhóm hàng")),
                ("name", models.CharField(max_length=200, verbose_name="tên nhóm hàng")),
            ],
            options={
                "verbose_name": "nhóm hàng",
                "verbose_name_plural": "nhóm hàng truy xuất",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "code"),
                        name="goods_product_group_key",
                        violation_error_message="Đã có nhóm hàng cùng mã.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TradeItem",
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trade_items",
                        to="parties.organisation",
                        verbose_name="cơ sở sản xuất, kinh doanh",
                    ),
                ),
                (
                    "gtin",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=14,
                        null=True,
                        validators=[khcn.goods.rules.check_gtin],
                        verbose_name="mã GTIN",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="tên sản phẩm")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="goods.productgroup",
                        verbose_name="nhóm hàng",
                    ),
                ),
                ("brand", models.CharField(blank=True, max_length=120, verbose_name="thương hiệu")),
                ("net_content", models.CharField(blank=True, max_length=60, verbose_name="quy cách")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("KGM", "kg"),
                            ("TNE", "tấn"),
                            ("GRM", "g"),
                            ("LTR", "lít"),
                            ("H87", "cái, con, cây"),
                            ("PA", "gói"),
                            ("BG", "bịch, túi"),
                            ("BO", "chai"),
                        ],
                        max_length=3,
                        verbose_name="đơn vị tính",
                    ),
                ),
                (
                    "shelf_life_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Hạn sử dụng ít nhất là 1 ngày.")
                        ],
                        verbose_name="hạn sử dụng (ngày)",
                    ),
                ),
                ("is_without_brand", models.BooleanField(default=False, verbose_name="không có thương hiệu")),
                (
                    "is_without_expiry",
                    models.BooleanField(default=False, verbose_name="không có hạn sử dụng"),
                ),
                (
                    "standards",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="tiêu chuẩn, quy chuẩn của sản phẩm"
                    ),
                ),
            ],
            options={
                "verbose_name": "sản phẩm",
                "verbose_name_plural": "sản phẩm truy xuất",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "gtin"),
                        name="goods_trade_item_key",
                        violation_error_message="Đã có sản phẩm với mã GTIN này.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_without_brand", False), ("brand", ""), _connector="OR"),
                        name="goods_trade_item_brand",
                        violation_error_message="Đã ghi thương hiệu thì không khai không có thương hiệu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_without_expiry", False), ("shelf_life_days__isnull", True), _connector="OR"
                        ),
                        name="goods_trade_item_expiry",
                        violation_error_message="Đã ghi hạn sử dụng thì không khai không có hạn sử dụng.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="goods.tradeitem",
                        verbose_name="sản phẩm",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        max_length=20, validators=[khcn.goods.rules.check_key_text], verbose_name="số lô"
                    ),
                ),
                ("made_on", models.DateField(verbose_name="ngày sản xuất, thu hoạch")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="hạn sử dụng")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "published_on",
                    models.DateField(
                        blank=True, db_index=True, editable=False, null=True, verbose_name="công bố ngày"
                    ),
                ),
                ("transformation", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ],
            options={
                "verbose_name": "lô hàng",
                "verbose_name_plural": "lô hàng truy xuất",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "number"),
                        name="goods_lot_key",
                        violation_error_message="Sản phẩm đã có lô cùng số.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__isnull", True),
                            ("expires_on__gte", models.F("made_on")),
                            _connector="OR",
                        ),
                        name="goods_lot_days",
                        violation_error_message="Hạn sử dụng không được trước ngày sản xuất.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Location",
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="parties.organisation",
                        verbose_name="cơ sở sản xuất, kinh doanh",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        validators=[khcn.goods.rules.check_key_text],
                        verbose_name="mã địa điểm",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="tên địa điểm")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("growing", "Vùng trồng, nuôi"),
                            ("processing", "Xưởng chế biến, đóng gói"),
                            ("warehouse", "Kho"),
                            ("shop", "Cửa hàng"),
                        ],
                        max_length=12,
                        verbose_name="loại địa điểm",
                    ),
                ),
                (
                    "gln",
                    models.CharField(
                        blank=True,
                        max_length=13,
                        validators=[khcn.trace.rules.check_gln],
                        verbose_name="mã GLN",
                    ),
                ),
                (
                    "admin_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.adminunit",
                        verbose_name="xã, phường",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="thôn, đường, số nhà")),
                ("since_on", models.DateField(verbose_name="dùng từ ngày")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="thôi dùng từ ngày")),
            ],
            options={
                "verbose_name": "địa điểm",
                "verbose_name_plural": "địa điểm sản xuất, kinh doanh",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "organisation", "code"),
                        name="goods_location_key",
                        violation_error_message="Cơ sở đã có địa điểm cùng mã.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__isnull", True),
                            ("closed_on__gte", models.F("since_on")),
                            _connector="OR",
                        ),
                        name="goods_location_days",
                        violation_error_message="Ngày thôi dùng không được trước ngày bắt đầu dùng.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelPrint",
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
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="label_prints",
                        to="goods.lot",
                        verbose_name="lô hàng",
                    ),
                ),
                ("printed_on", models.DateField(db_index=True, verbose_name="ngày in")),
                (
                    "layout",
                    models.CharField(
                        choices=[
                            ("a4_24", "Giấy A4, 24 nhãn 70 × 37 mm"),
                            ("a4_8", "Giấy A4, 8 nhãn 105 × 74 mm"),
                            ("roll", "Cuộn, nhãn 60 × 40 mm"),
                        ],
                        max_length=8,
                        verbose_name="khổ nhãn",
                    ),
                ),
                (
                    "copies",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "In ít nhất 1 nhãn."),
                            django.core.validators.MaxValueValidator(
                                2000, "Mỗi lượt in nhiều nhất 2.000 nhãn."
                            ),
                        ],
                        verbose_name="số nhãn",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="lý do in lại")),
                ("ordinal", models.PositiveIntegerField(blank=True, null=True, verbose_name="lượt số")),
            ],
            options={
                "verbose_name": "lượt in nhãn",
                "verbose_name_plural": "sổ in nhãn",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lot", "ordinal"),
                        name="goods_label_print_key",
                        violation_error_message="Lô đã có lượt in cùng số.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("copies__gte", 1), ("copies__lte", 2000)),
                        name="goods_label_copies",
                        violation_error_message="Mỗi lượt in từ 1 đến 2.000 nhãn.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotEntry",
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
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="goods.lot",
                        verbose_name="lô hàng",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("harvest", "Thu hoạch, làm ra"),
                            ("use", "Dùng làm nguyên liệu cho lô khác"),
                            ("make", "Chế biến ra từ nguyên liệu"),
                            ("check", "Kiểm tra chất lượng"),
                            ("ship", "Giao hàng"),
                            ("sell", "Bán lẻ"),
                            ("destroy", "Tiêu hủy"),
                        ],
                        max_length=10,
                        verbose_name="việc đã làm",
                    ),
                ),
                ("done_on", models.DateField(db_index=True, verbose_name="ngày làm")),
                ("done_at", models.TimeField(blank=True, null=True, verbose_name="lúc")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="goods.location",
                        verbose_name="địa điểm",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="số lượng"
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inputs",
                        to="goods.lot",
                        verbose_name="dùng cho lô",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_goods",
                        to="parties.organisation",
                        verbose_name="giao cho",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                ("ordinal", models.PositiveIntegerField(blank=True, null=True, verbose_name="số mục")),
                (
                    "event",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="mã sự kiện"
                    ),
                ),
                (
                    "wrong_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ngày báo ghi sai"),
                ),
                ("wrong_reason", models.TextField(blank=True, editable=False, verbose_name="lý do ghi sai")),
            ],
            options={
                "verbose_name": "mục nhật ký",
                "verbose_name_plural": "nhật ký sản xuất, kinh doanh",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__isnull", True), ("amount__gt", 0), _connector="OR"),
                        name="goods_entry_amount",
                        violation_error_message="Số lượng phải lớn hơn 0.",
                    ),
                    models.UniqueConstraint(
                        fields=("lot", "ordinal"),
                        name="goods_entry_key",
                        violation_error_message="Lô đã có mục nhật ký cùng số.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "use"), _negated=True), ("into__isnull", False), _connector="OR"
                        ),
                        name="goods_entry_into",
                        violation_error_message="Dùng làm nguyên liệu thì phải ghi lô được làm ra.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "ship"), _negated=True),
                            ("receiver__isnull", False),
                            _connector="OR",
                        ),
                        name="goods_entry_receiver",
                        violation_error_message="Giao hàng thì phải ghi bên nhận.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="lotentry",
            index=models.Index(fields=["-done_on", "kind", "id"], name="lot_entry_list_order"),
        ),
        migrations.AddIndex(
            model_name="labelprint",
            index=models.Index(fields=["-printed_on", "id"], name="label_print_list_order"),
        ),
    ]
