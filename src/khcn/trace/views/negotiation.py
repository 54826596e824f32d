"""Content negotiation by headers: media types, language, versions, format of identifiers and words.

Versions are compared by their first two numbers, because a third number (2.0.1) does not change the format. JSON exists
since EPCIS 2.0; XML of EPCIS 1.x is accepted, answers are always 2.0.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from django.conf import settings
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from khcn.epcis.codec.text_encoding import CHARSETS, JSON_CHARSETS
from khcn.epcis.uri import is_uri
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
XML: Final = "application/xml"
TEXT_XML: Final = "text/xml"
JSON_TYPES: Final = (JSON, JSON_LD)
DOCUMENT_TYPES: Final = (JSON, JSON_LD, XML, TEXT_XML)
XML_TYPES: Final = frozenset({XML, TEXT_XML})

VERSION: Final = "2.0.0"
OLDEST_CAPTURED: Final = "1.0.0"
EXTENSIONS: Final = "cbvmda=urn:epcglobal:cbv:mda"
_CURRENT: Final = (2, 0)
GZIP: Final = "gzip"
CODINGS: Final = frozenset({"identity", GZIP, "x-gzip"})
"""Encodings of request bodies; x-gzip is the old name of gzip (RFC 9110, 8.4.1.3)."""
_FIRST: Final = (1, 0)
_VERSION: Final = re.compile(r"(\d{1,4})(?:\.(\d{1,4}))?(?:\.\d{1,4})*", re.ASCII)
_MAPPING: Final = re.compile(r"\s*([A-Za-z][\w.\-]{0,60})\s*=\s*<?([^\s<>,]{1,1000})>?\s*", re.ASCII)
_CACHED: Final = 512
_LONGEST_CHARSET: Final = 40
_LONGEST_CONTENT_TYPE: Final = 1000
_Choice = TypeVar("_Choice", bound="StrEnum")


class EpcFormat(StrEnum):
    """Values of ``GS1-EPC-Format``."""

    NO_PREFERENCE = "No_Preference"
    DIGITAL_LINK = "Always_GS1_Digital_Link"
    URN = "Always_EPC_URN"
    NEVER = "Never_Translates"


class CbvFormat(StrEnum):
    """Values of ``GS1-CBV-XML-Format``."""

    NO_PREFERENCE = "No_Preference"
    WEB_URI = "Always_Web_URI"
    URN = "Always_URN"
    NEVER = "Never_Translates"


# ------------------------------------------------------------------------------------------- media types


def _range(token: str) -> tuple[str, float]:
    media, *parameters = token.split(";")
    quality = 1.0
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return media.strip().lower(), quality


@lru_cache(maxsize=_CACHED)
def preferred_media_type(accept: str, offers: tuple[str, ...]) -> str | None:
    """The media type of `offers` that an ``Accept`` header prefers (RFC 9110, 12.5.1), None where it accepts none.

    The most specific range decides about a type; of equal quality, the type named first or offered first wins.
    """
    ranges = [_range(token) for token in accept.split(",") if token.strip()] or [("*/*", 1.0)]
    best: tuple[float, int, int] | None = None
    chosen = None
    for offer in offers:
        wider = (offer, offer.partition("/")[0] + "/*", "*/*")
        matching = [
            (wider.index(media), place, quality)
            for place, (media, quality) in enumerate(ranges)
            if media in wider
        ]
        if not matching:
            continue
        width, place, quality = min(matching)
        if quality > 0 and (best is None or (-quality, width, place) < best):
            best, chosen = (-quality, width, place), offer
    return chosen


def chosen_type(headers: Mapping[str, str], offers: tuple[str, ...]) -> str:
    """The media type of the answer.

    Raises:
        Refusal: 406 where the client accepts none of the offers.
    """
    found = preferred_media_type(headers.get("Accept", "*/*"), offers)
    if found is None:
        raise Refusal(
            406,
            "NotAcceptableException",
            _("Tài nguyên này chỉ có ở dạng %(types)s. Sửa tiêu đề Accept.") % {"types": ", ".join(offers)},
        )
    return found


def problem_in_xml(headers: Mapping[str, str]) -> bool:
    """Whether a problem is written in XML: where the client prefers it to JSON."""
    offers = ("application/problem+json", *JSON_TYPES, "application/problem+xml", *XML_TYPES)
    return "xml" in (preferred_media_type(headers.get("Accept", "*/*"), offers) or "")


def content_coding(headers: Mapping[str, str]) -> str:
    """How the request body is encoded."""
    return headers.get("Content-Encoding", "identity").strip().lower()


def negotiated_content_type(headers: Mapping[str, str], takes: tuple[str, ...]) -> str:
    """The media type of the request body.

    Raises:
        Refusal: 415 for a media type or an encoding that is not supported.
    """
    media = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media not in takes or content_coding(headers) not in CODINGS:
        raise Refusal(
            415,
            "UnsupportedMediaTypeException",
            _(
                "Chỉ nhận nội dung kiểu %(types)s, không nén hoặc nén gzip. Sửa tiêu đề Content-Type, Content-Encoding."
            )
            % {"types": ", ".join(takes)},
            headers={"Accept": ", ".join(takes), "Accept-Encoding": GZIP},
        )
    _refuse_other_charset(media, charset(headers))
    return media


def charset(headers: Mapping[str, str]) -> str:
    """The parameter ``charset`` of the media type of the request body in small letters; "" where there is none."""
    _media, parameters = parse_header_parameters(headers.get("Content-Type", "")[:_LONGEST_CONTENT_TYPE])
    return parameters.get("charset", "").strip().lower()


def _refuse_other_charset(media: str, name: str) -> None:
    """JSON has no such parameter (RFC 8259, 11): one that says UTF-8 is harmless, another contradicts the rule that JSON is UTF-8."""
    if not name or name in (CHARSETS if media in XML_TYPES else JSON_CHARSETS):
        return
    taken = "UTF-8, UTF-16" if media in XML_TYPES else "UTF-8"
    raise Refusal(
        415,
        "UnsupportedMediaTypeException",
        _(
            "Tiêu đề Content-Type ghi charset=%(name)s; nội dung kiểu %(media)s chỉ nhận ở bảng mã %(taken)s. Lưu nội dung với bảng "
            "mã UTF-8, ghi charset=utf-8 hoặc bỏ phần charset."
        )
        % {"name": name[:_LONGEST_CHARSET], "media": media, "taken": taken},
        header="Content-Type",
    )


# ------------------------------------------------------------------------------------------- language


def language_of(headers: Mapping[str, str]) -> str:
    """``en`` where ``Accept-Language`` prefers English to Vietnamese, else ``vi``."""
    requested_format = headers.get("Accept-Language")
    if requested_format:
        known = {code for code, _name in settings.LANGUAGES}
        for language, _quality in parse_accept_lang_header(requested_format):
            code = language.partition("-")[0]
            if code in known:
                return code
    return settings.LANGUAGE_CODE


# ------------------------------------------------------------------------------------------- versions


def _conflict(name: str, detail: str) -> Refusal:
    return Refusal(406, "NotAcceptableException", detail, header=name)


def _version(headers: Mapping[str, str], name: str) -> tuple[int, int] | None:
    text = headers.get(name)
    if text is None:
        return None
    found = _VERSION.fullmatch(text.strip())
    if not found:
        raise _conflict(
            name,
            _("Tiêu đề %(name)s phải là số phiên bản, ví dụ %(version)s.")
            % {"name": name, "version": VERSION},
        )
    return int(found[1]), int(found[2] or 0)


def check_versions(headers: Mapping[str, str], *, sent: str | None) -> None:
    """Compare the version headers with the supported versions (EPCIS 2.0; XML of 1.x in requests).

    Args:
        headers: of the request.
        sent: media type of the request body; None where there is no body, then the headers are about the answer.

    Raises:
        Refusal: 406 for an unsupported version.
    """
    for standard in ("EPCIS", "CBV"):
        name = f"GS1-{standard}-Version"
        version = _version(headers, name)
        oldest = _FIRST if sent in XML_TYPES else _CURRENT
        if version is not None and not oldest <= version <= _CURRENT:
            words = (
                _("Máy chủ không nhận %(standard)s phiên bản này ở dạng %(type)s; dùng %(version)s.")
                if sent
                else _("Máy chủ chỉ trả lời theo %(standard)s %(version)s.")
            )
            raise _conflict(name, words % {"standard": standard, "version": VERSION, "type": sent})
        if sent is None:
            _check_range(headers, standard)


def _check_range(headers: Mapping[str, str], standard: str) -> None:
    for bound in ("Min", "Max"):
        name = f"GS1-{standard}-{bound}"
        limit = _version(headers, name)
        if limit is not None and (limit > _CURRENT if bound == "Min" else limit < _CURRENT):
            raise _conflict(
                name,
                _("Máy chủ chỉ trả lời theo %(standard)s %(version)s.")
                % {"standard": standard, "version": VERSION},
            )


# ------------------------------------------------------------------------------------------- forms


def requested_format(headers: Mapping[str, str], name: str, default: _Choice) -> _Choice:
    """The value of a header with a closed list of values, in any case.

    Raises:
        Refusal: 406 for any other value.
    """
    text = headers.get(name)
    if text is None:
        return default
    for choice in type(default):
        if choice.value.lower() == text.strip().lower():
            return choice
    listed = ", ".join(type(default))
    raise _conflict(name, _("Tiêu đề %(name)s chỉ nhận: %(words)s.") % {"name": name, "words": listed})


@lru_cache(maxsize=_CACHED)
def prefixes(extensions: str) -> dict[str, str]:
    """Prefixes that a client declares by ``GS1-Extensions: name=URI, …``; malformed pairs are ignored."""
    found = (_MAPPING.fullmatch(part) for part in extensions.split(","))
    return {match[1]: match[2] for match in found if match and is_uri(match[2])}
