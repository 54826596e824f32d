"""The logistic label of a package as a file."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from khcn.goods.documents import render_package_label
from khcn.goods.models import Package, PackageLine
from khcn.goods.views.label_sheets import pdf_of_labels
from khcn.kernel.audit.events import log_download
from khcn.kernel.registers.registry import register_of
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


@open_to_outside_accounts
@read_only
def package_label(request: Request, pk: int) -> HttpResponse:
    """The label as PDF, for who may read what is in the package: who packed it, and the department; its receiver has it on the package.

    Who opens it is in the log, and on the page of the package: one label is enough, and a second one may be on another package.
    """
    lines = register_of(PackageLine).visible(request.actor)
    rows = register_of(Package).visible(request.actor).filter(pk__in=lines.values("package"))
    package = get_object_or_404(rows.select_related("organisation", "receiver"), pk=pk)
    draw = partial(render_package_label, package)
    answer = pdf_of_labels(request, draw, package.label_name, fault=_("Chưa dựng được tem"))
    if request.method == "GET" and answer.status_code == HTTPStatus.OK:
        log_download(package.label_name, at=request.at, text=str(package), of=package.label_name)
    return answer
