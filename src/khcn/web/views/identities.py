"""The identity by which one signs in beside the password: one's own, and that of others for administrators (docs/adr/0037)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.refusals import Refused
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import (
    asks_again,
    open_to_outside_accounts,
    read_only,
    with_own_transactions,
)
from khcn.parties.models import User
from khcn.parties.models.account_sessions import number_of_session
from khcn.parties.operations import linked_identities as identities
from khcn.web.identity_provider.pending import PendingSignIn
from khcn.web.navigation import can_administer
from khcn.web.views.provider_sign_in import IDENTITY_MAIL, leave

if TYPE_CHECKING:
    from django.http import HttpResponse


@open_to_outside_accounts
@read_only
def identity(request: Request) -> HttpResponse:
    """One's own."""
    user: Any = request.user
    provider = settings.IDENTITY_PROVIDER
    linked = identities.identity_of(user, provider.issuer) if provider else None
    return render(request, "web/identity.html", {"provider": provider, "linked": linked})


@asks_again
@open_to_outside_accounts
@with_own_transactions
def identity_link(request: Request) -> HttpResponse:
    """To the provider, and back with the identity."""
    user: Any = request.user
    here = number_of_session(request.session.session_key)
    return leave(request, PendingSignIn.new(goes_to="", account=user.pk, session=here))


@asks_again
@open_to_outside_accounts
@require_POST
def identity_remove(request: Request) -> HttpResponse:
    """From now on the password alone signs in."""
    user: Any = request.user
    if identities.remove_identities(account=user, at=request.at, session=request.session.session_key):
        messages.success(request, _("Đã bỏ liên kết."))
    return see_other(reverse("identity"))


@asks_again
@require_POST
def account_identity(request: Request, pk: int) -> HttpResponse:
    """An administrator enters the identity of somebody, or takes it away; the owner gets a mail."""
    deny_unless(can_administer.test(request.actor, None))
    account = get_object_or_404(User, pk=pk)
    provider = settings.IDENTITY_PROVIDER
    if provider is None:
        messages.error(request, _("Hệ thống chưa nối với nhà cung cấp định danh nào."))
    elif request.POST.get("do") == "remove":
        if identities.remove_identities(account=account, at=request.at, session=request.session.session_key):
            messages.success(request, _("Đã bỏ liên kết."))
    else:
        _link(request, account, provider.issuer)
    return see_other(reverse("account-edit", args=[pk]))


def _link(request: Request, account: User, issuer: str) -> None:
    try:
        identities.link_identity(
            account=account,
            issuer=issuer,
            subject=request.POST.get(
                "subject", ""
            ).strip(),  # typed; what a provider proves is taken as it is
            by=request.actor.user_id,
            at=request.at,
            session=request.session.session_key,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return
    enqueue(IDENTITY_MAIL, account=account.pk, who=request.actor.label, at=request.at.timestamp())
    messages.success(request, _("Đã liên kết tài khoản “%(name)s”.") % {"name": account.username})
