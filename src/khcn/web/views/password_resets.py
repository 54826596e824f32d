"""A forgotten password: asked for by name, replaced by a link that came by mail (docs/adr/0027)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from khcn.kernel.actors import acting
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.request_quotas import client_network
from khcn.kernel.ui.http import Request, see_other
from khcn.parties.models import User
from khcn.parties.models.account_passwords import normal_password
from khcn.parties.operations import password_resets as operations
from khcn.parties.operations.sign_in_limits import SignInAttempt
from khcn.web.passwords import limit_length

if TYPE_CHECKING:
    from django.http import HttpResponse

WRONG, TOO_MANY = 422, 429
_LONGEST_NAME: Final = 150
_MAIL: Final = "khcn.web.jobs.send_reset_mail"
_DONE: Final = "khcn.web.jobs.send_reset_done_mail"


class NewPasswordForm(SetPasswordForm):
    """The new password, in our words."""

    use_required_attribute = False
    error_messages = {
        **SetPasswordForm.error_messages,
        "password_mismatch": gettext_lazy("Hai lần gõ mật khẩu mới chưa giống nhau. Hãy gõ lại cả hai."),
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        """Labels and messages."""
        super().__init__(*args, **options)
        labels = {"new_password1": _("Mật khẩu mới"), "new_password2": _("Gõ lại mật khẩu mới")}
        for name, label in labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.error_messages["required"] = _("Hãy nhập “%(label)s”.") % {"label": label}
            field.widget.attrs["class"] = "form-control"
            limit_length(field)
        self.fields["new_password1"].help_text = _(
            "Ít nhất 12 ký tự; không dùng mật khẩu phổ biến, không giống tên đăng nhập hoặc họ tên."
        )

    @sensitive_variables()
    def clean_new_password1(self) -> str:
        """As it is stored."""
        return normal_password(self.cleaned_data["new_password1"])

    @sensitive_variables()
    def clean_new_password2(self) -> str:
        """The same."""
        return normal_password(self.cleaned_data["new_password2"])


@login_not_required
def password_forgotten(request: Request) -> HttpResponse:
    """Ask for a link. The answer, its time and what is written are the same for names with and without an account."""
    if not settings.PASSWORD_RESET_BY_MAIL:
        return see_other(resolve_url(settings.LOGIN_URL))
    name = request.POST.get("username", "").strip()[:_LONGEST_NAME]
    if request.method != "POST" or not name:
        status = WRONG if request.method == "POST" else 200
        problem = _("Hãy nhập tên đăng nhập.") if status == WRONG else ""
        return render(request, "web/password_forgotten.html", {"problem": problem}, status=status)
    attempt = SignInAttempt.for_reset(name, network=client_network(request.META["REMOTE_ADDR"]))
    if seconds := attempt.refused_seconds(at=request.at):
        problem = _("Đã yêu cầu quá nhiều lần. Đợi khoảng %(minutes)d phút rồi làm lại.") % {
            "minutes": math.ceil(seconds / 60)
        }
        response = render(request, "web/password_forgotten.html", {"problem": problem}, status=TOO_MANY)
        response["Retry-After"] = str(seconds)
        return response
    attempt.record_failure(at=request.at)
    # Not the name: people type passwords where it belongs, and the queue keeps what it is given.
    account = User.objects.filter(username=name).values_list("pk", flat=True).first() or 0
    enqueue(_MAIL, account=account, at=request.at.timestamp())
    return render(request, "web/password_forgotten.html", {"asked": True})


@login_not_required
@sensitive_variables()
def password_reset(request: Request, whose: str, token: str) -> HttpResponse:
    """Choose a new password by the link. It signs nobody in, and leaves the second factor as it is."""
    if not settings.PASSWORD_RESET_BY_MAIL:
        return see_other(resolve_url(settings.LOGIN_URL))
    account = operations.account_of_link(whose, token, at=request.at)
    if account is None:
        return _page(request, None, status=WRONG)
    form = NewPasswordForm(account, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=WRONG if form.is_bound else 200)
    form.save(commit=False)  # hashes it, in the place of strangers
    with acting(account.actor_on(request.today)):
        if not operations.reset_password(account=account, token=token, at=request.at):
            return _page(request, None, status=WRONG)
    enqueue(_DONE, account=account.pk)
    messages.success(request, _("Đã đặt mật khẩu mới. Hãy đăng nhập bằng mật khẩu ấy."))
    return see_other(resolve_url(settings.LOGIN_URL))


def _page(request: Request, form: NewPasswordForm | None, *, status: int) -> HttpResponse:
    response = render(request, "web/password_reset.html", {"form": form}, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "strict-origin"  # its address, which is the secret, goes into no other log
    return response
