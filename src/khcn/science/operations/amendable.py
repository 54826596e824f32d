"""When a task may be amended so, and what an amendment of each kind must name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.workflow import Category
from khcn.science.enums import AmendmentKind
from khcn.science.operations.task_access import refuse_input
from khcn.science.queries import replay
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from khcn.science.models import TaskAmendment
    from khcn.science.queries import TaskStep

# In which states a task may be amended so; an extension needs a contract to extend.
_UNTIL_ACCEPTED = (Category.PREPARING, Category.OPEN, Category.SUSPENDED)
_WHILE_RUNNING = (Category.OPEN, Category.SUSPENDED)
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
