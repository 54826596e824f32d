"""Background work: files are found by what is written in them, which is read once and put into the search table."""

from __future__ import annotations

import logging
import time
from datetime import time as time_of_day
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.files.models import ReadingState, StoredFileReading
from khcn.kernel.files.texts import ENDINGS, NotReadNow, UnreadableText, text_of
from khcn.kernel.jobs.daily import daily
from khcn.kernel.jobs.recurring import recurring
from khcn.kernel.registers.attachments import expect_letters
from khcn.kernel.registers.models import Attachment, AttachmentText
from khcn.kernel.search.entries import update_entries
from khcn.kernel.search.reading_turns import MOST_ATTEMPTS, end_reading, lease_next, read_later

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

EXPECTED_AT_ONCE: Final = 500
WRITTEN_AT_ONCE: Final = 10  # entries with the letters of a long file, in one transaction

recurring(
    "khcn.kernel.screens.jobs.read_next_file",
    every=timedelta(seconds=2),
    title=_("Đọc chữ trong tệp đính kèm để tra cứu"),
)  # a lane of its own
daily(
    "khcn.kernel.screens.jobs.expect_unread_files_job",
    at=time_of_day(3, 20),
    title=_("Xếp tệp đính kèm chưa đọc vào lượt đọc"),
)


def read_next_file(context: JobContext) -> bool:
    """Read the file whose turn it is, if there is one; True when another may be waiting."""
    reading = lease_next(at=context.now())
    if reading is None:
        return False
    begun = time.monotonic()
    name = reading.file.content.name
    text, state = "", ReadingState.UNREADABLE
    try:
        text = _letters(reading)
        state = ReadingState.READ if text else ReadingState.NO_LETTERS
    except NotReadNow as reason:
        level = logging.ERROR if reading.attempts >= MOST_ATTEMPTS else logging.WARNING
        log.log(level, "%s not read for search now, attempt %s: %s", name, reading.attempts, reason)
        read_later(reading, seconds=time.monotonic() - begun, at=context.now())
        return True
    except UnreadableText as reason:
        log.warning("%s cannot be read for search: %s", name, reason)
    while not _write_some(reading, text, state, seconds=time.monotonic() - begun, context=context):
        pass
    return True


def _letters(reading: StoredFileReading) -> str:
    """Read a file, which takes a while. One that is not the one that was attached is not read, nor one that is on no record.

    Raises :class:`UnreadableText` and :class:`NotReadNow`.
    """
    found = Attachment.objects.filter(file=reading.file, sha256__in=["", reading.file.sha256]).first()
    if found is None:
        raise UnreadableText("it is on no record")
    if reading.attempts > MOST_ATTEMPTS:
        raise UnreadableText("workers were killed while they read it")
    try:
        is_as_attached = reading.file.is_intact_as(found.sha256)
    except OSError as reason:
        raise NotReadNow(repr(reason)) from reason
    if not is_as_attached:
        raise UnreadableText("it is not the file that was attached")
    return text_of(reading.file, found.name)


def _write_some(
    reading: StoredFileReading, text: str, state: ReadingState, *, seconds: float, context: JobContext
) -> bool:
    """Let search find the file by its letters on some more records; True when none is left, and the reading has ended."""
    with transaction.atomic():
        StoredFileReading.objects.select_for_update().get(
            pk=reading.pk
        )  # the same file is attached before or after
        without = AttachmentText.objects.filter(
            attachment__file=reading.file, attachment__sha256__in=["", reading.file.sha256]
        ).exclude(text=text)
        some = list(without.select_for_update(of=("self",)).order_by("pk")[:WRITTEN_AT_ONCE]) if text else []
        for each in some:
            each.text = text
        AttachmentText.objects.bulk_update(some, ["text"])
        update_entries(AttachmentText, some, [], are_new=False)
        if not some:
            end_reading(reading, state, seconds=seconds, at=context.now())
    return not some


def unread_attachments() -> QuerySet[Attachment]:
    """Those whose letters nobody has asked for."""
    endings = Q()
    for ending in ENDINGS:
        endings |= Q(name__iendswith=ending)
    unread = Q(letters=None) | Q(letters__text="")
    return (
        Attachment.objects.filter(endings, unread, file__reading=None).select_related("file").order_by("pk")
    )


def expect_unread_files_job(context: JobContext) -> None:
    """Files from before search read them, or of another store that was taken in: read after what people attach."""
    while _expect_some(context):
        pass


def _expect_some(context: JobContext) -> bool:
    with transaction.atomic():
        some = unread_attachments().select_for_update(of=("self",))[:EXPECTED_AT_ONCE]
        for each in (found := list(some)):
            expect_letters(each, account=None, at=context.now())
    return bool(found)
