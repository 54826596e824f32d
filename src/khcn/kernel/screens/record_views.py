"""Screens of every register that only read: list, rows, count, export, one record, its history, suggestions."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- in signatures of functions the templates call
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from khcn.kernel.deadlines.presentation import deadlines_of
from khcn.kernel.fields.record_input import input_key
from khcn.kernel.fields.reference_targets import name_column
from khcn.kernel.registers import listing
from khcn.kernel.registers.attachments import attachments_of, may_see_files
from khcn.kernel.registers.export import export_name, export_workbook
from khcn.kernel.registers.registry import UnknownRegisterError, find_register
from khcn.kernel.screens import list_table, page_content
from khcn.kernel.screens.action_buttons import bulk_buttons, record_buttons
from khcn.kernel.screens.history import latest_changes
from khcn.kernel.screens.list_filters import SEARCH, Filtered, apply_filters, controls, filterset_class
from khcn.kernel.screens.papers import papers_of
from khcn.kernel.search.global_search import SearchSource, find_records
from khcn.kernel.search.search_words import read_words
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.http import Request, safe_next, see_other, workbook
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.registers.records import Record
    from khcn.kernel.registers.spec import Register

COLUMNS_KEY = "columns"
SUGGESTED = 20


def register_or_404(request: Request, area: str, slug: str, verb: str = "read") -> Register:
    """The register at an address as this actor sees it, if there is anything in it to which they may do ``verb``."""
    try:
        register = find_register(area, slug)
    except UnknownRegisterError:
        raise Http404 from None
    if not register.may(verb, request.actor):
        raise PermissionDenied
    return register.seen_by(request.actor)


def day_of(request: Request, register: Register) -> date:
    """The day of the register's "as of" columns; a register without any never asks which period is chosen."""
    if type(register).annotate is None:
        return request.today
    day: date = request.reporting.as_of
    return day


def record_or_404(request: Request, register: Register, pk: int) -> Record:
    """One record, if this actor may see it, with what its page shows."""
    rows = page_content.visible_rows(register, request.actor, day_of(request, register), related=True)
    record: Record | None = rows.filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def _filtered(request: Request, register: Register) -> Filtered:
    return apply_filters(register, register.rows(request.actor, day_of(request, register)), request.GET)


def _current_parameters(request: Request, register: Register) -> dict[str, str]:
    """The part of the address that says which rows, in a stable order and without empty values."""
    names = (SEARCH, *filterset_class(register).base_filters, "sort")
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _order(
    request: Request, found: tuple[tuple[Any, list_table.Head], ...], register: Register
) -> tuple[str, ...]:
    sort_by = request.GET.get("sort", "")
    known = {head.sort for _column, head in found if head.sort}
    return (sort_by, *register.order) if sort_by.lstrip("-") in known else register.order


def _list_context(request: Request, register: Register) -> dict[str, Any]:
    chosen = request.session.get(COLUMNS_KEY, {}).get(register.name, ())
    shown = page_content.chosen_heads(register, chosen)
    columns = [column for column, _head in shown]
    filtered = _filtered(request, register)
    try:
        page = listing.list_page(
            register,
            filtered.records,
            columns=columns,
            order=filtered.order or _order(request, page_content.all_heads(register), register),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            counted=False,
        )
    except listing.BadCursorError:
        raise BadRequest from None
    parameters = _current_parameters(request, register)
    heads = [head for _column, head in shown]
    invented = page_content.illustrative_cells(shown, page.rows)
    bulk = bulk_buttons(
        register, request.actor, _address(register, parameters).removeprefix(register.list_url())
    )
    return {
        "register": register,
        "page": page,
        "heads": heads,
        "invented": invented,
        "body": list_table.table_body(page.rows, heads, invented, register.list_url(), selectable=bool(bulk)),
        "filtered": filtered,
        "controls": controls(register),
        "values": request.GET,
        "address": register.list_url(),
        "count": format_number(page.count),
        "without": lambda *names: _address(register, {k: v for k, v in parameters.items() if k not in names}),
        "with_": lambda **more: _address(register, {**parameters, **more}),
        "import_url": _import_url(register) if request.actor.is_staff_of_department else "",
        "bulk": bulk,
        "export_url": _address(register, parameters, "register-export"),
        "count_url": _address(register, parameters, "register-count"),
        "may_add": bool(register.form) and register.may("create", request.actor),
        "all_heads": [
            (head, head.path in {each.path for each in columns})
            for _c, head in page_content.all_heads(register)
        ],
    }


def _import_url(register: Register) -> str:
    """Where workbooks are taken in, by name: they are in a layer above this one."""
    try:
        return f"{reverse('import-list')}?register={register.name}"
    except NoReverseMatch:
        return ""


def _address(register: Register, parameters: dict[str, str], name: str = "register-list") -> str:
    path = reverse(name, args=[register.area, register.slug])
    return f"{path}?{urlencode(parameters)}" if parameters else path


@open_to_outside_accounts
@read_only
def record_list(request: Request, area: str, slug: str) -> HttpResponse:
    """The list as a page, or only its rows when htmx asks."""
    register = register_or_404(request, area, slug)
    context = _list_context(request, register)
    template = "registers/rows.html" if request.htmx else "registers/list.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    return response


@open_to_outside_accounts
@read_only
def record_count(request: Request, area: str, slug: str) -> HttpResponse:
    """The exact number of rows, fetched apart from the rows."""
    register = register_or_404(request, area, slug)
    return HttpResponse(format_number(_filtered(request, register).records.count()))


@open_to_outside_accounts
@read_only
def record_export(request: Request, area: str, slug: str) -> HttpResponse:
    """The filtered list as a workbook that can be imported again."""
    register = register_or_404(request, area, slug, "export")
    within = register.visible(request.actor, "export").values("pk")
    rows = _filtered(request, register).records.filter(pk__in=within).order_by(*register.order, "pk")
    return workbook(export_workbook(register, rows), export_name(register))


@open_to_outside_accounts
@require_POST
def choose_columns(request: Request, area: str, slug: str) -> HttpResponse:
    """Keep which columns this person wants to see."""
    register = register_or_404(request, area, slug)
    known = [head.path for _column, head in page_content.all_heads(register)]
    chosen = [path for path in request.POST.getlist("columns") if path in known]
    chosen_columns = dict(request.session.get(COLUMNS_KEY, {}))
    chosen_columns[register.name] = chosen if not request.POST.get("default") else []
    request.session[COLUMNS_KEY] = chosen_columns
    return see_other(safe_next(request, register.list_url()))


@open_to_outside_accounts
@read_only
def record_detail(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """One record: its facts by section, related records, files."""
    register = register_or_404(request, area, slug)
    record = record_or_404(request, register, pk)
    return render(request, register.detail_template, detail_context(request, register, record))


def detail_context(request: Request, register: Register, record: Record) -> dict[str, Any]:
    """What every record page shows; hand-made pages add to it."""
    on = day_of(request, register)
    return {
        **page_of_record(request, register, record),
        "sections": page_content.record_facts(register, record, request.actor),
        "derived": page_content.computed_facts(register, record),
        "panels": page_content.panels(register, record, actor=request.actor, on=on),
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
        "title": str(record),
        "badge": page_content.state_badge(register, record),
        "is_illustrative": bool(record.illustrative),
        "may_edit": bool(register.form) and register.may("change", request.actor, record),
        "may_delete": bool(register.form) and register.may("delete", request.actor, record),
        "may_attach": register.may("attach", request.actor, record),
    }


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
