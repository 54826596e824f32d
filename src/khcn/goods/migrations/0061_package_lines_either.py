from django.db import migrations, models

from khcn.kernel.upgrading.operations import AddCheckOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("goods", "0060_coordinates"),
    ]

    operations = [
        AddCheckOnline(
            model_name="packageline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lot__isnull", True),
                    models.Q(("amount__isnull", False), ("inner__isnull", True)),
                    _connector="OR",
                ),
                name="goods_package_line_either",
                violation_error_message="Dòng của một lô thì có số lượng và không có kiện bên trong.",
            ),
        ),
    ]
