"""Papers depend on the record that they were made for: the check that is asked before it is corrected or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.papers.models import IN_FORCE, Paper

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import Model


def papers_of_records(
    model: type[Model], keys: Collection[int], /, *, removed: bool
) -> Iterator[tuple[int, str]]:
    """Papers in force, without notices of withdrawal, after which the record may be put right; for a record that would
    be gone every paper, drafts and withdrawn ones too: each names it.
    """
    wanted = set(keys)
    papers = Paper.objects.filter(model=model._meta.label_lower).select_related("number").order_by("pk")
    if len(wanted) == 1:
        papers = papers.filter(object_id__in=wanted)
    if not removed:
        papers = papers.filter(state__in=IN_FORCE, withdraws__isnull=True)
    for paper in papers:
        if paper.object_id in wanted:
            yield paper.object_id, str(paper) if paper.number_text else paper.draft_label
