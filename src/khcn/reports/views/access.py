"""What the report screens share: how they use the database, forms that outlive a session, and the way to a figure's records."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khcn.kernel.audit.row_locks import locked
from khcn.kernel.deadlock_retry import retry_on_deadlock
from khcn.kernel.ui.view_decorators import AGAIN
from khcn.parties.models import OrgUnit
from khcn.reports.forms.definition import fill
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.texts.period_words import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from khcn.kernel.indicators import Period
    from khcn.kernel.ui.http import Request

    View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page with a form on it: reads without holding the database, writes all or nothing.

    Writers of one report come one after the other: its sections, steps and overrides are decided by its state.
    """

    @transaction.non_atomic_requests
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)

        def write() -> HttpResponse:
            if "pk" in kwargs:
                _lock_report(kwargs["pk"])
            return view(request, *args, **kwargs)

        return retry_on_deadlock(write)

    return wrapped


def operating_page(view: View) -> View:
    """A page whose operation opens its own short transactions and does its long work between them."""

    @transaction.non_atomic_requests
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return wrapped


def _lock_report(pk: int) -> None:
    try:
        locked(ReportInstance, pk)
    except ReportInstance.DoesNotExist:
        raise Http404 from None


def typed_again(request: Request) -> bool:
    """Whether a form comes back from the sign-in page: it is shown as typed, and nothing is carried out."""
    return request.method == "POST" and AGAIN in request.POST


def report_of(request: Request, pk: int) -> ReportInstance:
    """The report at an address, if the actor may see it; else 404."""
    reports = ReportInstance.objects.visible_to(request.actor).select_related("form_version", "regime")
    return get_object_or_404(reports, pk=pk)


def section_of(report: ReportInstance, key: str) -> ReportSection:
    """A section of a report by its key; else 404."""
    section: ReportSection = get_object_or_404(report.sections, key=key)
    section.instance = report
    return section


def unit_names(on: date) -> dict[str, str]:
    """Names of the department's units on a day, by code."""
    units = OrgUnit.objects.valid(on=on).order_by("position", "pk")
    return dict(units.values_list("code", "name"))


def form_title(title: str) -> str:
    """A definition's title for people who choose among definitions: period words stand as their names, in brackets."""
    bracketed = {name for name in VARIABLES if f"({{{{{name}}}}})" in title}  # by the title itself
    return fill(
        title, {name: label if name in bracketed else f"({label})" for name, label in VARIABLES.items()}
    )


def figure_link(period: Period, regime_code: str) -> Callable[[str], str]:
    """Addresses of the records behind figures in a period: the page that other packages call ``figure``."""
    asked: dict[str, str] = {"year": str(period.year), "kind": period.kind.value}
    if period.number != 1:
        asked["number"] = str(period.number)
    asked["regime"] = regime_code
    tail = urlencode(asked)
    return lambda code: f"{reverse('figure', args=[code])}?{tail}"


def figure_link_of(report: ReportInstance) -> Callable[[str], str]:
    """The same for a report's own period."""
    return figure_link(report.period(), report.regime.code)
