"""What the report screens share: who may come in, typing that outlives a session, and the way to a figure's records."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khcn.kernel.audit.deadlock_retry import retry_on_deadlock
from khcn.kernel.audit.row_locks import locked
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

TYPING_KEY: Final = "typed_before_sign_in"
LONGEST_TYPING: Final = 400_000  # characters; a whole definition has a quarter of that
TEMPORARY: Final = frozenset({"csrfmiddlewaretoken", "do"})


def known(view: View) -> View:
    """Only for people who have signed in. What was typed when the session had ended waits until they are back.

    The middleware would turn strangers away without a look at what they posted, so these views do it themselves.
    """

    @login_not_required
    @wraps(view)
    def wrapped(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.user_id is not None:
            if not request.actor.is_staff_of_department:
                raise PermissionDenied
            return view(request, *args, **kwargs)
        if request.method == "POST":
            preserve_form_input(request)
        return redirect_to_login(request.get_full_path())

    return wrapped


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

    return known(wrapped)


def operating_page(view: View) -> View:
    """A page whose operation opens its own short transactions and does its long work between them."""

    @transaction.non_atomic_requests
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return known(wrapped)


def _lock_report(pk: int) -> None:
    try:
        locked(ReportInstance, pk)
    except ReportInstance.DoesNotExist:
        raise Http404 from None


def preserve_form_input(request: Request) -> None:
    """Put what was posted into the visitor's session, for the same address only. Signing in keeps it."""
    values = {name: found for name, found in request.POST.lists() if name not in TEMPORARY}
    if sum(len(text) for found in values.values() for text in found) <= LONGEST_TYPING:
        request.session[TYPING_KEY] = {"path": request.path, "values": values}


def stored_typing(request: Request) -> QueryDict | None:
    """What was typed here before the session ended; given back once."""
    stored = request.session.get(TYPING_KEY)
    if not stored or stored["path"] != request.path:
        return None
    del request.session[TYPING_KEY]
    found = QueryDict(mutable=True)
    for name, values in stored["values"].items():
        found.setlist(name, values)
    return found


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
    """A definition's title for people who choose among definitions: period words stand as their names."""
    return fill(title, {name: f"({label})" for name, label in VARIABLES.items()})


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
