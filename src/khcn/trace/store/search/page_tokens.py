"""Tokens for the next page of an answer: opaque, signed, valid for one query, one viewer and one day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.core import signing

from khcn.epcis.errors import QueryError

if TYPE_CHECKING:
    from khcn.epcis.query.conditions import EventQuery
    from khcn.trace.store.visibility import Viewer

LIFETIME: Final = timedelta(hours=24)
_SALT: Final = "khcn.trace.page"


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


def issue_token(page_end: PagePosition, bound: str, *, at: datetime | None) -> str:
    """Make a token.

    Args:
        page_end: where the page ended.
        bound: the `query_fingerprint`, or the name of the list the token belongs to.
        at: now; None: the token never expires.
    """
    ends = None if at is None else int(expiry(at).timestamp())
    return signing.Signer(salt=_SALT).sign_object([list(page_end.position), page_end.delivered, bound, ends])


def redeem_token(token: str, bound: str, *, at: datetime | None) -> PagePosition:
    """The end of the previous page.

    Raises:
        QueryError: ``QueryParameterException`` for a token that is forged, for another query or viewer, or expired.
    """
    try:
        position, delivered, given_for, ends = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, UnicodeError):
        _refuse("this store did not give that page token")
    if given_for != bound:
        _refuse("the page token belongs to another query or another viewer")
    if at is not None and ends is not None and at.timestamp() > ends:
        _refuse("the page token has expired")
    return PagePosition(tuple(position), delivered)
