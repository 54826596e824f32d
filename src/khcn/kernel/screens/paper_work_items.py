"""Drafts of papers that wait for their number, as lines of the work list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.papers.kinds import all_paper_kinds
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.permissions import is_named
from khcn.kernel.registers.registry import register_of
from khcn.kernel.ui.work_items import ProvidedItems, WorkItem, first_lines

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor


def paper_work(actor: Actor, on: date) -> ProvidedItems:
    """Drafts that the actor may issue, the oldest first. A notice of withdrawal is for those who handle its paper."""
    mine = Q(pk__in=[])
    for kind in all_paper_kinds():
        if kind.model is None or not register_of(kind.model).may("act", actor):
            continue
        if is_named(kind, actor, kind.model()):
            within = register_of(kind.model).visible(actor, "act").values("pk")
            of_kind = Q(kind=kind.code, withdraws=None) | Q(withdraws__kind=kind.code)
            mine |= of_kind & Q(model=kind.model._meta.label_lower, object_id__in=within)
    drafts = Paper.objects.filter(mine, state="draft")
    return first_lines(
        drafts.order_by("pk"),
        lambda paper: WorkItem(
            what=_("Cấp số và in %(kind)s") % {"kind": paper.kind_label},
            title=paper.title,
            url=paper.get_absolute_url(),
            icon="certificate",
            key=f"paper {paper.pk}",
        ),
    )
