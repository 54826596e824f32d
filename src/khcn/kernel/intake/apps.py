from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Django app of the import of workbooks."""

    name = "khcn.kernel.intake"
    label = "kernel_intake"
