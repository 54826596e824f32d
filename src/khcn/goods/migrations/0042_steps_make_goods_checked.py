from django.db import migrations, models

from khcn.kernel.upgrading.operations import AddCheckOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("goods", "0041_steps_make_goods"),
    ]

    operations = [
        AddCheckOnline(
            model_name="processstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("makes", "all"), ("kind__in", ("harvest", "make")), _connector="OR"),
                name="goods_process_step_makes",
                violation_error_message="Chỉ công đoạn thu hoạch, chế biến mới làm ra hàng của một loại lô.",
            ),
        ),
    ]
