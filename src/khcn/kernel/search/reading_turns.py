"""Whose stored file is read next for search: accounts in turn, each within its share of a day.

Rows without ``read_at`` are the queue. An account that attaches a thousand files that are slow to read makes its own files wait.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import F, Q, Sum

from khcn.kernel.files.models import ReadingState, StoredFileReading
from khcn.kernel.jobs.leases import Lease

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.files.models import StoredFile

LEASE: Final = Lease(
    timedelta(minutes=5), attempts="attempts"
)  # longer than a reading takes (`kernel.files.texts.LIMITS`)
WAITS: Final = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=18),
    timedelta(days=7),
)
"""After an attempt that failed for what may pass, until the next one: a night is among them. The last is the wait from then on."""
MOST_ATTEMPTS: Final = len(WAITS)  # during which the worker was killed
DAY: Final = timedelta(days=1)
SHARE: Final = 1800.0
"""Seconds of reading that one account has in a day; what it has attached beyond them is read later."""


def expect_reading(stored: StoredFile, *, account: int | None, at: datetime) -> StoredFileReading:
    """The file's row, made where there is none, and locked: within a transaction. Without an account it comes after all others."""
    made, _is_new = StoredFileReading.objects.get_or_create(
        file=stored, defaults={"account": account, "asked_at": at}
    )
    return StoredFileReading.objects.select_for_update().get(pk=made.pk)


def expect_again(reading: StoredFileReading, *, account: int | None, at: datetime) -> None:
    """Have a file read again whose letters were not kept; what it has taken so far is counted on."""
    StoredFileReading.objects.filter(pk=reading.pk).update(
        account=account, asked_at=at, read_at=None, attempts=0, state=ReadingState.WAITING
    )


def lease_next(*, at: datetime) -> StoredFileReading | None:
    """The oldest file of the account that had the least time in the last day, leased; None where no file may be read now."""
    waiting = StoredFileReading.objects.filter(read_at=None)
    free = waiting.filter(LEASE.free(at)).order_by("asked_at", "pk").select_related("file")
    accounts = set(free.order_by().values_list("account", flat=True).distinct())
    if not accounts:
        return None
    lately = StoredFileReading.objects.filter(Q(read_at=None) | Q(read_at__gt=at - DAY))
    taken: dict[int | None, float] = dict(lately.values_list("account").annotate(Sum("seconds")))
    turns = sorted((each is None, taken.get(each, 0.0), each or 0) for each in accounts)
    for is_nobodys, seconds, account in turns:
        if is_nobodys or seconds < SHARE:
            reading = free.filter(account=None if is_nobodys else account).first()
            if reading is not None and LEASE.acquire(waiting, reading, at=at):
                return reading
    return None


def end_reading(reading: StoredFileReading, state: ReadingState, *, seconds: float, at: datetime) -> None:
    """It is read, or will not be, and took so many seconds."""
    LEASE.release(
        StoredFileReading.objects.all(),
        reading.pk,
        read_at=at,
        seconds=F("seconds") + seconds,
        state=state,
    )


def read_later(reading: StoredFileReading, *, seconds: float, at: datetime) -> None:
    """Have it read again after a while: nobody gets it before its lease has run out.

    What kept it from being read was no fault of the file, so it is tried again for as long as it takes.
    """
    StoredFileReading.objects.filter(pk=reading.pk).update(
        leased_until=at + WAITS[min(reading.attempts, len(WAITS)) - 1],
        seconds=F("seconds") + seconds,
        attempts=min(reading.attempts, len(WAITS) - 1),
        state=ReadingState.AGAIN,
    )
