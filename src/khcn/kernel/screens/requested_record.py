"""The register and the record that a request asks for, as its actor sees them; 404 or 403 where there is none for them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import BigIntegerField
from django.http import Http404

from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.registers.registry import UnknownRegisterError, find_register
from khcn.kernel.registers.writing import locked_to_write

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.access.scopes import Reach
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request


def register_or_404(request: Request, area: str, slug: str, verb: str = "read") -> Register:
    """The register at an address as this actor sees it, if there is anything in it to which they may do ``verb``."""
    try:
        register = find_register(area, slug)
    except UnknownRegisterError:
        raise Http404 from None
    if not register.may(verb, request.actor):
        raise PermissionDenied
    return register.seen_by(request.actor)


def requested_day(request: Request, register: Register) -> date:
    """The day that a request asks for, of the register's "as of" columns and deadlines: that of the work list. The reporting period of the bar is
    for figures; a register without such columns never asks for it.
    """
    if type(register).annotate is None and not register.deadlines:
        return request.today
    day: date = request.reporting.work_day
    return day


def day_of_list(request: Request, register: Register) -> date:
    """The day of what a list shows: today, where no column depends on a day. Terms are on the pages of records."""
    return request.today if type(register).annotate is None else requested_day(request, register)


def record_or_404(request: Request, register: Register, pk: int, on: date | None = None) -> Record:
    """One record, if this actor may see it, with what its page shows: by itself as of the requested day."""
    if pk > BigIntegerField.MAX_BIGINT:  # an address may have any number
        raise Http404
    query = _one_record(
        register, register.reach("read", request.actor), on or requested_day(request, register)
    )
    found: list[Record] = query.records(pk=pk)
    if not found:
        raise Http404
    return found[0]


@lru_cache(maxsize=256)
def _one_record(register: Register, reach: Reach, on: date) -> PreparedQuery:
    rows = register.rows_within(reach, on).select_related(*register.related_fields())
    return PreparedQuery(lambda: rows.filter(pk=asked("pk")))


def locked_or_404(register: Register, pk: int) -> Record:
    """The stored row, kept from other writers until this request ends: the version checked is the one replaced."""
    try:
        return cast("Record", locked_to_write(register, pk))
    except ObjectDoesNotExist:
        raise Http404 from None


def requested_rows(register: Register, actor: Actor, on: date, related: bool = False) -> QuerySet[Any]:  # noqa: FBT001, FBT002
    """The rows that the actor of a request may see, with related records of the form when a page will show them."""
    rows = register.rows(actor, on)
    return rows.select_related(*register.related_fields()) if related else rows
