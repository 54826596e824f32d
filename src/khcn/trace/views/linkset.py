"""The links of a code: all links, the best one for a request, and the linkset (RFC 9264, GS1-Conformant Resolver).

All pages have the URL of the Digital Link itself, in two languages and as JSON-LD for machines; a link of a type
therefore leads to the same URL, with the parameters that select the right representation. The first link of a type is the one
that is taken where nothing else decides, so the events for holders of keys come before the public ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.utils.translation import gettext_lazy

from khcn.trace.queries.public_page import GOODS_KEYS, PLACE_KEYS
from khcn.trace.views import negotiation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrPromise

    from khcn.epcis.ids.digital_link import DigitalLink

VOCABULARY: Final = "https://ref.gs1.org/voc/"
CONTEXT: Final = "https://ref.gs1.org/standards/resolver/linkset-context"
LINKSET_JSON: Final = "application/linkset+json"
JSON_LD: Final = "application/ld+json"
HTML: Final = "text/html"
OFFERS: Final = (HTML, "application/xhtml+xml", JSON_LD, "application/json", LINKSET_JSON)
"""Media types in which a code is answered about; the first where a client takes any."""

PASSPORT: Final = "passport"
EPCIS: Final = "epcis"
_SPELLINGS: Final = (
    VOCABULARY,
    "gs1:",
    "https://gs1.org/voc/",
    "http://gs1.org/voc/",
    "https://www.gs1.org/voc/",
)
LISTS: Final = frozenset({"linkset", "all"})  # "all" is the name in early versions of the standard

_TITLES: Final = {
    "pip": gettext_lazy("Thông tin sản phẩm"),
    "traceability": gettext_lazy("Hành trình của hàng"),
    "recallStatus": gettext_lazy("Thông báo thu hồi"),
    "locationInfo": gettext_lazy("Địa điểm"),
    "registryEntry": gettext_lazy("Tổ chức"),
    "masterData": gettext_lazy("Dữ liệu sản phẩm cho máy đọc"),
    "epcis": gettext_lazy("Sự kiện EPCIS (cần khóa truy cập)"),
    "dpp": gettext_lazy("Hộ chiếu số của sản phẩm"),
    "defaultLink": gettext_lazy("Trang thông tin"),
}


_PUBLIC_EVENTS: Final = gettext_lazy("Sự kiện EPCIS đã công bố")


@dataclass(frozen=True, slots=True)
class LinksetEntry:
    """One link: its type without namespace, its target, and the media type and language of the target; `warning`: what its title begins with."""

    type: str
    href: str
    media: str = ""
    language: str = ""
    words: StrPromise | str = ""
    warning: str = ""

    @property
    def title(self) -> str:
        """Its title in the language of the request: its own, or that of its type."""
        title = str(self.words or _TITLES.get(self.type, _TITLES["defaultLink"]))
        return f"{self.warning}. {title}" if self.warning else title

    def target(self) -> dict[str, Any]:
        """The target object in a linkset; a default link has only a title."""
        found: dict[str, Any] = {"href": self.href, "title": self.title}
        if self.media:
            found["type"] = self.media
        if self.language:
            found["hreflang"] = [self.language]
        return found


@dataclass(frozen=True, slots=True)
class Level:
    """The links of one level of a code: the single object, the lot, the class."""

    anchor: str
    links: tuple[LinksetEntry, ...]


def short_type(text: str) -> str:
    """A link type without its namespace, in any spelling."""
    for start in _SPELLINGS:
        if text.startswith(start):
            return text[len(start) :]
    return text


def _pages(kind: str, address: str) -> list[LinksetEntry]:
    return [LinksetEntry(kind, f"{address}?lang={language}", HTML, language) for language in ("vi", "en")]


def levels(link: DigitalLink, root: str, *, recalled: bool = False, warning: str = "") -> list[Level]:
    """The links of a code: its own first, then those of the levels above.

    Args:
        link: the code.
        root: scheme and host of this server.
        recalled: whether the goods are recalled.
        warning: that the label does not count, in a few words; "" where nothing is known against it.
    """
    kind = f"{root}/{link.key.ai}/{quote(link.key.value, safe='')}"
    here = root + link.path
    if link.key.ai in PLACE_KEYS:
        page = "locationInfo" if link.key.ai == "414" else "registryEntry"
        return [Level(here, _with_default(here, [*_pages(page, here), LinksetEntry(page, here, JSON_LD)]))]
    events = LinksetEntry("epcis", f"{root}/epcis/epcs/{quote(here, safe='')}/events", JSON_LD)
    if link.key.ai not in GOODS_KEYS:
        recall = _pages("recallStatus", here) if recalled else []
        return [Level(here, _with_default(here, [*_pages("traceability", here), events, *recall]))]
    product = Level(
        kind, _with_default(kind, [*_pages("pip", kind), LinksetEntry("masterData", kind, JSON_LD)])
    )
    if not link.qualifiers:
        return [product]
    public = LinksetEntry("epcis", f"{here}?form={EPCIS}", JSON_LD, words=_PUBLIC_EVENTS)
    passport = LinksetEntry("dpp", f"{here}?form={PASSPORT}", "application/json")
    own = [
        *_pages("traceability", here),
        LinksetEntry("traceability", here, JSON_LD),
        events,
        public,
        passport,
    ]
    if recalled:
        own += _pages("recallStatus", here)
    links = tuple(replace(each, warning=warning) for each in _with_default(here, own))
    return [Level(here, links), product]


def _with_default(address: str, links: list[LinksetEntry]) -> tuple[LinksetEntry, ...]:
    return (LinksetEntry("defaultLink", address), *_pages("defaultLinkMulti", address), *links)


def linkset(found: Sequence[Level]) -> dict[str, Any]:
    """The linkset as JSON (RFC 9264, 4.2)."""
    contexts = []
    for level in found:
        context: dict[str, Any] = {"anchor": level.anchor}
        for link in level.links:
            context.setdefault(VOCABULARY + link.type, []).append(link.target())
        contexts.append(context)
    return {"linkset": contexts}


def chosen_link(found: Sequence[Level], wanted: str, accept: str, language: str) -> LinksetEntry | None:
    """The best link of a type for a request, of the most exact level that has one; None where there is none."""
    for level in found:
        links = [link for link in level.links if link.type == wanted]
        if links:
            offers = tuple(dict.fromkeys(link.media for link in links if link.media))
            media = negotiation.preferred_media_type(accept, offers)
            suiting = [link for link in links if link.media == media] or links
            return next((link for link in suiting if link.language == language), suiting[0])
    return None
