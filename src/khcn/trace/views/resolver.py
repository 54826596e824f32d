"""The resolver: answers a Digital Link for people and machines (GS1-Conformant Resolver Standard 1.2).

- A browser gets the public page; the page is the default link itself, so there is no redirect.
- ``?linkType=linkset`` or ``Accept: application/linkset+json``: the linkset; ``?linkType=gs1:…``: 307 to that link.
- ``Accept: application/ld+json`` or ``application/json``: the public data as JSON-LD.
- A code that violates the rules of GS1: 400 with the reason. A code without any data: 404.
- Another spelling of the same code (`label_address`): 301 to the canonical URL.

No sessions, cookies or scripts; caches may store an answer for one minute only, because a recall must be visible soon.
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
from khcn.trace.queries.public_page import (
    GOODS_KEYS,
    PLACE_KEYS,
    is_key_with_events,
    public_goods,
    public_place,
)
from khcn.trace.queries.recalls.public_recalls import recalls_of_package
from khcn.trace.store.database.replica import WATCH
from khcn.trace.store.database.stores import LEFT_OUT_SECONDS, OWN, all_stores
from khcn.trace.views import linkset, public_json, public_page
from khcn.trace.views.label_address import (
    PRIMARY_KEYS,
    LabelAddress,
    WrongAddress,
    label_key_name,
    read_label_address,
    text_on_label,
)
from khcn.trace.views.last_answers import LastAnswers
from khcn.trace.views.linkset import CONTEXT, HTML, JSON_LD, LINKSET_JSON, VOCABULARY
from khcn.trace.views.not_asked import not_asked_sentence, not_asked_warning
from khcn.trace.views.public_page import OfferedLink
from khcn.trace.views.resolver_request import ResolverRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from khcn.trace.views.linkset import Level

log = logging.getLogger(__name__)

MAX_AGE: Final = 60  # seconds
_METHODS: Final = "GET, HEAD, OPTIONS"
_OFFERS: Final = (HTML, "application/xhtml+xml", JSON_LD, "application/json", LINKSET_JSON)
_LINKSET_OFFERS: Final = (LINKSET_JSON, "application/json", JSON_LD, HTML)
_HTML_UTF8: Final = "text/html; charset=utf-8"


def _public(view: Callable[[ResolverRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """A public view: methods, language, caching, content security policy, CORS for pages of any origin."""

    @gzip_page
    @conditional_page
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            found = HttpResponse(status=204)
        elif request.method not in {"GET", "HEAD"}:
            found = HttpResponse(status=405)
        else:
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
        return _finished(request, found)

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

ANSWERS: Final = LastAnswers(32 * 1024 * 1024)


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
        found = _refused(
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


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
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
        headers.setdefault("Cache-Control", f"public, max-age={MAX_AGE}")
    headers["Content-Security-Policy"] = public_page.POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS  # for browsers without CSP
    patch_vary_headers(response, ("Accept", "Accept-Language"))
    return response


# ------------------------------------------------------------------------------------------- answers


def _resolved(asked: ResolverRequest) -> HttpResponse:
    try:
        address = read_label_address(asked.request.path_info, asked.query, asked.received)
    except WrongAddress as wrong:
        return _refused(
            asked,
            400,
            _("Mã không đúng"),
            [str(wrong), _("Hãy quét lại, hoặc đối chiếu từng chữ số với nhãn.")],
        )
    if not address.is_canonical:
        target = address.path + (f"?{address.query}" if address.query else "")
        return HttpResponse(status=301, headers={"Location": target})
    if address.link.key.ai in GOODS_KEYS:
        return _goods(asked, address)
    if address.link.key.ai in PLACE_KEYS:
        return _place(asked, address)
    return _other(asked, address)


def _goods(asked: ResolverRequest, address: LabelAddress) -> HttpResponse:
    page = public_goods(address.link, asked.inputs_page)
    if page is None:
        return _unknown(asked, address)
    page = page.on(timezone.localtime().date())
    levels = linkset.levels(address.link, asked.root, recalled=bool(page.recalls))
    return _answered(
        asked,
        levels,
        lambda: public_page.goods_page(page, address.link, other_language=asked.other_language),
        lambda: public_json.goods_json(page, levels[0].anchor),
    )


def _place(asked: ResolverRequest, address: LabelAddress) -> HttpResponse:
    place = public_place(address.link)
    if place is None:
        return _unknown(asked, address)
    levels = linkset.levels(address.link, asked.root)
    return _answered(
        asked,
        levels,
        lambda: public_page.place_page(place, address.link, other_language=asked.other_language),
        lambda: public_json.place_page_json(place, levels[0].anchor),
    )


def _other(asked: ResolverRequest, address: LabelAddress) -> HttpResponse:
    """A key that is neither goods nor a place: says that it is known, and who may see more."""
    if not is_key_with_events(address.link):
        return _unknown(asked, address)
    found = recalls_of_package(address.link)
    levels = linkset.levels(address.link, asked.root, recalled=bool(found.recalls))
    text = _(
        "Mã này đúng và đã được ghi nhận. Thông tin dành cho các bên trong chuỗi cung ứng, xem bằng khóa truy cập."
    )
    title = str(label_key_name(address.link.key.ai))
    return _answered(
        asked,
        levels,
        lambda: public_page.plain_page(
            title[:1].upper() + title[1:],
            [text],
            code=text_on_label(address.link),
            other_language=asked.other_language,
            recalls=found,
        ),
        lambda: public_json.package_json(found, levels[0].anchor),
    )


def _answered(
    asked: ResolverRequest, levels: list[Level], page: Callable[[], str], data: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page, the data, the linkset or one of the links, depending on the request."""
    media = asked.media(_OFFERS)
    wanted = linkset.short_type(asked.link_type)
    if wanted in linkset.LISTS or (not wanted and media == LINKSET_JSON):
        return _listed(asked, levels)
    if wanted and wanted != "defaultLink":
        link = linkset.chosen_link(levels, wanted, asked.accept, asked.language)
        if link is None:
            return _no_such_link(asked, levels)
        return HttpResponse(
            status=307, headers={"Location": asked.forwarded(link.href), **_link_header(levels)}
        )
    if media in {JSON_LD, "application/json"}:
        return HttpResponse(orjson.dumps(data()), content_type=media, headers=_link_header(levels))
    return HttpResponse(page(), content_type=_HTML_UTF8, headers=_link_header(levels))


