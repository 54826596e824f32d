"""Stores public pages that were made, sums the changes up that were counted since, and removes pages that are never answered again
(docs/adr/0063).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import orjson
from django.db import connection, transaction
from django.db.models import Sum

from khcn.kernel.deadlock_retry import repeat_on_deadlock
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import PageStamp, StoredPage
from khcn.trace.operations.page_buffer import PAGES
from khcn.trace.queries.stored_pages import present_stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.trace.operations.page_buffer import PageBuffer, WaitingPage

MOST_STORED: Final = 20_000
"""Pages at most, of 64 KiB at most each (`page_buffer.LONGEST`); of more some are made at each look-up."""

_CHUNK: Final = 100
_MOST_STAMPS: Final = 50
"""Rows of counted changes that each look-up adds up; more become one, so many at once as one statement can name."""

_SUMMED_AT_ONCE: Final = 10_000


def write_pages(pages: PageBuffer = PAGES) -> None:
    """Store the pages of this process. Where it fails they are lost, and made again when they are asked for."""
    sum_up_changes()
    waiting = sorted(pages.take(), key=lambda each: each.address.key)
    for part in chunks(waiting, _CHUNK):
        repeat_on_deadlock(partial(_store, part))
    if waiting:
        today = max(each.address.day for each in waiting)
        repeat_on_deadlock(partial(remove_pages, before=today))


def _store(pages: Iterable[WaitingPage]) -> None:
    """In the place of what was stored under the same addresses; in order, so that two processes never wait for each other."""
    rows = [
        StoredPage(
            key=each.address.key,
            made_for=each.address.made_for,
            stamp=each.stamp,
            day=each.address.day,
            path=each.page.path,
            headers=orjson.dumps(each.page.headers).decode(),
            content=each.page.compressed,
        )
        for each in pages
    ]
    columns = [field.name for field in StoredPage._meta.fields if not field.primary_key]
    StoredPage.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=columns)


def sum_up_changes() -> None:
    """Make one row of many that count changes, with their sum: the stamp stays the same."""
    if PageStamp.objects.count() > _MOST_STAMPS:
        repeat_on_deadlock(_sum_up)


def _sum_up() -> None:
    """Of rows that this transaction has locked, so that none counts twice where two processes do this at the same time."""
    with transaction.atomic():
        rows = PageStamp.objects.order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        numbers = [row.pk for row in rows[:_SUMMED_AT_ONCE]]
        found = PageStamp.objects.filter(pk__in=numbers)
        total = found.aggregate(total=Sum("changes"))["total"]
        found.delete()
        if total is not None:
            PageStamp.objects.create(changes=total)


def remove_pages(*, before: date, most: int = MOST_STORED) -> None:
    """Delete the pages of earlier days; where more than `most` are left, those from before the last change, and then of the rest those by
    their keys, which are in no order: the same ones each time, so that the others stay.
    """
    pages = StoredPage.objects.all()
    pages.filter(day__lt=before).delete()
    if pages.count() > most:
        pages.exclude(stamp=present_stamp()).delete()
        pages.filter(pk__in=list(pages.order_by("key").values_list("pk", flat=True)[most:])).delete()
