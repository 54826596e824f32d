"""Pagination of lists: ``perPage``, ``nextPageToken`` and the ``Link`` to the next page (EPCIS 2.0, 12.5).

Tokens name the position after which the next page starts, so they use no server resources. They are valid until the time
in ``GS1-Next-Page-Token-Expires``. Links are relative, because the server may be known by another name outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_plus

from django.utils.translation import gettext as _

from khcn.trace.store.encoding.instants import utc_text
from khcn.trace.store.search.page_tokens import expiry
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from khcn.trace.views.endpoint import Call

DEFAULT_PAGE: Final = 30
LARGEST_PAGE: Final = 1000
"""Maximum size of a page, whatever ``perPage`` asks for."""


def parameters(call: Call) -> dict[str, str]:
    """The query parameters of a list that has only those of pagination.

    Raises:
        Refusal: 400 (QueryParameterException) for any other parameter, or a repeated one.
    """
    found: dict[str, str] = {}
    for pair in filter(None, call.query_string.split("&")):
        name, _equals, value = pair.partition("=")
        if name not in {"perPage", "nextPageToken"} or name in found:
            raise _wrong(
                unquote_plus(name), _("Ở đây chỉ có tham số perPage và nextPageToken, mỗi tham số một lần.")
            )
        found[name] = unquote_plus(value)
        if "\0" in found[name]:
            raise invalid_page_token()
    return found


def page_size(found: dict[str, str]) -> int:
    """The size of a page. Raises `Refusal` (400) unless ``perPage`` is a positive number."""
    text = found.get("perPage", str(DEFAULT_PAGE))
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise _wrong("perPage", _("perPage phải là số nguyên dương."))
    return min(int(text[:9]), LARGEST_PAGE)


def invalid_page_token() -> Refusal:
    """400 for an invalid token."""
    return _wrong("nextPageToken", _("Không có trang này. Bắt đầu lại từ trang đầu."))


def _wrong(parameter: str, detail: str) -> Refusal:
    return Refusal(400, "QueryParameterException", detail, parameter=parameter)


def next_page(call: Call, token: str | None) -> dict[str, str]:
    """Headers with the link to the next page: the same URL with another token; none where there is no next page."""
    if token is None:
        return {}
    pairs = [pair for pair in call.query_string.split("&") if pair and not pair.startswith("nextPageToken=")]
    query = "&".join([*pairs, "nextPageToken=" + quote(token, safe="")])
    path = quote(call.request.path, safe="/:@!$&'()*+,;=~-._")
    expires = utc_text(expiry(call.at), timespec="seconds")
    return {"Link": f'<{path}?{query}>; rel="next"', "GS1-Next-Page-Token-Expires": expires}
