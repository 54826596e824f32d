"""Two people of one name at one workplace, told apart by a text of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="person",
            name="person_key",
        ),
        migrations.RemoveConstraint(
            model_name="person",
            name="person_without_organisation_key",
        ),
        migrations.AddField(
            model_name="person",
            name="distinction",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Chỉ ghi khi có hai người cùng họ tên ở một đơn vị: năm sinh, phòng, hoặc số thứ tự. Ví dụ: sinh năm 1975.",
                max_length=60,
                verbose_name="phân biệt người cùng tên",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                fields=("province", "full_name", "organisation", "distinction"),
                name="person_key",
                violation_error_message="Đã có người cùng họ tên ở cùng đơn vị công tác. Nếu là người khác, ghi ô “Phân biệt người cùng tên” khác với người đó.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organisation__isnull", True)),
                fields=("province", "full_name", "distinction"),
                name="person_without_organisation_key",
                violation_error_message="Đã có người cùng họ tên chưa ghi đơn vị công tác. Nếu là người khác, ghi đơn vị công tác, hoặc ghi ô “Phân biệt người cùng tên” khác với người đó.",
            ),
        ),
    ]
