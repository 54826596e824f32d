from django.apps import AppConfig
from django.core import checks


class IntakeConfig(AppConfig):
    """Django app of the import of workbooks, which are verified together with the change log."""

    name = "khcn.kernel.intake"
    label = "kernel_intake"

    def ready(self) -> None:
        """Have the bytes of the workbooks compared with their hashes, and the fields that registers offer for changes looked at."""
        from khcn.kernel.audit.verification_checks import register_verification_check  # local: app registry
        from khcn.kernel.intake.changes.declaration_check import check_changes  # local: app registry
        from khcn.kernel.intake.verifying import check_batches  # local: app registry

        register_verification_check(check_batches)
        checks.register(check_changes)
