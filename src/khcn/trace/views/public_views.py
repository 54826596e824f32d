"""What all public pages have in common: methods, language, caching, content security policy, and what is answered without a database.

No sessions, cookies or scripts; caches may store an answer for one minute only, that about a label for two seconds, because a
recall must be visible soon.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, Error, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page

from khcn.kernel.database_faults import RETRY_AFTER, DatabaseFault, database_fault
from khcn.trace.store.database.replica import WATCH
from khcn.trace.store.database.stores import LEFT_OUT_SECONDS, OWN, all_stores
from khcn.trace.views import public_page
from khcn.trace.views.last_answers import ANSWERS
from khcn.trace.views.linkset import HTML, JSON_LD, LINKSET_JSON
from khcn.trace.views.not_asked import not_asked_sentence, not_asked_warning
from khcn.trace.views.resolver_request import ResolverRequest
from khcn.trace.views.stored_answers import keep_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from khcn.trace.views.public_page import OfferedLink

log = logging.getLogger(__name__)

MAX_AGE: Final = 60  # seconds
_METHODS: Final = "GET, HEAD, OPTIONS"
_OF_REFUSALS: Final = (HTML, "application/problem+json", JSON_LD, "application/json", LINKSET_JSON)
HTML_UTF8: Final = "text/html; charset=utf-8"


def public_view(
    view: Callable[[ResolverRequest], HttpResponse], *, max_age: int = MAX_AGE
) -> Callable[..., HttpResponse]:
    """A public view: methods, language, caching, content security policy, CORS for pages of any origin."""

    @gzip_page
    @conditional_page
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return _finished(request, HttpResponse(status=204), max_age)
        if request.method not in {"GET", "HEAD"}:
            return _finished(request, HttpResponse(status=405), max_age)
        asked = ResolverRequest(request)
        with override(asked.language):
            try:
                found, warning = _looked_up(view, asked)
            except DatabaseError as error:
                found = _without_database(asked, error)
            else:
                if warning:  # the last whole answer stays, and nobody stores this one
                    if found.status_code == HTTPStatus.NOT_FOUND:  # who was not asked may know it
                        found.status_code = HTTPStatus.SERVICE_UNAVAILABLE
                        found.headers["Retry-After"] = str(LEFT_OUT_SECONDS)
                    found.headers["Warning"], found.headers["Cache-Control"] = warning, "no-store"
                else:
                    _keep(asked, found)
            found.headers.setdefault("Content-Language", asked.language)
        finished = _finished(request, found, max_age)
        keep_page(asked, finished)
        return finished

    @csrf_exempt
    @login_not_required
    @transaction.non_atomic_requests
    def complete(request: HttpRequest, **_address: Any) -> HttpResponse:
        found = answer(request)
        found.headers["Content-Length"] = str(len(found.content))
        if request.method == "HEAD":
            found.content = b""
        return found

    return complete


def _looked_up(
    view: Callable[[ResolverRequest], HttpResponse], asked: ResolverRequest
) -> tuple[HttpResponse, str]:
    """The answer and its warning; from the standby where it follows closely, else from the database itself."""
    own = WATCH.alias()
    try:
        with all_stores(own):
            return view(asked), not_asked_warning()
    except Error as fault:
        if own == OWN:
            raise
        WATCH.failed(fault)
    with all_stores():
        return view(asked), not_asked_warning()


# ------------------------------------------------------------------------------------------- without the database


def _keep(asked: ResolverRequest, response: HttpResponse) -> None:
    if response.status_code == HTTPStatus.OK:
        ANSWERS.store(asked.key, response.content, dict(response.headers), timezone.localtime())
    else:
        ANSWERS.remove(asked.key)


def _without_database(asked: ResolverRequest, error: DatabaseError) -> HttpResponse:
    """The last good answer with the time at which it was true; 503 where there is none, or where the database only took too long:
    then it can know of a recall that the answer does not. Raises the error where it is another one.
    """
    fault = database_fault(error)
    if fault is None:
        raise error
    log.error("%s was answered without the database: %s", asked.request.path[:200], type(error).__qualname__)
    last = ANSWERS.get(asked.key) if fault is DatabaseFault.AWAY else None
    if last is None:
        found = refused(
            asked,
            503,
            _("Tạm thời chưa xem được"),
            [_("Máy chủ đang tạm ngừng tra cứu. Mã vẫn dùng được; hãy quét lại sau ít phút.")],
        )
    else:
        note = _(
            "Máy chủ dữ liệu đang tạm ngừng. Thông tin dưới đây đúng lúc %(at)s; sau lúc đó có thể đã có thay đổi, kể cả thông báo "
            "thu hồi. Hãy quét lại sau ít phút."
        ) % {"at": date_format(last.at, "H:i d/m/Y")}
        content = last.content.replace(b"<main>", f'<main>\n<p class="note bad">{note}</p>'.encode(), 1)
        found = HttpResponse(content, headers=dict(last.headers))
        found.headers["Warning"] = '110 - "Response is Stale"'
        found.headers["Age"] = str(last.age)
    found.headers["Retry-After"] = str(RETRY_AFTER)
    found.headers["Cache-Control"] = "no-store"
    return found


def _finished(request: HttpRequest, response: HttpResponse, max_age: int) -> HttpResponse:
    headers = response.headers
    if response.status_code in {204, 405}:
        headers["Allow"] = _METHODS
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "Link, Location, Content-Language"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = _METHODS
        headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
        headers["Access-Control-Max-Age"] = "86400"
    else:
        headers.setdefault("Cache-Control", f"public, max-age={max_age}")
    restrict_use(response)
    patch_vary_headers(response, ("Accept", "Accept-Language"))
    return response


def restrict_use(response: HttpResponse) -> None:
    """What browsers may do with a public answer; the middlewares of sessions, which say that of all others, do not see these."""
    response.headers["Content-Security-Policy"] = public_page.POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS  # for browsers without CSP


def refused(
    asked: ResolverRequest,
    status: int,
    title: str,
    texts: list[str],
    *,
    code: str = "",
    links: tuple[OfferedLink, ...] = (),
) -> HttpResponse:
    """Why there is no answer, for a person or as problem details."""
    if asked.media(_OF_REFUSALS) == HTML:
        text = public_page.plain_page(
            title, texts, code=code, links=links, other_language=asked.other_language
        )
        return HttpResponse(text, status=status, content_type=HTML_UTF8)
    members = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": " ".join([*texts, not_asked_sentence()]).strip(),
    }
    return HttpResponse(orjson.dumps(members), status=status, content_type="application/problem+json")
