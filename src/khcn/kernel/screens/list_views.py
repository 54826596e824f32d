"""The list of a register as a page: its rows, their number, the workbook, the columns that a person wants to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.audit.events import log_download
from khcn.kernel.registers import list_pages
from khcn.kernel.screens import column_headings, list_table
from khcn.kernel.screens.bulk_actions import bulk_buttons
from khcn.kernel.screens.list_filters import SEARCH, FilterResult, apply_filters, controls
from khcn.kernel.screens.list_totals import has_totals, list_totals
from khcn.kernel.screens.requested_record import register_or_404, requested_day
from khcn.kernel.screens.saved_filters import list_conditions
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.http import Request, safe_next, see_other, workbook
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
from khcn.kernel.workbooks.export import export_name, export_workbook
from khcn.kernel.workbooks.printed_pages import head_with_day

if TYPE_CHECKING:
    from khcn.kernel.registers.spec import Register

COLUMNS_KEY = "columns"
PRINTED = 5000  # rows of a printed list; a longer one is narrowed by its filter, or exported


def _filtered(request: Request, register: Register) -> FilterResult:
    return apply_filters(
        register, register.rows(request.actor, requested_day(request, register)), request.GET
    )


def _order(
    request: Request, found: tuple[tuple[Any, column_headings.ColumnHeading], ...], register: Register
) -> tuple[str, ...]:
    sort_by = request.GET.get("sort", "")
    known = {heading.sort for _column, heading in found if heading.sort}
    return (sort_by, *register.order) if sort_by.lstrip("-") in known else register.order


def _list_context(request: Request, register: Register) -> dict[str, Any]:
    chosen = request.session.get(COLUMNS_KEY, {}).get(register.name, ())
    shown = column_headings.chosen_headings(register, chosen)
    columns = [column for column, _head in shown]
    filtered = _filtered(request, register)
    printed = request.GET.get("print") == "all"
    try:
        page = list_pages.list_page(
            register,
            filtered.records,
            columns=columns,
            order=filtered.order or _order(request, column_headings.all_headings(register), register),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            size=PRINTED if printed else list_pages.PAGE_SIZE,
            counted=False,
        )
    except list_pages.BadCursorError:
        raise BadRequest from None
    parameters = list_conditions(register, request.GET)
    headings = [heading for _column, heading in shown]
    invented = list_table.illustrative_table_cells(shown, page.rows)
    bulk = [] if printed else bulk_buttons(register, request.actor)
    whole = page.count_is_exact and not (page.newer or page.older)
    address = register.list_url()
    return {
        "register": register,
        "page": page,
        "headings": headings,
        "invented": invented,
        "body": list_table.table_body(page.rows, headings, invented, address, selectable=bool(bulk)),
        "filtered": filtered,
        "controls": controls(register),
        "values": request.GET,
        "address": address,
        "count": format_number(page.count),
        "without": lambda *names: _with_query(
            address, {k: v for k, v in parameters.items() if k not in names}
        ),
        "with_": lambda **more: _with_query(address, {**parameters, **more}),
        "import_url": _import_url(register) if request.actor.is_staff_of_department else "",
        "bulk": bulk,
        "printed": printed,
        "day": format_date(requested_day(request, register)),
        "printed_at_most": PRINTED,
        "totals_shown": has_totals(register, columns),
        "totals": list_totals(register, request.actor, filtered.records, columns) if whole or printed else (),
        "totals_url": ""
        if whole or printed
        else _with_query(_address(register, "register-count"), {**parameters, "totals": "1"}),
        "narrowed_by": parameters,
        "export_url": _with_query(_address(register, "register-export"), parameters),
        "count_url": _with_query(_address(register, "register-count"), parameters),
        "may_add": bool(register.form) and register.may("create", request.actor),
        "all_headings": [
            (heading, heading.path in {each.path for each in columns})
            for _c, heading in column_headings.all_headings(register)
        ],
    }


def _import_url(register: Register) -> str:
    """Where workbooks are taken in, by name: they are in a layer above this one."""
    try:
        return f"{reverse('import-list')}?register={register.name}"
    except NoReverseMatch:
        return ""


def _address(register: Register, name: str) -> str:
    return reverse(name, args=[register.area, register.slug])


def _with_query(address: str, parameters: dict[str, str]) -> str:
    return f"{address}?{urlencode(parameters)}" if parameters else address


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
    """The exact number of rows, or the totals of their amounts, fetched apart from the rows."""
    register = register_or_404(request, area, slug)
    records = _filtered(request, register).records
    if not request.GET.get("totals"):
        return HttpResponse(format_number(records.count()))
    shown = column_headings.chosen_headings(
        register, request.session.get(COLUMNS_KEY, {}).get(register.name, ())
    )
    totals = list_totals(register, request.actor, records, [column for column, _head in shown])
    lines = [(head.heading, text) for (_column, head), text in zip(shown, totals, strict=False) if text]
    return render(request, "registers/totals.html", {"lines": lines})


@open_to_outside_accounts
@read_only
def record_export(request: Request, area: str, slug: str) -> HttpResponse:
    """The filtered list as a workbook that can be imported again."""
    register = register_or_404(request, area, slug, "export")
    within = register.visible(request.actor, "export").values("pk")
    filtered = _filtered(request, register)
    rows = filtered.records.filter(pk__in=within).order_by(*register.order, "pk")
    content = export_workbook(register, rows, _head_of_export(request, register, filtered))
    name = export_name(register)
    log_download(name, at=request.at, text=request.GET.urlencode())
    return workbook(content, name)


@in_vietnamese
def _head_of_export(request: Request, register: Register, filtered: FilterResult) -> str:
    """What the workbook lists, by which filter, and the day of the export: its cells are those of that day, whatever day is looked at.

    The other day is named only where it has to do with the choice of rows.
    """
    conditions = [f"{chip.label}: {chip.text}" for chip in filtered.chips]
    if text := request.GET.get(SEARCH):
        conditions.insert(0, _("Có chữ “%(text)s”") % {"text": text})
    day = requested_day(request, register)
    if day != request.today and any(chip.name in register.derived_filters for chip in filtered.chips):
        conditions.append(_("tình trạng ngày %(day)s") % {"day": format_date(day)})
    return head_with_day([capfirst(str(register.title)), *conditions], request.today)


@open_to_outside_accounts
@require_POST
def choose_columns(request: Request, area: str, slug: str) -> HttpResponse:
    """Keep which columns this person wants to see."""
    register = register_or_404(request, area, slug)
    known = [heading.path for _column, heading in column_headings.all_headings(register)]
    chosen = [path for path in request.POST.getlist("columns") if path in known]
    chosen_columns = dict(request.session.get(COLUMNS_KEY, {}))
    chosen_columns[register.name] = chosen if not request.POST.get("default") else []
    request.session[COLUMNS_KEY] = chosen_columns
    return see_other(safe_next(request, register.list_url()))
