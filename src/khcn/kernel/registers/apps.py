from importlib import import_module

from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules

from khcn.kernel.fields.help_lines import read_help_lines


class RegistersConfig(AppConfig):
    """Finds every area's ``register.py``, and refuses to start with one that does not hold together."""

    name = "khcn.kernel.registers"
    label = "kernel_registers"

    def ready(self) -> None:
        """Fill the registry once all models exist."""
        import_module("khcn.kernel.registers.outside_write_check")
        autodiscover_modules("register")
        read_help_lines()
        from khcn.kernel.actions.dependents import register_dependency_check  # local: app registry
        from khcn.kernel.audit.change_checks import register_change_check  # local: app registry
        from khcn.kernel.audit.verification_checks import register_verification_check  # local: app registry
        from khcn.kernel.registers.action_checks import check_actions  # local: app registry
        from khcn.kernel.registers.attached_files_check import check_attachments  # local: app registry
        from khcn.kernel.registers.checks import check_registers  # local: app registry
        from khcn.kernel.registers.paper_dependency_check import papers_of_records  # local: app registry
        from khcn.kernel.registers.writing import refuse_undeclared_writing  # local: app registry

        register_change_check(refuse_undeclared_writing)
        register_dependency_check(papers_of_records)
        register_verification_check(check_attachments)
        checks.register(check_registers)
        checks.register(check_actions)
