"""An action on several records of a list: choose, look at what can be done with each, then carry it out row by row."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.actions import Bulk
from khcn.kernel.actions.offered_actions import action_to_run, is_permitted
from khcn.kernel.actions.running import ANY_VERSION, LONGEST_KEY, record_to_act_on, run, run_together
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.fields.reference_targets import record_name
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.list_pages import all_columns, list_column_text
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.screens.action_buttons import Button
from khcn.kernel.screens.action_forms import action_form, initial_values
from khcn.kernel.screens.record_forms import add_refusal
from khcn.kernel.screens.requested_record import register_or_404, requested_day
from khcn.kernel.screens.ticked_rows import (
    back_to_list,
    filter_not_read,
    list_address,
    rows_of_list,
    ticked_keys,
)
from khcn.kernel.ui.view_decorators import asks_again, open_to_outside_accounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from khcn.kernel.actions import Action
    from khcn.kernel.actions.running import ActionOutcome
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Column, Register
    from khcn.kernel.screens.action_forms import ActionForm
    from khcn.kernel.ui.http import Request

CAP = 200
LONGEST_NUMBER = 20  # digits of a record's number, which follow the token, and the colon between


@dataclass(slots=True)
class BulkRow:
    """One record: whether it is chosen, why it cannot be, and what came of it."""

    pk: int
    name: str
    url: str
    why_not: str
    version: str
    chosen: bool = False
    leads: bool = False
    described_by: tuple[str, ...] = ()
    result: str = ""
    failed: bool = False


def _asks_again(request: Request, area: str, slug: str, name: str) -> bool:
    action = action_to_run(register_or_404(request, area, slug), name)
    return action is not None and action.asks_again


@open_to_outside_accounts
@partial(asks_again, when=_asks_again)
@transaction.non_atomic_requests  # each row is a transaction of its own
@require_http_methods(["GET", "POST"])
def bulk_page(request: Request, area: str, slug: str, name: str) -> HttpResponse:
    """Choose among the records of the filtered list, give the inputs, see what came of each row."""
    register = register_or_404(request, area, slug)
    action = action_to_run(register, name)
    if action is None or action.bulk is Bulk.NONE:
        raise Http404
    if not is_permitted(action, register, request.actor):
        raise PermissionDenied
    token = request.POST.get("token", "")
    if len(token) > LONGEST_KEY - LONGEST_NUMBER or "\0" in token:
        raise BadRequest  # a token of ours is 22 letters long
    records = _records(request, register, action)
    if records is None:
        return back_to_list(request, register, filter_not_read())
    rows, more = _rows(request, register, action, records)
    if request.method == "POST":
        form = action_form(action)(request.POST)
    else:
        form = action_form(action)(initial=_values_of_lead(request, register, action, rows))
    context: dict[str, Any] = {
        "register": register,
        "action": action,
        "form": form,
        "rows": rows,
        "headings": [str(each.heading) for each in _describing_columns(request, register, action)],
        "more": more,
        "cap": CAP,
        "back": list_address(request, register),
        "all_or_none": action.bulk is Bulk.TOGETHER,
        "done": False,
        "token": token or secrets.token_urlsafe(16),
    }
    if request.method != "POST":
        return render(request, "registers/bulk.html", context)
    chosen = [each for each in rows if each.chosen]
    made: dict[str, str] = {}
    context["made"] = made
    if not chosen:
        form.add_error(None, _("Hãy chọn ít nhất một bản ghi."))
    elif action.lead and not _put_lead_first(chosen, request.POST.get("lead")):
        form.add_error(None, _("Bản ghi chính phải là một trong các bản ghi được chọn. Hãy chọn lại."))
    if form.is_valid() and _carry_out(request, register, form, chosen, made):
        context["done"] = True
    return render(
        request,
        "registers/bulk.html",
        context,
        status=200 if context["done"] else HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _records(request: Request, register: Register, action: Action) -> QuerySet[Any] | None:
    """The records that were shown, else those of the list that can be chosen; ``None`` where its filter cannot be read."""
    if request.method == "POST":
        sent = request.POST.getlist("pk") + request.POST.getlist("shown")
        keys = sorted(ticked_keys(sent) or ())[: 2 * CAP]
        visible = register.rows(request.actor, requested_day(request, register))
        return visible.filter(pk__in=keys).order_by("pk")
    rows = rows_of_list(request, register)
    if rows is None or action.selectable is None or request.GET.getlist("pk"):
        return rows
    return rows.filter(action.selectable)


def _rows(
    request: Request, register: Register, action: Action, rows: QuerySet[Any]
) -> tuple[list[BulkRow], bool]:
    """The first of the records, each with the reason why it cannot be chosen; and whether there are more."""
    keys = ticked_keys(request.POST.getlist("pk") or request.GET.getlist("pk")) or ()
    found = list(rows[: CAP + 1])
    if request.method == "POST":  # in the order of the page that was sent
        places = {key: place for place, key in enumerate(request.POST.getlist("shown"))}
        found.sort(key=lambda each: places.get(str(each.pk), len(places)))
    made = []
    described_by = (
        _described_by(request, register, action, rows.filter(pk__in=[each.pk for each in found]))
        if action.described_by
        else {}
    )
    for record in found[:CAP]:
        why_not = str(action.guard(record, actor=request.actor, on=request.today)) if action.guard else ""
        if not is_permitted(action, register, request.actor, record):
            why_not = _("Tài khoản của bạn không có quyền thực hiện việc này.")
        made.append(
            BulkRow(
                record.pk,
                record_title(register, record) if register.closed else record_name(record),
                register.detail_url(record.pk),
                why_not,
                version_of(record),
                chosen=record.pk in keys,
                leads=str(record.pk) == request.POST.get("lead"),
                described_by=described_by.get(record.pk, ()),
            )
        )
    return made, len(found) > CAP


def _values_of_lead(
    request: Request, register: Register, action: Action, rows: list[BulkRow]
) -> Mapping[str, Any]:
    """What the form begins with when records were chosen in the list: as the dialog of the first of them does."""
    lead = next((each for each in rows if each.chosen), None)
    if action.initial is None or lead is None:
        return {}
    record = record_to_act_on(register, lead.pk, actor=request.actor, on=requested_day(request, register))
    return initial_values(action, record, actor=request.actor, on=request.today)


def _put_lead_first(chosen: list[BulkRow], sent: str | None) -> bool:
    """The record that the person named comes first, by itself the first one; False when it is not chosen."""
    lead = next((each for each in chosen if str(each.pk) == sent), None if sent else chosen[0])
    if lead is None:
        return False
    lead.leads = True
    chosen.sort(key=lambda each: each is not lead)
    return True


def _describing_columns(request: Request, register: Register, action: Action) -> list[Column]:
    """The columns that tell the records apart, as far as the actor may see them."""
    columns = [
        each for each in all_columns(register.seen_by(request.actor)) if each.path in action.described_by
    ]
    return sorted(columns, key=lambda each: action.described_by.index(each.path))


def _described_by(
    request: Request, register: Register, action: Action, rows: QuerySet[Any]
) -> dict[int, tuple[str, ...]]:
    """What tells the records apart, by their keys: the texts of those columns."""
    shown = [list_column_text(register, each) for each in _describing_columns(request, register, action)]
    return {
        pk: tuple(show(value) for (_path, show), value in zip(shown, values, strict=True))
        for pk, *values in rows.values_list("pk", *(path for path, _show in shown))
    }


def _made(outcome: ActionOutcome, actor: Actor) -> dict[str, str]:
    """Name and address of the record that the action made, where the actor may see it."""
    if outcome.result_pk is None or not has_register(model := apps.get_model(outcome.result_model)):
        return {}
    register = register_of(model)
    record = register.visible(actor).filter(pk=outcome.result_pk).first()
    return {"name": record_name(record), "url": register.detail_url(record.pk)} if record is not None else {}


def _carry_out(
    request: Request, register: Register, form: ActionForm, chosen: list[BulkRow], made: dict[str, str]
) -> bool:
    """Row by row, or all at once; False when nothing was done and the form has to be shown again."""
    action, token, values = form.action, request.POST.get("token", ""), form.values()
    versions = {each.pk: request.POST.get(f"version-{each.pk}", "") for each in chosen}
    if ANY_VERSION in versions.values():
        raise BadRequest  # "any version" is for programs
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
                versions=versions,
            )
        except Refused as refused:
            add_refusal(form, refused)
            return False
        for row in chosen:
            row.result = outcome.message
        made.update(_made(outcome, request.actor))
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
                version=versions[row.pk],
                key=f"{token}:{row.pk}" if token else "",
            )
        except Refused as refused:
            row.result, row.failed = str(refused), True
        else:
            row.result = outcome.message
    return True


def bulk_buttons(register: Register, actor: Actor) -> list[Button]:
    """The actions that this actor may take on several records of the list."""
    return [
        Button(
            str(each.label),
            each.name,
            bulk_url(register, each),
            each.icon,
            "",
            danger=each.danger,
        )
        for each in register.actions
        if each.bulk is not Bulk.NONE and is_permitted(each, register, actor)
    ]


def bulk_url(register: Register, action: Action) -> str:
    """Address of the page on which records are chosen for an action."""
    return reverse("register-bulk", args=[register.area, register.slug, action.name])
