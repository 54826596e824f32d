"""Renders the public pages, as HTML and as JSON-LD. `khcn.trace.queries.public_page` decides what is public.

A page is one file without scripts, images or cookies, small enough for slow mobile networks, and uses only HTML and CSS
that ten-year-old phones support.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from khcn.epcis.cbv import BIZ_STEP
from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import digital_link
from khcn.epcis.ids.digital_link import LENIENT
from khcn.trace.queries.display_names import display_text
from khcn.trace.queries.public_page import Notice
from khcn.trace.queries.recalls import Rank, RecallScope
from khcn.trace.views.label_address import text_on_label
from khcn.trace.views.not_asked import not_asked_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.trace.queries.display_names import PlaceName
    from khcn.trace.queries.public_page import Goods, PublicGoods, PublicStep
    from khcn.trace.queries.public_recalls import PublicRecall

MOST_STEPS: Final = 300
MOST_RECALLS: Final = 10

_STYLE: Final = (Path(__file__).parent.parent / "jinja2" / "trace" / "public.css").read_text("utf-8").strip()
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The ``Content-Security-Policy`` of the pages: only their own style sheet."""

_DAY_PARTS: Final = 3
_STRONG: Final = frozenset({Notice.RECALLED, Notice.PARTLY_RECALLED, Notice.OTHER_LOT})
_COUNTRIES: Final = {"vi": {"VN": "Việt Nam"}, "en": {"VN": "Viet Nam"}}


class OfferedLink(NamedTuple):
    """A link in a list of links."""

    href: str
    title: str
    note: str = ""


class _NoticeText(NamedTuple):
    text: str
    is_strong: bool
    lines: tuple[str, ...] = ()


class _Step(NamedTuple):
    label: str
    time: str
    place: str
    address: str
    party: str
    goods: tuple[Goods, ...]
    made_of: tuple[Goods, ...]


def _language() -> str:
    return get_language() or "vi"


def _rendered(template: str, other_language: str | None, **context: Any) -> str:
    return render_to_string(
        template,
        {
            "style": Markup(_STYLE),  # noqa: S704 -- our own file
            "language": _language(),
            "other_language": other_language,
            "not_asked": not_asked_sentence(),
            **context,
        },
    )


# ------------------------------------------------------------------------------------------- for people


def goods_page(page: PublicGoods, link: DigitalLink, *, other_language: str | None) -> str:
    """The page of goods. `other_language`: the URL of the page in the other language."""
    steps = _steps(_first_of_each_party(page.steps, MOST_STEPS))
    left = len(page.steps) - len(steps)
    return _rendered(
        "trace/goods.html",
        other_language,
        page=page,
        name=page.name or _("Sản phẩm chưa có tên"),
        code=text_on_label(link),
        notices=_notices(page),
        facts=_facts(page),
        steps=steps,
        left_out=_("Còn %(count)d bước sau nữa không hiện ở đây.") % {"count": left} if left else "",
    )


def _first_of_each_party(steps: Sequence[PublicStep], most: int) -> tuple[PublicStep, ...]:
    """At most so many steps, in their order: the first ones of each party, so that nobody pushes those of others off the page."""
    seen: Counter[str] = Counter()
    places = []
    for number, step in enumerate(steps):
        places.append((seen[step.party], number))
        seen[step.party] += 1
    return tuple(steps[number] for number in sorted(number for _place, number in sorted(places)[:most]))


def place_page(place: PlaceName, link: DigitalLink, *, other_language: str | None) -> str:
    """The page of a place or an organisation."""
    return plain_page(
        place.name or _("Địa điểm chưa có tên"),
        [place.address] if place.address else [],
        code=text_on_label(link),
        other_language=other_language,
    )


def plain_page(
    title: str,
    texts: list[str],
    *,
    code: str = "",
    links: tuple[OfferedLink, ...] = (),
    other_language: str | None = None,
    recalls: Sequence[PublicRecall] = (),
) -> str:
    """A page of a few sentences and links."""
    notices = _package_notices(recalls)
    return _rendered(
        "trace/plain.html", other_language, title=title, texts=texts, code=code, links=links, notices=notices
    )


def _package_notices(recalls: Sequence[PublicRecall]) -> list[_NoticeText]:
    if not recalls:
        return []
    text = _("Kiện này đang bị THU HỒI. Không dùng hàng trong kiện; liên hệ nơi bán hoặc nhà sản xuất.")
    return [_NoticeText(text, True, _recall_lines(recalls))]


def _notices(page: PublicGoods) -> list[_NoticeText]:
    """The notices of a page, those of recalls with the recalls."""
    found = [_notice(notice) for notice in page.notices]
    lines = _recall_lines(page.recalls)
    return [
        text._replace(lines=lines) if notice in {Notice.RECALLED, Notice.PARTLY_RECALLED} else text
        for notice, text in zip(page.notices, found, strict=True)
    ]


