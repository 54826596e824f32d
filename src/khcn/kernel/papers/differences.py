"""Where the record no longer says what a paper in force has printed: after a draft of its successor was thrown away, a
merger of organisations, or another name of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import override as language

from khcn.kernel.papers.models import IN_FORCE
from khcn.kernel.text.language import SOURCE

if TYPE_CHECKING:
    from khcn.kernel.papers.models import Paper


def differing_words(paper: Paper) -> list[str]:
    """What the paper would print otherwise today for the day of its issue, in the words of its template."""
    if paper.state not in IN_FORCE or paper.withdraws_id is not None or paper.issued_on is None:
        return []
    record = type(paper.subject)._base_manager.filter(pk=paper.object_id).first()
    if record is None:
        return []
    with language(SOURCE):
        now = dict(paper.spec.context(record, paper.issued_on))
    return [
        str(each.label)
        for each in paper.spec.variables
        if each.name in now and each.name in paper.data and now[each.name] != paper.data[each.name]
    ]
