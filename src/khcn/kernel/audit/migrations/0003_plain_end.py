from django.db import migrations, models

from khcn.kernel.audit.digests_and_seals import proof_of_plain_end, seal_keys


def sign_plain_end(apps, schema_editor):
    """Sign how far the links without digest go; nothing after this may add one, and none of them may change.

    Only those before the first keyed link: one that stands behind it was not made by this program.
    """
    link = apps.get_model("kernel_audit", "ChainLink")
    first = link.objects.exclude(digest="").order_by("position").first()
    plain = link.objects.filter(digest="")
    if first is not None:
        plain = plain.filter(position__lt=first.position)
    last = plain.order_by("-position").first()
    if last is not None:
        proof = proof_of_plain_end(seal_keys()[0], position=last.position, seal=last.seal)
        head = apps.get_model("kernel_audit", "ChainHead")
        head.objects.update(plain_to=last.position, plain_proof=proof)


class Migration(migrations.Migration):
    dependencies = [("kernel_audit", "0002_sealer")]

    operations = [
        migrations.AddField(model_name="chainhead", name="plain_to", field=models.BigIntegerField(default=0)),
        migrations.AddField(
            model_name="chainhead",
            name="plain_proof",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunPython(sign_plain_end, migrations.RunPython.noop),
    ]
