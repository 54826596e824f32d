"""Papers depend on the record that they were made for and on the rows that they print: the check that is asked before
these are corrected or removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import Dependent
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.printed_facts import changes_of_printed, is_printed
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import Model


def papers_of_records(model: type[Model], keys: Collection[int], /, *, removed: bool) -> Iterator[Dependent]:
    """Papers in force that print these rows; for a record that would be gone every paper made for it, drafts and withdrawn
    ones too: each names it.
    """
    # The papers made for a record that would be gone stay in the way, whatever is done with those that print it.
    remedy = "" if removed else _remedy()
    yield from _printing(model, keys, remedy)
    if removed:
        yield from _made_for(model, keys)


def _remedy() -> str:
    return _("Mở trang của giấy, bấm “Thay thế” hoặc “Thu hồi” để lập dự thảo, rồi làm lại.")


def _printing(model: type[Model], keys: Collection[int], remedy: str) -> Iterator[Dependent]:
    if not is_printed(model):
        return
    wanted = sorted(keys)
    rows: list[Any] = []
    for part in chunks(wanted):
        rows += model._base_manager.filter(pk__in=part)
    for place, paper, _names in changes_of_printed(model, [(None, row) for row in rows]):
        yield Dependent(rows[place].pk, str(paper), paper.get_absolute_url(), remedy)


def _made_for(model: type[Model], keys: Collection[int]) -> Iterator[Dependent]:
    wanted = set(keys)
    papers = Paper.objects.filter(model=model._meta.label_lower).select_related("number").order_by("pk")
    if len(wanted) == 1:
        papers = papers.filter(object_id__in=wanted)
    for paper in papers:
        if paper.object_id in wanted:
            name = str(paper) if paper.number_text else paper.draft_label
            yield Dependent(paper.object_id, name, paper.get_absolute_url())
