from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Django app of the pages of registers; it has no tables."""

    name = "khcn.kernel.screens"
    label = "kernel_screens"
