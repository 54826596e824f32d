from django.apps import AppConfig


class ScreensConfig(AppConfig):
    name = "khcn.kernel.screens"
    label = "kernel_screens"