def _recall_lines(recalls: Sequence[PublicRecall]) -> tuple[str, ...]:
    """A sentence about each recall."""
    lines = [_recall_line(one) for one in recalls[:MOST_RECALLS]]
    left = len(recalls) - len(lines)
    if left:
        lines.append(_("Còn %(count)d thông báo thu hồi khác.") % {"count": left})
    return tuple(lines)


def _recall_line(recall: PublicRecall) -> str:
    ranks = {
        Rank.AUTHORITY: _("cơ quan quản lý"),
        Rank.MAKER: _("nhà sản xuất"),
        Rank.HOLDER: _("bên giữ hàng"),
    }
    named = {"code": _text_of(recall.named)}
    what = {
        RecallScope.OBJECT: _("sản phẩm %(code)s"),
        RecallScope.LOT: _("lô %(code)s"),
        RecallScope.PRODUCT: _("mọi lô của mặt hàng %(code)s"),
        RecallScope.PACKAGE: _("hàng trong kiện %(code)s"),
    }[recall.scope] % named
    who = recall.party or _("một bên truy xuất")
    words = {
        "who": f"{who} ({ranks[recall.rank]})" if recall.rank else who,
        "what": what,
        "at": _moment(recall.since),
        "reason": recall.reason or _("chưa ghi"),
    }
    return _("%(who)s thu hồi %(what)s từ %(at)s. Lý do: %(reason)s") % words


def _text_of(thing: str) -> str:
    """The text on a label of a thing by its canonical id; the id where it is no code of GS1."""
    try:
        return text_on_label(digital_link.parse(thing, LENIENT))
    except IdentifierError:
        return display_text(thing)


def _notice(notice: Notice) -> _NoticeText:
    texts = {
        Notice.RECALLED: _("Hàng này đang bị THU HỒI. Không dùng; liên hệ nơi bán hoặc nhà sản xuất."),
        Notice.PARTLY_RECALLED: _(
            "Một phần hàng của lô này đang bị THU HỒI: hàng ở trong kiện nêu dưới đây. Không dùng nếu hàng của bạn có thể ở trong "
            "kiện đó; liên hệ nơi bán hoặc nhà sản xuất."
        ),
        Notice.UNKNOWN_SERIAL: _(
            "Chưa ai ghi nhận số sê-ri này. Có thể hàng mới sản xuất, hoặc nhãn không phải của nhà sản xuất. "
            "Hãy hỏi nơi bán hoặc nhà sản xuất."
        ),
        Notice.UNKNOWN_LOT: _(
            "Chưa có dữ liệu truy xuất cho lô này. Có thể lô mới sản xuất, hoặc nhãn không phải của nhà sản xuất. "
            "Hãy hỏi nơi bán hoặc nhà sản xuất."
        ),
        Notice.OTHER_LOT: _(
            "Theo dữ liệu của nhà sản xuất, số sê-ri này không thuộc lô ghi trên nhãn. "
            "Hãy kiểm tra lại nhãn và hỏi nhà sản xuất."
        ),
        Notice.TOO_LONG: _("Nguyên liệu đến từ rất nhiều nguồn nên không hiện hết ở đây."),
        Notice.ILLUSTRATIVE: _("Dữ liệu minh họa, không phải hàng có thật."),
        Notice.NO_HISTORY: _("Chưa có bước nào của hành trình được nhà sản xuất ghi lại."),
    }
    return _NoticeText(texts[notice], notice in _STRONG)


def _facts(page: PublicGoods) -> list[tuple[str, str, str]]:
    """Label, value and additional line of each fact; maker and production date are shown as missing where unknown."""
    none = _("chưa có thông tin")
    is_lot = bool(page.lot or page.serial)
    found = [
        (_("Đơn vị sản xuất, kinh doanh"), page.producer or none, page.address),
        (_("Số lô"), page.lot, ""),
        (_("Số sê-ri"), page.serial, ""),
        (_("Ngày sản xuất"), _day(page.produced_on) or (none if is_lot else ""), ""),
        (_("Dùng tốt nhất trước ngày"), _day(page.best_before), ""),
        (_("Hạn sử dụng"), _day(page.expires_on), ""),
        (_("Xuất xứ"), _COUNTRIES.get(_language(), {}).get(page.origin, page.origin), ""),
    ]
    return [(label, value, small) for label, value, small in found if value]


def _day(text: str) -> str:
    """An ISO day in the format of the language; any other text as it is."""
    parts = text.split("-")
    if len(parts) != _DAY_PARTS or not all(part.isdigit() for part in parts):
        return text
    year, month, day = parts
    return f"{day}/{month}/{year}" if _language() == "vi" else text


