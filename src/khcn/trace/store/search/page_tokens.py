"""Tokens for the next page of an answer: encrypted, valid for one query, one viewer and one day.

A position has the row id of an event, which would tell how much others capture.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from khcn.epcis.errors import QueryError

if TYPE_CHECKING:
    from khcn.epcis.query.conditions import EventQuery
    from khcn.trace.store.visibility import Viewer

LIFETIME: Final = timedelta(hours=24)
_SALT: Final = "khcn.trace.page"
_BLOCK: Final = 128
"""Texts are filled up to a multiple of this, so that the length of a token tells nothing of a number."""


@dataclass(frozen=True, slots=True)
class PagePosition:
    """Where a page ended: the position of its last event, and how many events were delivered so far."""

    position: tuple[Any, ...]
    delivered: int


def expiry(at: datetime) -> datetime:
    """When a token issued at a time expires (header ``GS1-Next-Page-Token-Expires``)."""
    return at + LIFETIME


def _refuse(why: str) -> NoReturn:
    raise QueryError(
        "QueryParameterException",
        "nextPageToken",
        "Mã trang tiếp theo không dùng được cho truy vấn này hoặc đã quá hạn. Bắt đầu lại từ trang đầu.",
        why,
    )


def query_fingerprint(query: EventQuery, viewer: Viewer) -> str:
    """What a token is bound to: the query without its page, and the viewer."""
    asked = replace(query, next_page_token=None, per_page=None)
    return hashlib.sha256(repr((asked, viewer)).encode()).hexdigest()[:32]


def _cipher() -> Fernet:
    key = hashlib.sha256(f"{_SALT} {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def issue_token(page_end: PagePosition, bound: str, *, at: datetime | None) -> str:
    """Make a token.

    Args:
        page_end: where the page ended.
        bound: the `query_fingerprint`, or the name of the list the token belongs to.
        at: now; None: the token never expires.
    """
    ends = None if at is None else int(expiry(at).timestamp())
    text = json.dumps([list(page_end.position), page_end.delivered, bound, ends]).encode()
    return _cipher().encrypt(text.ljust(-(-len(text) // _BLOCK) * _BLOCK)).decode()


def redeem_token(token: str, bound: str, *, at: datetime | None) -> PagePosition:
    """The end of the previous page.

    Raises:
        QueryError: ``QueryParameterException`` for a token that is forged, for another query or viewer, or expired.
    """
    try:
        position, delivered, given_for, ends = json.loads(_cipher().decrypt(token.encode()))
    except (InvalidToken, ValueError):
        _refuse("this store did not give that page token")
    if given_for != bound:
        _refuse("the page token belongs to another query or another viewer")
    if at is not None and ends is not None and at.timestamp() > ends:
        _refuse("the page token has expired")
    return PagePosition(tuple(position), delivered)
