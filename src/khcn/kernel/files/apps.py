from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Django app of the stored files."""

    name = "khcn.kernel.files"
    label = "kernel_files"
