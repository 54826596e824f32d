"""The rows of a list that a page is about: those that were ticked in it, else all that its filter finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from khcn.kernel.registers.list_pages import PAGE_SIZE, BadCursorError, Keyset
from khcn.kernel.screens.column_headings import list_order
from khcn.kernel.screens.list_filters import apply_filters
from khcn.kernel.screens.requested_record import requested_day
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.http import see_other

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

MOST_TICKED: Final = 500
"""Rows that are ticked in a list at once: their keys stand in its address, of which servers take some 16,000 characters."""


def ticked_keys(sent: Sequence[str]) -> set[int] | None:
    """The keys of the ticked records; ``None`` where nothing was ticked. A tick that holds no number is that of no record."""
    if not sent:
        return None
    return {key for text in sent if (key := short_number(text)) is not None}


def rows_of_list(request: Request, register: Register, *, from_page: bool = False) -> QuerySet[Any] | None:
    """The rows that were ticked in a list, else all that its filter finds, in the order of the list; ``None`` where a part of the filter
    cannot be read: it would narrow nothing. ``from_page``: where nothing was ticked, from the first row of the page that was looked at.
    """
    rows = register.rows(request.actor, requested_day(request, register))
    keys = ticked_keys(request.GET.getlist("pk"))
    filtered = apply_filters(register, rows, request.GET)
    if filtered.errors and keys is None:
        return None
    found = filtered.records if keys is None else rows.filter(pk__in=keys)
    keyset = Keyset(register, list_order(register, filtered, request.GET))
    if from_page and keys is None:
        return _from_page(request, keyset, found)
    return keyset.apply(found, backwards=False)


def _from_page(request: Request, keyset: Keyset, rows: QuerySet[Any]) -> QuerySet[Any]:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if not (after or before):
        return keyset.apply(rows, backwards=False)
    backwards = not after
    ordered = keyset.apply(rows, backwards=backwards)
    try:
        found = keyset.beyond(ordered, after or before, backwards=backwards)
    except BadCursorError:
        raise BadRequest from None
    if not backwards:
        return found
    keys = list(found.values_list("pk", flat=True)[:PAGE_SIZE])
    return keyset.apply(rows.filter(pk__in=keys), backwards=False)


def list_address(request: Request, register: Register) -> str:
    """The list with the filter and ticks that led here."""
    return f"{register.list_url()}?{request.GET.urlencode()}"


def back_to_list(request: Request, register: Register, text: str) -> HttpResponse:
    """The list with its filter, and why nothing can be done with its rows."""
    messages.error(request, text)
    return see_other(list_address(request, register))


def filter_not_read() -> str:
    """What is said where :func:`rows_of_list` gives ``None``."""
    return _("Có điều kiện lọc chưa đọc được. Sửa điều kiện lọc rồi làm lại.")


def nothing_found() -> str:
    """What is said where :func:`rows_of_list` finds nothing."""
    return _("Danh sách đang lọc không có bản ghi nào để sửa.")
