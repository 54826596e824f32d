"""Attach a file to a record, and take it off again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import locked
from khcn.kernel.files.operations import accept_file, clean_file_name, store_accepted
from khcn.kernel.files.virus_scan import refuse_infected
from khcn.kernel.pdf_signatures.checking import check_signatures
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.models import Attachment
from khcn.kernel.registers.registry import register_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record


class AttachmentRefused(Refused):
    """The actor may not change this record; the text says so in Vietnamese."""


def attachments_of(record: Record) -> QuerySet[Attachment]:
    """Files on a record, oldest first."""
    return _attached(record._meta.label_lower, record.pk)


def listed_attachments(record: Record) -> list[Attachment]:
    """The same, read."""
    return _LISTED.records(model=record._meta.label_lower, key=record.pk)


def _attached(model: Any, key: Any) -> QuerySet[Attachment]:
    return Attachment.objects.filter(model=model, object_id=key).select_related("file").order_by("pk")


_LISTED: Final = PreparedQuery(lambda: _attached(asked("model"), asked("key")))


def may_see_files(record: Record, actor: Actor) -> bool:
    """Files are the department's papers about a record. An outside organisation sees them where it may add its own."""
    return actor.is_staff_of_department or register_of(type(record)).may("attach", actor, record)


def attach(*, record: Record, content: bytes, name: str, actor: Actor, at: datetime) -> Attachment:
    """Keep the file and put it on the record, with what a check of its signatures finds.

    Raises :class:`AttachmentRefused`, or ``FileRefusedError`` of ``kernel.files`` when the file itself will not do.
    """
    _check_may_write(record, actor)
    shown = clean_file_name(name)
    refuse_infected(content, shown)
    # Both take a while, so before the lock.
    accepted = accept_file(content, shown)
    signatures = [each.as_json() for each in check_signatures(content, at=at)]
    with transaction.atomic():
        try:
            locked(type(record), record.pk)  # nobody deletes it meanwhile
        except ObjectDoesNotExist:
            raise AttachmentRefused(
                _("Bản ghi vừa được người khác xóa nên không đính kèm được tệp.")
            ) from None
        stored = store_accepted(accepted, actor=actor)
        return Attachment.objects.create(
            model=record._meta.label_lower,
            object_id=record.pk,
            file=stored,
            name=shown,
            sha256=stored.sha256,
            signatures=signatures,
        )


def detach(*, attachment: Attachment, record: Record, actor: Actor) -> None:
    """Take a file off a record; the bytes stay, for the log names them. Raises :class:`AttachmentRefused`."""
    _check_may_write(record, actor)
    attachment.delete()


def _check_may_write(record: Record, actor: Actor) -> None:
    if not register_of(type(record)).may("attach", actor, record):
        raise AttachmentRefused(
            _("Tài khoản của bạn không có quyền sửa bản ghi này nên không đính kèm được tệp.")
        )
