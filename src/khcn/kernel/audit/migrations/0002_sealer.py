from django.db import migrations, models


def keep_the_chain(apps, schema_editor):
    """Give each sealed row its link, in the order in which rows were sealed: that of their keys."""
    entry = apps.get_model("kernel_audit", "ChangeEntry")
    link = apps.get_model("kernel_audit", "ChainLink")
    head = apps.get_model("kernel_audit", "ChainHead")
    quote = schema_editor.connection.ops.quote_name
    schema_editor.execute(
        f"INSERT INTO {quote(link._meta.db_table)} (position, entry, digest, seal) "  # noqa: S608 -- names of our own models
        f"SELECT row_number() OVER (ORDER BY id), id, '', seal FROM {quote(entry._meta.db_table)} ORDER BY id"
    )
    head.objects.update(
        position=link.objects.count(),
        final_to=entry.objects.aggregate(last=models.Max("pk"))["last"] or 0,
    )


class Migration(migrations.Migration):
    dependencies = [("kernel_audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("seal", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="LogCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(db_index=True, verbose_name="Bắt đầu")),
                ("finished_at", models.DateTimeField(verbose_name="Xong")),
                ("entries", models.BigIntegerField(verbose_name="Số lượt ghi")),
                ("records", models.BigIntegerField(verbose_name="Số bản ghi")),
                ("findings", models.JSONField(default=list, verbose_name="Chỗ không khớp")),
            ],
            options={
                "verbose_name": "Lần kiểm tra nhật ký",
                "verbose_name_plural": "Các lần kiểm tra nhật ký",
            },
        ),
        migrations.AddField(
            model_name="changeentry",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(model_name="chainhead", name="position", field=models.BigIntegerField(default=0)),
        migrations.AddField(model_name="chainhead", name="final_to", field=models.BigIntegerField(default=0)),
        migrations.AddField(
            model_name="chainhead", name="awaited_to", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="chainhead", name="awaited_since", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(keep_the_chain, migrations.RunPython.noop),
        migrations.RemoveField(model_name="changeentry", name="previous"),
        migrations.RemoveField(model_name="changeentry", name="seal"),
    ]
