from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "khcn.kernel.intake"
    label = "kernel_intake"
