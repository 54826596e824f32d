"""What failed and has not been done since: a row for each piece of recurring or daily work, so that operators see it without the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F

from khcn.kernel.jobs.models import WorkFailure

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

_LONGEST: Final = WorkFailure._meta.get_field("problem").max_length


def record_failure(path: str, problem: BaseException, *, at: datetime) -> None:
    """Note it, or count it further. Raises nothing: the worker goes on, whatever happens here."""
    text = f"{type(problem).__qualname__}: {problem}".replace("\0", "")[:_LONGEST]
    try:
        with transaction.atomic():
            rows = WorkFailure.objects.filter(path=path)
            if not rows.update(last_at=at, count=F("count") + 1, problem=text):
                row = WorkFailure(path=path, first_at=at, last_at=at, problem=text)
                WorkFailure.objects.bulk_create([row], ignore_conflicts=True)
    except Exception:
        log.exception("the failure of %s was not noted", path)


def record_success(path: str) -> None:
    """It was done: what failed before is over. Raises nothing either."""
    try:
        with transaction.atomic():
            WorkFailure.objects.filter(path=path).delete()
    except Exception:
        log.exception("the end of the failures of %s was not noted", path)
