"""Where a record no longer says what its paper does: a paper in force, after a draft of its successor was thrown away, a
merger of organisations, or another name of a person; and a draft that somebody has looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override as language

from khcn.kernel.papers.models import IN_FORCE
from khcn.kernel.papers.printed_facts import printed_context
from khcn.kernel.refusals.shown_content import ShownPart
from khcn.kernel.text.language import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.papers.models import Paper


def differing_words(paper: Paper) -> list[str]:
    """What the paper would print otherwise today for the day of its issue, in the words of its template."""
    return words_between(paper, printed_now(paper))


def printed_now(paper: Paper) -> dict[str, Any]:
    """What a paper in force would print today for the day of its issue, by the words of its template; empty for others, and
    where its record is gone.
    """
    if paper.state not in IN_FORCE or paper.withdraws_id is not None or paper.issued_on is None:
        return {}
    record = _record_of(paper)
    if record is None:
        return {}
    with language(SOURCE):
        return dict(paper.spec.context(record, paper.issued_on))


def _record_of(paper: Paper) -> Any:
    return type(paper.subject)._base_manager.filter(pk=paper.object_id).first()


def changed_since_draft(draft: Paper, *, on: date) -> list[str]:
    """What a draft says otherwise than its record does on a day, in the words of its template: it is filled anew before it is
    issued. Empty for a paper that has its number, and where the record is gone.
    """
    if not draft.is_draft:
        return []
    record = _record_of(draft)
    return [] if record is None else words_between(draft, printed_context(draft, record, on))


def contradiction(paper: Paper) -> str:
    """What a paper of another kind prints otherwise than the record of this one, while both are in force; "" when none does."""
    if paper.state not in IN_FORCE or paper.withdraws_id is not None:
        return ""
    record = _record_of(paper)
    if record is None:
        return ""
    return paper.spec.contradicted(paper=paper, record=record, on=paper.issued_on, at_issue=True)


def words_between(paper: Paper, now: Mapping[str, Any]) -> list[str]:
    """The words of its template that the paper has otherwise than ``now``."""
    return [
        str(each.label)
        for each in paper.spec.variables
        if each.name in now and each.name in paper.data and now[each.name] != paper.data[each.name]
    ]


def shown_parts(draft: Paper) -> dict[str, ShownPart]:
    """What the page of a draft shows of the paper to be issued: the words of its template, and what the paper itself says."""
    words = draft.spec.variables
    return {
        **{f"data.{each.name}": ShownPart(each.label, draft.data.get(each.name)) for each in words},
        "signer": ShownPart(_("Người ký"), [draft.signer_name, draft.signer_capacity]),
        "reason": ShownPart(_("Lý do"), draft.reason),
        "template": ShownPart(_("Mẫu"), draft.template_id),
        "draft": ShownPart(_("Dự thảo"), [draft.pk, draft.replaces_id, draft.withdraws_id]),
    }
