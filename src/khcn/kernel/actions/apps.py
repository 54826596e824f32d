from django.apps import AppConfig


class ActionsConfig(AppConfig):
    """Django app of the actions: its table holds the keys of requests that were carried out."""

    name = "khcn.kernel.actions"
    label = "kernel_actions"
