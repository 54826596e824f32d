"""Background work on deadlines: what a change of law left to do, and the nightly comparison of all rows."""

from __future__ import annotations

import logging
from datetime import time
from typing import Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.deadlines.computing import CHUNK
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_for
from khcn.kernel.deadlines.models import Deadline, DriftCheck, RecomputeCause
from khcn.kernel.deadlines.recomputing import recompute
from khcn.kernel.deadlines.verifying import chunks_of_subjects, stored_differences
from khcn.kernel.jobs.daily import daily

log = logging.getLogger(__name__)

MOST_REPORTED: Final = 100  # differences that one comparison tells in detail

daily("khcn.kernel.deadlines.jobs.deadline_drift_job", at=time(2, 45), title=_("Đối chiếu thời hạn"))


def recompute_stale_job(cause_model: str = "", cause_id: str = "") -> None:
    """Recompute what a change of law marked, each chunk in a transaction of its own; may be run twice."""
    cause = RecomputeCause(cause_model, cause_id)
    for model in registry.by_subject:
        stale = Deadline.objects.filter(subject_model=model, is_stale=True)
        while keys := set(stale.order_by("subject_id").values_list("subject_id", flat=True)[: 6 * CHUNK]):
            recompute(model, keys, cause)


def deadline_drift_job() -> None:
    """Compare every row with what it should be, report what differs, and correct it.

    On an installation that comes from before deadlines were stored, the first run makes all rows.
    """
    compared = different = 0
    reported: list[list[str]] = []
    for model in registry.by_subject:
        law = law_for(model)
        for keys in chunks_of_subjects(model):
            compared += len(keys)
            found = stored_differences(model, keys, law)
            if not found:
                continue
            different += len(found)
            for each in found[: MOST_REPORTED - len(reported)]:
                row = each.stored or each.due
                assert row is not None  # noqa: S101 -- one of the two is there
                reported.append(
                    [
                        f"{model} {row.subject_id} {row.kind}",
                        str(each.stored and each.stored.due_on),
                        str(each.due and each.due.due_on),
                    ]
                )
            recompute(model, keys, RecomputeCause(), law=law)
    DriftCheck.objects.create(compared=compared, different=different, differences=reported)
    if different:
        log.warning("%s deadlines of %s records were not what follows from the records", different, compared)
