"""How the password of an account is hashed, checked and written, and which sessions it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.logged_values import masked_value
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.bounded_process.places import PASSWORDS_FROM_UNKNOWN_BROWSERS
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from datetime import datetime


def normal_password(raw_password: str) -> str:
    """One spelling of a password for all keyboards: "ế" is one character from some of them and three from others."""
    return normal_form("NFKC", raw_password)


class AccountPassword(AbstractUser):
    """What an account knows about its password and its sessions."""

    # How often all sessions and known browsers of the account were ended, apart from new passwords.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)
    # Somebody else issued the password: until then it is good for choosing another, and for nothing else. None: one's own.
    issued_password_until = models.DateTimeField(null=True, editable=False)
    # Has, or had, a role whose password nobody issues alone (`khcn.parties.operations.password_issues`).
    needs_second_person = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def get_session_auth_hash(self) -> str:
        """What a session must have to count: it changes with the password, and when all sessions are ended."""
        ends = f"{super().get_session_auth_hash()}:{self.sessions_ended}"
        return salted_hmac("khcn.parties.sessions", ends, algorithm="sha256").hexdigest()

    def set_password(self, raw_password: str | None) -> None:
        """Hash a new password, in the place of the caller or that of unknown browsers. Raises :class:`Busy`."""
        with PASSWORDS_FROM_UNKNOWN_BROWSERS.one():
            super().set_password(None if raw_password is None else normal_password(raw_password))

    def store_password(self, *, issued_until: datetime | None = None) -> None:
        """Write the password that was set, and no other column: hashing takes a while, in which others may change them.

        ``issued_until``: of a password that somebody else issued, how long it is good for.
        """
        with transaction.atomic():
            stored = locked(type(self), self.pk)
            stored.password = self.password
            stored.issued_password_until = self.issued_password_until = issued_until
            stored.save()

    def check_password(self, raw_password: str) -> bool:
        """Whether this is the password; takes a place as `set_password` does. The same password under a newer kind of hash is
        kept, and the log says so.
        """

        def renew(raw_password: str) -> None:
            old = masked_value(self, "password", self.password)
            self.set_password(raw_password)
            self._password = None  # nothing for the validators: the password is not new
            new = masked_value(self, "password", self.password)
            with transaction.atomic(), acting(SYSTEM, gettext("Cùng mật khẩu, cách lưu mới hơn")):
                models.Model.save(self, update_fields=["password"])
                log_change(self, {"password": old}, {"password": new})

        with PASSWORDS_FROM_UNKNOWN_BROWSERS.one():
            return check_password(normal_password(raw_password), self.password, renew)
