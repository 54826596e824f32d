from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "khcn.kernel.api"
    label = "kernel_api"
