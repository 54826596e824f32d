"""Recurring work of the shell: the morning's e-mail, and what is left of sign-ins."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.daily import daily
from khcn.kernel.jobs.recurring import name_work, recurring
from khcn.parties.operations.account_events import log_counted_failures
from khcn.parties.operations.refusal_log import log_counted_refusals
from khcn.parties.operations.session_store import SessionStore
from khcn.parties.operations.sign_in_limits import remove_old_failures
from khcn.parties.operations.used_once import forget_used
from khcn.web.digest import send_digests
from khcn.web.password_issue_notices import (
    mail_about_address,
    mail_about_identity,
    mail_about_issue,
    mail_about_outside_account,
)
from khcn.web.password_reset_mails import mail_reset_done, mail_reset_link

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

daily("khcn.web.jobs.send_morning_mail", at=time(6, 30), title=_("Thư nhắc việc buổi sáng"))
daily("khcn.web.jobs.remove_old_sign_ins", at=time(1, 45), title=_("Xóa phiên đăng nhập đã hết"))
recurring(
    "khcn.web.jobs.log_failed_sign_ins",
    every=timedelta(minutes=1),
    title=_("Ghi số lần đăng nhập sai vào nhật ký"),
)
name_work("khcn.web.jobs.send_address_change_mail", _("Thư báo địa chỉ thư của tài khoản đã đổi"))
name_work("khcn.web.jobs.send_outside_account_mail", _("Thư báo tổ chức có thêm tài khoản"))
name_work("khcn.web.jobs.send_password_issue_mail", _("Thư báo cấp lại mật khẩu"))


def send_morning_mail(context: JobContext) -> None:
    """Tell everybody what is new, in the language of the office; a failure is tried again in an hour."""
    with translation.override(settings.LANGUAGE_CODE):
        send_digests(on=timezone.localtime(context.now()).date())


def send_password_issue_mail(issue: int) -> None:
    """Tell the owner of an account that somebody asks for a password for it, or has issued one."""
    with translation.override(settings.LANGUAGE_CODE):
        mail_about_issue(issue)


def send_address_change_mail(account: int, before: str) -> None:
    """Tell the old address of an account that it was replaced."""
    with translation.override(settings.LANGUAGE_CODE):
        mail_about_address(account, before)


def send_outside_account_mail(account: int) -> None:
    """Tell the other accounts of an organisation that this one is of it now."""
    with translation.override(settings.LANGUAGE_CODE):
        mail_about_outside_account(account)


def send_identity_mail(account: int, who: str, at: float) -> None:
    """Tell the owner of an account that an identity was linked with it."""
    with translation.override(settings.LANGUAGE_CODE):
        mail_about_identity(account, who, at=datetime.fromtimestamp(at, UTC))


def send_reset_mail(account: int, at: float) -> None:
    """Send a link to who has asked for one; 0: there is no account of that name."""
    with translation.override(settings.LANGUAGE_CODE):
        mail_reset_link(account, datetime.fromtimestamp(at, UTC))


def send_reset_done_mail(account: int) -> None:
    """Tell the owner of an account that its password was replaced."""
    with translation.override(settings.LANGUAGE_CODE):
        mail_reset_done(account)


def log_failed_sign_ins(context: JobContext) -> None:
    """Write the counts of wrong passwords and of refusals into the change log."""
    log_counted_failures(at=context.now())
    log_counted_refusals(at=context.now())


def remove_old_sign_ins(context: JobContext) -> None:
    """Delete sessions that have ended by themselves, and wrong passwords that count no more."""
    SessionStore.clear_expired()
    remove_old_failures(at=context.now())
    forget_used(at=context.now())
