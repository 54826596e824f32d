"""The states of a paper. Between `issue` and `print` it has its number and its data, and the file is being made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access import Predicate, has_role
from khcn.kernel.actors import Actor, Role
from khcn.kernel.fields.targets import target_of
from khcn.kernel.papers.kinds import kind_of
from khcn.kernel.workflow import Category, State, Transition, Workflow

if TYPE_CHECKING:
    from django.db.models import Model

    from khcn.kernel.papers.kinds import PaperKind

clerks = has_role(Role.OFFICER, Role.HEAD, Role.OFFICE, Role.LEADER, Role.ADMIN)


def may_handle(kind: PaperKind, actor: Actor, record: Model | None = None) -> bool:
    """May the actor draft, issue, replace, withdraw or throw away papers of this kind for the record?

    The one place that answers this, for buttons, pages and operations: the right to act in the record's register, and
    whom the kind names unless the administrator decided about that right.
    """
    model = kind.model if record is None else type(record)
    if model is None:
        return kind.who.test(actor, None)
    if not target_of(model).may("act", actor, record):
        return False
    return actor.granted(model._meta.label_lower, "act") is not None or kind.who.test(actor, record)


def may_handle_paper(actor: Actor, paper: Any) -> bool:
    """The same for one paper; a notice of withdrawal is for whoever handles the paper that it withdraws."""
    about = paper.withdraws or paper
    return may_handle(kind_of(about.kind), actor, paper.subject)


def _may_issue(actor: Actor, paper: Any = None) -> bool:
    return clerks.test(actor, None) if paper is None else may_handle_paper(actor, paper)


may_issue = Predicate(_may_issue, name="may_issue")

PAPER_FLOW = Workflow(
    "paper",
    _("Giấy tờ được cấp"),
    (
        State("draft", _("dự thảo"), Category.PREPARING, initial=True),
        State("issuing", _("đã cấp số, đang in"), Category.OPEN),
        State("issued", _("đã cấp"), Category.DONE),
        State("replaced", _("đã được thay thế"), Category.ENDED_EARLY, final=True),
        State("withdrawn", _("đã thu hồi"), Category.ENDED_EARLY, final=True),
    ),
    (
        Transition("issue", _("Cấp số và in"), ("draft",), "issuing", may_issue),
        Transition("print", _("In xong"), ("issuing",), "issued", has_role()),
        Transition("replace", _("Thay thế"), ("issued",), "replaced", may_issue),
        Transition("withdraw", _("Thu hồi"), ("issued",), "withdrawn", may_issue),
    ),
)
