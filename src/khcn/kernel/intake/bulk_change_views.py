"""One value for a field of many records of a list, previewed and written as an import."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.changes.bulk_form import bulk_form
from khcn.kernel.intake.changes.change_names import change_name
from khcn.kernel.intake.changes.change_workbook import change_workbook, named_rows
from khcn.kernel.intake.changes.typed_pages import TYPED_IN, TypedOn, form_again
from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.models import TypedPage
from khcn.kernel.intake.workflow import may_enter
from khcn.kernel.screens.requested_record import register_or_404
from khcn.kernel.screens.row_changes import bulk_fields, may_change_rows
from khcn.kernel.screens.ticked_rows import (
    back_to_list,
    filter_not_read,
    list_address,
    nothing_found,
    rows_of_list,
)
from khcn.kernel.text.numbers import format_number, short_number
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import AGAIN, form_with_own_transactions, preserves_form_input

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpResponse, QueryDict

    from khcn.kernel.intake.changes.change_workbook import ChangedRow
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

MOST_ROWS: Final = 10_000  # records that are changed at once; the plan of so many is made in the background
_NAMED: Final = 20  # records that the page names before it counts the others


@preserves_form_input
@form_with_own_transactions
def change_many(request: Request, area: str, slug: str) -> HttpResponse:
    """Choose new values for the ticked rows of a list, else for all that its filter finds; go on to the preview."""
    register, names = register_to_change(request, area, slug, bulk_fields)
    rows = rows_of_list(request, register)
    count = 0 if rows is None else rows.count()
    if rows is None or not 0 < count <= MOST_ROWS:
        return back_to_list(request, register, _why_not(count, is_filter_read=rows is not None))
    before = typed_before(request, TypedPage.BULK_CHANGE, register)
    form = bulk_form(register, names)(request.POST if request.method == "POST" else before)
    problems: list[str] = []
    if form.is_bound and (before is not None or request.POST.get(AGAIN)):
        form.show_as_typed()
    elif form.is_bound and form.is_valid():
        cells = form.cells()
        try:
            changed = [replace(each, typed=cells) for each in named_rows(register, rows)]
            batch = take_in(request, TypedPage.BULK_CHANGE, register, changed, list(cells), form.literal())
        except WorkbookRefused as refusal:
            problems = [str(each) for each in refusal.problems]
        except Busy as busy:  # what was typed stays on the page
            problems = [str(busy)]
        else:
            return see_other(reverse("import-batch", args=[batch.pk]))
    context = {
        "register": register,
        "form": form,
        "count": count,
        "named": rows[:_NAMED],
        "more": count - min(count, _NAMED),
        "problems": problems,
        "back": list_address(request, register),
    }
    is_refused = bool(form.is_bound and (form.errors or problems))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "intake/bulk_change.html", context, status=status)


def typed_before(request: Request, way: str, register: Register) -> QueryDict | None:
    """What the actor typed on this page before, where the address of the preview led back to it; ``None`` for a form that is sent."""
    if request.method == "POST":
        return None
    return form_again(short_number(request.GET.get(TYPED_IN, "")), way, register, request.actor)


def register_to_change(
    request: Request, area: str, slug: str, fields: Callable[[Register], tuple[str, ...]]
) -> tuple[Register, tuple[str, ...]]:
    """The register and its fields that are changed so. Raises Http404 where it has none, PermissionDenied for who may not."""
    register = register_or_404(request, area, slug, "change")
    names = fields(register)
    if not names:
        raise Http404
    deny_unless(may_enter.test(request.actor, None) and may_change_rows(register, request.actor))
    return register, names


def _why_not(count: int, *, is_filter_read: bool) -> str:
    if not is_filter_read:
        return filter_not_read()
    if not count:
        return nothing_found()
    return _(
        "Danh sách đang lọc có %(count)s bản ghi, nhiều hơn %(most)s bản ghi sửa được một lần. Hãy lọc bớt."
    ) % {"count": format_number(count), "most": format_number(MOST_ROWS)}


def take_in(
    request: Request,
    way: str,
    register: Register,
    rows: list[ChangedRow],
    names: list[str],
    literal: Sequence[str] = (),
) -> Batch:
    """The rows as a batch of the import, named after what was done. Raises :class:`WorkbookRefused`."""
    return intake.upload(
        content=change_workbook(register, names, rows),
        name=change_name(way, register, rows),
        actor=request.actor,
        on=request.today,
        typed=TypedOn.of(request, way, register, rows, literal),
    )
