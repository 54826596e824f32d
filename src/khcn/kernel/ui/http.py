"""The request as our views know it, and the small answers they share."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the type of the request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from khcn.kernel.actors import Actor  # noqa: TC001 -- the same

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

AGAIN = (
    "typed_again"  # in a form that comes back from the sign-in page: show what was typed, carry nothing out
)


class Request(HttpRequest):
    """A request after the middleware: who acts, which day it is, and the reporting period."""

    actor: Actor
    today: date
    reporting: Any
    htmx: Any


def reading(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that only reads: GET and HEAD, outside the request's write transaction, so that readers never queue."""
    return transaction.non_atomic_requests(require_safe(view))


def scoped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open the page to accounts outside the department, because all that it shows and does goes through scopes.

    A page without this mark is for the department's staff alone: the middleware refuses everybody else with 403.
    """
    view.is_scoped = True  # type: ignore[attr-defined]
    return view


def keeps_typed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Of a form that is sent after its session has ended: what was typed is kept until the person has signed in again.

    A view with this mark shows a POST that holds ``AGAIN`` as typed, and carries nothing out.
    """
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def see_other(address: str) -> HttpResponseRedirect:
    """Redirect after a successful form: the browser fetches the next page by GET."""
    return HttpResponseRedirect(address, status=303)


def deny_unless(allowed: object) -> None:
    """Raise ``PermissionDenied`` (403) unless the rule that was asked allows it."""
    if not allowed:
        raise PermissionDenied


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where the form asked to go next, if that is a page of ours."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wished, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wished
    return fallback


def workbook(content: bytes, name: str) -> HttpResponse:
    """An .xlsx file to save."""
    return download(content, name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to save under a Vietnamese name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
