"""The portal before sign-in: look up what is published, recalls in force, figures of the province, open data, how to join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.epcis.ids.label_paths import path_of_code
from khcn.goods.queries.portal import (
    LONGEST_QUERY,
    communes,
    communes_on_map,
    figures,
    found_items,
    groups,
    listed_pages,
    read_query,
    recalled_goods,
)
from khcn.kernel.ui.public_pages import portal_pages
from khcn.trace.views.place_map import place_map
from khcn.trace.views.public_page import rendered
from khcn.trace.views.public_views import HTML_UTF8, public_view
from khcn.trace.views.public_words import day_of

if TYPE_CHECKING:
    from khcn.trace.views.place_map import PlaceMap
    from khcn.trace.views.resolver_request import ResolverRequest

_FIRST_RECALLS: Final = 5


def front_page(asked: ResolverRequest) -> HttpResponse:
    """The first page of the public, and what it finds. Digits of a code lead to the page of the code."""
    given = dict(parse_qsl(asked.query[:2000]))
    query = read_query(given)
    if query.words and any(each.isdigit() for each in query.words) and (path := path_of_code(query.words)):
        return HttpResponse(status=302, headers={"Location": f"{path}?lang={asked.language}"})
    found = found_items(query)
    parameters = {"q": query.words, "group": query.group, "commune": query.commune, "lang": asked.language}

    def page_at(number: int) -> str:
        asked_for = {name: text for name, text in parameters.items() if text}
        return f"{reverse('public-front')}?{urlencode({**asked_for, 'page': number})}"

    is_narrowed = bool(query.words or query.group or query.commune)
    recalls = [each for each in recalled_goods() if each.ended_on is None]
    text = rendered(
        "goods/portal.html",
        asked.other_language,
        is_listed=True,
        query=query,
        found=found,
        is_narrowed=is_narrowed,
        map=None if is_narrowed else _map(asked.language),
        groups=groups(),
        communes=communes(),
        longest=LONGEST_QUERY,
        figures=figures(),
        recalls=recalls[:_FIRST_RECALLS],
        count_of_recalls=len(recalls),
        pages=portal_pages(),
        before=page_at(query.page - 1) if query.page > 1 else "",
        after=page_at(query.page + 1) if found.has_next else "",
        day_of=day_of,
    )
    return HttpResponse(text, content_type=HTML_UTF8)


def _map(language: str) -> PlaceMap | None:
    """Where what is published comes from; each commune leads to its products."""
    front = reverse("public-front")
    return place_map(
        [
            each._replace(path=f"{front}?{urlencode({'commune': each.path, 'lang': language})}")
            for each in communes_on_map()
        ]
    )


def _recalls(asked: ResolverRequest) -> HttpResponse:
    recalls = recalled_goods()
    text = rendered(
        "goods/public_recalls.html",
        asked.other_language,
        is_listed=True,
        recalls=[each for each in recalls if each.ended_on is None],
        ended=[each for each in recalls if each.ended_on is not None],
        day_of=day_of,
    )
    return HttpResponse(text, content_type=HTML_UTF8)


def _join(asked: ResolverRequest) -> HttpResponse:
    text = rendered(
        "goods/public_join.html",
        asked.other_language,
        is_listed=True,
        takes_requests=not settings.VIEWING_ONLY,  # where nothing is written there is no form for it
    )
    return HttpResponse(text, content_type=HTML_UTF8)


def _sitemap(asked: ResolverRequest) -> HttpResponse:
    """sitemaps.org, protocol 0.9: the pages that are written for people, of published products and their producers."""
    pages = [
        (reverse("public-front"), None),
        (reverse("public-recalls"), None),
        (reverse("public-join"), None),
        (reverse("public-data"), None),
        *((reverse(name), None) for name in portal_pages()),
    ]
    lines = [
        f"<url><loc>{asked.root}{path}</loc>{f'<lastmod>{day.isoformat()}</lastmod>' if day else ''}</url>"
        for path, day in (*pages, *listed_pages())
    ]
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lines)
        + "\n</urlset>\n"
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _robots(asked: ResolverRequest) -> HttpResponse:
    """RFC 9309. What is behind the sign-in needs no line: nothing there answers a stranger."""
    lines = (
        "User-agent: *",
        "Disallow: /public/feedback/",
        "Disallow: /epcis/",
        f"Sitemap: {asked.root}/sitemap.xml",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def nowhere_page(asked: ResolverRequest) -> HttpResponse:
    """That there is nothing at an address."""
    text = rendered(
        "trace/plain.html",
        asked.other_language,
        title=_("Không tìm thấy trang này"),
        texts=[_("Địa chỉ có thể đã gõ thiếu. Hãy tra cứu lại từ trang đầu.")],
    )
    return HttpResponse(text, status=404, content_type=HTML_UTF8)


front = public_view(front_page)
recall_list = public_view(_recalls)
join = public_view(_join)
sitemap = public_view(_sitemap)
robots = public_view(_robots)
