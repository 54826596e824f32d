"""Files on a record, as screens of every register: attach one, take one off, read one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.scopes import keeps_from_staff
from khcn.kernel.audit.events import log_download
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.files.content_types import FileRefusedError
from khcn.kernel.files.previews import preview_of
from khcn.kernel.registers.attachments import AttachmentRefused, attach, attachments_of, detach
from khcn.kernel.registers.record_titles import numbered_title
from khcn.kernel.screens.requested_record import record_or_404, register_or_404
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only, with_own_transactions

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from khcn.kernel.actors import Actor
    from khcn.kernel.files.drawn_previews import FilePreview
    from khcn.kernel.registers.models import Attachment
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register

log = logging.getLogger(__name__)


def may_read_files(register: Register, record: Record, actor: Actor) -> bool:
    """May `actor`, who reads the record, read its files? They are the department's papers about it: an outside organisation sees
    them where the scope of the register says so.
    """
    if actor.is_of_department:
        return True
    return (
        register.scope is not None
        and register.rows_within(register.scope.files(actor)).filter(pk=record.pk).exists()
    )


def _readable(
    request: Request, area: str, slug: str, pk: int, attachment: int
) -> tuple[Register, Record, Attachment]:
    """A file with the record it is on, for somebody who may read both."""
    register = register_or_404(request, area, slug)
    record = record_or_404(request, register, pk)
    if not may_read_files(register, record, request.actor):
        raise Http404
    return register, record, get_object_or_404(attachments_of(record), pk=attachment)


def _changed(found: Attachment) -> str:
    log.error("attachment %s: the stored file is not the one that was attached", found.pk)
    words = _(
        "Tệp “%(name)s” trên máy chủ không còn đúng như lúc đính kèm nên không tải xuống được. Hãy báo quản trị."
    )
    return words % {"name": found.name}


def _log_download(request: Request, register: Register, record: Record, found: Attachment) -> None:
    """By names, but for records of which some are kept from those who read the log: by numbers."""
    name, text = found.name, str(record)
    if keeps_from_staff(register.scope):
        name = _("Tệp đính kèm số %(number)s") % {"number": found.pk}
        text = numbered_title(register, record.pk)
    log_download(name, at=request.at, text=text)


@open_to_outside_accounts
@with_own_transactions
def attach_file(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """Put a file on a record."""
    register = register_or_404(request, area, slug)
    record = record_or_404(request, register, pk)
    back = safe_next(request, register.detail_url(pk))
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Chưa chọn tệp. Hãy chọn một tệp rồi bấm “Đính kèm”."))
        return see_other(back)
    try:
        attach(
            record=record, content=upload.read(), name=upload.name or "", actor=request.actor, at=request.at
        )
    except (AttachmentRefused, FileRefusedError) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã đính kèm tệp “%(name)s”.") % {"name": upload.name})
    return see_other(back)


@open_to_outside_accounts
@require_POST
def detach_file(request: Request, area: str, slug: str, pk: int, attachment: int) -> HttpResponse:
    """Take a file off a record."""
    register = register_or_404(request, area, slug)
    record = record_or_404(request, register, pk)
    found = get_object_or_404(attachments_of(record), pk=attachment)
    try:
        detach(attachment=found, record=record, actor=request.actor)
    except AttachmentRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ tệp “%(name)s” khỏi bản ghi.") % {"name": found.name})
    return see_other(safe_next(request, register.detail_url(pk)))


class _NotShown(Exception):  # noqa: N818 -- the file's fault; the page says why
    """A file of which no page is shown, in the words for the person who asked."""


def _shown(request: Request, found: Attachment) -> FilePreview:
    """The page of a file that was asked for. Raises :class:`_NotShown`, and :class:`Busy` as :func:`preview_of` does."""
    if not found.is_as_attached():
        raise _NotShown(_changed(found))
    page = request.GET.get("page", "")
    number = int(page[:6]) if page.isascii() and page.isdigit() else 1
    shown = preview_of(found.file, found.name, number, account=request.actor.user_id)
    if shown is None:
        raise _NotShown(_("Không hiện được tệp này trên trang. Hãy tải tệp xuống để xem."))
    return shown


@open_to_outside_accounts
@read_only
def preview(request: Request, area: str, slug: str, pk: int, attachment: int) -> HttpResponse:
    """One page of a file as a picture, or the text of a Word file: within the record's page for htmx, else a page of its own."""
    register, record, found = _readable(request, area, slug, pk, attachment)
    if not found.is_previewable:
        raise Http404
    context: dict[str, Any] = {"register": register, "record": record, "attachment": found}
    try:
        shown = _shown(request, found)
    except Busy as busy:
        if not request.htmx:
            raise
        context["problem"] = str(busy)  # within a page: the browser puts in nothing but what succeeded
    except _NotShown as reason:
        context["problem"] = str(reason)
    else:
        _log_download(request, register, record, found)
        context["shown"] = shown
    template = "registers/file_preview.html" if request.htmx else "registers/file_page.html"
    return render(request, template, context)


@open_to_outside_accounts
@read_only
def attached_file(request: Request, area: str, slug: str, pk: int, attachment: int) -> HttpResponseBase:
    """The bytes of a file on a record; always saved, never shown in the page's origin."""
    register, record, found = _readable(request, area, slug, pk, attachment)
    if not found.is_as_attached():
        messages.error(request, _changed(found))
        return see_other(register.detail_url(pk))
    _log_download(request, register, record, found)
    return FileResponse(
        found.file.content.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=found.file.content_type,
    )
