"""The request as our views know it, and the small answers they share."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 -- the same
from datetime import date, datetime  # noqa: TC003 -- read by the type of the request
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from khcn.kernel.actors import Actor  # noqa: TC001 -- the same


class Request(HttpRequest):
    """A request after the middleware: who acts, when it came, which day that is, and the reporting period."""

    actor: Actor
    at: datetime
    today: date
    reporting: Any
    htmx: Any
    token: Any  # by which a program is known at the JSON interface (`khcn.web.api_tokens`); None in a session
    is_proved: Callable[[], bool]  # has the person proved lately who it is (`khcn.web.proof`)


def see_other(address: str) -> HttpResponseRedirect:
    """Redirect after a successful form: the browser fetches the next page by GET."""
    return HttpResponseRedirect(address, status=303)


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where the form asked to go next, if that is a page of ours."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    return address if is_ours(request, address) else fallback


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address is one of this site."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def workbook(content: bytes, name: str) -> HttpResponse:
    """An .xlsx file to save."""
    return download(content, name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to save under a Vietnamese name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def with_query(address: str, query: str) -> str:
    """An address with an encoded query behind the question mark, where there is one."""
    return f"{address}?{query}" if query else address
