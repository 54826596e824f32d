from django.apps import AppConfig
from django.core import checks


class DeadlinesConfig(AppConfig):
    """Lets deadlines follow every write, and refuses to start with one whose rule is unknown."""

    name = "khcn.kernel.deadlines"
    label = "kernel_deadlines"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Join the write path once all models exist."""
        from khcn.kernel.audit.projections import register_projection  # local: app registry
        from khcn.kernel.audit.verification_checks import register_verification_check  # local: app registry
        from khcn.kernel.deadlines.recomputing import update_deadlines  # local: app registry
        from khcn.kernel.deadlines.startup_checks import check_deadlines  # local: app registry
        from khcn.kernel.deadlines.verifying import check_stored_deadlines  # local: app registry

        register_projection(update_deadlines)
        register_verification_check(check_stored_deadlines)
        checks.register(check_deadlines)
