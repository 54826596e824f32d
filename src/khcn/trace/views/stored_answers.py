"""Answers with a stored page, and which answers are stored: pages of products and lots for people, of which nothing depends on who asks.

Not those of single objects, of which there are as many as labels; nor what the public has no code for (`khcn.trace.queries.scanned_codes`):
numbers that somebody made up are without end.
"""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.utils import timezone

import khcn
from khcn.trace.operations.page_buffer import PAGES
from khcn.trace.queries.scanned_codes import ScannedCode
from khcn.trace.queries.stored_pages import MadePage, PageAddress, present_stamp, stored_page
from khcn.trace.store.database.stores import other_stores
from khcn.trace.views.department import public_contact
from khcn.trace.views.linkset import HTML
from khcn.trace.views.scans import count_scan

if TYPE_CHECKING:
    from khcn.trace.views.label_address import LabelAddress
    from khcn.trace.views.resolver_request import ResolverRequest

_QUERIES: Final = frozenset({"", "lang=vi", "lang=en"})
"""Query strings of pages that are stored; with others a page is made for each request."""

_OF_OBJECTS: Final = frozenset({"21", "235"})
"""Parts of the addresses of single objects, whose pages are not looked for, because none is stored."""

_SUFFIXES: Final = frozenset({".py", ".html", ".css", ".mo", ".toml", ".json"})


def stored_answer(asked: ResolverRequest, offers: tuple[str, ...]) -> HttpResponse | None:
    """The stored page of a request, counted as a look-up; None where there is none. Then the request remembers the stamp that was read, for
    the page that is made now.
    """
    if asked.query not in _QUERIES or other_stores() or asked.media(offers) != HTML:
        return None
    if _OF_OBJECTS.intersection(asked.key[1].split("\0")):
        return None
    address = _address(asked)
    stamp, page = stored_page(address)
    if page is None:
        asked.to_store = (address, stamp)
        return None
    answer = HttpResponse(page.content, headers=page.headers)
    count_scan(asked, ScannedCode(page.path, ""), answer, on=address.day)
    return answer


def store_answer(
    asked: ResolverRequest, label: LabelAddress, code: ScannedCode, answer: HttpResponse
) -> None:
    """Have the page stored, where it is one of those and nothing has changed since its stamp was read."""
    if asked.to_store is None or answer.status_code != HTTPStatus.OK:
        return
    if label.path != code.path:
        return  # with variants (AI 22), which the code does not name, addresses are without end
    address, stamp = asked.to_store
    if address == _address(asked) and stamp == present_stamp():
        PAGES.put(address, stamp, MadePage(code.path, dict(answer.headers), answer.content))


def _address(asked: ResolverRequest) -> PageAddress:
    day = timezone.localtime().date()
    _root, path, query, _accept, language = asked.key
    # the address of the server is no part of the key: requests that name many addresses store no more pages
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
