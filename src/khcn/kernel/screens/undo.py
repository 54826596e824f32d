"""Pages of every register that take a change or a deletion back, and the list of what was deleted."""

from __future__ import annotations

from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.actors import current_act
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.record_titles import short_title
from khcn.kernel.screens.history import readable_changes
from khcn.kernel.screens.requested_record import register_or_404
from khcn.kernel.screens.undo_operations import UNDONE, is_readable, undo_change
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import read_only

if TYPE_CHECKING:
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register

SHOWN = 100  # deletions that the list names, the latest first
LOOKED_AT = 1000  # among so many of them it looks for those that the reader may read


def undo_url(register: Register, entry: int) -> str:
    """Address of the page that takes back one change."""
    return reverse("register-undo", args=[register.area, register.slug, entry])


def with_undo(request: Request, register: Register, words: str, pk: object) -> str:
    """The message after a change or a deletion, with the way back."""
    last = (
        ChangeEntry.objects.filter(
            batch=current_act().batch,
            model=register.model._meta.label_lower,
            object_id=str(pk),
            action__in=UNDONE,
        )
        .order_by("-pk")
        .first()
    )
    if last is None or not request.actor.is_staff_of_department:
        return words
    return format_html('{} <a href="{}">{}</a>', words, undo_url(register, last.pk), _("Hoàn tác"))


@require_http_methods(["GET", "POST"])
def undo(request: Request, area: str, slug: str, entry: int) -> HttpResponse:
    """What would be as it was before; then, on request, it is. Something newer is named and stays (409)."""
    register = register_or_404(request, area, slug)
    change = ChangeEntry.objects.filter(
        pk=entry, model=register.model._meta.label_lower, action__in=UNDONE
    ).first()
    if change is None or not register.form:
        raise Http404
    record = _deny_unless_writable(request, register, change)
    why_not = ""
    if request.method == "POST":
        try:
            record = undo_change(register, change, actor=request.actor, on=request.today)
        except Refused as refused:
            why_not = str(refused)
        else:
            words = _("Đã hoàn tác. %(kind)s “%(name)s” trở lại như trước.") % {
                "kind": capfirst(str(register.singular)),
                "name": short_title(register, record),
            }
            messages.success(request, words)
            return see_other(register.detail_url(record.pk))
    page: dict[str, Any] = {
        "register": register,
        "change": readable_changes([change], request.actor)[0],
        "is_deletion": change.action == LoggedAction.DELETE,
        "back": register.detail_url(record.pk) if record is not None else register.list_url(),
        "why_not": why_not,
    }
    return render(request, "registers/undo.html", page, status=HTTPStatus.CONFLICT if why_not else 200)


def _deny_unless_writable(request: Request, register: Register, change: ChangeEntry) -> Record | None:
    """The record that was changed, or None for a deleted one. The same right as for typing it into the form."""
    if change.action == LoggedAction.DELETE:
        if not is_readable(register, change, request.actor):
            raise Http404
        deny_unless(register.may("create", request.actor))
        return None
    record: Record | None = register.visible(request.actor).filter(pk=int(change.object_id)).first()
    if record is None:
        raise Http404
    deny_unless(register.may("change", request.actor, record))
    since = register.scope.unread_before(request.actor, record) if register.scope is not None else None
    if since is not None and change.at < since:
        raise Http404
    return record


@read_only
def removed(request: Request, area: str, slug: str) -> HttpResponse:
    """The latest deletions of this register, each with the way back."""
    register = register_or_404(request, area, slug)
    if not register.form:
        raise Http404
    deny_unless(register.may("create", request.actor))
    deleted = ChangeEntry.objects.filter(
        model=register.model._meta.label_lower, action=LoggedAction.DELETE
    ).order_by("-pk")[:LOOKED_AT]
    entries = islice((each for each in deleted if is_readable(register, each, request.actor)), SHOWN)
    rows = [(each, undo_url(register, each.pk)) for each in readable_changes(entries, request.actor)]
    return render(request, "registers/removed.html", {"register": register, "rows": rows, "most": SHOWN})
