from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Django app of the JSON interface; it has no tables."""

    name = "khcn.kernel.api"
    label = "kernel_api"
