"""One's own sessions, with a button that ends each; and those of others, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import asks_again, open_to_outside_accounts, read_only
from khcn.parties.models import User
from khcn.parties.models.account_sessions import number_of_session
from khcn.parties.operations.account_events import end_sessions, log_account_event, sessions_of
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from django.http import HttpResponse


@open_to_outside_accounts
@read_only
def session_list(request: Request) -> HttpResponse:
    """Where this account is signed in."""
    here = number_of_session(request.session.session_key)
    user: Any = request.user
    return render(request, "web/sessions.html", {"sessions": sessions_of(user, at=request.at), "here": here})


@asks_again
@open_to_outside_accounts
@require_POST
def session_end(request: Request) -> HttpResponse:
    """End one of one's own sessions, or all but this one."""
    here = number_of_session(request.session.session_key)
    user: Any = request.user
    wanted = request.POST.get("session", "")
    chosen = [
        each
        for each in sessions_of(user, at=request.at)
        if each.number != here and wanted in {each.number, "others"}
    ]
    _tell(request, end_sessions(user, chosen, at=request.at))
    return see_other(reverse("session-list"))


@asks_again
@require_POST
def account_sessions_end(request: Request, pk: int) -> HttpResponse:
    """An administrator ends all sessions of an account."""
    deny_unless(can_administer.test(request.actor, None))
    account = get_object_or_404(User, pk=pk)
    here = number_of_session(request.session.session_key)
    chosen = [each for each in sessions_of(account, at=request.at) if each.number != here]
    _tell(request, end_sessions(account, chosen, at=request.at))
    return see_other(reverse("account-edit", args=[pk]))


def _tell(request: Request, ended: int) -> None:
    text = ngettext("Đã kết thúc %(count)d phiên.", "Đã kết thúc %(count)d phiên.", ended)
    messages.success(request, text % {"count": ended})


class SignOut(auth.LogoutView):
    """The way out."""

    def post(self, request: Any, *args: Any, **options: Any) -> HttpResponse:
        """Log it and end the session. Texts that wait in the browser go too: the next person at it is another."""
        outside = request.user.is_authenticated and request.user.organisation_id is not None
        if request.user.is_authenticated:
            log_account_event(request.user, LoggedAction.SIGN_OUT, at=request.at)
        answer = super().post(request, *args, **options)
        if (
            not outside
        ):  # what a producer has entered on its telephone waits there until it is sent (docs/adr/0058)
            answer["Clear-Site-Data"] = '"storage"'
        return answer
