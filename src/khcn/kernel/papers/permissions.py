"""Who may handle papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.reference_targets import target_of
from khcn.kernel.papers.kinds import paper_kind_of
from khcn.kernel.refusals import NotPermitted

if TYPE_CHECKING:
    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.kinds import PaperKind


def may_handle(kind: PaperKind, actor: Actor, record: Model | None = None) -> bool:
    """May the actor draft, issue, replace, withdraw or throw away papers of this kind for the record?

    The one place that answers this, for buttons, pages and operations: the right to act in the record's register, and
    whom the kind names unless the administrator decided about that right.
    """
    model = kind.model if record is None else type(record)
    if model is None:
        return kind.who.test(actor, None)
    return target_of(model).may("act", actor, record) and is_named(kind, actor, record)


def is_named(kind: PaperKind, actor: Actor, record: Model | None = None) -> bool:
    """Does the kind name the actor, or did the administrator decide? The part of the answer that no stored row decides."""
    model = kind.model if record is None else type(record)
    if model is not None and actor.granted(model._meta.label_lower, "act") is not None:
        return True
    return bool(kind.who.test(actor, record))


def may_handle_paper(actor: Actor, paper: Any) -> bool:
    """The same for one paper; a notice of withdrawal is for those who handle the paper that it withdraws.

    Asked of the record as it is stored: a kind may name who answers for this one, such as the division that settles a dossier.
    """
    about = paper.withdraws or paper
    stored = type(paper.subject)._base_manager.filter(pk=paper.object_id).first()
    return may_handle(paper_kind_of(about.kind), actor, stored or paper.subject)


def require_right(paper: Any, actor: Actor) -> None:
    """Raises :class:`NotPermitted` unless the actor may handle the paper."""
    if not may_handle_paper(actor, paper):
        raise NotPermitted(
            _("Tài khoản của bạn không có quyền lập “%(kind)s”.") % {"kind": paper.kind_label},
            code="not_permitted",
        )
