"""The mapping step: which register a division's own sheet is read into, which column gives which field, in which unit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.intake import layout_operations
from khcn.kernel.intake.batch_access import batch_or_404, may_take_file
from khcn.kernel.intake.import_plan import FileChanged, IntakeRefused, WorkbookRefused
from khcn.kernel.intake.layouts.column_proposals import LEFT_OUT, ColumnShown, proposed_kind, shown_columns
from khcn.kernel.intake.layouts.fixed_values import TITLE_YEAR, ValuesBeside, fixable_columns
from khcn.kernel.intake.layouts.sheet_layouts import (
    HeadingRow,
    first_heading_row,
    heading_row_at,
    likely_heading_row,
)
from khcn.kernel.intake.masked_cells import masked_cell
from khcn.kernel.intake.models import SheetLayout
from khcn.kernel.intake.operations import keep_counts
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.tables.heading_units import AmountUnit
from khcn.kernel.intake.tables.headings import title_year
from khcn.kernel.intake.workflow import BATCH, may_change_layout, may_enter
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import form_with_own_transactions, read_only
from khcn.kernel.workflow.engine import may_take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.http import HttpResponse

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

REFUSED = 422
_LAYOUTS_SHOWN = 500
_UNITS = {"1": 1, "1000": 10**3, "1000000": 10**6, "1000000000": 10**9}


@dataclass(slots=True)
class _Step:
    """What the mapping step shows: of a sheet of a file, or of a choice that is revised without one."""

    name: str
    row: HeadingRow
    unit_code: str
    kinds: list[SheetKind]
    kind: SheetKind | None
    shown: Callable[[], list[ColumnShown]]  # reads cells of every column as every field: for the page alone
    section_field: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    title_year: int | None = None  # in the title of the table


def _typed_columns(step: _Step, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The choice of each column; the unit is ``None`` where none was chosen."""
    return [
        {"field": typed.get(f"field-{index}", ""), "unit": _UNITS.get(typed.get(f"unit-{index}", ""))}
        for index in range(len(step.row.texts))
    ]


def _typed_fixed(typed: Mapping[str, str]) -> dict[str, str]:
    """By field the value for all rows."""
    prefix = "fixed-"
    return {name.removeprefix(prefix): value for name, value in typed.items() if name.startswith(prefix)}


def _page(
    request: Request, step: _Step, *, back: str, typed: Mapping[str, str] | None = None, refusal: str = ""
) -> HttpResponse:
    known = {column.name: column for column in step.kind.columns()} if step.kind else {}
    rows = []
    for index, column in enumerate(step.shown()):
        chosen = typed.get(f"field-{index}", "") if typed is not None else column.proposed
        # where nothing was asked yet, the unit that the heading names
        unit = (typed or {}).get(f"unit-{index}", str(column.unit or ""))
        is_money = chosen in known and known[chosen].kind.sheet_unit == "đồng"
        has_numbers = any(any(map(str.isdigit, text)) for text in column.samples)
        asks_unit = is_money or (
            not chosen and has_numbers
        )  # of an amount chosen here the unit is asked when it is saved
        rows.append((index, column, chosen, unit, asks_unit))
    context = {
        "step": step,
        "back": back,
        "rows": rows,
        "fields": list(known.values()),
        "required": {name for name, column in known.items() if column.required},
        "section_field": typed.get("section", "") if typed is not None else step.section_field,
        "fixed": _fixed_values(step, typed, {chosen for _index, _column, chosen, _unit, _asks in rows}),
        "units": [(value, AmountUnit.of_factor(factor).words) for value, factor in _UNITS.items()],
        "left_out": LEFT_OUT,
        "refusal": refusal,
    }
    return render(request, "intake/layout.html", context, status=REFUSED if refusal else 200)


def _fixed_values(
    step: _Step, typed: Mapping[str, str] | None, given: set[str]
) -> list[tuple[SheetColumn, list[tuple[str, str]], str]]:
    """The fields that may have one value for all new rows, what may be chosen, and what is chosen; ``given``: fields that a column
    gives. The year of the title is proposed where no column gives one.
    """
    found = []
    for column, choices in fixable_columns(step.kind) if step.kind else ():
        chosen = (step.fixed if typed is None else _typed_fixed(typed)).get(column.name, "")
        offers = dict(choices)
        if step.title_year is not None and TITLE_YEAR in offers:
            offers[TITLE_YEAR] = f"{offers[TITLE_YEAR]} ({step.title_year})"
            if typed is None and not step.fixed and column.name not in given:
                chosen = TITLE_YEAR
        found.append((column, [*offers.items()], chosen))
    return found


def _save(request: Request, step: _Step, back: str) -> HttpResponse:
    typed = {name: str(value) for name, value in request.POST.items()}
    if step.kind is None:
        return _page(request, step, back=back, refusal=_("Chưa chọn sổ."))
    if typed.get("fingerprint") != step.row.fingerprint:
        text = _("Tên cột không còn như lúc mở trang. Xem lại các lựa chọn dưới đây rồi lưu lần nữa.")
        return _page(request, step, back=back, refusal=text)
    try:
        layout_operations.save_layout(
            unit_code=step.unit_code,
            sheet_name=step.name,
            row=step.row,
            kind=step.kind,
            columns=_typed_columns(step, typed),
            beside=ValuesBeside(typed.get("section", ""), _typed_fixed(typed)),
            actor=request.actor,
            on=request.today,
        )
    except IntakeRefused as refused:
        return _page(request, step, back=back, typed=typed, refusal=str(refused))
    messages.success(
        request,
        _("Đã lưu cách đọc trang tính “%(sheet)s”. Lần sau tệp có cùng tên cột không hỏi lại.")
        % {"sheet": step.name},
    )
    return see_other(back)


