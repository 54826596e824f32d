"""Issued papers as what stands on the rows that they print: milestones, amendments, members, items of an agenda."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import F, Q

from khcn.councils.models import CouncilKind, CouncilMeeting, CouncilMember
from khcn.kernel.papers.models import IN_FORCE, Paper
from khcn.science.models import MeetingItem, ScienceTask, TaskAmendment, TaskMilestone, TeamMember

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from django.db.models import Model, QuerySet


def papers_with(model: type[Model], keys: Collection[int], /, *, removed: bool) -> Iterator[tuple[int, str]]:
    """Papers in force that print these rows. Rows that may be edited beside a paper stand under it only when removed."""
    wanted = set(keys)
    for subject, path, rows in _printed(model, removed=removed):
        # A notice of withdrawal prints nothing of them, and after it they may be put right.
        papers = Paper.objects.filter(
            model=subject._meta.label_lower, state__in=IN_FORCE, withdraws__isnull=True
        )
        by_subject = defaultdict(list)
        for paper in papers.select_related("number").order_by("pk"):
            by_subject[paper.object_id].append(str(paper))
        found = rows.filter(**{f"{path}__in": list(by_subject)}).order_by("pk")
        for key, subject_id in found.values_list("pk", path):
            if key in wanted:
                for name in by_subject[subject_id]:
                    yield key, name


def _printed(model: type[Model], *, removed: bool) -> Iterator[tuple[type[Model], str, QuerySet[Any]]]:
    """Of which records the papers print rows of this model, the path to those records, and which rows."""
    if model is TaskMilestone or model is TaskAmendment or (model is TeamMember and removed):
        yield ScienceTask, "task", model.objects.all()
    elif model is MeetingItem and removed:
        yield CouncilMeeting, "meeting", MeetingItem.objects.all()
        yield ScienceTask, "task", MeetingItem.objects.filter(meeting__kind=CouncilKind.ACCEPTANCE)
    elif model is CouncilMember and removed:
        day = F("council__meetings__held_on")
        seated = Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gt=day))
        yield CouncilMeeting, "council__meetings", CouncilMember.objects.filter(seated)
