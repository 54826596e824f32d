"""Screens of every register that only read one record: its page, its history; and the suggestions of look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from khcn.kernel.actions.dependents import named_dependents
from khcn.kernel.deadlines.queries import deadlines_of
from khcn.kernel.fields.reference_input import input_key
from khcn.kernel.fields.reference_targets import name_column
from khcn.kernel.registers.attachments import attachments_of, may_see_files
from khcn.kernel.screens import record_page_content, record_panels
from khcn.kernel.screens.action_buttons import record_buttons
from khcn.kernel.screens.history import latest_changes
from khcn.kernel.screens.papers import papers_of
from khcn.kernel.screens.removed_records import find_survivor
from khcn.kernel.screens.requested_record import day_of, record_or_404, register_or_404
from khcn.kernel.search.global_search import SearchSource, find_records
from khcn.kernel.search.search_words import read_words
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.actions.dependents import Dependent
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

SUGGESTED = 20


@open_to_outside_accounts
@read_only
def record_detail(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """One record: its facts by section, related records, files."""
    register = register_or_404(request, area, slug)
    try:
        record = record_or_404(request, register, pk)
    except Http404:
        survivor = find_survivor(register.model, pk)
        if survivor is None or not register.visible(request.actor).filter(pk=survivor).exists():
            raise
        return redirect(register.detail_url(survivor))  # not for ever: a merger can be undone
    return render(request, register.detail_template, detail_context(request, register, record))


def detail_context(request: Request, register: Register, record: Record) -> dict[str, Any]:
    """What every record page shows; hand-made pages add to it."""
    on = day_of(request, register)
    return {
        **page_of_record(request, register, record),
        "sections": record_page_content.record_facts(register, record, request.actor),
        "derived": record_page_content.computed_facts(register, record),
        "panels": record_panels.panels_of_record(register, record, actor=request.actor, on=on),
        "attachments": attachments_of(record) if may_see_files(record, request.actor) else None,
        "buttons": record_buttons(register, record, actor=request.actor, on=request.today),
        "deadlines": deadlines_of(register.name, record.pk, on=on, today=request.today)
        if register.deadlines and request.actor.is_staff_of_department
        else [],
        **papers_of(request, record),
        "on": on,
    }


def page_of_record(request: Request, register: Register, record: Record) -> dict[str, Any]:
    """The head shared by the tabs of a record."""
    return {
        "register": register,
        "record": record,
        "title": record_page_content.record_title(register, record),
        "badge": record_page_content.state_badge(register, record),
        "is_illustrative": bool(record.illustrative),
        "may_edit": bool(register.form) and register.may("change", request.actor, record),
        "may_delete": bool(register.form) and register.may("delete", request.actor, record),
        "may_attach": register.may("attach", request.actor, record),
    }


def dependents_for(request: Request, record: Record) -> list[Dependent]:
    """The reports and papers that depend on a record, for staff who are about to change it."""
    return named_dependents(record) if request.actor.is_staff_of_department else []


@read_only
def record_history(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """Who changed what, and when."""
    register = register_or_404(request, area, slug)
    record = record_or_404(request, register, pk)
    context = {**page_of_record(request, register, record), "events": latest_changes(record, request.actor)}
    return render(request, "registers/history.html", context)


@open_to_outside_accounts
@read_only
def lookup(request: Request, area: str, slug: str) -> JsonResponse:
    """Suggestions for a field that names a record of this register."""
    register = register_or_404(request, area, slug, "choose")
    rows = register.visible(request.actor, "choose")
    words = read_words(request.GET.get("q", ""))
    name = name_column(register) or "pk"
    found: Iterable[tuple[int, Any]]
    if words.words:
        order = [
            each.object_id
            for each in find_records([SearchSource.of(register.searched, rows)], words, SUGGESTED)
        ]
        names = dict(rows.filter(pk__in=order).values_list("pk", name))
        found = [(pk, names[pk]) for pk in order if pk in names]
    else:
        found = rows.order_by("sort_key", "pk").values_list("pk", name)[:SUGGESTED]
    return JsonResponse({"results": [{"value": input_key(pk), "text": str(text)} for pk, text in found]})
