"""Screens of every register that write: add and change. What was typed is never lost."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.actions.dependents import dependents_shown_to
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.history_from_paper import may_take_over
from khcn.kernel.registers.record_titles import record_title, short_title
from khcn.kernel.screens.child_rows import (
    MORE,
    RowSet,
    child_row_differences,
    row_sets,
    rows_version,
    with_one_more_row,
)
from khcn.kernel.screens.record_forms import RecordForm, add_refusal, form_class, propose_code
from khcn.kernel.screens.record_page_content import page_of_record
from khcn.kernel.screens.requested_record import locked_or_404, record_or_404, register_or_404
from khcn.kernel.screens.undo import with_undo
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.kernel.ui.view_decorators import AGAIN, open_to_outside_accounts, preserves_form_input

if TYPE_CHECKING:
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register


@preserves_form_input
@open_to_outside_accounts
@require_http_methods(["GET", "POST"])
def create(request: Request, area: str, slug: str) -> HttpResponse:
    """Add a record; fields named in the address are filled in (a panel's "Thêm mới" names the parent)."""
    register = register_or_404(request, area, slug)
    if not register.form:
        raise Http404
    deny_unless(register.may("create", request.actor))
    begun = dict.fromkeys(register.begins_today, request.today)
    given = {name: request.GET[name] for name in register.form_fields() if name in request.GET}
    data = _sent(request)
    form = form_class(register)(data, initial={**begun, **given})
    rows = row_sets(register, request.actor, form.instance, data)
    if data is not None:
        answer = _save(request, register, form, rows)
        if answer is not None:
            return answer
    propose_code(form, request.actor, year=request.today.year)
    return _form_page(request, register, form, rows)


@preserves_form_input
@open_to_outside_accounts
@require_http_methods(["GET", "POST"])
def edit(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """Change a record. Somebody else's save in between answers 409 with both versions."""
    register = register_or_404(request, area, slug)
    stored = locked_or_404(register, pk) if request.method == "POST" else None
    record = record_or_404(request, register, pk)
    if not register.form:
        raise Http404
    deny_unless(register.may("change", request.actor, record))
    data = _sent(request)
    if stored is None or data is None:
        form = form_class(register)(instance=record)
        return _form_page(request, register, form, row_sets(register, request.actor, record), record)
    form = form_class(register)(data, instance=stored)
    rows = row_sets(register, request.actor, stored, data)
    if not _only_shown(data) and (
        data.get("version") != version_of(stored) or data.get("rows_version", "") != rows_version(rows)
    ):
        return _conflict(request, register, stored)
    return _save(request, register, form, rows) or _form_page(request, register, form, rows, record)


def _sent(request: Request) -> Any:
    """What was typed, with one row more where that was asked for; None while nothing was sent."""
    if request.method != "POST":
        return None
    return with_one_more_row(request.POST) if MORE in request.POST else request.POST


def _only_shown(data: Any) -> bool:
    """A form that is to be shown again as typed, and not to be saved yet."""
    return MORE in data or AGAIN in data


def _save(request: Request, register: Register, form: RecordForm, rows: list[RowSet]) -> HttpResponse | None:
    """Write record and rows, all or nothing, and go on to the record; None when the form has to be shown again."""
    if _only_shown(request.POST):
        for each in (form, *(row for part in rows for row in part.rows())):
            each.show_as_typed()
        return None
    if not all([form.is_valid(), *(part.is_valid() for part in rows)]):
        return None
    if form.find_similar() and not request.POST.get("not_the_same"):
        return None
    is_new = form.instance.pk is None
    if not register.fits("create" if is_new else "change", request.actor, form.instance):
        raise PermissionDenied
    if is_new and request.POST.get("taken_over"):
        form.instance.taken_over = True
    try:
        with transaction.atomic():
            record = form.save_record(actor=request.actor, on=request.today)
            written = [part.save_rows(record, on=request.today) for part in rows] if record else [False]
            if not all(written):
                transaction.set_rollback(True)
    except NotPermitted:
        raise PermissionDenied from None
    except Refused as refused:
        add_refusal(form, refused)
        record = None
    if record is None or not all(written):
        if is_new:
            form.instance.pk = None  # Django leaves the key of a row that was taken back
        return None
    words = _("Đã thêm %(kind)s “%(name)s”.") if is_new else _("Đã lưu %(kind)s “%(name)s”.")
    names = {"kind": register.singular, "name": short_title(register, record)}
    text = " ".join([words % names, *form.effects])
    messages.success(request, text if is_new else with_undo(request, register, text, record.pk))
    return see_other(safe_next(request, register.detail_url(record.pk)))


def _form_page(
    request: Request, register: Register, form: RecordForm, rows: list[RowSet], record: Record | None = None
) -> HttpResponse:
    address = register.detail_url(record.pk) if record else register.list_url()
    context = {
        "register": register,
        "form": form,
        "row_sets": rows,
        "rows_version": request.POST.get("rows_version") or rows_version(rows),
        "record": record,
        "title": record_title(register, record) if record else "",
        "relied_on": dependents_shown_to(request.actor, record) if record else [],
        "version": request.POST.get("version") or (version_of(record) if record else ""),
        "back": safe_next(request, address),
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "similar": form.similar_found,
        "may_take_over": record is None and may_take_over.test(request.actor, None),
        "taken_over": request.POST.get("taken_over", ""),
    }
    # Of a row that is to be removed, the set itself tells no errors.
    wrong_rows = any(
        part.non_form_errors() or any(row.errors for row in part.rows()) for part in rows if part.is_bound
    )
    wrong = form.errors or form.similar_found or wrong_rows
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and wrong else 200
    return render(request, "registers/form.html", context, status=status)


def _conflict(request: Request, register: Register, stored: Record) -> HttpResponse:
    """Both versions field by field; what was typed stays in the form, which now carries the stored version."""
    form = form_class(register)(request.POST, instance=stored)
    rows = row_sets(register, request.actor, stored, request.POST)
    typed_is_good = form.is_valid()
    fresh = register.visible(request.actor).get(pk=stored.pk)
    found = []
    for name in register.form_fields():
        kind = form.kinds[name]
        if kind.field.related_model in register.closed:
            continue  # no name of such a record is shown
        mine = kind.text(form.cleaned_data.get(name)) if typed_is_good else str(form[name].value() or "")
        theirs = kind.text(getattr(fresh, name))
        if mine != theirs:
            found.append((form[name].label, theirs, mine))
    found.extend(child_row_differences(rows))
    context = {
        **page_of_record(request, register, fresh),
        "form": form,
        "row_sets": rows,
        "rows_version": rows_version(rows),
        "differences": found,
        "change": _last_change(fresh),
        "version": version_of(fresh),
        "next": request.POST.get("next") or "",
    }
    return render(request, "registers/conflict.html", context, status=HTTPStatus.CONFLICT)


def _last_change(record: Record) -> ChangeEntry | None:
    """The latest write of a record."""
    return (
        ChangeEntry.objects.filter(model=record._meta.label_lower, object_id=str(record.pk))
        .order_by("-pk")
        .first()
    )
