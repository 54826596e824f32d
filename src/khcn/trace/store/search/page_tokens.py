"""Tokens that lead to the next page of an answer: opaque, signed, for one query and one viewer, for a day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.core import signing

from khcn.epcis.errors import QueryError

if TYPE_CHECKING:
    from khcn.epcis.query.parsing import EventQuery
    from khcn.trace.store.visibility import Viewer

LIFETIME: Final = timedelta(hours=24)
_SALT: Final = "khcn.trace.page"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: the position of its last event, and how many events came before and on it."""

    position: tuple[Any, ...]
    delivered: int


def expiry(at: datetime) -> datetime:
    """Until when a token given at some time leads on (header ``GS1-Next-Page-Token-Expires``)."""
    return at + LIFETIME


def _refuse(why: str) -> NoReturn:
    raise QueryError(
        "QueryParameterException",
        "nextPageToken",
        "Mã trang tiếp theo không dùng được cho truy vấn này hoặc đã quá hạn. Bắt đầu lại từ trang đầu.",
        why,
    )


def question(query: EventQuery, viewer: Viewer) -> str:
    """What a token is bound to: the query without its place, and who asks."""
    asked = replace(query, next_page_token=None, per_page=None)
    return hashlib.sha256(repr((asked, viewer)).encode()).hexdigest()[:32]


def issue(mark: Mark, bound: str, *, at: datetime | None) -> str:
    """A token.

    Args:
        mark: where the page ended.
        bound: the `question`, or the name of the list that it belongs to.
        at: now; None: it never expires.
    """
    ends = None if at is None else int(expiry(at).timestamp())
    return signing.Signer(salt=_SALT).sign_object([list(mark.position), mark.delivered, bound, ends])


def redeem(token: str, bound: str, *, at: datetime | None) -> Mark:
    """Where the page before ended.

    Raises:
        QueryError: ``QueryParameterException`` for a token that is not ours, not for this, or out of date.
    """
    try:
        position, delivered, given_for, ends = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, UnicodeError):
        _refuse("this store did not give that page token")
    if given_for != bound:
        _refuse("the page token belongs to another query or another viewer")
    if at is not None and ends is not None and at.timestamp() > ends:
        _refuse("the page token has expired")
    return Mark(tuple(position), delivered)
