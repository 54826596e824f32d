"""The logistic labels of packages as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from khcn.goods.documents import render_package_labels
from khcn.goods.models import Package, PackageLine
from khcn.goods.views.label_sheets import pdf_of_labels
from khcn.kernel.registers.registry import register_of
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


@open_to_outside_accounts
@read_only
def package_label(request: Request, pk: int) -> HttpResponse:
    """The label as PDF, for who may read what is in the package: who packed it, and the department; its receiver has it on the package."""
    package = get_object_or_404(_readable(request), pk=pk)
    return _labels(request, [package], f"tem-{package.sscc}.pdf")


@open_to_outside_accounts
@read_only
def labels_of_one_step(request: Request, pk: int) -> HttpResponse:
    """The labels of all packages that were made in one step with this one, as one PDF; without those that have been emptied since."""
    rows = _readable(request)
    keys = [each.pk for each in get_object_or_404(rows, pk=pk).of_one_step]
    found = list(rows.filter(pk__in=keys).order_by("sscc"))
    labelled = [each for each in found if not each.why_no_label] or found[:1]
    return _labels(request, labelled, f"tem-{labelled[0].sscc}-{len(labelled)}.pdf")


def _readable(request: Request) -> QuerySet[Any]:
    lines = register_of(PackageLine).visible(request.actor)
    rows = register_of(Package).visible(request.actor).filter(pk__in=lines.values("package"))
    return rows.select_related("organisation", "receiver")


def _labels(request: Request, packages: Sequence[Package], name: str) -> HttpResponse:
    if why := packages[0].why_no_label:
        raise Http404(why)
    return pdf_of_labels(
        request, partial(render_package_labels, packages), name, fault=_("Chưa dựng được tem")
    )
