"""What a register can do because of the papers that are issued for its records: one action for each kind, the draft.

The draft is looked at before it gets its number; numbering and printing are not done here, because an action runs in
one transaction and a file is made without any (`khcn.kernel.papers.operations`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.predicates import Predicate
from khcn.kernel.actions import Action
from khcn.kernel.fields.sections import Section
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.kinds import kinds_for
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.permissions import may_handle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.kinds import PaperKind


def paper_actions(model: type[Model]) -> Iterator[Action]:
    """One action for each kind of paper that is issued for records of ``model``."""
    for kind in kinds_for(model):
        yield Action(
            name=f"draft-{kind.code}",
            label=format_lazy(_("Lập {kind}"), kind=kind.label),
            operation=partial(draft_paper, kind=kind),
            subject="record",
            who=Predicate(partial(_may, kind), name=f"may_handle({kind.code})"),
            guard=partial(_missing, kind),
            source=Paper,
            inputs=(Section(_("Người ký"), "signer_name", "signer_capacity"),),
            required=("signer_name", "signer_capacity"),
            initial=partial(_signer, kind),
            prints=kind,
            icon="certificate",
            help_text=_("Dự thảo chưa có số. Xem lại nội dung rồi mới cấp số và in."),
        )


def _may(kind: PaperKind, actor: Actor, record: Any = None) -> bool:
    return may_handle(kind, actor, record)


def _missing(kind: PaperKind, record: Any, *, actor: Actor, on: date) -> str:
    return kind.had_already(record, on) or kind.missing(record, on)


def _signer(kind: PaperKind, record: Any, *, actor: Actor, on: date) -> dict[str, str]:
    return {"signer_name": kind.signer(record), "signer_capacity": kind.signer_capacity}
