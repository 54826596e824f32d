from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "khcn.kernel.actions"
    label = "kernel_actions"
