from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    name = "khcn.web"

    def ready(self) -> None:
        """Sessions know since when and where they are used."""
        from khcn.web.session_times import note_beginning  # local: app registry

        user_logged_in.connect(note_beginning, dispatch_uid="khcn.web.session_times")
