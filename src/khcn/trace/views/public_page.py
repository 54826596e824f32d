"""Renders the public pages as HTML; `public_json` has the same for machines. `khcn.trace.queries.public_page` decides what is public.

A page is one file without scripts or cookies, small enough for slow mobile networks, and uses only HTML and CSS
that ten-year-old phones support; pictures come after it.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

import orjson
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from khcn.trace.queries.register_facts import NO_FACTS, feedback_path, front_path
from khcn.trace.views.department import public_contact
from khcn.trace.views.label_address import internal_sentence, text_on_label
from khcn.trace.views.not_asked import not_asked_sentence
from khcn.trace.views.place_map import place_map
from khcn.trace.views.public_json import product_data
from khcn.trace.views.public_words import input_recalls, iso_day, package_notices, page_language
from khcn.trace.views.shown_steps import shown_steps
from khcn.trace.views.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.trace.queries.names.display_names import PlaceName
    from khcn.trace.queries.page_contents import InputsShown, PublicGoods, PublicStep
    from khcn.trace.queries.recalls.public_recalls import PageRecalls
    from khcn.trace.queries.register_facts import PublicCertificate, RegisterFacts
    from khcn.trace.views.place_map import PlaceMap

MOST_STEPS: Final = 300

_STYLE: Final = (Path(__file__).parent.parent / "jinja2" / "trace" / "public.css").read_text("utf-8").strip()
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""The ``Content-Security-Policy`` of the pages: only their own style sheet. No script runs that could connect to anything; programs that look
at a page read ``robots.txt`` by its policy.
"""

_COUNTRIES: Final = {"vi": {"VN": "Việt Nam"}, "en": {"VN": "Viet Nam"}}


class OfferedLink(NamedTuple):
    """A link in a list of links."""

    href: str
    title: str
    note: str = ""


class _Inputs(NamedTuple):
    """That a page has a part of the raw materials, and the addresses of the other parts."""

    text: str
    before: str
    after: str


def rendered(template: str, other_language: str | None, **context: Any) -> str:
    """A public page by its template."""
    return render_to_string(
        template,
        {
            "style": Markup(_STYLE),  # noqa: S704 -- our own file
            "language": page_language(),
            "other_language": other_language,
            "not_asked": not_asked_sentence(),
            "typed_code": reverse("typed-code"),
            "start": front_path(),
            "department": public_contact(),
            **context,
        },
    )


# ------------------------------------------------------------------------------------------- for people


def goods_page(
    page: PublicGoods, link: DigitalLink, facts: RegisterFacts, *, root: str, other_language: str | None
) -> str:
    """The page of goods. `facts`: what registers have about them; `other_language`: the URL of the page in the other language."""
    shown = _first_of_each_party(page.steps, MOST_STEPS)
    left = len(page.steps) - len(shown)
    name, notices = page.name or _("Sản phẩm chưa có tên"), verdicts(page)
    return rendered(
        "trace/goods.html",
        other_language,
        page=page,
        name=name,
        code=text_on_label(link),
        notices=notices,
        description=f"{name}. {notices[0].words}. {notices[0].text}",
        canonical=root + link.of_lot().path if facts.is_listed else "",  # for single packages of it, too
        facts=_facts(page, facts),
        register=facts,
        map=place_map(facts.places),
        valid_until=_valid_until,
        steps=shown_steps(shown, facts),
        inputs=_inputs(page.inputs),
        input_recalls=input_recalls(page.recalled_inputs),
        left_out=_("Còn %(count)d bước sau nữa không hiện ở đây.") % {"count": left} if left else "",
        product_data=_data_block(page, facts, root + link.path),
        feedback=feedback_path() and f"{feedback_path()}?code={quote(link.path, safe='')}",
    )


def _inputs(shown: InputsShown | None) -> _Inputs | None:
    """That raw materials are on other pages, with the ways there."""
    if shown is None:
        return None
    text = _("Trang này hiện một phần nguyên liệu; còn %(count)d nguyên liệu ở trang khác.")
    before = f"?inputs={shown.page - 1}&lang={page_language()}" if shown.page > 1 else ""
    return _Inputs(
        text % {"count": shown.left_out},
        before,
        f"?inputs={shown.page + 1}&lang={page_language()}" if shown.has_next else "",
    )


