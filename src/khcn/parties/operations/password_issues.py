"""Issuing a password for somebody else: alone for most accounts, with a second person for those that decide (docs/adr/0027)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role, in_own_name
from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.refusals import Refused
from khcn.parties.models import AccountRole, PasswordIssue, RoleAssignment, User
from khcn.parties.operations.account_tokens import end_tokens_of
from khcn.parties.operations.linked_identities import remove_identities
from khcn.parties.operations.second_factors import remove_second_factor
from khcn.parties.operations.sign_in_limits import forget_failures_with_name
from khcn.parties.operations.two_persons import takes_two_persons

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor

CONFIRMING_ROLES = (Role.ADMIN, Role.LEADER)
confirms_passwords = has_role(*CONFIRMING_ROLES) & in_own_name


def may_confirm(actor: Actor) -> bool:
    """Whether the actor can be one of the two persons: an administrator or leader, in their own name, who can sign in.

    Not one whose own password was last issued by one person alone: an administrator could make such an account, raise it
    to a confirming role, and be the second person too, or let it ask and be the one who confirms.
    """
    if not confirms_passwords.test(actor, None) or actor.user_id is None:
        return False
    account = User.objects.filter(pk=actor.user_id, is_active=True).first()
    if account is None or not account.has_usable_password():
        return False
    last = _last_issue(actor.user_id)
    return last is None or last.confirmed_by_id is not None or last.requested_by_id is None


def are_independent(one: int | None, other: int | None) -> bool:
    """Whether two persons may stand beside each other: neither asked for or confirmed the last password of the other, or gave
    the other a role with which one confirms.
    """
    if one is None or other is None or one == other:
        return False
    return not (_has_a_hand_in(one, other) or _has_a_hand_in(other, one))


def _has_a_hand_in(person: int, account: int) -> bool:
    last = _last_issue(account)
    if last is not None and person in {last.requested_by_id, last.confirmed_by_id}:
        return True
    roles = set(AccountRole.objects.filter(acts_as__in=CONFIRMING_ROLES).values_list("code", flat=True))
    given = RoleAssignment.objects.filter(user=account, role__code__in=roles).values_list("pk", flat=True)
    assignments = Q(model=RoleAssignment._meta.label_lower, object_id__in=[str(pk) for pk in given])
    writes = ChangeEntry.objects.filter(
        assignments | Q(model=User._meta.label_lower, object_id=str(account)), actor_id=person
    )
    return any((after or {}).get("role_id") in roles for after in writes.values_list("after", flat=True))


def _last_issue(account: int) -> PasswordIssue | None:
    return PasswordIssue.objects.filter(account=account, used_at__isnull=False).first()


def confirmers(account: User, *, actor: Actor, on: date) -> list[User]:
    """Who could confirm what the actor requests for the account."""
    written = Q(role__acts_as__in=CONFIRMING_ROLES)
    candidates = (
        User.objects.filter(written | Q(assignments__role__acts_as__in=CONFIRMING_ROLES), is_active=True)
        .exclude(pk__in=(account.pk, actor.user_id))
        .distinct()
        .order_by("username")
    )
    return [
        each
        for each in candidates
        if are_independent(each.pk, actor.user_id) and may_confirm(each.actor_on(on))
    ]


def open_issue(account: User, *, at: datetime) -> PasswordIssue | None:
    """The request of the account that still waits."""
    return open_issues(at=at).filter(account=account).first()


def open_issues(*, at: datetime) -> QuerySet[PasswordIssue]:
    """Requests that wait, for the second person or for their use."""
    rows = PasswordIssue.objects.filter(used_at=None, closed_at=None, expires_at__gt=at)
    return rows.select_related("account", "requested_by", "confirmed_by")


def request_issue(
    *, account: User, reason: str, actor: Actor, on: date, at: datetime, removes_factor: bool = False
) -> PasswordIssue:
    """Ask for a password that a second person has to confirm, and for the end of the second factor. Nothing of the account
    changes until it is used.
    """
    _refuse_own(account, actor)
    _refuse_dependent(actor)
    with transaction.atomic():
        account = _locked_in_use(account)
        if open_issue(account, at=at) is not None:
            raise Refused(_("Đã có đề nghị cấp mật khẩu cho tài khoản này, đang chờ."), code="waiting")
        if not confirmers(account, actor=actor, on=on):
            raise Refused(
                _(
                    "Không có người thứ hai để xác nhận. Người vận hành máy chủ chạy: ./khcn account-password %(name)s"
                )
                % {"name": account.username},
                code="no_second_person",
            )
        issue = PasswordIssue(
            account=account,
            requested_by_id=actor.user_id,
            requested_at=at,
            reason=reason,
            expires_at=at + timedelta(hours=settings.ACCOUNT_LIMITS.request_hours),
            two_persons=True,
            removes_factor=removes_factor,
        )
        issue.save()
    return issue


def confirm_issue(*, issue: PasswordIssue, actor: Actor, at: datetime) -> PasswordIssue:
    """The second person agrees."""
    with transaction.atomic():
        issue = _locked_open(issue, at)
        if issue.confirmed_at is not None:
            raise Refused(_("Đề nghị này đã được xác nhận."), code="confirmed")
        if actor.user_id in {issue.requested_by_id, issue.account_id} or not may_confirm(actor):
            raise Refused(
                _(
                    "Người xác nhận phải là quản trị hoặc lãnh đạo khác, không phải người đề nghị hoặc chủ tài khoản."
                ),
                code="not_second_person",
            )
        if not are_independent(actor.user_id, issue.requested_by_id):
            raise Refused(
                _(
                    "Người xác nhận và người đề nghị phải độc lập: không ai trong hai người đã cấp mật khẩu, xác nhận mật khẩu "
                    "hoặc giao vai trò cho người kia. Hãy nhờ người khác xác nhận."
                ),
                code="not_independent",
            )
        issue.confirmed_by_id, issue.confirmed_at = actor.user_id, at
        issue.save()
    return issue


def close_issue(*, issue: PasswordIssue, actor: Actor, at: datetime) -> PasswordIssue:
    """The person who asked withdraws it, or another refuses it."""
    with transaction.atomic():
        issue = _locked_open(issue, at)
        issue.closed_by_id, issue.closed_at = actor.user_id, at
        issue.save()
    return issue


def refuse_unless_usable(issue: PasswordIssue, *, actor: Actor, at: datetime) -> None:
    """Before a password is hashed: raises `Refused` where the actor may not make it now."""
    if issue.requested_by_id != actor.user_id:
        raise Refused(_("Chỉ người đề nghị nhận mật khẩu để giao cho người dùng."), code="not_requester")
    if not issue.is_usable(at=at):
        raise Refused(_("Đề nghị này chưa được xác nhận, đã dùng hoặc đã hết hạn."), code="not_usable")
    if issue.two_persons:
        _refuse_dependent(actor)
        if not are_independent(actor.user_id, issue.confirmed_by_id):
            raise Refused(
                _("Người xác nhận không còn độc lập với người đề nghị. Hãy đề nghị lại."),
                code="not_independent",
            )


def use_issue(*, issue: PasswordIssue, account: User, actor: Actor, at: datetime) -> PasswordIssue:
    """Write the password that was set on ``account``: it stops the old one and all sessions, and must be changed first."""
    with transaction.atomic():
        _locked_in_use(account)
        issue = locked(PasswordIssue, issue.pk)
        refuse_unless_usable(issue, actor=actor, at=at)
        issue.used_at = at
        issue.save()
        if issue.removes_factor:
            remove_second_factor(account=account, at=at, text="mất thiết bị: hai người đồng ý bỏ mã xác thực")
        _store(account, actor.user_id, at)
    return issue


def issue_alone(*, account: User, reason: str, actor: Actor, at: datetime) -> PasswordIssue:
    """Write the password that was set on ``account``, for an account that takes no second person."""
    _refuse_own(account, actor)
    with transaction.atomic():
        if takes_two_persons(_locked_in_use(account)):
            raise Refused(_("Mật khẩu của tài khoản này phải có người thứ hai xác nhận."), code="two_persons")
        return _issued(account, reason, at, actor.user_id)


def issue_on_the_server(
    *, account: User, reason: str, at: datetime, removes_factor: bool = False
) -> PasswordIssue:
    """Write the password that was set on ``account``: who runs commands on the server holds its database anyway."""
    with transaction.atomic():
        _locked_in_use(account)
        for waiting in open_issues(at=at).filter(account=account):
            waiting.closed_at = at
            waiting.save()
        if removes_factor:
            remove_second_factor(account=account, at=at, text="mất thiết bị: bỏ mã xác thực trên máy chủ")
        return _issued(account, reason, at, None)


def _issued(account: User, reason: str, at: datetime, by: int | None) -> PasswordIssue:
    issue = PasswordIssue(
        account=account, requested_by_id=by, requested_at=at, reason=reason, expires_at=at, used_at=at
    )
    issue.save()
    _store(account, by, at)
    return issue


def withdraw_password(*, account: User, by: int | None, at: datetime, text: str) -> None:
    """Nothing signs in to the account any more until a password is issued; its sessions end."""
    account.set_unusable_password()
    account.store_password()
    end_tokens_of(account, by=by, at=at, text=f"{text}: kết thúc")
    remove_identities(account=account, at=at, text=f"{text}: bỏ liên kết")


def _store(account: User, by: int | None, at: datetime) -> None:
    days = settings.ACCOUNT_LIMITS.issued_password_days
    account.store_password(issued_until=at + timedelta(days=days))
    end_tokens_of(account, by=by, at=at, text="mật khẩu được cấp lại: kết thúc")
    remove_identities(account=account, at=at, text="mật khẩu được cấp lại: bỏ liên kết")
    forget_failures_with_name(account.username)


def _refuse_own(account: User, actor: Actor) -> None:
    if account.pk == actor.user_id:
        raise Refused(_("Mật khẩu của chính mình thì đổi ở trang “Đổi mật khẩu”."), code="own")


def _refuse_dependent(actor: Actor) -> None:
    """The person who asks is one of the two: the same is asked of both."""
    if not may_confirm(actor):
        raise Refused(
            _(
                "Mật khẩu của bạn do một người tự cấp, nên bạn chưa đề nghị cấp mật khẩu cho người duyệt, ký, giữ sổ hoặc quản trị "
                "được. Hãy nhờ cấp lại mật khẩu của bạn với người thứ hai xác nhận."
            ),
            code="not_independent",
        )


def _locked_in_use(account: User) -> User:
    found = locked(User, account.pk)
    if not found.is_active:
        raise Refused(_("Tài khoản đã ngừng sử dụng thì không cấp mật khẩu."), code="stopped")
    return found


def _locked_open(issue: PasswordIssue, at: datetime) -> PasswordIssue:
    found = locked(PasswordIssue, issue.pk)
    if not found.is_open(at=at):
        raise Refused(_("Đề nghị này đã dùng, đã rút hoặc đã hết hạn."), code="closed")
    return found
