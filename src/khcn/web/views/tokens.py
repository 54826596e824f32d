"""Tokens of one's own programs, issued and ended; and those of others, for those who answer for them (docs/adr/0031)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from khcn.kernel.access.predicates import deny_unless, in_own_name
from khcn.kernel.access.program_secret_form import LastDayForm
from khcn.kernel.actors import EVERYTHING
from khcn.kernel.calendar.day_arithmetic import last_day_before
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.form_fields import OneLineField
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only
from khcn.parties.models import AccountToken
from khcn.parties.models.rights_decisions import title_of_scope
from khcn.parties.operations import account_tokens as operations
from khcn.web.decision_forms import areas_and_registers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import HttpResponse

    from khcn.kernel.actors import Actor


WARNED: Final = timedelta(days=30)  # before a token expires
USUAL_TERM: Final = timedelta(days=90)  # that the form offers; the person chooses


def _readable_scopes(actor: Actor) -> list[tuple[str, str]]:
    """Everything, and the areas and registers in which the person reads something."""
    names = {each.name for each in registers() if each.may("read", actor)}
    open_scopes = {EVERYTHING, *names, *(name.partition(".")[0] for name in names)}
    return [(name, title) for name, title in areas_and_registers() if name in open_scopes]


class TokenForm(LastDayForm):
    """What a program may do with the token, and until when."""

    name = OneLineField(
        label=gettext_lazy("Tên chương trình"),
        max_length=100,
        help_text=gettext_lazy("Để sau này biết mã nào của chương trình nào. Ví dụ: Bảng theo dõi tiến độ."),
        error_messages={"required": gettext_lazy("Hãy nhập tên chương trình.")},
    )
    can_write = forms.TypedChoiceField(
        label=gettext_lazy("Chương trình được làm gì"),
        choices=(
            ("read", gettext_lazy("Chỉ đọc")),
            ("write", gettext_lazy("Đọc và ghi: thêm, sửa, xóa như chính bạn được làm")),
        ),
        coerce=lambda value: value == "write",
        initial="read",
        widget=forms.RadioSelect,
    )
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("Trong những danh mục nào"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một danh mục hoặc lĩnh vực.")},
    )
    field_order = ("name", "can_write", "scope", "until", "form_key")

    def __init__(self, *args: Any, actor: Actor, today: date, **options: Any) -> None:
        """``actor``: whose registers are offered; ``today``: what the last day is counted from."""
        latest = operations.latest_day_of_token(today)
        super().__init__(*args, today=today, latest=latest, usual=today + USUAL_TERM, **options)
        scope: Any = self.fields["scope"]
        scope.choices = _readable_scopes(actor)


@dataclass(frozen=True, slots=True)
class ShownToken:
    """One token as the list shows it."""

    token: AccountToken
    scope: str
    last_day: date
    expires_soon: bool


def _shown(tokens: Iterable[AccountToken], today: date) -> list[ShownToken]:
    found = []
    for each in tokens:
        scope = ", ".join(title_of_scope(name) for name in each.scope)
        last_day = last_day_before(each.expires_at)
        found.append(ShownToken(each, scope, last_day, last_day < today + WARNED))
    return found


@read_only
def token_list(request: Request) -> HttpResponse:
    """One's own tokens, and those of others that one may end."""
    deny_unless(request.actor.keeps_own_records)
    account: Any = request.user
    own = operations.tokens_in_use(account, at=request.at)
    context = {
        "own": _shown(own, request.today),
        "others": _shown(operations.tokens_of_others(request.actor, at=request.at), request.today),
        "may_issue": in_own_name.test(request.actor, None),
    }
    return render(request, "web/tokens.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables()
def token_new(request: Request) -> HttpResponse:
    """Issue a token to oneself; the secret is in this one answer."""
    deny_unless(in_own_name.test(request.actor, None) and request.actor.keeps_own_records)
    form = TokenForm(request.POST or None, actor=request.actor, today=request.today)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "web/token_form.html", {"form": form}, status=status)
    account: Any = request.user
    try:
        secret = operations.issue_token(account=account, at=request.at, **form.cleaned_data)
    except Refused as refused:
        messages.error(request, str(refused))
        return see_other(reverse("token-list"))
    response = render(request, "web/token_shown.html", {**form.cleaned_data, "secret": secret})
    response["Cache-Control"] = "no-store"
    return response


def _of_another(request: Request, pk: int) -> bool:
    return not AccountToken.objects.filter(pk=pk, account=request.user.pk).exists()


@partial(asks_again, when=_of_another)
@require_POST
def token_end(request: Request, pk: int) -> HttpResponse:
    """End one of one's own tokens, or one of a person for whom one answers."""
    token = AccountToken.objects.select_related("account").filter(pk=pk).first()
    if token is None or not operations.may_end(request.actor, token):
        raise Http404
    operations.end_token(token=token, actor=request.actor, at=request.at)
    messages.success(request, _("Đã kết thúc mã “%(name)s”.") % {"name": token.name})
    return see_other(safe_next(request, reverse("token-list")))