def _link_header(levels: list[Level]) -> dict[str, str]:
    here = levels[0].anchor
    return {
        "Link": f'<{here}>; rel="{VOCABULARY}defaultLink", '
        f'<{here}?linkType=linkset>; rel="linkset"; type="{LINKSET_JSON}"'
    }


def _listed(asked: ResolverRequest, levels: list[Level], *, status: int = 200) -> HttpResponse:
    media = asked.media(_LINKSET_OFFERS)
    if media == HTML:
        return HttpResponse(
            public_page.plain_page(
                _("Các liên kết của mã này"), [], links=_offered(levels), other_language=None
            ),
            content_type=_HTML_UTF8,
            status=status,
            headers=_link_header(levels),
        )
    value = linkset.linkset(levels)
    headers = _link_header(levels)
    if media == JSON_LD:
        value = {"@context": CONTEXT, **value}
    else:
        headers["Link"] += f', <{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="{JSON_LD}"'
    return HttpResponse(orjson.dumps(value), content_type=media, status=status, headers=headers)


def _offered(levels: list[Level]) -> tuple[OfferedLink, ...]:
    return tuple(
        OfferedLink(
            link.href, link.title, " · ".join(filter(None, (f"gs1:{link.type}", link.media, link.language)))
        )
        for level in levels
        for link in level.links
        if not link.type.startswith("defaultLink")
    )


def _no_such_link(asked: ResolverRequest, levels: list[Level]) -> HttpResponse:
    text = _("Mã này không có loại liên kết được hỏi.")
    return _refused(asked, 404, _("Không có liên kết này"), [text], links=_offered(levels))


def _unknown(asked: ResolverRequest, address: LabelAddress) -> HttpResponse:
    return _refused(
        asked,
        404,
        _("Chưa có dữ liệu truy xuất cho mã này"),
        [
            _("Mã viết đúng quy tắc, nhưng chưa bên nào ghi thông tin về mã này vào hệ thống."),
            _(
                "Có thể hàng mới sản xuất, nhà sản xuất dùng hệ thống khác, hoặc nhãn không phải của nhà sản xuất."
            ),
            _(
                "Hãy hỏi nơi bán hoặc nhà sản xuất in trên bao bì. Nghi hàng giả thì báo cơ quan quản lý thị trường."
            ),
        ],
        code=text_on_label(address.link),
    )


def _refused(
    asked: ResolverRequest,
    status: int,
    title: str,
    texts: list[str],
    *,
    code: str = "",
    links: tuple[OfferedLink, ...] = (),
) -> HttpResponse:
    if asked.media((HTML, "application/problem+json", *_OFFERS[2:])) == HTML:
        text = public_page.plain_page(
            title, texts, code=code, links=links, other_language=asked.other_language
        )
        return HttpResponse(text, status=status, content_type=_HTML_UTF8)
    members = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": " ".join([*texts, not_asked_sentence()]).strip(),
    }
    return HttpResponse(orjson.dumps(members), status=status, content_type="application/problem+json")


def _description(asked: ResolverRequest) -> HttpResponse:
    """``/.well-known/gs1resolver`` (Resolver Standard, chapter 3)."""
    members = {
        "name": _("Truy xuất nguồn gốc"),
        "resolverRoot": asked.root,
        "supportedPrimaryKeys": PRIMARY_KEYS,
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": CONTEXT,
    }
    return HttpResponse(
        orjson.dumps(members),
        content_type="application/json",
        headers={"Cache-Control": "public, max-age=3600"},
    )


resolve = _public(_resolved)
description = _public(_description)
