"""Issued papers as what stands on a task's milestones and amendments: they print what these say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from khcn.kernel.papers.models import IN_FORCE, Paper
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import Model


def papers_with(model: type[Model], keys: Collection[int], /, *, removed: bool) -> Iterator[tuple[int, str]]:
    """Papers in force that were issued for the tasks of milestones or amendments."""
    if model not in {TaskMilestone, TaskAmendment}:
        return
    papers = Paper.objects.filter(model=ScienceTask._meta.label_lower, state__in=IN_FORCE)
    by_task = defaultdict(list)
    for paper in papers.select_related("number").order_by("pk"):
        by_task[paper.object_id].append(str(paper))
    rows = model._base_manager.filter(task__in=list(by_task)).values_list("pk", "task_id")
    wanted = set(keys)
    for key, task in rows.order_by("pk"):
        if key in wanted:
            for name in by_task[task]:
                yield key, name
