from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IdSlotsConfig(AppConfig):
    """The first of the apps, so that what others enter after a migration has keys of the slot already."""

    name = "khcn.kernel.id_slots"
    label = "kernel_id_slots"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After each change of the structure."""
        from khcn.kernel.id_slots.sequences import follow_slot  # local: app registry

        post_migrate.connect(follow_slot, sender=self, dispatch_uid="khcn.kernel.id_slots")
