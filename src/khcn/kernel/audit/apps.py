from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "khcn.kernel.audit"
    label = "kernel_audit"