def _first_of_each_party(steps: Sequence[PublicStep], most: int) -> tuple[PublicStep, ...]:
    """At most so many steps, in their order: those with recalled ingredients, then the first ones of each party, so that nobody pushes
    those of others off the page.
    """
    seen: Counter[str] = Counter()
    places = []
    for number, step in enumerate(steps):
        places.append((not any(one.is_recalled for one in step.made_of), seen[step.party], number))
        seen[step.party] += 1
    return tuple(steps[number] for number in sorted(place[-1] for place in sorted(places)[:most]))


def place_page(
    place: PlaceName, link: DigitalLink, facts: RegisterFacts = NO_FACTS, *, other_language: str | None
) -> str:
    """The page of a place or an organisation, with the products that it has published."""
    return plain_page(
        place.name or _("Địa điểm chưa có tên"),
        [
            *([_address(place.address, facts)] if place.address else []),
            *_unconfirmed_place(place),
            *filter(None, [internal_sentence(link)]),
        ],
        code=text_on_label(link),
        links=tuple(OfferedLink(*each) for each in facts.products),
        drawn=place_map(facts.places),
        other_language=other_language,
        is_listed=facts.is_listed,
    )


def _address(text: str, facts: RegisterFacts) -> str:
    """An address, with how its place is called today."""
    if not text or not facts.address_today:
        return text
    return _("%(place)s, nay là %(today)s") % {"place": text, "today": facts.address_today}


def _unconfirmed_place(place: PlaceName) -> list[str]:
    text = _("Tên và địa chỉ này do một bên tự ghi; Sở chưa xác nhận mã địa điểm là của bên nào.")
    return [] if place.is_confirmed else [text]


def plain_page(
    title: str,
    texts: list[str],
    *,
    code: str = "",
    links: tuple[OfferedLink, ...] = (),
    other_language: str | None = None,
    recalls: PageRecalls | None = None,
    is_listed: bool = False,
    drawn: PlaceMap | None = None,
) -> str:
    """A page of a few sentences and links. `is_listed`: whether search engines may list it."""
    notices = package_notices(recalls) if recalls else []
    return rendered(
        "trace/plain.html",
        other_language,
        title=title,
        description=" ".join([f"{title}.", *texts[:1]]),
        texts=texts,
        code=code,
        links=links,
        notices=notices,
        is_listed=is_listed,
        map=drawn,
    )


def _facts(page: PublicGoods, register: RegisterFacts) -> list[tuple[str, str, str]]:
    """Label, value and additional line of each fact; maker and production date are shown as missing where unknown."""
    none = _("chưa có thông tin")
    is_lot = bool(page.lot or page.serial)
    address = _address(page.address, register) if page.producer else page.address
    found = [
        (_("Đơn vị sản xuất, kinh doanh"), page.producer or none, address),
        (_("Số lô"), page.lot, ""),
        (_("Số sê-ri"), page.serial, ""),
        (_("Ngày sản xuất"), iso_day(page.produced_on) or (none if is_lot else ""), ""),
        (_("Dùng tốt nhất trước ngày"), iso_day(page.best_before), ""),
        (_("Hạn sử dụng"), iso_day(page.expires_on), ""),
        (_("Nhóm hàng"), register.group, ""),
        (_("Tiêu chuẩn, quy chuẩn"), register.standards, ""),
        (_("Xuất xứ"), _COUNTRIES.get(page_language(), {}).get(page.origin, page.origin), ""),
    ]
    return [(label, value, small) for label, value, small in found if value]


def _valid_until(certificate: PublicCertificate) -> str:
    """Until when a certificate is valid, or since when it is not."""
    if not certificate.valid_until:
        return _("không ghi thời hạn")
    text = _("đã hết hạn ngày %(day)s") if certificate.is_past else _("còn hiệu lực đến %(day)s")
    return text % {"day": iso_day(certificate.valid_until)}


def _data_block(page: PublicGoods, facts: RegisterFacts, address: str) -> Markup:
    """The product for search engines, as data in the page; nothing in it ends the element that it stands in."""
    if not facts.is_listed or page.lot or page.serial:
        return Markup()
    text = orjson.dumps(product_data(page, facts, address)).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 -- JSON without the sign that ends an element
