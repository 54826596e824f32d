"""Security keys of one's own: added, named, taken away (docs/adr/0038)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.refusals import Refused
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import asks_again, open_to_outside_accounts, with_own_transactions
from khcn.parties.operations import security_keys as operations
from khcn.web.views.second_factor import factor_page

if TYPE_CHECKING:
    from django.http import HttpResponse


@asks_again
@open_to_outside_accounts
@with_own_transactions
def security_key_new(request: Request) -> HttpResponse:
    """The page on which the browser asks for the key."""
    user: Any = request.user
    options, state = operations.begin_registration(user)
    context = {"options": json.dumps(options), "state": state, "name": request.POST.get("name", "")}
    response = render(request, "web/security_key_new.html", context)
    response["Cache-Control"] = "no-store"
    return response


@asks_again
@open_to_outside_accounts
@with_own_transactions
def security_key_add(request: Request) -> HttpResponse:
    """What the key has answered."""
    user: Any = request.user
    sent = request.POST
    try:
        codes = operations.complete_registration(
            account=user,
            name=sent.get("name", ""),
            state=sent.get("state", ""),
            answer=sent.get("credential", ""),
            at=request.at,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return see_other(reverse("second-factor"))
    messages.success(
        request, _("Đã thêm khóa bảo mật. Từ lần đăng nhập sau, hệ thống hỏi khóa hoặc mã sau mật khẩu.")
    )
    return factor_page(request, user, codes=codes) if codes else see_other(reverse("second-factor"))


@asks_again
@open_to_outside_accounts
@require_POST
def security_key_remove(request: Request, pk: int) -> HttpResponse:
    """The key is lost, or somebody else's now."""
    user: Any = request.user
    if operations.remove_key(account=user, pk=pk, at=request.at):
        messages.success(request, _("Đã bỏ khóa bảo mật."))
    return see_other(reverse("second-factor"))
