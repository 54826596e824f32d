from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ImproperlyConfigured

from khcn.kernel.actors import ACCOUNT_ROLES


class WebConfig(AppConfig):
    name = "khcn.web"

    def ready(self) -> None:
        """Sessions know since when and where they are used; a role that does not exist would need no second factor."""
        if unknown := settings.SECOND_FACTOR_ROLES - {str(value) for value, _label in ACCOUNT_ROLES}:
            raise ImproperlyConfigured(
                f"KHCN_SECOND_FACTOR_ROLES names no role: {', '.join(sorted(unknown))}"
            )
        from khcn.web.session_times import note_beginning  # local: app registry

        user_logged_in.connect(note_beginning, dispatch_uid="khcn.web.session_times")
