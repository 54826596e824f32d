"""Tokens by which programs of a member of staff are known at the JSON interface."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import EVERYTHING
from khcn.kernel.audit.audited import Audited
from khcn.parties.models.accounts import User

if TYPE_CHECKING:
    from datetime import datetime


class AccountToken(Audited):
    """A token does part of what its owner may do at that moment, and never what asks the person again (docs/adr/0031).

    Only the SHA-256 of the token is stored, so it can be shown only once. The log has what tells this SHA-256 from another.
    """

    account = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("tài khoản"))
    name = models.CharField(_("tên chương trình"), max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    # Names the form by which the token was asked for: a form that is sent twice issues one token.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4)
    scope = models.JSONField(_("phạm vi"), default=list)  # names of registers and areas, or "*"
    can_write = models.BooleanField(_("được ghi"), default=False)
    issued_at = models.DateTimeField(_("cấp lúc"))
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    # That of the account when the token was issued: a token of an account that was stopped does not come back with it.
    sessions_ended = models.PositiveIntegerField()
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True)  # written every five minutes at most, with the network
    last_network = models.CharField(max_length=45, blank=True)

    masked: ClassVar[tuple[str, ...]] = ("digest",)
    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "last_used_at", "last_network")

    class Meta:
        verbose_name = _("mã truy cập")
        verbose_name_plural = _("mã truy cập")

    def __str__(self) -> str:
        return self.name

    def is_good(self, *, at: datetime) -> bool:
        """Whether a program gets in with it: the account is one of staff, in use, and never was stopped since."""
        account = self.account
        return (
            self.ended_at is None
            and at < self.expires_at
            and account.is_active
            and account.organisation_id is None
            and account.sessions_ended == self.sessions_ended
        )

    def covers(self, register: str) -> bool:
        """Whether a register, by its name, is within the scope."""
        return bool({register, register.partition(".")[0], EVERYTHING} & set(self.scope))
