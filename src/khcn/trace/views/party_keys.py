"""The page of a trace party with its keys, and the forms that issue, exchange and revoke one.

They are for the editors of traceability and for the party's own people. The secret is in one answer, to the form that asked
for it; sending that form again shows it to nobody (``form_key``).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.program_secret_form import LastDayForm
from khcn.kernel.access.scopes import ACT
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.record_page_content import detail_context
from khcn.kernel.screens.requested_record import record_or_404, register_or_404
from khcn.kernel.text.form_fields import OneLineField
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import asks_again, open_to_outside_accounts, read_only
from khcn.trace.models import ApiKey, TraceParty
from khcn.trace.operations.api_keys import exchange_key, issue_key, last_day_of_new_key, revoke_key
from khcn.trace.queries.party_keys import shown_keys, shown_subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request

OVERLAPS: Final = (
    (7, gettext_lazy("Sau 7 ngày: trong lúc đó chạy được cả khóa cũ và khóa mới")),
    (1, gettext_lazy("Sau 1 ngày")),
    (0, gettext_lazy("Ngay bây giờ: chương trình bị từ chối cho đến khi có khóa mới")),
)
"""Days for which the old key stays good."""


@open_to_outside_accounts
@read_only
def trace_party(request: Request, pk: int) -> HttpResponse:
    """The record with its keys and subscriptions."""
    register = register_or_404(request, "trace", "trace-parties")
    record = record_or_404(request, register, pk)
    keys, subscriptions = None, None
    if register_of(TraceParty).may(ACT, request.actor, record):
        keys = shown_keys(_party_of(record), actor=request.actor, at=request.at, on=request.today)
        subscriptions = shown_subscriptions(_party_of(record), at=request.at)
    context = {"keys": keys, "subscriptions": subscriptions}
    return render(request, "trace/party.html", {**detail_context(request, register, record), **context})


def _party_of(record: Any) -> TraceParty:
    party: TraceParty = record
    return party


def own_party(request: Request, pk: int) -> TraceParty:
    """The party, for those who may act on it; 404 for those who do not see it, 403 for those who only see it."""
    party = _party_of(record_or_404(request, register_or_404(request, "trace", "trace-parties"), pk))
    deny_unless(register_of(TraceParty).may(ACT, request.actor, party))
    return party


class KeyForm(LastDayForm):
    """A new key."""

    label = OneLineField(
        label=gettext_lazy("Tên khóa"),
        max_length=100,
        help_text=gettext_lazy("Tên chương trình dùng khóa, để sau này biết khóa nào của máy nào. Ví dụ: Phần mềm kho."),
        error_messages={"required": gettext_lazy("Hãy nhập tên khóa.")},
    )  # fmt: skip
    field_order = ("label", "until", "form_key")


class ExchangeForm(LastDayForm):
    """A new key in the place of another."""

    overlap = forms.TypedChoiceField(
        label=gettext_lazy("Khóa cũ hết dùng"),
        choices=OVERLAPS,
        coerce=int,
        initial=7,
        widget=forms.RadioSelect,
    )
    field_order = ("overlap", "until", "form_key")


@asks_again
@open_to_outside_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def key_new(request: Request, pk: int) -> HttpResponse:
    """Issue a key."""
    party = own_party(request, pk)
    form = KeyForm(request.POST or None, today=request.today, latest=last_day_of_new_key(request.at))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, party, form)
    label = form.cleaned_data["label"]

    def made() -> str:
        return issue_key(
            party=party,
            label=label,
            actor=request.actor,
            at=request.at,
            until=form.cleaned_data["until"],
            form_key=form.cleaned_data["form_key"],
        )

    return _shown_once(request, party, label, made, form.cleaned_data["until"])


@asks_again
@open_to_outside_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def key_exchange(request: Request, pk: int, key: int) -> HttpResponse:
    """Issue a key in the place of another."""
    party = own_party(request, pk)
    old = get_object_or_404(ApiKey, pk=key, party=party)
    form = ExchangeForm(request.POST or None, today=request.today, latest=last_day_of_new_key(request.at))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, party, form, old)

    def made() -> str:
        return exchange_key(
            key=old,
            overlap=timedelta(days=form.cleaned_data["overlap"]),
            actor=request.actor,
            at=request.at,
            until=form.cleaned_data["until"],
            form_key=form.cleaned_data["form_key"],
        )

    return _shown_once(request, party, old.label, made, form.cleaned_data["until"], old)


@asks_again
@open_to_outside_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def key_revoke(request: Request, pk: int, key: int) -> HttpResponse:
    """Ask whether a key is to be revoked, and revoke it."""
    party = own_party(request, pk)
    old = get_object_or_404(ApiKey, pk=key, party=party)
    if request.method != "POST":
        return render(request, "trace/key_revoke.html", {"party": party, "key": old})
    revoke_key(key=old, actor=request.actor, at=request.at)
    messages.success(request, _("Đã thu hồi khóa “%(label)s”.") % {"label": old.label})
    return see_other(_page_of(party))


def _page_of(party: TraceParty) -> str:
    return reverse("trace-party", args=[party.pk]) + "#keys"


def _form_page(
    request: Request, party: TraceParty, form: LastDayForm, old: ApiKey | None = None
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "trace/key_form.html", {"party": party, "form": form, "old": old}, status=status)


@sensitive_variables()
def _shown_once(
    request: Request,
    party: TraceParty,
    label: str,
    make: Callable[[], str],
    until: date,
    old: ApiKey | None = None,
) -> HttpResponse:
    """The page with a secret that was made just now."""
    try:
        secret = make()
    except Refused as refused:
        messages.error(request, str(refused))
        return see_other(_page_of(party))
    if old is not None:
        old.refresh_from_db()
    context = {"party": party, "label": label, "secret": secret, "until": until, "old": old}
    response = render(request, "trace/key_shown.html", context)
    response["Cache-Control"] = "no-store"
    return response
