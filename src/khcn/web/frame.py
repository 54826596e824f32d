"""What the frame around every page shows. Each part is worked out only when a template asks for it."""

from __future__ import annotations

import math
from base64 import b64encode
from datetime import date
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khcn.reference.queries import province_name
from khcn.web import navigation, reporting

if TYPE_CHECKING:
    from django.http import HttpRequest
    from markupsafe import Markup

    from khcn.kernel.actors import Actor

THEME_COOKIE = f"{settings.COOKIE_PREFIX}khcn_theme"
CACHED_FOR = 60  # seconds, so that a renamed province shows without a restart
_departments: dict[date, tuple[float, str]] = {}


def department_name(on: date) -> str:
    """The department's name on a day, with the province it belonged to."""
    at, province = _departments.get(on, (-math.inf, ""))
    if monotonic() - at > CACHED_FOR:
        province = province_name(on=on)
        _departments[on] = (monotonic(), province)
    if not province:
        return _("Sở Khoa học và Công nghệ")
    return _("Sở Khoa học và Công nghệ %(province)s") % {"province": province}


class PageFrame:
    """Head, menu and foot of a page for one request."""

    def __init__(self, request: HttpRequest) -> None:
        """Keep the request."""
        self.request: Any = request

    @property
    def is_known(self) -> bool:
        """Has the person signed in?"""
        return self.request.actor.user_id is not None

    @cached_property
    def department(self) -> str:
        """Name of the department: for its own people that of the reporting year, for everybody else that of today."""
        is_own = self.is_known and self.request.actor.is_of_department
        return department_name(date(self.choice.year, 6, 30) if is_own else self.request.today)

    @property
    def viewing_only(self) -> bool:
        """Does nobody write here but the administrators?"""
        return settings.VIEWING_ONLY

    @property
    def menu(self) -> Markup:
        """The menu of this actor on this page."""
        return navigation.menu_html(self.request.actor, self.request.path)

    @property
    def choice(self) -> reporting.PeriodChoice:
        """The reporting year and period."""
        return self.request.reporting.choice

    @property
    def year_options(self) -> Markup:
        """Years to choose from, the latest first."""
        return reporting.year_options(self.choice.year, self.request.today.year, get_language() or "")

    @property
    def period_options(self) -> Markup:
        """Kinds of period to choose from."""
        return reporting.period_options(self.choice.value, get_language() or "")

    @property
    def theme(self) -> str:
        """ "light" or "dark" where the person chose, so that no page flashes; else empty: the system's preference holds."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in {"light", "dark"} else ""

    @property
    def provider(self) -> bool:
        """Whether people may sign in by an identity provider."""
        return settings.IDENTITY_PROVIDER is not None

    @property
    def draft_key(self) -> str:
        """By which this account's browser encrypts what is being typed (``device-store.js``): the same in each of its sessions, so
        that what a lost session leaves is read again after the sign-in, and of nobody else. Empty for strangers.
        """
        if not self.is_known:
            return ""
        made = salted_hmac("khcn.web.draft_key", str(self.request.user.pk), algorithm="sha256")
        return b64encode(made.digest()).decode()

    @property
    def role(self) -> str:
        """What the account may do in general."""
        actor: Actor = self.request.actor
        return actor.role_label or str(actor.kind.label)

    @property
    def here(self) -> str:
        """The present address, for forms that come back to it."""
        return self.request.get_full_path()


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the page templates."""
    return {"frame": PageFrame(request)}
