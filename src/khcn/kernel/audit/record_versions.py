"""The version of a record: the instant of its last change, carried by forms and entity tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from khcn.kernel.audit.audited import Audited


def advance_version(model: type[Audited], keys: Sequence[int]) -> datetime:
    """Move the version of records (``updated_at``) forward without any other change, inside the caller's transaction.

    For code that changes what a record means by writing other rows or by a conditional UPDATE of its own. Gives the
    instant that the records carry now.
    """
    now = timezone.now()
    for part in chunks(keys):
        rows: models.QuerySet[Audited] = models.QuerySet(model)
        rows.filter(pk__in=part).update(updated_at=now)
    return now


def version_of(record: Any) -> str:
    """What a form or an entity tag carries along to notice that somebody else saved in between."""
    return version_at(record.updated_at)


def version_at(updated_at: datetime) -> str:
    """The version of a record that was changed last at this instant."""
    return updated_at.isoformat(timespec="microseconds")
