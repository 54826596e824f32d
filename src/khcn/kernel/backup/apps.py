from django.apps import AppConfig


class BackupConfig(AppConfig):
    """Django app of backups."""

    name = "khcn.kernel.backup"
    label = "kernel_backup"
