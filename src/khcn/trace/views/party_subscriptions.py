"""The forms that remove a subscription of a party, or let a stopped one go on, from the page with its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import asks_again, open_to_outside_accounts
from khcn.trace.models import ApiKey, Subscription
from khcn.trace.operations.subscriptions import remove_subscription, resume_subscription
from khcn.trace.views.party_keys import own_party

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.trace.models import TraceParty

TEMPLATE: Final = "trace/subscription_form.html"


class ResumeForm(forms.Form):
    """The key by which a subscription goes on."""

    use_required_attribute = False
    key = forms.ModelChoiceField(
        queryset=ApiKey.objects.none(),
        label=gettext_lazy("Chạy tiếp bằng khóa"),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Hãy chọn khóa."),
            "invalid_choice": gettext_lazy("Khóa này không còn dùng được. Hãy chọn khóa khác."),
        },
    )

    def __init__(self, *args: Any, keys: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["key"]
        field.queryset = keys
        field.widget.attrs["class"] = "form-select"


@asks_again
@open_to_outside_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_resume(request: Request, pk: int, subscription: int) -> HttpResponse:
    """Ask by which key a stopped subscription is to go on, and let it."""
    party = own_party(request, pk)
    found = _subscription_of(party, subscription)
    keys = ApiKey.objects.filter(party=party, revoked_at=None, expires_at__gt=request.at)
    form = ResumeForm(request.POST or None, keys=keys.order_by("-issued_at", "-pk"))
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"party": party, "subscription": found, "form": form, "has_keys": keys.exists()}
        return render(request, TEMPLATE, context, status=status)
    if resume_subscription(
        subscription=found, key=form.cleaned_data["key"], actor=request.actor, at=request.at
    ):
        messages.success(request, _("Đăng ký chạy tiếp bằng khóa đã chọn."))
    else:
        messages.error(request, _("Đăng ký này đang chạy, hoặc khóa vừa hết dùng; không có gì thay đổi."))
    return see_other(_place(party))


@asks_again
@open_to_outside_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_remove(request: Request, pk: int, subscription: int) -> HttpResponse:
    """Ask whether a subscription is to be removed, and remove it."""
    party = own_party(request, pk)
    found = _subscription_of(party, subscription)
    if request.method != "POST":
        return render(request, TEMPLATE, {"party": party, "subscription": found, "form": None})
    remove_subscription(subscription=found, actor=request.actor)
    messages.success(request, _("Đã xóa đăng ký; địa chỉ ấy không được gửi sự kiện nữa."))
    return see_other(_place(party))


def _subscription_of(party: TraceParty, pk: int) -> Subscription:
    return get_object_or_404(
        Subscription.objects.select_related("query__party", "key"), pk=pk, query__party=party
    )


def _place(party: TraceParty) -> str:
    return reverse("trace-party", args=[party.pk]) + "#subscriptions"
