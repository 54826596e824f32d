"""Issued papers as what stands on a task's milestones and amendments: they print what these say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.papers.models import Paper
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model


def papers_with(record: Model) -> Iterable[str]:
    """Papers in force that were issued for the task of a milestone or an amendment."""
    if not isinstance(record, TaskMilestone | TaskAmendment):
        return ()
    papers = Paper.objects.filter(
        model=ScienceTask._meta.label_lower, object_id=record.task_id, state__in=("issuing", "issued")
    )
    return [str(each) for each in papers.order_by("pk")]
