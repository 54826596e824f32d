from django.apps import AppConfig


class UiConfig(AppConfig):
    """Gives the page frame and the static files a place among the apps."""

    name = "khcn.kernel.ui"
    label = "kernel_ui"
