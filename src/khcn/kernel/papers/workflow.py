"""The states of a paper. Between `issue` and `print` it has its number and its data, and the file is being made."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.predicates import Predicate, has_role
from khcn.kernel.actors import Actor, Role
from khcn.kernel.papers.permissions import may_handle_paper
from khcn.kernel.workflow import Category, State, Transition, Workflow

clerks = has_role(Role.OFFICER, Role.HEAD, Role.OFFICE, Role.LEADER, Role.ADMIN)


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
