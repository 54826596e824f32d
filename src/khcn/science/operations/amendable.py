"""When a task may be amended so, and what an amendment of each kind must name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.numbers import format_money
from khcn.kernel.workflow import Category
from khcn.science.enums import AmendmentKind
from khcn.science.operations.task_access import TaskRefused, refuse_input
from khcn.science.queries import replay
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from khcn.science.models import TaskAmendment
    from khcn.science.queries import TaskStep

# In which states a task may be amended so; an extension needs a contract to extend.
_UNTIL_ACCEPTED = (Category.PREPARING, Category.OPEN, Category.SUSPENDED)
_WHILE_RUNNING = (Category.OPEN, Category.SUSPENDED)
FAR_APART: Final = 5
"""So many times the sum before, or the same part of it: no rule, but what a digit too many or too few makes."""

EXTENSIONS = (AmendmentKind.EXTEND_DURATION, AmendmentKind.EXTEND_SUBMISSION)
AMENDABLE: dict[AmendmentKind, tuple[Category, ...]] = {
    kind: _WHILE_RUNNING if kind in EXTENSIONS else _UNTIL_ACCEPTED for kind in AmendmentKind
}
_NAMED_PERSON = frozenset({AmendmentKind.CHANGE_PI})
_NAMED_ORGANISATION = frozenset({AmendmentKind.CHANGE_HOST, AmendmentKind.CHANGE_PARTNER})


def is_possible(amendment: TaskAmendment, steps: list[TaskStep]) -> bool:
    """Could the amendment be decided in the state that these steps lead to by its day?

    What is not determined yet has nothing to amend; papers may lack the determination.
    """
    state, _refused = replay(steps, on=amendment.decided_on)
    if amendment.taken_over:
        return state.category in _UNTIL_ACCEPTED
    return state != TASK_FLOW.initial and state.category in AMENDABLE[AmendmentKind(amendment.kind)]


def refuse_unlikely_budget(amendment: TaskAmendment) -> None:
    """Raise :class:`TaskRefused` for a sum that is :data:`FAR_APART` times the one before it, or the same part of it, without
    a reason: digits too many or too few, which at once are the budget of the task. Papers say what they say.
    """
    if amendment.taken_over or amendment.budget_reason.strip():
        return
    for name in ("total", "state"):
        before, after = (getattr(amendment, f"{time}_budget_{name}") for time in ("old", "new"))
        if not before or not after or max(before, after) < FAR_APART * min(before, after):
            continue
        text = _(
            "Kinh phí trước điều chỉnh là %(before)s, sau điều chỉnh là %(after)s. Hãy xem lại số chữ số; nếu đúng thì ghi lý do ở "
            "ô “Lý do kinh phí khác nhiều lần”."
        ) % {"before": format_money(before), "after": format_money(after)}
        raise TaskRefused.about(text, f"new_budget_{name}", code="unlikely")


def check_names_something(amendment: TaskAmendment, kind: AmendmentKind) -> None:
    """Raise :class:`TaskRefused` when the amendment names nothing new; whether it differs the model says."""
    if kind in EXTENSIONS:
        return  # validated by the model: a new end is needed, later than the old one
    new: object
    if kind in _NAMED_PERSON:
        name, missing, new = "new_person", _("Hãy chọn chủ nhiệm mới."), amendment.new_person
    elif kind in _NAMED_ORGANISATION:
        name, missing, new = "new_organisation", _("Hãy chọn tổ chức mới."), amendment.new_organisation
    elif kind is AmendmentKind.CHANGE_BUDGET:
        name, missing, new = (
            "new_budget_total",
            _("Hãy ghi tổng kinh phí sau điều chỉnh."),
            amendment.new_budget_total,
        )
    else:
        name, missing, new = (
            "new_text",
            _("Hãy ghi nội dung sau điều chỉnh."),
            amendment.new_text.strip() or None,
        )
    if new is None:
        refuse_input(name, missing)
