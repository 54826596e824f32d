"""Messages for the next page, as Django keeps them, in a cookie with our prefix."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class PrefixedCookieStorage(CookieStorage):
    """In a cookie."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class PrefixedStorage(FallbackStorage):
    """In a cookie, and what is too long for one in the session."""

    storage_classes = (PrefixedCookieStorage, SessionStorage)
