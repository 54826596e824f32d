"""Background work on the search table."""

from __future__ import annotations

import logging
from datetime import time
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.daily import daily
from khcn.kernel.query_chunks import chunks
from khcn.kernel.search.declarations import find_declared
from khcn.kernel.search.entries import linked_records
from khcn.kernel.search.rebuilding import RebuildResult, correct_entries, rebuild_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

daily("khcn.kernel.search.jobs.search_entries_job", at=time(2, 45), title=_("Đối chiếu bảng tra cứu"))


def search_entries_job() -> None:
    """Compare the whole table with the records, correct it, and say in the log what was not right."""
    corrected = rebuild_entries()
    if corrected.total:
        log.error("search entries did not match their records and were corrected: %s", corrected)


def refresh_linked(model: str, link: str, pks: Sequence[int]) -> None:
    """Entries of the records that are found by the names of ``pks``, where they are too many for one request."""
    searched = find_declared(apps.get_model(model))
    if searched is None:  # the register was taken out while the job waited
        return
    keys = list(linked_records(searched, link, pks).values_list("pk", flat=True))
    for part in chunks(keys):
        correct_entries(searched, part, RebuildResult())
