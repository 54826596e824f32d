from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "khcn.kernel.files"
    label = "kernel_files"
