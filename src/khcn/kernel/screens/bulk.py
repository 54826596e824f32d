"""An action on several records of a list: choose, look at what can be done with each, then carry it out row by row."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.actions import Bulk
from khcn.kernel.actions.running import find_action, is_permitted, run, run_together
from khcn.kernel.fields.record_input import name_of
from khcn.kernel.refusals import Refused
from khcn.kernel.screens.action_forms import action_form
from khcn.kernel.screens.filters import narrow
from khcn.kernel.screens.forms import add_refusal
from khcn.kernel.screens.views import day_of, register_or_404
from khcn.kernel.text.numbers import short_number

if TYPE_CHECKING:
    from khcn.kernel.actions import Action
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.screens.action_forms import ActionForm
    from khcn.kernel.ui.http import Request

CAP = 200
UNREADABLE = 422


@dataclass(slots=True)
class BulkRow:
    """One record: whether it is chosen, why it cannot be, and what came of it."""

    pk: int
    name: str
    url: str
    why_not: str
    chosen: bool = False
    result: str = ""
    failed: bool = False


@transaction.non_atomic_requests  # each row is a transaction of its own
@require_http_methods(["GET", "POST"])
def bulk_page(request: Request, area: str, slug: str, name: str) -> HttpResponse:
    """Choose among the records of the filtered list, give the inputs, see what came of each row."""
    register = register_or_404(request, area, slug)
    action = find_action(register, name)
    if action is None or action.bulk is Bulk.NONE:
        raise Http404
    if not is_permitted(action, register, request.actor):
        raise PermissionDenied
    rows, more = _rows(request, register, action)
    form = action_form(action)(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "register": register,
        "action": action,
        "form": form,
        "rows": rows,
        "more": more,
        "cap": CAP,
        "together": action.bulk is Bulk.TOGETHER,
        "done": False,
        "token": request.POST.get("token") or secrets.token_urlsafe(16),
    }
    if request.method != "POST":
        return render(request, "registers/bulk.html", context)
    chosen = [each for each in rows if each.chosen]
    if not chosen:
        form.add_error(None, _("Hãy chọn ít nhất một bản ghi."))
    if form.is_valid() and _carry_out(request, register, form, chosen):
        context["done"] = True
    return render(request, "registers/bulk.html", context, status=200 if context["done"] else UNREADABLE)


def _rows(request: Request, register: Register, action: Action) -> tuple[list[BulkRow], bool]:
    """The first records of the filtered list, or those that were sent, each with the reason why it cannot be chosen."""
    sent = request.POST.getlist("pk") or request.GET.getlist("pk")
    keys = {key for text in sent if (key := short_number(text)) is not None}
    rows = register.rows(request.actor, day_of(request, register))
    if request.method == "POST":
        shown = {key for text in request.POST.getlist("shown") if (key := short_number(text)) is not None}
        rows = rows.filter(pk__in=sorted(keys | shown)[: 2 * CAP])
    else:
        rows = narrow(register, rows, request.GET).records
    found = list(rows.order_by(*register.order, "pk")[: CAP + 1])
    made = []
    for record in found[:CAP]:
        why_not = str(action.guard(record, actor=request.actor, on=request.today)) if action.guard else ""
        if not is_permitted(action, register, request.actor, record):
            why_not = _("Tài khoản của bạn không có quyền thực hiện việc này.")
        made.append(
            BulkRow(record.pk, name_of(record), register.detail_url(record.pk), why_not, record.pk in keys)
        )
    return made, len(found) > CAP


def _carry_out(request: Request, register: Register, form: ActionForm, chosen: list[BulkRow]) -> bool:
    """Row by row, or all at once; False when nothing was done and the form has to be shown again."""
    action, token, values = form.action, request.POST.get("token", ""), form.values()
    if action.bulk is Bulk.TOGETHER:
        try:
            outcome = run_together(
                action,
                register,
                [each.pk for each in chosen],
                values,
                actor=request.actor,
                on=request.today,
                key=token,
            )
        except Refused as refused:
            add_refusal(form, refused)
            return False
        for row in chosen:
            row.result = outcome.message
        return True
    for row in chosen:
        try:
            outcome = run(
                action,
                register,
                row.pk,
                values,
                actor=request.actor,
                on=request.today,
                key=f"{token}:{row.pk}" if token else "",
            )
        except Refused as refused:
            row.result, row.failed = str(refused), True
        else:
            row.result = outcome.message
    return True
