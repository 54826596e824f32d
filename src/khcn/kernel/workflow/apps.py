from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "khcn.kernel.workflow"
    label = "kernel_workflow"
