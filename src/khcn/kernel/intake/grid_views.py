"""Records of a list as a grid of inputs into which a block of Excel is pasted; saving leads to the preview of an import."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.intake.bulk_change_views import register_to_change, take_in, typed_before
from khcn.kernel.intake.changes import grid as grids
from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.models import TypedPage
from khcn.kernel.screens.requested_record import requested_day
from khcn.kernel.screens.row_changes import grid_fields
from khcn.kernel.screens.ticked_rows import (
    back_to_list,
    filter_not_read,
    list_address,
    nothing_found,
    rows_of_list,
)
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import AGAIN, form_with_own_transactions, preserves_form_input
from khcn.kernel.workbooks.workbook_sheet import sheet_columns

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.intake.changes.grid import GridRow
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

MORE: Final = "more"  # the button that adds a row where there is no script


@preserves_form_input
@form_with_own_transactions
def grid(request: Request, area: str, slug: str) -> HttpResponse:
    """The ticked rows of a list, else those of the page that was looked at, and empty rows for new records."""
    register, names = register_to_change(request, area, slug, grid_fields)
    columns = grids.grid_columns(register, names)
    may_add = _may_add(request, register, names)
    problems: list[str] = []
    if request.method == "POST":
        rows = grids.typed_rows(register, request.POST.dict(), columns, may_add=may_add)
        if MORE in request.POST and may_add:
            added = sum(1 for each in rows if each.pk is None)
            if added < grids.most_new(columns):
                rows.append(grids.new_row(columns, str(added + 1)))
        elif not request.POST.get(AGAIN):
            saved = _save(request, register, columns, rows, problems)
            if saved is not None:
                return saved
        return _page(request, register, columns, rows, may_add=may_add, problems=problems)
    if (before := typed_before(request, TypedPage.GRID, register)) is not None:
        rows = grids.typed_rows(
            register, {name: str(text) for name, text in before.items()}, columns, may_add=may_add
        )
        return _page(request, register, columns, rows, may_add=may_add)
    found = rows_of_list(request, register, from_page=True)
    if found is None:
        return back_to_list(request, register, filter_not_read())
    rows = grids.stored_rows(register, found, columns)
    if may_add:
        rows.append(grids.new_row(columns, "1"))
    if not rows:
        return back_to_list(request, register, nothing_found())
    return _page(request, register, columns, rows, may_add=may_add, found=found.count())


def _may_add(request: Request, register: Register, names: tuple[str, ...]) -> bool:
    """May the actor add records, and has the grid every column that a new one needs?"""
    needed = {each.name for each in sheet_columns(register) if each.required}
    return register.may("create", request.actor) and needed <= set(names)


def _save(
    request: Request,
    register: Register,
    columns: list[SheetColumn],
    rows: list[GridRow],
    problems: list[str],
) -> HttpResponse | None:
    """On to the preview; ``None`` where the grid has to be shown again, with ``problems`` filled."""
    on_file = register.rows(request.actor, requested_day(request, register))
    changed = grids.changed_rows(register, rows, on_file)
    if not changed:
        problems.append(_("Chưa sửa ô nào. Gõ hoặc dán vào bảng rồi bấm lại."))
        return None
    if count := grids.find_problems(rows):
        text = ngettext("%(num)d ô chưa đọc được.", "%(num)d ô chưa đọc được.", count) % {"num": count}
        problems.append(text)
        return None
    try:
        batch = take_in(request, TypedPage.GRID, register, changed, [each.name for each in columns])
    except WorkbookRefused as refusal:
        problems.extend(str(each) for each in refusal.problems)
        return None
    except Busy as busy:  # what was typed stays on the page
        problems.append(str(busy))
        return None
    return see_other(reverse("import-batch", args=[batch.pk]))


def _page(
    request: Request,
    register: Register,
    columns: list[SheetColumn],
    rows: list[GridRow],
    *,
    may_add: bool,
    problems: list[str] | None = None,
    found: int = 0,
) -> HttpResponse:
    context: dict[str, Any] = {
        "register": register,
        "columns": columns,
        "rows": rows,
        "pattern": grids.new_row(columns, "__prefix__") if may_add else None,
        "added": sum(1 for each in rows if each.pk is None),
        "total": grids.TOTAL,
        "most_new": grids.most_new(columns),
        "not_shown": max(0, found - grids.ROWS),
        "most": grids.ROWS,
        "problems": problems or [],
        "is_named": grids.is_named(rows),
        "lists": [(each.heading, each.kind.sheet_choices()) for each in columns if each.kind.sheet_choices()],
        "back": list_address(request, register),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render(request, "intake/grid.html", context, status=status)
