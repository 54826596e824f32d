from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: the only package that may import every layer."""

    name = "khcn.config"
    label = "config"
