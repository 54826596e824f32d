from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: the only place that may name every storey."""

    name = "khcn.config"
    label = "config"
