"""Sessions with what their owner wants to know of them, and counts of failed sign-ins that wait for the log."""

from __future__ import annotations

import hashlib
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase


class AccountSession(AbstractBaseSession):
    """A session as Django stores it, and of whom, where, since when and until when it was used."""

    account = models.BigIntegerField(null=True, db_index=True)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    network = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=60, blank=True)
    # Of the provider that signed the person in: what it calls its session, as a digest, or "-"; "": a password did.
    provider_session = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes: ClassVar = []

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Its store."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store

    @property
    def number(self) -> str:
        """What names the session on pages: its key is a credential and is not shown."""
        return number_of_session(self.session_key)


def number_of_session(key: Any) -> str:
    """A digest of the key."""
    return hashlib.sha256(f"khcn.session {key}".encode()).hexdigest()[:32]


class FailureCount(models.Model):
    """Wrong passwords for one account since the log has heard of them, so that a flood is a few lines there."""

    account = models.BigIntegerField(unique=True)  # 0: names without an account, all together
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
