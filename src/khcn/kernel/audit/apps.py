from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Django app of the change log and its chain."""

    name = "khcn.kernel.audit"
    label = "kernel_audit"
