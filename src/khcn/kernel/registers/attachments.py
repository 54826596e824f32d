"""Attach a file to a record, and take it off again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import locked
from khcn.kernel.files.models import ReadingState
from khcn.kernel.files.operations import accept_file, clean_file_name, store_accepted
from khcn.kernel.files.texts import is_read
from khcn.kernel.files.virus_scan import refuse_infected
from khcn.kernel.pdf_signatures.checking import check_signatures
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.models import Attachment, AttachmentText
from khcn.kernel.registers.registry import register_of
from khcn.kernel.search.entries import update_entries
from khcn.kernel.search.reading_turns import expect_again, expect_reading

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
    rows = Attachment.objects.filter(model=model, object_id=key)
    return rows.select_related("file__reading").order_by("pk")


_LISTED: Final = PreparedQuery(lambda: _attached(asked("model"), asked("key")))


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
        made = Attachment.objects.create(
            model=record._meta.label_lower,
            object_id=record.pk,
            file=stored,
            name=shown,
            sha256=stored.sha256,
            signatures=signatures,
        )
        if is_read(shown):
            expect_letters(made, account=actor.user_id, at=at)
    return made


def expect_letters(attachment: Attachment, *, account: int | None, at: datetime) -> None:
    """From now on search finds the file by its name, and by its words as soon as those bytes are read, or where they have been.

    Within a transaction.
    """
    reading = expect_reading(attachment.file, account=account, at=at)
    known = AttachmentText.objects.filter(
        attachment__file=attachment.file, attachment__sha256=attachment.file.sha256
    ).first()
    # it was on records that it was taken off, or somebody who attaches it once more asks for another attempt
    if reading.read_at is not None and (known is None or reading.state == ReadingState.UNREADABLE):
        expect_again(reading, account=account, at=at)
    made, is_new = AttachmentText.objects.get_or_create(
        attachment=attachment,
        defaults={"name": attachment.name, "text": "" if known is None else known.text},
    )
    update_entries(AttachmentText, [made], [], are_new=is_new)


def detach(*, attachment: Attachment, record: Record, actor: Actor) -> None:
    """Take a file off a record; the bytes stay, for the log names them. Raises :class:`AttachmentRefused`."""
    _check_may_write(record, actor)
    with transaction.atomic():
        AttachmentText.objects.filter(attachment=attachment).delete()  # first, as reading locks them
        update_entries(AttachmentText, [], [AttachmentText(attachment=attachment)], are_new=False)
        attachment.delete()


def _check_may_write(record: Record, actor: Actor) -> None:
    if not register_of(type(record)).may("attach", actor, record):
        raise AttachmentRefused(
            _("Tài khoản của bạn không có quyền sửa bản ghi này nên không đính kèm được tệp.")
        )
