"""Answers with a stored page, before any route is looked for, and which answers are stored: pages of products and lots for people, of which
nothing depends on who asks.

Not those of single objects, of which there are as many as labels; nor what the public has no code for (`khcn.trace.queries.scanned_codes`):
numbers that somebody made up are without end.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.translation import override

import khcn
from khcn.trace.operations.page_buffer import PAGES
from khcn.trace.queries.public_page import GOODS_KEYS
from khcn.trace.queries.scanned_codes import ScannedCode
from khcn.trace.queries.stored_pages import (
    MadePage,
    PageAddress,
    present_stamp,
    stamp_of_answer,
    stored_pages,
)
from khcn.trace.store.database.replica import WATCH
from khcn.trace.store.database.stores import all_stores, other_stores
from khcn.trace.views.department import public_contact
from khcn.trace.views.last_answers import ANSWERS
from khcn.trace.views.linkset import HTML, OFFERS
from khcn.trace.views.resolver_request import ResolverRequest
from khcn.trace.views.scans import count_scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from khcn.trace.views.label_address import LabelAddress

HAS_STORED_PAGES: Final = re.compile(rf"/(?:{'|'.join(GOODS_KEYS)})/")
"""How the addresses begin of which some have a stored page."""

_QUERIES: Final = frozenset({"", "lang=vi", "lang=en"})
"""Query strings of pages that are stored; with others a page is made for each request."""

_OF_OBJECTS: Final = frozenset({"21", "235"})
"""Parts of the addresses of single objects, whose pages are not looked for, because none is stored."""

_SUFFIXES: Final = frozenset({".py", ".html", ".css", ".mo", ".toml", ".json"})
_COMPRESSION: Final = 6


class FoundPage(NamedTuple):
    """A stored page, and the request that it answers."""

    asked: ResolverRequest
    address: PageAddress
    page: MadePage


def stored_answer(request: HttpRequest) -> HttpResponse | None:
    """The stored page that a request is about, counted as a look-up; None where there is none."""
    (found,) = find_pages([request])
    return None if found is None else answer_with(found)


def find_pages(requests: Sequence[HttpRequest]) -> list[FoundPage | None]:
    """The stored pages that some requests are about, in their order, by one statement; None where there is none.

    Where the database fails there is none either: it is for the view to say so, which asks again.
    """
    asked = [_asked(each) for each in requests]
    addresses = [None if each is None else _address(each) for each in asked]
    wanted = {each for each in addresses if each is not None}
    if not wanted:
        return [None] * len(requests)
    try:
        with all_stores(WATCH.alias()):
            pages = stored_pages(wanted)
    except Error:
        return [None] * len(requests)
    return [
        None
        if each is None or address is None or address not in pages
        else FoundPage(each, address, pages[address])
        for each, address in zip(asked, addresses, strict=True)
    ]


def _asked(request: HttpRequest) -> ResolverRequest | None:
    """A request for which a page may be stored."""
    if request.method not in {"GET", "HEAD"} or not HAS_STORED_PAGES.match(request.path_info):
        return None
    try:
        asked = ResolverRequest(request)
    except DisallowedHost:
        return None
    return asked if _may_be_stored(asked) else None


def answer_with(found: FoundPage) -> HttpResponse:
    """The answer with a stored page, with every field that it was made with; counted as a look-up."""
    asked, page = found.asked, found.page
    request = asked.request
    request.resolver_match = _STORED  # for what monitoring counts
    is_compressed = re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")) is not None
    content = page.compressed if is_compressed else gzip.decompress(page.compressed)
    answer = HttpResponse(content, headers=page.headers)
    count_scan(asked, ScannedCode(page.path, ""), answer, on=found.address.day)
    ANSWERS.store(asked.key, page.compressed, page.headers, timezone.localtime(), is_compressed=True)
    if is_compressed:
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["ETag"] = f"W/{page.headers['ETag']}"  # the same page, in other bytes
    answer.headers["Content-Length"] = str(len(content))
    if request.method == "HEAD":
        answer.content = b""
    return get_conditional_response(request, etag=answer.headers["ETag"], response=answer) or answer


_STORED: Final = ResolverMatch(stored_answer, (), {}, url_name="stored-page")


def _may_be_stored(asked: ResolverRequest) -> bool:
    return (
        not other_stores()
        and asked.query in _QUERIES
        and asked.media(OFFERS) == HTML
        and not _OF_OBJECTS.intersection(asked.key[1].split("\0"))
    )


# ------------------------------------------------------------------------------------------- pages that are made


def note_stamp(asked: ResolverRequest) -> None:
    """Called before anything is read for a page: the stamp with which it is stored, where it is."""
    if _may_be_stored(asked):
        asked.noted_stamp = (_address(asked), stamp_of_answer())


def page_may_be_stored(
    asked: ResolverRequest, label: LabelAddress, code: ScannedCode, answer: HttpResponse
) -> None:
    """Note that a page was made which has a code that its maker has reported."""
    if answer.status_code == HTTPStatus.OK and label.path == code.path:
        # with variants (AI 22), which the code does not name, addresses are without end
        asked.counts_for = code.path


def keep_page(asked: ResolverRequest, answer: HttpResponse) -> None:
    """Have a finished page stored, where it is one of those and nothing has changed since its stamp was noted."""
    if asked.noted_stamp is None or not asked.counts_for or answer.headers["Cache-Control"] == "no-store":
        return
    address, stamp = asked.noted_stamp
    try:
        is_valid = address == _address(asked) and stamp == present_stamp()
    except Error:
        return  # the answer is good, and made again the next time
    if is_valid:
        set_response_etag(answer)
        patch_vary_headers(answer, ("Accept-Encoding",))
        headers = dict(answer.headers)
        compressed = gzip.compress(answer.content, _COMPRESSION, mtime=0)
        PAGES.put(address, stamp, MadePage(asked.counts_for, headers, compressed))


def _address(asked: ResolverRequest) -> PageAddress:
    day = timezone.localtime().date()
    _root, path, query, _accept, language = asked.key
    # the address of the server is no part of the key: requests that name many addresses store no more pages
    with override(language):
        made_for = _sha256(_program(), asked.root, day.isoformat(), *public_contact())
    return PageAddress(_sha256(path, query, language), made_for, day)


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _program() -> str:
    """By the files of the program: another release makes other pages."""
    found = hashlib.sha256()
    folder = Path(khcn.__file__).parent
    for file in sorted(folder.rglob("*")):
        if file.suffix in _SUFFIXES:
            found.update(f"{file.relative_to(folder)}\n".encode())
            found.update(file.read_bytes())
    return found.hexdigest()
