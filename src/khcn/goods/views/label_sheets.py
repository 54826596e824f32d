"""The sheets of labels as a file."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.goods.documents import render_labels
from khcn.goods.models import LabelPrint, Lot, TradeItem
from khcn.goods.operations.labels import why_no_sheets
from khcn.kernel.account_turns import AccountTurns
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from khcn.kernel.ui.http import Request


# A sheet of 2,000 labels with two codes each takes some ten seconds of a place that imports and sign-ins wait for too.
TURNS: Final = AccountTurns(
    per_second=0.2,
    at_once=60,
    busy=gettext_lazy("Tờ nhãn mở trước đang được dựng. Đợi khoảng %(seconds)d giây rồi mở lại."),
    spent=gettext_lazy(
        "Tài khoản này vừa dựng nhiều tờ nhãn lớn. Lượt in đã ghi sổ; đợi khoảng %(seconds)d giây rồi mở lại tờ nhãn."
    ),
)


@open_to_outside_accounts
@read_only
def label_sheets(request: Request, pk: int) -> HttpResponse:
    """The labels of one printing as PDF, for who may read it, its lot and its product: they print the names of both."""
    lots = (
        register_of(Lot).visible(request.actor).filter(item__in=register_of(TradeItem).visible(request.actor))
    )
    rows = register_of(LabelPrint).visible(request.actor).filter(lot__in=lots)
    printed = get_object_or_404(rows.select_related("lot__item__organisation", "repeats"), pk=pk)
    if why := why_no_sheets(printed, request.today):
        raise Http404(why)
    name = f"nhan-{printed.lot.item.number}-{printed.pk}.pdf"
    return pdf_of_labels(request, partial(render_labels, printed), name, fault=_("Chưa dựng được tờ nhãn"))


def pdf_of_labels(request: Request, draw: Callable[[], bytes], name: str, *, fault: str) -> HttpResponse:
    """What is drawn, in the turn of the account; ``fault``: the title of the page that says why it cannot be."""
    begun = time.monotonic()
    with TURNS.one(request.user.pk):
        try:
            content = draw()
        except Refused as refused:
            words = {"title": fault, "text": str(refused)}
            return render(request, "web/fault.html", words, status=500)
        finally:
            TURNS.spend(request.user.pk, time.monotonic() - begun)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
