from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Django app of the change log and its chain."""

    name = "khcn.kernel.audit"
    label = "kernel_audit"

    def ready(self) -> None:
        """A model that is audited itself, which `models` cannot have: the audited are made of it."""
        from khcn.kernel.audit import merged_chains  # noqa: F401  # local: app registry
