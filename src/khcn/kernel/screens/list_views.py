"""The list of a register as a page: its rows, their number, the columns that a person wants to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers import list_pages
from khcn.kernel.screens import column_headings, list_table
from khcn.kernel.screens.boards import board_url
from khcn.kernel.screens.breakdown_charts import charts_url
from khcn.kernel.screens.bulk_actions import bulk_buttons
from khcn.kernel.screens.list_filters import FilterResult, apply_filters, controls
from khcn.kernel.screens.list_totals import has_totals, list_totals
from khcn.kernel.screens.requested_record import day_of_list, register_or_404
from khcn.kernel.screens.row_changes import change_buttons
from khcn.kernel.screens.saved_filters import list_conditions
from khcn.kernel.screens.ticked_rows import MOST_TICKED, ticked_keys
from khcn.kernel.screens.whole_lists import page_of_all
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.http import Request, safe_next, see_other, with_query
from khcn.kernel.ui.own_pages import pages_of_list
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Column, Register
    from khcn.kernel.screens.action_buttons import Button

COLUMNS_KEY = "columns"
PRINTED = 5000  # rows of a printed list; a longer one is narrowed by its filter, or exported


def filtered_rows(request: Request, register: Register) -> FilterResult:
    """Rows that the actor may read on the day that the address names, by the filter of the address."""
    return apply_filters(register, register.rows(request.actor, day_of_list(request, register)), request.GET)


def _page(
    request: Request, register: Register, filtered: FilterResult, columns: Sequence[Column], size: int
) -> list_pages.ListPage:
    order = column_headings.list_order(register, filtered, request.GET)
    day = day_of_list(request, register)
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    try:
        prepared = None
        if not filtered.is_narrowed:
            prepared = page_of_all(
                register, request.actor, on=day, columns=columns, order=order, size=size, **place
            )
        return list_pages.list_page(
            register,
            filtered.records,
            columns=columns,
            order=order,
            **place,
            size=size,
            counted=False,
            prepared=prepared,
        )
    except list_pages.BadCursorError:
        raise BadRequest from None


def _ticked(request: Request, register: Register, on_page: set[int]) -> tuple[list[int], list[int]]:
    """The ticked records, and those of them that the page does not show. Of a record that is no more nothing is counted."""
    ticked = set(sorted(ticked_keys(request.GET.getlist("pk")) or ())[:MOST_TICKED])
    if not (elsewhere := ticked - on_page):
        return sorted(ticked), []
    rows = register.rows(request.actor, day_of_list(request, register))
    there = sorted(rows.filter(pk__in=elsewhere).values_list("pk", flat=True))
    return sorted((ticked & on_page) | set(there)), there


def _day_shown(
    request: Request, register: Register, filtered: FilterResult, columns: Sequence[Column]
) -> dict[str, Any]:
    """The day of what the list shows, and whether something that depends on a day is shown or chosen by."""
    day = day_of_list(request, register)
    of_day = any(chip.name in register.derived_filters for chip in filtered.chips) or any(
        kind_at(register.model, each.path) is None for each in columns
    )
    return {"day": format_date(day), "is_of_past_day": of_day and day != request.today}


def _list_context(request: Request, register: Register) -> dict[str, Any]:
    chosen = request.session.get(COLUMNS_KEY, {}).get(register.name, ())
    shown = column_headings.chosen_headings(register, chosen)
    columns = [column for column, _head in shown]
    filtered = filtered_rows(request, register)
    printed = request.GET.get("print") == "all"
    page = _page(request, register, filtered, columns, list_pages.PAGE_SIZE if not printed else PRINTED)
    parameters = list_conditions(register, request.GET)
    headings = [heading for _column, heading in shown]
    invented = list_table.illustrative_table_cells(shown, page.rows)
    bulk = [] if printed else _row_buttons(register, request.actor)
    on_page = {row.pk for row in page.rows}
    ticked, elsewhere = _ticked(request, register, on_page) if bulk else ([], [])
    looked_at = {**parameters, **_place(request)}
    whole = page.count_is_exact and not (page.newer or page.older)
    address = register.list_url()
    return {
        "register": register,
        "page": page,
        "headings": headings,
        "invented": invented,
        "body": list_table.table_body(
            page.rows, headings, invented, address, ticked=ticked if bulk else None
        ),
        "filtered": filtered,
        "controls": controls(register),
        "values": request.GET,
        "address": address,
        "count": format_number(page.count),
        "without": lambda *names: _with_query(
            address, {k: v for k, v in parameters.items() if k not in names}, ticked
        ),
        "with_": lambda **more: _with_query(address, {**parameters, **more}, ticked),
        "looked_at": looked_at,
        "ticked_elsewhere": elsewhere,
        "most_ticked": MOST_TICKED,
        "ticks_of_page": _with_query(address, looked_at, sorted(set(ticked) - set(elsewhere))),
        "import_url": _import_url(register)
        if request.actor.is_staff_of_department or request.actor.writes_by_right
        else "",
        "bulk": bulk,
        "printed": printed,
        **_day_shown(request, register, filtered, columns),
        "printed_at_most": PRINTED,
        "totals_shown": has_totals(register, columns),
        "totals": list_totals(register, request.actor, filtered.records, columns) if whole or printed else (),
        "totals_url": ""
        if whole or printed
        else _with_query(_address(register, "register-count"), {**parameters, "totals": "1"}),
        "narrowed_by": parameters,
        "export_url": _with_query(_address(register, "register-export"), parameters)
        if register.may("export", request.actor)
        else "",
        **_other_looks(request, register, parameters),
        "may_add": bool(register.form) and register.may("create", request.actor),
        "all_headings": [
            (heading, heading.path in {each.path for each in columns})
            for _c, heading in column_headings.all_headings(register)
        ],
    }


def _other_looks(request: Request, register: Register, parameters: dict[str, str]) -> dict[str, Any]:
    """Addresses of the same rows as a number, and for staff as a board, as charts and on pages of the area where the register has them."""
    found = {"board_url": board_url(register), "charts_url": charts_url(register)}
    staff = request.actor.is_staff_of_department
    looks = {name: _with_query(url, parameters) if url and staff else "" for name, url in found.items()}
    pages = pages_of_list(register.name) if staff else {}
    return {
        **looks,
        "pages_beside": pages,
        "count_url": _with_query(_address(register, "register-count"), parameters),
    }


def _place(request: Request) -> dict[str, str]:
    """Which page of a list was asked for."""
    return {name: request.GET[name] for name in ("after", "before") if request.GET.get(name)}


def _row_buttons(register: Register, actor: Actor) -> list[Button]:
    """What is done with the ticked rows, else with all that the filter finds."""
    return [*bulk_buttons(register, actor), *change_buttons(register, actor)]


def _import_url(register: Register) -> str:
    """Where workbooks are taken in, by name: they are in a layer above this one."""
    try:
        return f"{reverse('import-list')}?register={register.name}"
    except NoReverseMatch:
        return ""


def _address(register: Register, name: str) -> str:
    return reverse(name, args=[register.area, register.slug])


def _with_query(address: str, parameters: dict[str, str], ticked: Sequence[int] = ()) -> str:
    return with_query(address, urlencode([*parameters.items(), *(("pk", each) for each in ticked)]))


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
    records = filtered_rows(request, register).records
    if not request.GET.get("totals"):
        return HttpResponse(format_number(records.count()))
    shown = column_headings.chosen_headings(
        register, request.session.get(COLUMNS_KEY, {}).get(register.name, ())
    )
    totals = list_totals(register, request.actor, records, [column for column, _head in shown])
    lines = [(head.heading, text) for (_column, head), text in zip(shown, totals, strict=False) if text]
    return render(request, "registers/totals.html", {"lines": lines})


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
