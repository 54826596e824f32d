"""The page that asks the person once more who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from khcn.kernel.ui.http import Request, see_other
from khcn.parties.operations import second_factors as factors
from khcn.parties.operations.sign_in_limits import SignInAttempt
from khcn.web.proof import carried_form, note_proof, proof_page
from khcn.web.session_passwords import password_in_session
from khcn.web.views.second_factor import WRONG, record_wrong_in_session, wait_for, wrong_factor

if TYPE_CHECKING:
    from django.http import HttpResponse


@sensitive_variables()
def prove(request: Request) -> HttpResponse:
    """Look at password or code; then offer to carry out the form that waits."""
    if request.method != "POST":
        return proof_page(request, "")
    carried = request.POST.get("carried", "")
    if problem := _problem(request):
        return proof_page(request, carried, problem, status=WRONG)
    note_proof(request)
    form = carried_form(request)
    if form is None:
        messages.success(request, _("Đã xác nhận. Hãy làm lại việc vừa rồi."))
        return see_other("/")
    address, pairs = form
    return render(request, "web/proved.html", {"address": address, "pairs": pairs})


def _problem(request: Request) -> str:
    user: Any = request.user
    typed = request.POST.get("proof", "")
    if factors.has_second_factor(user):
        attempt = SignInAttempt.for_code_in_session(user.pk)
        if problem := wait_for(attempt, request.at):
            return problem
        wrong = wrong_factor(request, user, typed)
        right = not wrong
    else:
        attempt = SignInAttempt.in_session(user.pk)
        wrong = _("Mật khẩu đang dùng chưa đúng. Hãy gõ lại.")
        if problem := wait_for(attempt, request.at):
            return problem
        with password_in_session(request):
            right = user.check_password(typed)
    if right:
        attempt.forget_failures()
        return ""
    record_wrong_in_session(request, user, attempt)
    return wrong
