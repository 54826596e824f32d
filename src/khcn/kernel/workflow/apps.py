from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Django app of the steps that records with a stored workflow have taken."""

    name = "khcn.kernel.workflow"
    label = "kernel_workflow"
