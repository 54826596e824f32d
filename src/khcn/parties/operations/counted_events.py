"""Rows that count like events so that a flood of them is a few lines of the change log."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from khcn.parties.models import FailureCount, RefusalCount

    Row = TypeVar("Row", FailureCount, RefusalCount)

LONGEST_COUNT: Final = timedelta(hours=1)


def log_due_counts(
    model: type[Row], write: Callable[[Row, str], None], *, quiet: timedelta, at: datetime
) -> None:
    """Take out the counts that have been quiet for a while, or counted for an hour.

    ``write`` logs one, and is given its instants as text; not called for a count of one, which was logged when it happened.
    """
    due = Q(last_at__lt=at - quiet) | Q(first_at__lt=at - LONGEST_COUNT) | Q(first_at__gt=at + LONGEST_COUNT)
    for row in model._default_manager.filter(due):
        with transaction.atomic():
            taken, _rows = model._default_manager.filter(pk=row.pk, count=row.count).delete()
            if taken and row.count > 1:  # else counted further meanwhile
                first, last = (f"{timezone.localtime(each):%H:%M:%S}" for each in (row.first_at, row.last_at))
                with acting(SYSTEM):
                    write(row, f"từ {first} đến {last}")
