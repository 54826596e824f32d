from django.db import migrations, models

from khcn.kernel.upgrading.operations import AddCheckOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("goods", "0036_label_serials"),
    ]

    operations = [
        AddCheckOnline(
            model_name="labelprint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("has_serials", True), ("repeats__isnull", False), ("serial_key", "")),
                    models.Q(("has_serials", False), ("repeats__isnull", True), ("serial_key", "")),
                    models.Q(
                        models.Q(("serial_key", ""), _negated=True),
                        ("has_serials", True),
                        ("repeats__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="goods_label_serials",
                violation_error_message="Lượt in có số riêng thì có khóa của số; lượt in lại dùng khóa cũ.",
            ),
        ),
    ]