def _columns_of_file(
    row: HeadingRow,
    sheet: Sheet,
    kind: SheetKind,
    earlier: Iterable[SheetLayout],
    actor: Actor,
    *,
    whole: bool,
) -> list[ColumnShown]:
    """The columns with their first values, which are masked where the file itself is refused (not ``whole``): any of them may be
    the numbers that it is refused for, as long as nobody has said what it is.
    """
    found = shown_columns(row, sheet, kind, earlier, actor)
    if whole:
        return found
    return [replace(each, samples=tuple(map(masked_cell, each.samples))) for each in found]


@form_with_own_transactions
def sheet_layout(request: Request, pk: int, place: int) -> HttpResponse:
    """Choose how one sheet of an open file is read: the register, then a field and a unit for each column."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    back = reverse("import-batch", args=[pk])
    try:
        sheets = layout_operations.sheets_of(batch)
    except (FileChanged, WorkbookRefused) as refused:
        messages.error(request, str(refused))
        return see_other(back)
    if not 1 <= place <= len(sheets):
        raise Http404
    sheet = sheets[place - 1]
    given = request.POST if request.method == "POST" else request.GET
    number = short_number(given.get("row", ""))
    row = heading_row_at(sheet, number) if number is not None else None
    row = row or likely_heading_row(sheet) or first_heading_row(sheet)
    if row is None:
        raise Http404
    try:
        layout_operations.refuse_too_many_headings(row)
    except IntakeRefused as refused:
        messages.error(request, str(refused))
        return see_other(back)
    kinds = layout_operations.kinds_for(request.actor)
    by_key = {kind.key: kind for kind in kinds}
    kind = by_key.get(given.get("kind", "")) or proposed_kind(row, sheet, kinds)
    earlier = SheetLayout.objects.of_division(batch.unit_code).order_by("decided_on", "pk")
    step = _Step(
        sheet.name,
        row,
        batch.unit_code,
        kinds,
        kind,
        partial(
            _columns_of_file,
            row,
            sheet,
            kind,
            earlier,
            request.actor,
            whole=may_take_file(batch, request.actor),
        )
        if kind
        else list,
        title_year=title_year(sheet, row.number),
    )
    if request.method == "POST":
        answer = _save(request, step, back)
        if answer.status_code != REFUSED:
            keep_counts(batch=batch, actor=request.actor, on=request.today)
        return answer
    return _page(request, step, back=back)


@read_only
def layout_list(request: Request) -> HttpResponse:
    """How the divisions' own sheets are read, with who chose it and when."""
    layouts = SheetLayout.objects.visible_to(request.actor).order_by("unit_code", "sheet_name", "pk")
    titles = {kind.key: kind.title for kind in sheet_kinds()}
    entering = may_enter.test(request.actor, None)
    rows = [
        (
            each,
            titles.get(each.kind, each.kind),
            sum(1 for column in each.columns if column["field"]),
            [text for text, column in zip(each.headings, each.columns, strict=False) if not column["field"]],
            entering and may_change_layout.test(request.actor, each),
        )
        for each in layouts[:_LAYOUTS_SHOWN]
    ]
    return render(request, "intake/layouts.html", {"rows": rows})


def _layout_or_404(request: Request, pk: int) -> SheetLayout:
    layout: SheetLayout = get_object_or_404(SheetLayout.objects.visible_to(request.actor), pk=pk)
    deny_unless(may_enter.test(request.actor, None) and may_change_layout.test(request.actor, layout))
    return layout


@form_with_own_transactions
def layout_edit(request: Request, pk: int) -> HttpResponse:
    """Revise a remembered choice, without the file that it was made for."""
    layout = _layout_or_404(request, pk)
    kinds = layout_operations.kinds_for(request.actor)
    kind = next((each for each in kinds if each.key == layout.kind), None)
    row = HeadingRow(1, tuple(range(len(layout.headings))), tuple(layout.headings))
    columns = [
        ColumnShown(place, text, (), each["field"] or LEFT_OUT, each["unit"])
        for place, (text, each) in enumerate(zip(layout.headings, layout.columns, strict=True))
    ]
    step = _Step(
        layout.sheet_name,
        row,
        layout.unit_code,
        [kind] if kind else [],
        kind,
        lambda: columns,
        layout.section_field,
        layout.fixed,
    )
    back = reverse("import-layouts")
    return _save(request, step, back) if request.method == "POST" else _page(request, step, back=back)


@require_POST
def layout_forget(request: Request, pk: int) -> HttpResponse:
    """Drop a remembered choice."""
    layout = _layout_or_404(request, pk)
    layout_operations.forget_layout(layout=layout, actor=request.actor)
    messages.success(
        request,
        _("Đã bỏ cách đọc “%(sheet)s”. Lần nhập sau sẽ hỏi lại.") % {"sheet": layout.sheet_name},
    )
    return see_other(reverse("import-layouts"))
