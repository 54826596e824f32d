"""The resolver: answers a Digital Link for people and machines (GS1-Conformant Resolver Standard 1.2).

- A browser gets the public page; the page is the default link itself, so there is no redirect.
- ``?linkType=linkset`` or ``Accept: application/linkset+json``: the linkset; ``?linkType=gs1:…``: 307 to that link.
- ``Accept: application/ld+json`` or ``application/json``: the public data as JSON-LD.
- ``?form=passport``: the passport of a lot or single object; ``?form=epcis``: its steps as an EPCIS document.
- A code that violates the rules of GS1: 400 with the reason. A code without any data: 404.
- Another spelling of the same code (`label_address`): 301 to the canonical URL.

No sessions, cookies or scripts; caches may store an answer for two seconds only, because a recall must be visible soon, and
that of one single object no cache that others share, because look-ups of it are counted (`scans`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.epcis.ids.label_paths import PRIMARY_KEYS
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import (
    GOODS_KEYS,
    PLACE_KEYS,
    is_key_with_events,
    labelled_thing,
    public_goods,
    public_place,
)
from khcn.trace.queries.recalls.public_recalls import recalls_of_package
from khcn.trace.queries.register_facts import register_facts
from khcn.trace.queries.scanned_codes import is_copied, scanned_code
from khcn.trace.store.encoding.classes_and_lots import is_product_class
from khcn.trace.views import linkset, public_json, public_page
from khcn.trace.views.label_address import (
    LabelAddress,
    WrongAddress,
    internal_sentence,
    label_key_name,
    read_label_address,
    text_on_label,
)
from khcn.trace.views.linkset import CONTEXT, EPCIS, HTML, JSON_LD, LINKSET_JSON, OFFERS, PASSPORT, VOCABULARY
from khcn.trace.views.passport import passport_json
from khcn.trace.views.public_events import events_json
from khcn.trace.views.public_page import OfferedLink
from khcn.trace.views.public_views import HTML_UTF8, public_view, refused
from khcn.trace.views.scans import LABEL_MAX_AGE, count_scan
from khcn.trace.views.stored_answers import note_stamp, page_may_be_stored
from khcn.trace.views.verdicts import warning_of_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from khcn.trace.queries.page_contents import PublicGoods
    from khcn.trace.queries.register_facts import RegisterFacts
    from khcn.trace.views.linkset import Level
    from khcn.trace.views.resolver_request import ResolverRequest

_LINKSET_OFFERS: Final = (LINKSET_JSON, "application/json", JSON_LD, HTML)


# ------------------------------------------------------------------------------------------- answers


def _resolved(asked: ResolverRequest) -> HttpResponse:
    try:
        address = read_label_address(asked.request.path_info, asked.query, asked.received)
    except WrongAddress as wrong:
        return refused(
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
    note_stamp(asked)
    page = public_goods(address.link, asked.inputs_page)
    if page is None:
        return _unknown(asked, address)
    today = timezone.localtime().date()
    events = {one for step in page.steps for one in step.events}
    facts = register_facts(address.link, events, today)
    page = page.stated_by(facts).on(today)
    code = scanned_code(address.link, page, facts.printed_serial)
    if is_copied(code):
        page = page.warning_of(Notice.COPIED)
    levels = linkset.levels(
        address.link, asked.root, recalled=bool(page.recalls), warning=warning_of_label(page)
    )
    if asked.form and not asked.link_type:
        return _in_form(asked, page, facts, labelled_thing(address.link), levels)
    answer = _answered(
        asked,
        levels,
        lambda: public_page.goods_page(
            page, address.link, facts, root=asked.root, other_language=asked.other_language
        ),
        lambda: public_json.goods_json(page, levels[0].anchor),
    )
    count_scan(asked, code, answer, on=today)
    page_may_be_stored(asked, address, code, answer)
    return answer


def _in_form(
    asked: ResolverRequest, page: PublicGoods, facts: RegisterFacts, thing: str, levels: list[Level]
) -> HttpResponse:
    """The page in a form of its own for programs; a product alone has none."""
    if is_product_class(thing) or asked.form not in {PASSPORT, EPCIS}:
        return _no_such_link(asked, levels)
    here, now = levels[0].anchor, timezone.localtime()
    if asked.form == PASSPORT:
        data = passport_json(page, facts, thing=thing, here=here, root=asked.root, on=now.date())
        media = "application/json"
    else:
        data, media = events_json(page, thing, now), JSON_LD
    return HttpResponse(orjson.dumps(data), content_type=media, headers=_link_header(levels))


def _place(asked: ResolverRequest, address: LabelAddress) -> HttpResponse:
    place = public_place(address.link)
    if place is None:
        return _unknown(asked, address)
    levels = linkset.levels(address.link, asked.root)
    facts = register_facts(address.link, (), timezone.localtime().date())
    return _answered(
        asked,
        levels,
        lambda: public_page.place_page(place, address.link, facts, other_language=asked.other_language),
        lambda: public_json.place_page_json(place, levels[0].anchor, internal_sentence(address.link)),
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
    title = capfirst(label_key_name(address.link.key.ai, address.link.key.value))
    texts = [text, *filter(None, [internal_sentence(address.link)])]
    return _answered(
        asked,
        levels,
        lambda: public_page.plain_page(
            title,
            texts,
            code=text_on_label(address.link),
            other_language=asked.other_language,
            recalls=found,
        ),
        lambda: public_json.package_json(found, levels[0].anchor, title, texts),
    )


def _answered(
    asked: ResolverRequest, levels: list[Level], page: Callable[[], str], data: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page, the data, the linkset or one of the links, depending on the request."""
    media = asked.media(OFFERS)
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
    return HttpResponse(page(), content_type=HTML_UTF8, headers=_link_header(levels))


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
            content_type=HTML_UTF8,
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
    return refused(asked, 404, _("Không có liên kết này"), [text], links=_offered(levels))


def _unknown(asked: ResolverRequest, address: LabelAddress) -> HttpResponse:
    return refused(
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


resolve = public_view(_resolved, max_age=LABEL_MAX_AGE)
description = public_view(_description)
