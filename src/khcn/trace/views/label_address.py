"""The path of a Digital Link on a label: what it identifies, and its canonical form.

Also accepted, and redirected to the canonical path: short names (``/gtin/…/lot/…``), GTINs without leading zeros,
qualifiers in any order or in the query string, a trailing slash, and a slash in a value that a proxy has decoded.
Compressed links are not supported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.epcis import IdentifierError
from khcn.epcis.ids import digital_link, label_paths
from khcn.epcis.ids.check import is_digits, is_restricted_key
from khcn.epcis.ids.dictionary import ApplicationIdentifier, find
from khcn.epcis.ids.digital_link import CANONICAL_STEM, LENIENT, SHORT_NAMES, DigitalLink, escape, unescape

KEY_NAMES: Final = label_paths.KEY_NAMES
LONGEST: Final = 2000

_OF_QUERIES: Final = "%&=+;/?:@!$'()*,~[]"  # RFC 3986, 3.4, and what has been encoded already
_GTIN: Final = "01"
_GTIN_LENGTHS: Final = (8, 12, 13)
_CALLED: Final = {
    "00": gettext_lazy("mã đơn vị giao vận (SSCC)"),
    "01": gettext_lazy("mã sản phẩm (GTIN)"),
    "10": gettext_lazy("số lô"),
    "21": gettext_lazy("số sê-ri"),
    "22": gettext_lazy("mã biến thể sản phẩm"),
    "235": gettext_lazy("số sê-ri của bên thứ ba"),
    "253": gettext_lazy("mã tài liệu (GDTI)"),
    "254": gettext_lazy("phần mở rộng của mã địa điểm"),
    "414": gettext_lazy("mã địa điểm (GLN)"),
    "417": gettext_lazy("mã tổ chức (GLN)"),
    "8003": gettext_lazy("mã tài sản dùng lại (GRAI)"),
    "8004": gettext_lazy("mã tài sản (GIAI)"),
}


class WrongAddress(Exception):  # noqa: N818 -- an answer to the sender
    """The path is not a Digital Link; the text explains the error to a person."""


@dataclass(frozen=True, slots=True)
class LabelAddress:
    """What a path identifies. `path` and `query` are its canonical form, percent-encoded."""

    link: DigitalLink
    path: str
    query: str
    is_canonical: bool


_INTERNAL: Final = {
    "00": gettext_lazy("mã nội bộ của thùng, kiện, pallet"),
    "414": gettext_lazy("mã nội bộ của địa điểm"),
    "417": gettext_lazy("mã nội bộ của tổ chức"),
}


def label_key_name(ai: str, value: str = "") -> str:
    """The name for people of an AI in the address that a label carries; of a number that is none of GS1 another one."""
    if is_restricted_key(ai, value):
        return str(_INTERNAL[ai])
    return str(_CALLED.get(ai) or _("mã (%(ai)s)") % {"ai": ai})


def segments_of(path: str, received: str) -> list[str]:
    """The decoded segments of a path; a slash that was encoded as received does not separate two.

    Args:
        path: decoded, as the server gives it.
        received: the request's target, percent-encoded; where it is another, or a proxy has decoded it, `path` counts.
    """
    segments = [unquote(segment) for segment in received.partition("?")[0].split("/")]
    return segments if "/".join(segments) == path else path.split("/")


def read_label_address(path: str, query: str, received: str = "") -> LabelAddress:
    """Read a path.

    Args:
        path: decoded, as the server gives it.
        query: percent-encoded, as received.
        received: the request's target, as for `segments_of`.

    Raises:
        WrongAddress: the code violates the rules of GS1.
    """
    if len(path) + len(query) > LONGEST or "\0" in path:
        raise WrongAddress(_("Địa chỉ quá dài hoặc có ký tự lạ."))
    key, value, found = _elements(segments_of(path, received))
    others = []
    for pair in filter(None, query.split("&")):
        name, equals, text = pair.partition("=")
        code = SHORT_NAMES.get(name, name)
        if (
            equals
            and _sequence(key, {code, *(known for known, _value in found)})
            and code in _qualifiers(key)
        ):
            found.append((code, unescape(text, query=True)))
        else:
            others.append(pair)
    if len({code for code, _value in found}) != len(found):
        raise WrongAddress(_("Địa chỉ nêu hai lần cùng một loại số (số lô, số sê-ri…)."))
    written = "/".join(
        [f"/{key.code}", escape(value)] + [f"{ai}/{escape(one)}" for ai, one in _ordered(key, found)]
    )
    link = _checked(written, "&".join(others))
    moved = len(others) != len([pair for pair in query.split("&") if pair])
    return LabelAddress(link, written, "&".join(others), not moved and path == unescape(written))


def _qualifiers(key: ApplicationIdentifier) -> set[str]:
    return {code for sequence in key.qualifiers or () for code in sequence}


def _elements(segments: list[str]) -> tuple[ApplicationIdentifier, str, list[tuple[str, str]]]:
    """The key, its value and its qualifiers. Segments that are not the AI of a qualifier belong to the value before."""
    name, *segments = (segments[1:-1] if segments[-1] == "" else segments[1:]) or [""]
    key = find(SHORT_NAMES.get(name, name))
    if key is None or not key.is_key:
        raise WrongAddress(_("Địa chỉ không bắt đầu bằng một loại mã GS1."))
    allowed = _qualifiers(key)
    parts: list[tuple[str, list[str]]] = [(key.code, segments[:1])]
    rest = segments[1:]
    while rest:
        code = SHORT_NAMES.get(rest[0], rest[0])
        if code in allowed and all(code != known for known, _value in parts):
            parts.append((code, rest[1:2]))
            rest = rest[2:]
        elif len(parts) == 1 and find(code) is not None:
            raise WrongAddress(
                _("Loại số (%(ai)s) không đứng sau %(key)s được.")
                % {"ai": code, "key": label_key_name(key.code)}
            )
        else:
            parts[-1][1].append(rest[0])
            rest = rest[1:]
    (_code, value), *others = [(code, "/".join(texts)) for code, texts in parts]
    if key.code == _GTIN and len(value) in _GTIN_LENGTHS and is_digits(value):
        value = value.zfill(14)
    return key, value, others


def _sequence(key: ApplicationIdentifier, codes: set[str]) -> tuple[str, ...] | None:
    """The first sequence of qualifiers of the key that contains all of `codes`."""
    return next((sequence for sequence in key.qualifiers or () if codes <= set(sequence)), None)


def _ordered(key: ApplicationIdentifier, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if not found:
        return []
    sequence = _sequence(key, {code for code, _value in found})
    if sequence is None:
        raise WrongAddress(_("Các loại số trong địa chỉ không đi cùng nhau được."))
    return sorted(found, key=lambda element: sequence.index(element[0]))


def _checked(path: str, query: str) -> DigitalLink:
    for ai, value in _pairs(path):
        entry = find(ai)
        fault = entry.fault(value) if entry else None
        if fault:
            raise WrongAddress(_fault_text(fault, ai, value))
    uri = CANONICAL_STEM + path + ("?" + quote(query, safe=_OF_QUERIES) if query else "")
    try:
        return digital_link.parse(uri, LENIENT)
    except IdentifierError:
        raise WrongAddress(_("Phần sau dấu ? của địa chỉ không đúng quy tắc của GS1.")) from None


def _pairs(path: str) -> list[tuple[str, str]]:
    segments = path.removeprefix("/").split("/")
    return [(code, unescape(value)) for code, value in zip(segments[::2], segments[1::2], strict=True)]


def _fault_text(fault: str, ai: str, value: str) -> str:
    """The error of a value, for the person who has the label."""
    words = {"name": label_key_name(ai, value), "value": value[:60]}
    if not value:
        text = _("Địa chỉ thiếu %(name)s.")
    elif fault in {"INCORRECT_CHECK_DIGIT", "INCORRECT_CHECK_PAIR"}:
        text = _(
            "Số kiểm tra của %(name)s “%(value)s” sai: chữ số cuối không khớp với các chữ số trước. "
            "Mã bị gõ nhầm, in nhầm hoặc không phải mã thật."
        )
    elif fault.startswith("TOO_SHORT"):
        text = _("%(name)s “%(value)s” thiếu ký tự.")
    elif fault == "TOO_LONG":
        text = _("%(name)s “%(value)s” thừa ký tự.")
    elif fault == "NON_DIGIT_CHARACTER":
        text = _("%(name)s “%(value)s” phải toàn chữ số.")
    else:
        text = _("%(name)s “%(value)s” không đúng quy tắc mã số GS1.")
    return str(capfirst(text % words))


def text_on_label(link: DigitalLink) -> str:
    """The text under the symbol on a label: ``(01) 09521234220312 (10) LO-7``; of a number that is none of GS1 its digits alone."""
    if is_restricted_key(link.key.ai, link.key.value):
        digits = link.key.value
        return " ".join(
            [digits[at : at + 6] for at in range(0, len(digits), 6)] if link.key.ai == "00" else [digits]
        )
    return " ".join(
        f"({element.ai})\N{NO-BREAK SPACE}{element.value}" for element in (link.key, *link.qualifiers)
    )


def internal_sentence(link: DigitalLink) -> str:
    """That the number of a package, place or organisation means nothing elsewhere; "" of a number of GS1."""
    if not is_restricted_key(link.key.ai, link.key.value):
        return ""
    text = _("Mã %(number)s là mã nội bộ, không phải mã của GS1: ở nơi khác mã này có thể chỉ thứ khác.")
    return text % {"number": link.key.value}
