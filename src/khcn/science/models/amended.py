"""What an amendment of each kind says was before and is after, and the column of the task that it is about."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_money
from khcn.science.enums import AmendmentKind


class Amended(NamedTuple):
    """Two columns of an amendment, and the task's own.

    What ``takes_effect`` is written to the task on the day of effect; an extension leaves the day of the contract as it is. An
    amendment with an empty ``after`` says nothing about this column.
    """

    column: str
    before: str
    after: str
    takes_effect: bool = True


_END: Final = ("old_end_on", "new_end_on")
AMENDED: Final[dict[str, tuple[Amended, ...]]] = {
    AmendmentKind.EXTEND_DURATION: (Amended("planned_end_on", *_END, takes_effect=False),),
    AmendmentKind.EXTEND_SUBMISSION: (Amended("planned_dossier_on", *_END, takes_effect=False),),
    AmendmentKind.CHANGE_PI: (Amended("principal_investigator", "old_person", "new_person"),),
    AmendmentKind.CHANGE_HOST: (Amended("host", "old_organisation", "new_organisation"),),
    AmendmentKind.CHANGE_BUDGET: (
        Amended("budget_total", "old_budget_total", "new_budget_total"),
        Amended("budget_state", "old_budget_state", "new_budget_state"),
    ),
}


def taking_effect(kind: str) -> tuple[Amended, ...]:
    """The columns of the task that an amendment of this kind writes."""
    return tuple(each for each in AMENDED.get(kind, ()) if each.takes_effect)


def value_in_words(value: object) -> str:
    """A day, a sum in đồng, or a record by its name; "" for none."""
    if value is None:
        return ""
    if isinstance(value, date):
        return format_date(value)
    return format_money(value) if isinstance(value, int) else str(value)
