"""The page of the import: templates, the forms to send a file or a block, what was sent before and what was typed on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.intake.layouts.template_workbook import template_workbook
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.sheet_kinds import SheetKind, sheet_kinds
from khcn.kernel.intake.workflow import BATCH, may_enter
from khcn.kernel.registers.history_from_paper import may_take_over
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.http import Request, see_other, with_query, workbook
from khcn.kernel.ui.view_decorators import read_only
from khcn.kernel.workflow import Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from khcn.kernel.intake.import_plan import ImportProblem
    from khcn.kernel.intake.models import BatchQuerySet

LISTED = 40  # batches on the first page
MADE_ON_PAGES: Final = "typed"  # in the address: not the files, but what was typed on pages
TONES = {Category.PREPARING: "info", Category.OPEN: "warn", Category.DONE: "ok", Category.ENDED_EARLY: ""}


def _writable(request: Request) -> list[SheetKind]:
    return [each for each in sheet_kinds() if each.register.form and each.may_write(request.actor)]


def state_of(batch: Batch) -> tuple[str, str]:
    """What the state is called, and its tone."""
    state = BATCH.by_value[batch.state]
    return str(state.label), TONES.get(state.category, "")


def list_page(
    request: Request, problems: Sequence[ImportProblem] = (), status: int = 200, pasted: str = ""
) -> HttpResponse:
    """Templates, the forms to send a file or a block, and the files sent before; with why one was refused."""
    is_typed = MADE_ON_PAGES in request.GET
    batches = Batch.objects.visible_to(request.actor).newest()
    batches = _typed_on_pages(batches, request) if is_typed else batches.files()
    if unit := request.GET.get("unit"):
        batches = batches.of_unit(unit)
    before = short_number(request.GET.get("before", ""))
    if before is not None:
        batches = batches.filter(pk__lt=before)
    found = list(batches[: LISTED + 1])
    context = {
        "rows": [(batch, *state_of(batch)) for batch in found[:LISTED]],
        "older": _address(is_typed=is_typed, before=found[LISTED - 1].pk) if len(found) > LISTED else "",
        "is_typed": is_typed,
        "others": _address(is_typed=not is_typed),
        "kinds": _writable(request),
        "chosen": request.GET.get("register", ""),
        "may_enter": may_enter.test(request.actor, None),
        "may_take_over": may_take_over.test(request.actor, None),
        "problems": problems,
        "pasted": pasted,
    }
    return render(request, "intake/list.html", context, status=status)


def _typed_on_pages(batches: BatchQuerySet, request: Request) -> BatchQuerySet:
    """What was typed on pages: what is written or taken back, and what the person has not decided about."""
    own = Q(uploaded_by_id=request.actor.user_id) if request.actor.user_id is not None else Q()
    return batches.typed().filter(Q(committed_on__isnull=False) | own).exclude(state="rejected")


def _address(*, is_typed: bool, **values: object) -> str:
    query = urlencode({**({MADE_ON_PAGES: 1} if is_typed else {}), **values})
    return with_query(reverse("import-list"), query)


@read_only
def batch_list(request: Request) -> HttpResponse:
    """Templates to take, a file to send, and the files sent before."""
    return list_page(request)


@read_only
def download_template(request: Request) -> HttpResponse:
    """An empty workbook for the chosen registers and actions."""
    wanted = set(request.GET.getlist("register"))
    chosen = [each for each in _writable(request) if each.key in wanted]
    if not chosen:
        messages.error(request, _("Hãy đánh dấu ít nhất một danh mục rồi bấm “Tải mẫu”."))
        return see_other(reverse("import-list"))
    name = f"mau-{chosen[0].register.slug}.xlsx" if len(chosen) == 1 else "mau-nhap-lieu.xlsx"
    return workbook(template_workbook(chosen, actor=request.actor), name)
