"""Whether the database takes a row and gives it back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import Error, transaction

from khcn.kernel.jobs.models import WriteProbe

if TYPE_CHECKING:
    from datetime import datetime


class NotReadBackError(Error):
    """The database says that it has written, and gives something else back."""


def write_and_read(at: datetime) -> None:
    """Write a row and read it after the commit. Raises Error where either fails."""
    number = secrets.token_hex(16)
    rows = WriteProbe.objects.filter(pk=1)
    with transaction.atomic():
        if not rows.update(at=at, number=number):
            WriteProbe.objects.bulk_create([WriteProbe(pk=1, at=at, number=number)], ignore_conflicts=True)
    read = rows.values_list("at", "number").first()
    # Another process may have written since, and never before.
    if read is None or (read[1] != number and read[0] < at):
        message = "the row that was written is not there"
        raise NotReadBackError(message)
