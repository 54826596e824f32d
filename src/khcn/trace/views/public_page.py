"""Renders the public pages as HTML; `public_json` has the same for machines. `khcn.trace.queries.public_page` decides what is public.

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
from django.utils.translation import gettext as _
from markupsafe import Markup

from khcn.trace.queries.page_notices import Notice
from khcn.trace.views.label_address import text_on_label
from khcn.trace.views.not_asked import not_asked_sentence
from khcn.trace.views.public_words import (
    input_recalls,
    moment,
    notices_of,
    package_notices,
    page_language,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.trace.queries.names.display_names import PlaceName
    from khcn.trace.queries.public_page import InputsShown, NamedGoods, PublicGoods, PublicStep
    from khcn.trace.queries.recalls.public_recalls import PageRecalls

MOST_STEPS: Final = 300

_STYLE: Final = (Path(__file__).parent.parent / "jinja2" / "trace" / "public.css").read_text("utf-8").strip()
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The ``Content-Security-Policy`` of the pages: only their own style sheet."""

_DAY_PARTS: Final = 3
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


class _Step(NamedTuple):
    label: str
    time: str
    place: str
    address: str
    party: str
    goods: tuple[NamedGoods, ...]
    made_of: tuple[NamedGoods, ...]


def _rendered(template: str, other_language: str | None, **context: Any) -> str:
    return render_to_string(
        template,
        {
            "style": Markup(_STYLE),  # noqa: S704 -- our own file
            "language": page_language(),
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
        notices=notices_of(page),
        verdict=_verdict(page),
        facts=_facts(page),
        steps=steps,
        inputs=_inputs(page.inputs),
        input_recalls=input_recalls(page.recalled_inputs),
        left_out=_("Còn %(count)d bước sau nữa không hiện ở đây.") % {"count": left} if left else "",
    )


def _verdict(page: PublicGoods) -> str:
    """That nothing is wrong, first of all: of goods whose maker is confirmed and tells their journey; "" where there is anything to warn of."""
    if not (page.producer and page.steps) or set(page.notices) - {Notice.ILLUSTRATIVE}:
        return ""
    if page.expires_on:
        text = _("Hàng có trong dữ liệu của nhà sản xuất, không bị thu hồi, còn hạn sử dụng đến %(day)s.")
        return text % {"day": _day(page.expires_on)}
    return _("Hàng có trong dữ liệu của nhà sản xuất, không bị thu hồi.")


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


def place_page(place: PlaceName, link: DigitalLink, *, other_language: str | None) -> str:
    """The page of a place or an organisation."""
    return plain_page(
        place.name or _("Địa điểm chưa có tên"),
        [*([place.address] if place.address else []), *_unconfirmed_place(place)],
        code=text_on_label(link),
        other_language=other_language,
    )


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
) -> str:
    """A page of a few sentences and links."""
    notices = package_notices(recalls) if recalls else []
    return _rendered(
        "trace/plain.html", other_language, title=title, texts=texts, code=code, links=links, notices=notices
    )


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
        (_("Xuất xứ"), _COUNTRIES.get(page_language(), {}).get(page.origin, page.origin), ""),
    ]
    return [(label, value, small) for label, value, small in found if value]


def _day(text: str) -> str:
    """An ISO day in the format of the language; any other text as it is."""
    parts = text.split("-")
    if len(parts) != _DAY_PARTS or not all(part.isdigit() for part in parts):
        return text
    year, month, day = parts
    return f"{day}/{month}/{year}" if page_language() == "vi" else text


def _steps(steps: tuple[PublicStep, ...]) -> list[_Step]:
    """Steps for the page; address and party are written only where they first appear with a place."""
    found = []
    written: set[tuple[PlaceName, str]] = set()
    known: set[PlaceName] = set()
    for step in steps:
        place = step.place
        name = _place_name(place)
        found.append(
            _Step(
                label=step.words.in_language(page_language()),
                time=moment(step.at),
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


def _place_name(place: PlaceName) -> str:
    """What a place is called; marked where nobody is confirmed for its name."""
    name = place.name or (f"GLN {place.gln}" if place.gln else place.address)
    return name if place.is_confirmed else f"{name} ({_('chưa xác nhận')})"
