"""What the owner of an account learns when others issue a password for it: a mail, and lines in the work list of those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.calendar.day_arithmetic import start_of_day
from khcn.kernel.ui.work_items import ProvidedItems, WorkItem
from khcn.parties.models import PasswordIssue, User
from khcn.parties.operations.address_changes import addresses_of
from khcn.parties.operations.password_issues import (
    are_independent,
    confirms_passwords,
    may_confirm,
    open_issues,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from khcn.kernel.actors import Actor


def issuers(issue: PasswordIssue) -> str:
    """Who issued a password, in words."""
    if issue.requested_by is None:
        return _("người vận hành máy chủ")
    if issue.confirmed_by is None:
        return str(issue.requested_by)
    return _("%(one)s (%(other)s xác nhận)") % {"one": issue.requested_by, "other": issue.confirmed_by}


def mail_about_issue(pk: int) -> None:
    """To the owner, where an address is known. The password is not in it."""
    issue = PasswordIssue.objects.select_related("account", "requested_by", "confirmed_by").get(pk=pk)
    account = issue.account
    if not account.email:
        return
    if issue.used_at is not None:
        subject = _("Mật khẩu của tài khoản %(name)s vừa được cấp lại")
        text = _("%(who)s đã cấp mật khẩu mới cho tài khoản %(name)s lúc %(at)s.")
    else:
        subject = _("Có người đề nghị cấp lại mật khẩu của tài khoản %(name)s")
        text = _("%(who)s đề nghị cấp mật khẩu mới cho tài khoản %(name)s lúc %(at)s.")
    values = {
        "name": account.username,
        "who": issuers(issue),
        "at": f"{timezone.localtime(issue.used_at or issue.requested_at):%H:%M %d/%m/%Y}",
    }
    ending = _("Nếu bạn không nhờ việc này, hãy báo ngay lãnh đạo Sở.")
    body = f"{text % values}\n\n{ending}\n\n{settings.PUBLIC_URL}{reverse('home')}\n"
    send_mail(subject % values, body, None, [account.email])


def mail_about_address(pk: int, before: str) -> None:
    """To the address that an account had, when another person has replaced it: what is sent about passwords goes elsewhere now."""
    account = User.objects.get(pk=pk)
    subject = _("Địa chỉ thư của tài khoản %(name)s vừa được đổi") % {"name": account.username}
    text = _(
        "Thư về mật khẩu của tài khoản %(name)s không còn gửi đến địa chỉ này. Nếu bạn không nhờ việc này, hãy báo ngay lãnh đạo Sở."
    )
    body = f"{text % {'name': account.username}}\n\n{settings.PUBLIC_URL}{reverse('home')}\n"
    send_mail(subject, body, None, [before])


def mail_about_outside_account(pk: int) -> None:
    """To the other accounts in use of its organisation: this one reads what they read, and they know whether it should."""
    account = User.objects.select_related("organisation").get(pk=pk)
    subject = _("Tài khoản %(name)s của tổ chức vừa được đưa vào sử dụng") % {"name": account.username}
    text = _(
        "Tài khoản %(name)s (%(owner)s) từ nay xem được mọi hồ sơ của %(organisation)s, kể cả hồ sơ niêm phong chưa mở. Nếu đơn vị "
        "không nhờ việc này, hãy báo ngay lãnh đạo Sở."
    ) % {"name": account.username, "owner": account, "organisation": account.organisation}
    body = f"{text}\n\n{settings.PUBLIC_URL}{reverse('home')}\n"
    others = User.objects.filter(organisation=account.organisation, is_active=True).exclude(pk=pk)
    for address in sorted({each.email for each in others} - {"", account.email}):
        send_mail(subject, body, None, [address])


def mail_about_identity(pk: int, who: str, *, at: datetime) -> None:
    """To the owner, when an identity was linked with the account: it signs in. Also to addresses that others have replaced lately."""
    account = User.objects.get(pk=pk)
    subject = _("Tài khoản %(name)s vừa được liên kết với một tài khoản định danh") % {
        "name": account.username
    }
    text = _(
        "%(who)s đã liên kết tài khoản %(name)s với một tài khoản định danh; người giữ tài khoản định danh ấy đăng nhập được. Nếu đó "
        "không phải tài khoản của bạn, hãy bỏ liên kết ở trang “Tài khoản định danh” và báo ngay lãnh đạo Sở."
    ) % {"who": who, "name": account.username}
    body = f"{text}\n\n{settings.PUBLIC_URL}{reverse('identity')}\n"
    for address in addresses_of(account, at=at):
        send_mail(subject, body, None, [address])


def password_issue_work(actor: Actor, on: date) -> ProvidedItems:
    """Requests that wait for this person: to be confirmed, or confirmed and to be used."""
    if not confirms_passwords.test(actor, None):
        return ProvidedItems(())
    # From the beginning of the day: what has expired since then is said on the page itself.
    now, found = start_of_day(on), []
    issues = list(open_issues(at=now))
    is_second_person = bool(issues) and may_confirm(actor)
    for issue in issues:
        if issue.requested_by_id == actor.user_id:
            what = _("Lấy mật khẩu đã được xác nhận để giao") if issue.is_usable(at=now) else ""
        elif (
            issue.confirmed_at is None
            and issue.account_id != actor.user_id
            and is_second_person
            and are_independent(actor.user_id, issue.requested_by_id)
        ):
            what = _("Xác nhận cấp lại mật khẩu")
        else:
            what = ""
        if what:
            found.append(
                WorkItem(
                    what=what,
                    title=str(issue.account),
                    url=reverse("password-issue-list"),
                    due_on=timezone.localtime(issue.expires_at).date(),
                    icon="key",
                    key=f"password-issue {issue.pk} {bool(issue.confirmed_at)}",
                )
            )
    return ProvidedItems(tuple(found))
