"""The register and the record that a request asks for, as its actor sees them; 404 or 403 where there is none for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404

from khcn.kernel.registers.registry import UnknownRegisterError, find_register
from khcn.kernel.screens import record_page_content

if TYPE_CHECKING:
    from datetime import date

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


def day_of(request: Request, register: Register) -> date:
    """The day of the register's "as of" columns and deadlines: that of the work list. The reporting period of the bar is
    for figures; a register without such columns never asks for it.
    """
    if type(register).annotate is None and not register.deadlines:
        return request.today
    day: date = request.reporting.work_day
    return day


def record_or_404(request: Request, register: Register, pk: int) -> Record:
    """One record, if this actor may see it, with what its page shows."""
    rows = record_page_content.visible_rows(register, request.actor, day_of(request, register), related=True)
    record: Record | None = rows.filter(pk=pk).first()
    if record is None:
        raise Http404
    return record
