"""The dialog of an action, as a page that works without scripts. What was typed is never lost."""

from __future__ import annotations

import secrets
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from khcn.kernel.actions.dependents import dependents_shown_to
from khcn.kernel.actions.offered_actions import action_to_run, is_permitted
from khcn.kernel.actions.running import ANY_VERSION, LONGEST_KEY, run, settled_parts
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.refusals.shown_content import FIELD as SHOWN_FIELD
from khcn.kernel.refusals.shown_content import shown_content_text
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.screens import record_page_content
from khcn.kernel.screens.action_forms import action_form, initial_values, limit_choices, links_begun_with
from khcn.kernel.screens.record_forms import add_refusal
from khcn.kernel.screens.record_page_content import page_of_record
from khcn.kernel.screens.requested_record import record_or_404, register_or_404
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.kernel.ui.view_decorators import (
    AGAIN,
    asks_again,
    open_to_outside_accounts,
    preserves_form_input,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actions import Action
    from khcn.kernel.actions.running import ActionOutcome
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.screens.action_forms import ActionForm


def _asks_again(request: Request, area: str, slug: str, name: str, **_more: object) -> bool:
    action = action_to_run(register_or_404(request, area, slug), name)
    return action is not None and action.asks_again


@partial(asks_again, when=_asks_again)
@preserves_form_input
@open_to_outside_accounts
@require_http_methods(["GET", "POST"])
def action_page(request: Request, area: str, slug: str, pk: int, name: str) -> HttpResponse:
    """Ask for the inputs, then carry the action out. A refusal comes back with everything that was typed."""
    register = register_or_404(request, area, slug)
    action = action_to_run(register, name)
    if action is None:
        raise Http404
    record = record_or_404(request, register, pk)
    if not is_permitted(action, register, request.actor, record):
        raise PermissionDenied
    if request.method != "POST":
        why_not = str(action.guard(record, actor=request.actor, on=request.today)) if action.guard else ""
        given = {name: request.GET[name] for name in action.input_names() if name in request.GET}
        known = initial_values(action, record, actor=request.actor, on=request.today)
        form = action_form(action)(initial={**known, **given}, begun=known)
        return _dialog(request, register, record, form, why_not=why_not)
    version, token = request.POST.get("version", ""), request.POST.get("token", "")
    if version == ANY_VERSION or len(token) > LONGEST_KEY or "\0" in token:
        raise BadRequest  # no page of ours sends these: "any version" is for programs, and a token is 22 letters long
    begun = links_begun_with(action, record, actor=request.actor, on=request.today)
    form = action_form(action)(request.POST, begun=begun)
    if AGAIN in request.POST:
        form.show_as_typed()
        return _dialog(request, register, record, form, version=request.POST.get("version", ""))
    if not form.is_valid():
        return _dialog(request, register, record, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if action.preview is not None and "preview" in request.POST:
        lines = action.preview(record, **form.values(), actor=request.actor, on=request.today)
        return _dialog(request, register, record, form, preview=lines)
    try:
        outcome = run(
            action,
            register,
            pk,
            form.values(),
            actor=request.actor,
            on=request.today,
            version=version,
            shown=request.POST.get(SHOWN_FIELD, ""),
            key=token,
        )
    except NotPermitted:
        raise PermissionDenied from None
    except Refused as refused:
        add_refusal(form, refused)
        stale = isinstance(refused, Stale) or refused.code == "guard"
        return _dialog(
            request,
            register,
            record,
            form,
            status=HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    messages.success(request, outcome.message)
    return see_other(safe_next(request, _after(action, register, outcome, request.actor)))


def _after(action: Action, register: Register, outcome: ActionOutcome, actor: Actor) -> str:
    """The record's page, or that of what was made of it where the work goes on there; where the action has removed the record, what
    came of it, else the list.
    """
    if action.prints is not None and outcome.result_pk is not None:
        paper = apps.get_model(outcome.result_model)(pk=outcome.result_pk)
        return str(paper.get_absolute_url())  # to be looked at before it gets its number
    if action.opens_result and (made := _result_url(outcome, actor)):
        return made
    if register.visible(actor).filter(pk=outcome.record_pk).exists():
        return register.detail_url(outcome.record_pk)
    return _result_url(outcome, actor) or register.list_url()


def _result_url(outcome: ActionOutcome, actor: Actor) -> str:
    """The page of what the action has made; "" where it made nothing or its page is not for this actor."""
    if outcome.result_pk is None:
        return ""
    model = apps.get_model(outcome.result_model)
    if not has_register(model) or not register_of(model).visible(actor).filter(pk=outcome.result_pk).exists():
        return ""
    return register_of(model).detail_url(outcome.result_pk)


def _shown(request: Request, action: Action, record: Record, status: int) -> dict[str, Any]:
    """What is settled, with its digest; while a person corrects an input, the digest of what they opened."""
    if action.shows is None:
        return {"shows": {}, "shown": ""}
    shows = action.shows(record, actor=request.actor, on=request.today)
    opened = request.POST.get(SHOWN_FIELD) if status != HTTPStatus.CONFLICT else None
    if opened is None:
        opened = shown_content_text(settled_parts(action, record, actor=request.actor, on=request.today))
    return {"shows": shows, "shown": opened}


def _dialog(
    request: Request,
    register: Register,
    record: Record,
    form: ActionForm,
    *,
    why_not: str = "",
    preview: Sequence[str] | None = None,
    version: str = "",
    status: int = 200,
) -> HttpResponse:
    limit_choices(form, record, actor=request.actor, on=request.today)
    context: dict[str, Any] = {
        **page_of_record(request, register, record),
        "action": form.action,
        "form": form,
        "facts": record_page_content.record_facts(register, record, request.actor)
        if form.action.shows_record
        else [],
        "why_not": why_not,
        "is_stale": status == HTTPStatus.CONFLICT,
        "preview": preview,
        "notice": form.action.notice(record, actor=request.actor, on=request.today)
        if form.action.notice
        else "",
        "relied_on": dependents_shown_to(request.actor, record) if form.action.asks_reason else [],
        "version": version or version_of(record),
        **_shown(request, form.action, record, status),
        "token": request.POST.get("token") or secrets.token_urlsafe(16),
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "back": safe_next(request, register.detail_url(record.pk)),
    }
    return render(request, "registers/action.html", context, status=status)
