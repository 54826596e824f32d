"""Identities at a provider, linked with accounts and taken away (docs/adr/0037)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.refusals import Refused
from khcn.parties.models import LinkedIdentity, User
from khcn.parties.models.linked_identities import LONGEST_SUBJECT
from khcn.parties.operations.account_events import end_provider_sessions, log_account_event
from khcn.parties.operations.address_changes import is_address_new
from khcn.parties.operations.two_persons import takes_two_persons, why_two_persons

if TYPE_CHECKING:
    from datetime import datetime

SHOWN: int = 4  # characters of a subject in the log: it may be the number of an identity card


def require_subject(subject: str) -> None:
    """Raises `Refused` for what no provider gives. What one gives is exact: of two that differ by a space each is another person."""
    if (
        not subject.strip()
        or len(subject) > LONGEST_SUBJECT
        or not subject.isprintable()
        or not subject.isascii()
    ):
        raise Refused(
            _("Mã định danh có từ 1 đến 255 chữ cái, chữ số hoặc dấu, không có chữ có dấu tiếng Việt."),
            code="no_subject",
        )


def identity_of(account: User, issuer: str) -> LinkedIdentity | None:
    """The one of the account at this provider."""
    return LinkedIdentity.objects.filter(account=account, issuer=issuer).select_related("linked_by").first()


def linked_identity(issuer: str, subject: str) -> LinkedIdentity | None:
    """Whose this identity is."""
    return (
        LinkedIdentity.objects.filter(issuer=issuer, subject=subject)
        .select_related("account", "linked_by")
        .first()
    )


def reason_against(identity: LinkedIdentity, *, at: datetime) -> str:
    """Why it does not sign in, or "". One that another person linked does not where nobody issues a password alone: a person who
    can link an identity of their own could sign in as this account. Nor does it while the mail about it goes nowhere, or may go
    to an address that another person has just entered.
    """
    if identity.is_own:
        return ""
    if takes_two_persons(identity.account):
        return "not_trusted"
    is_unseen = not identity.account.email or is_address_new(identity.account, at=at)
    return "new_address" if is_unseen else ""


def link_identity(
    *, account: User, issuer: str, subject: str, by: int | None, at: datetime, session: str | None = None
) -> LinkedIdentity:
    """From now on this identity signs in to the account; the one before it at the same provider does no more, and the sessions
    that it opened end, but for the one with the key ``session``.

    One that is linked already stays as it is, with who linked it: what another has linked does not become one's own by itself.
    """
    require_subject(subject)
    with transaction.atomic():
        found = locked(User, account.pk)
        if by == found.pk and found.get_session_auth_hash() != account.get_session_auth_hash():
            raise Refused(_("Phiên làm việc đã kết thúc. Hãy đăng nhập lại."), code="ended")
        if not found.is_active:
            raise Refused(_("Tài khoản đã ngừng sử dụng thì không liên kết."), code="stopped")
        if by != found.pk and (why := why_two_persons(found)):
            raise Refused(
                _("%(why)s, nên chỉ chủ tài khoản tự liên kết, ở trang “Tài khoản định danh”.")
                % {"why": why},
                code="two_persons",
            )
        before = identity_of(found, issuer)
        if before is not None and before.subject == subject:
            return before
        if before is not None:
            before.delete()
            end_provider_sessions(account=found, at=at, but=session)
        identity = LinkedIdentity(account=found, issuer=issuer, subject=subject, linked_at=at)
        identity.linked_by_id = by if by is not None else found.pk
        try:
            with transaction.atomic():
                identity.save()
        except IntegrityError:
            raise Refused(_("Mã định danh này đã liên kết với một tài khoản khác."), code="taken") from None
        _log(found, at, f"liên kết {_shown(identity)}")
    return identity


def remove_identities(
    *, account: User, at: datetime, text: str = "bỏ liên kết", session: str | None = None
) -> int:
    """None of them signs in any more, and the sessions that they opened end, but for the one with the key ``session``; returns how
    many there were.
    """
    with transaction.atomic():
        found = list(LinkedIdentity.objects.filter(account=account))
        for each in found:
            each.delete()
            _log(account, at, f"{text} {_shown(each)}")
        if found:
            end_provider_sessions(account=account, at=at, but=session)
    return len(found)


def note_use(identity: LinkedIdentity, *, at: datetime) -> None:
    """It has signed in."""
    LinkedIdentity.objects.filter(pk=identity.pk).update(last_used_at=at)


def _shown(identity: LinkedIdentity) -> str:
    hidden = f"…{identity.subject[-SHOWN:]}" if len(identity.subject) > 2 * SHOWN else "…"
    return f"{urlsplit(identity.issuer).hostname}: {hidden}"


def _log(account: User, at: datetime, text: str) -> None:
    log_account_event(account, LoggedAction.IDENTITY, at=at, text=text)
