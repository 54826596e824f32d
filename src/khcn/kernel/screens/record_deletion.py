"""Deleting a record: the page that asks, and what prevents it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import ProtectedError
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.record_titles import short_title
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.registers.sealed_records import A_SEALED_RECORD, is_sealed_from
from khcn.kernel.registers.writing import ValidationContext, removal_violations, remove_row
from khcn.kernel.screens.record_page_content import page_of_record
from khcn.kernel.screens.requested_record import locked_or_404, record_or_404, register_or_404
from khcn.kernel.screens.undo import with_undo
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.kernel.ui.view_decorators import open_to_outside_accounts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.actors import Actor


@open_to_outside_accounts
@require_http_methods(["GET", "POST"])
def delete(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """Ask, then delete; a record that others refer to stays, and the page names them."""
    register = register_or_404(request, area, slug)
    stored = locked_or_404(register, pk) if request.method == "POST" else None
    record = record_or_404(request, register, pk)
    deny_unless(register.may("delete", request.actor, record))
    blocking: list[tuple[str, str]] = []
    why_not = ""
    if stored is not None:
        name = short_title(register, record)
        try:
            effects = remove_row(register_of(type(record)), stored, actor=request.actor, on=request.today)
        except Refused as refused:
            why_not = str(refused)
        except ProtectedError as refusal:
            blocking = blocking_records(refusal, request.actor)
        else:
            words = _("Đã xóa %(kind)s “%(name)s”.") % {"kind": register.singular, "name": name}
            messages.success(request, with_undo(request, register, " ".join([words, *effects]), pk))
            return see_other(safe_next(request, register.list_url()))
    else:
        context = ValidationContext(request.actor, request.today)
        against = removal_violations(register, [record], context)
        why_not = " ".join(str(refused) for _record, refused in against)
    page = {**page_of_record(request, register, record), "blocking": blocking, "why_not": why_not}
    status = HTTPStatus.CONFLICT if stored is not None else 200
    return render(request, "registers/delete.html", page, status=status)


NAMED_AT_MOST = 20


def blocking_records(refusal: ProtectedError, actor: Actor) -> list[tuple[str, str]]:
    """What prevents a deletion: kind and name; of a record that the actor may not see only the kind."""
    found = []
    for each in list(refusal.protected_objects)[:NAMED_AT_MOST]:
        if is_sealed_from(actor, each):
            found.append((str(A_SEALED_RECORD), ""))
            continue
        kind = str(capfirst(str(each._meta.verbose_name)))
        register = register_of(type(each)) if has_register(type(each)) else None
        seen = register is not None and register.may("read", actor, each)
        name = short_title(register.seen_by(actor), each) if register is not None and seen else ""
        found.append((kind, name))
    return list(dict.fromkeys(found))
