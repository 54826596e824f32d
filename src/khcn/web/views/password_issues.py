"""Passwords issued by an administrator: at once, or after a second person has confirmed the request (docs/adr/0027)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.refusals import Refused
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only, with_own_transactions
from khcn.parties.models import PasswordIssue, User
from khcn.parties.operations import password_issues as operations
from khcn.parties.operations.readable_codes import readable_code
from khcn.parties.operations.second_factors import has_second_factor
from khcn.parties.operations.two_persons import takes_two_persons, why_two_persons
from khcn.web.navigation import can_administer, can_confirm_passwords
from khcn.web.session_passwords import password_in_session

if TYPE_CHECKING:
    from django.http import HttpResponse

LONGEST_REASON = 300
MAIL = "khcn.web.jobs.send_password_issue_mail"


def new_password() -> str:
    """A password to hand over once: "k3wq-7mzd-…", about 80 bits."""
    return readable_code(groups=4)


@asks_again
@with_own_transactions
def account_password(request: Request, pk: int) -> HttpResponse:
    """Give an account a new password, or ask a second person to agree to one.

    With the new password the old one stops at once, and so do its open sessions.
    """
    deny_unless(can_administer.test(request.actor, None))
    account = get_object_or_404(User, pk=pk)
    if not account.is_active:
        raise BadRequest
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    try:
        if not takes_two_persons(account) and "lost_device" not in request.POST:
            password = _hashed_new_password(request, account)
            issue = operations.issue_alone(account=account, reason=reason, actor=request.actor, at=request.at)
            return shown_once(request, issue, account, password)
        request_password(request, account, reason)
    except Refused as refused:
        messages.error(request, str(refused))
    return see_other(reverse("account-edit", args=[pk]))


def request_password(request: Request, account: User, reason: str) -> None:
    """Ask a second person for a password for the account, and let its owner know."""
    issue = operations.request_issue(
        account=account,
        reason=reason,
        actor=request.actor,
        on=request.today,
        at=request.at,
        removes_factor="lost_device" in request.POST,
    )
    enqueue(MAIL, issue=issue.pk)
    messages.success(
        request,
        _(
            "Đã đề nghị cấp mật khẩu cho “%(name)s”. Mật khẩu được cấp sau khi một quản trị hoặc lãnh đạo khác xác nhận."
        )
        % {"name": account.username},
    )


def _hashed_new_password(request: Request, account: User) -> str:
    password = new_password()
    with password_in_session(request):
        account.set_password(password)
    return password


def shown_once(
    request: Request, issue: PasswordIssue, account: User, password: str, *, is_new: bool = False
) -> HttpResponse:
    """The page with a password that was issued just now, and a mail to its owner."""
    enqueue(MAIL, issue=issue.pk)
    context = {"account": account, "password": password, "is_new": is_new}
    response = render(request, "web/account_password.html", context)
    response["Cache-Control"] = "no-store"
    return response


@read_only
def password_issue_list(request: Request) -> HttpResponse:
    """Requests that wait, and what became of the last ones."""
    deny_unless(can_confirm_passwords.test(request.actor, None))
    me = request.actor.user_id
    may_confirm = operations.may_confirm(request.actor)
    waiting: list[dict[str, Any]] = [
        {
            "issue": each,
            "confirmable": may_confirm and each.confirmed_at is None and me != each.account_id
            and operations.are_independent(me, each.requested_by_id),
            "usable": each.requested_by_id == me and each.is_usable(at=request.at),
        }
        for each in operations.open_issues(at=request.at)
    ]  # fmt: skip
    past = PasswordIssue.objects.exclude(pk__in=[each["issue"].pk for each in waiting])
    past = past.select_related("account", "requested_by", "confirmed_by", "closed_by")[:50]
    context = {"waiting": waiting, "past": past, "may_confirm": may_confirm}
    return render(request, "web/password_issues.html", context)


@asks_again
@require_POST
def password_issue_confirm(request: Request, pk: int) -> HttpResponse:
    """The second person agrees."""
    return _decided(
        request, pk, operations.confirm_issue, _("Đã xác nhận. Người đề nghị lấy được mật khẩu để giao.")
    )


@require_POST
def password_issue_close(request: Request, pk: int) -> HttpResponse:
    """The second person refuses, or the first one withdraws."""
    return _decided(request, pk, operations.close_issue, _("Đã hủy đề nghị cấp mật khẩu."))


def _decided(request: Request, pk: int, operation: Any, words: str) -> HttpResponse:
    deny_unless(can_confirm_passwords.test(request.actor, None))
    issue = get_object_or_404(PasswordIssue, pk=pk)
    try:
        operation(issue=issue, actor=request.actor, at=request.at)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return see_other(reverse("password-issue-list"))


@asks_again
@with_own_transactions
def password_issue_use(request: Request, pk: int) -> HttpResponse:
    """The password of a confirmed request, made now and shown once."""
    deny_unless(can_administer.test(request.actor, None))
    issue = get_object_or_404(PasswordIssue.objects.select_related("account"), pk=pk)
    account = issue.account
    try:
        operations.refuse_unless_usable(issue, actor=request.actor, at=request.at)
        password = _hashed_new_password(request, account)
        issue = operations.use_issue(issue=issue, account=account, actor=request.actor, at=request.at)
    except Refused as refused:
        messages.error(request, str(refused))
        return see_other(reverse("password-issue-list"))
    return shown_once(request, issue, account, password)


def waiting_issue(request: Request, account: User) -> dict[str, Any]:
    """What the page of an account says about its password."""
    why_two = why_two_persons(account) if account.is_active else ""
    confirmers = operations.confirmers(account, actor=request.actor, on=request.today) if why_two else []
    return {
        "why_two_persons": why_two,
        "has_factor": has_second_factor(account),
        "confirmers": confirmers,
        "issue": operations.open_issue(account, at=request.at),
        "is_own": account.pk == request.actor.user_id,
    }
