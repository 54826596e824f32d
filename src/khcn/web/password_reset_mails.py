"""Mails about a forgotten password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.audit.models import LoggedAction
from khcn.parties.models import User
from khcn.parties.operations.account_events import log_account_event
from khcn.parties.operations.password_resets import (
    is_resettable,
    mail_was_not_sent,
    may_mail,
    parts_of_link,
)

if TYPE_CHECKING:
    from datetime import datetime


def mail_reset_link(pk: int, at: datetime) -> None:
    """A link, or for accounts of which it takes two persons the word that somebody has asked for one."""
    account = User.objects.filter(pk=pk, is_active=True).first()
    if account is None or not account.email or not may_mail(account, at=at):
        return
    subject = _("Đặt lại mật khẩu của tài khoản %(name)s") % {"name": account.username}
    ending = _("Nếu bạn không yêu cầu việc này thì không cần làm gì: mật khẩu cũ vẫn dùng được.")
    if is_resettable(account, at=at):
        link = settings.PUBLIC_URL + reverse("password-reset", args=parts_of_link(account))
        text = _("Mở địa chỉ sau trong %(minutes)d phút để đặt mật khẩu mới; nó dùng được một lần:") % {
            "minutes": settings.PASSWORD_RESET_TIMEOUT // 60
        }
        body = f"{text}\n\n{link}\n\n{ending}\n"
        happened = "gửi thư đặt lại mật khẩu"
    else:
        text = _(
            "Có người yêu cầu đặt lại mật khẩu của tài khoản %(name)s. Mật khẩu của tài khoản này không đặt lại qua thư được: hãy nhờ "
            "quản trị hệ thống cấp lại."
        ) % {"name": account.username}
        body = f"{text}\n\n{ending}\n"
        happened = "có người yêu cầu đặt lại mật khẩu qua thư, tài khoản này không đặt lại qua thư được"
    try:
        send_mail(subject, body, None, [account.email])
    except OSError:  # of the mail server too
        with transaction.atomic():
            mail_was_not_sent(account, at=at)
            log_account_event(
                account, LoggedAction.RESET, at=at, text="thư đặt lại mật khẩu chưa gửi được: máy chủ thư lỗi"
            )
        raise
    log_account_event(account, LoggedAction.RESET, at=at, text=happened)


def mail_reset_done(pk: int) -> None:
    """To the owner, regardless of who has done it."""
    account = User.objects.get(pk=pk)
    subject = _("Mật khẩu của tài khoản %(name)s vừa được đặt lại") % {"name": account.username}
    text = _(
        "Mật khẩu của tài khoản %(name)s vừa được đặt lại qua thư; mọi phiên đăng nhập, mã truy cập và liên kết cũ đã kết thúc. Nếu không "
        "phải bạn, hãy báo ngay quản trị hệ thống."
    ) % {"name": account.username}
    send_mail(subject, f"{text}\n\n{settings.PUBLIC_URL}\n", None, [account.email])
