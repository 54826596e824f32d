"""The sheets of labels as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from khcn.goods.documents import render_labels
from khcn.goods.models import LabelPrint, Lot, TradeItem
from khcn.kernel.registers.registry import register_of
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request


@open_to_outside_accounts
@read_only
def label_sheets(request: Request, pk: int) -> HttpResponse:
    """The labels of one printing as PDF, for who may read it, its lot and its product: they print the names of both."""
    lots = (
        register_of(Lot).visible(request.actor).filter(item__in=register_of(TradeItem).visible(request.actor))
    )
    rows = register_of(LabelPrint).visible(request.actor).filter(lot__in=lots)
    printed = get_object_or_404(rows.select_related("lot__item__organisation", "repeats"), pk=pk)
    if printed.is_void:
        raise Http404(_("Mọi nhãn của lượt in này đã hủy, không còn nhãn nào để in."))
    response = HttpResponse(render_labels(printed), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="nhan-{printed.lot.item.number}-{printed.pk}.pdf"'
    return response
