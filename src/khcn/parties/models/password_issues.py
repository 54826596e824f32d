"""Passwords that somebody else issues for an account: by whom, with whose consent, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited
from khcn.parties.models.accounts import User

if TYPE_CHECKING:
    from datetime import datetime


class PasswordIssue(Audited):
    """One issue of a password, from the request to its use. The password itself is nowhere but hashed on the account.

    Without ``requested_by`` an operator issued it on the server. What is used, refused or withdrawn is changed no more.
    """

    account = models.ForeignKey(
        User, models.PROTECT, related_name="password_issues", verbose_name=_("tài khoản")
    )
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("người đề nghị")
    )
    requested_at = models.DateTimeField(_("đề nghị lúc"))
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    # With it the second factor goes: the telephone is lost, and so are the codes on paper.
    removes_factor = models.BooleanField(_("bỏ mã xác thực"), default=False)
    two_persons = models.BooleanField(_("cần người thứ hai"), default=False)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("người xác nhận")
    )
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True)
    used_at = models.DateTimeField(_("cấp mật khẩu lúc"), null=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("người từ chối hoặc rút")
    )
    closed_at = models.DateTimeField(_("từ chối hoặc rút lúc"), null=True)

    class Meta:
        verbose_name = _("lần cấp mật khẩu")
        verbose_name_plural = _("lần cấp mật khẩu")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~models.Q(confirmed_by=models.F("requested_by"))
                & ~models.Q(confirmed_by=models.F("account")),
                name="password_issue_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(removes_factor=False)
                | models.Q(two_persons=True)
                | models.Q(requested_by=None),
                name="password_issue_removing_factor",
            ),
            models.CheckConstraint(
                condition=models.Q(two_persons=False)
                | models.Q(used_at=None)
                | models.Q(confirmed_by__isnull=False),
                name="password_issue_of_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return str(self.account)

    def is_open(self, *, at: datetime) -> bool:
        """Whether it still waits, for the second person or for its use."""
        return self.used_at is None and self.closed_at is None and at < self.expires_at

    def is_usable(self, *, at: datetime) -> bool:
        """Whether the password may be made now."""
        return self.is_open(at=at) and (not self.two_persons or self.confirmed_at is not None)