def _moment(at: datetime) -> str:
    return f"{at:%d/%m/%Y, %H:%M}" if _language() == "vi" else f"{at:%Y-%m-%d, %H:%M}"


def _steps(steps: tuple[PublicStep, ...]) -> list[_Step]:
    """Steps for the page; address and party are written only where they first appear with a place."""
    found = []
    written: set[tuple[PlaceName, str]] = set()
    known: set[PlaceName] = set()
    for step in steps:
        place = step.place
        name = place.name or (f"GLN {place.gln}" if place.gln else place.address)
        found.append(
            _Step(
                label=step.words.in_language(_language()),
                time=_moment(step.at),
                place=name,
                address="" if place in known or name == place.address else place.address,
                party="" if (place, step.party) in written or step.party in name else step.party,
                goods=step.goods,
                made_of=step.made_of,
            )
        )
        known.add(place)
        written.add((place, step.party))
    return found


# ------------------------------------------------------------------------------------------- for machines

_CONTEXT: Final = {
    "gs1": "https://ref.gs1.org/voc/",
    "cbv": "https://ref.gs1.org/cbv/",
    "epcis": "https://ref.gs1.org/epcis/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def goods_json(page: PublicGoods, uri: str) -> dict[str, Any]:
    """The content of the page of goods as JSON-LD, in terms of the GS1 Web Vocabulary and of EPCIS."""
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": uri,
        "@type": "gs1:Product",
        "gs1:gtin": page.gtin,
        "gs1:hasBatchLotNumber": page.lot,
        "gs1:hasSerialNumber": page.serial,
        "gs1:productName": page.name,
        "gs1:brand": {"@type": "gs1:Brand", "gs1:brandName": page.brand} if page.brand else "",
        "gs1:manufacturer": _organisation(page.producer, page.address),
        "gs1:countryOfOrigin": page.origin,
        "gs1:productionDate": page.produced_on,
        "gs1:bestBeforeDate": page.best_before,
        "gs1:expirationDate": page.expires_on,
        "rdfs:comment": [*filter(None, [not_asked_sentence()]), *_comments(_notices(page))],
        "epcis:eventList": [_event_json(step) for step in page.steps],
    }
    return {name: value for name, value in found.items() if value}


def _comments(notices: Sequence[_NoticeText]) -> list[str]:
    return [text for notice in notices for text in (notice.text, *notice.lines)]


def package_json(recalls: Sequence[PublicRecall], uri: str) -> dict[str, Any]:
    """A package as JSON-LD: only whether it is recalled."""
    comments = _comments(_package_notices(recalls))
    return {"@context": _CONTEXT, "@id": uri, "rdfs:comment": comments} if comments else {"@id": uri}


def place_page_json(place: PlaceName, uri: str) -> dict[str, Any]:
    """A place or an organisation as JSON-LD."""
    return {
        "@context": _CONTEXT,
        "@id": uri,
        "gs1:globalLocationNumber": place.gln,
        "rdfs:label": place.name,
        **(
            {"gs1:address": {"@type": "gs1:PostalAddress", "gs1:streetAddress": place.address}}
            if place.address
            else {}
        ),
    }


def _organisation(name: str, address: str) -> dict[str, Any]:
    if not name:
        return {}
    found: dict[str, Any] = {"@type": "gs1:Organization", "gs1:organizationName": name}
    if address:
        found["gs1:address"] = {"@type": "gs1:PostalAddress", "gs1:streetAddress": address}
    return found


def _goods_json(goods: Goods) -> dict[str, str]:
    named = {"@type": "gs1:Product", "gs1:productName": goods.name, "gs1:hasBatchLotNumber": goods.lot}
    return {name: value for name, value in named.items() if value}


def _event_json(step: PublicStep) -> dict[str, Any]:
    place = step.place
    found: dict[str, Any] = {
        "@type": f"epcis:{step.event_type}",
        "rdfs:label": [
            {"@value": step.words.vi, "@language": "vi"},
            {"@value": step.words.en, "@language": "en"},
        ],
        "epcis:eventTime": {"@type": "xsd:dateTime", "@value": step.at.isoformat(timespec="minutes")},
        "epcis:bizStep": {"@id": f"cbv:BizStep-{step.biz_step}"} if step.biz_step in BIZ_STEP.words else "",
        "epcis:readPoint": {
            name: value
            for name, value in (
                ("gs1:globalLocationNumber", place.gln),
                ("rdfs:label", place.name),
                ("gs1:streetAddress", place.address),
            )
            if value
        },
        "gs1:organizationName": step.party,
        "epcis:inputQuantityList": [_goods_json(one) for one in step.made_of],
        "epcis:quantityList": [_goods_json(one) for one in step.goods],
    }
    return {name: value for name, value in found.items() if value}
