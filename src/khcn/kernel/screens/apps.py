from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Django app of the pages of registers; it has no tables."""

    name = "khcn.kernel.screens"
    label = "kernel_screens"

    def ready(self) -> None:
        """Let files be found by what is written in them."""
        from khcn.kernel.screens.searched_files import declare_searched_files  # local: app registry

        declare_searched_files()
