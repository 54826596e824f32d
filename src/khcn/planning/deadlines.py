"""The term of planned work: the day that the plan names, met by the day on which it was done.

The figures ask for the same day, so it is moved by an action (`operations.postpone`) and not by an extension of the term. Of a past
day it is the one that was in force then.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.deadlines import DeadlineKind, Follow, SubjectFacts, TermFacts, day_by
from khcn.planning.models import PlannedWork

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

WORK: Final = "planning.work"


def facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of planned work in one query."""
    found = {}
    work: QuerySet[Any] = PlannedWork.objects.due_day_on(on or date.max).select_related("unit")
    for each in work.filter(pk__in=keys):
        terms = {}
        if day_by(each.dropped_on, on) is None:  # what was given up is waited for no more
            terms[WORK] = TermFacts(each.planned_on, day_by(each.completed_on, on), fixed_on=each.due_day)
        found[each.pk] = SubjectFacts(str(each), each.unit.code, terms)
    return found


WORK_DEADLINES: Final = (
    DeadlineKind(
        WORK,
        _("Hoàn thành công việc dự kiến"),
        facts,
        {
            "planning.plannedwork": "pk",
            "planning.plannedworkpostponement": "work_id",
            "parties.orgunit": Follow("pk", "unit_id"),
        },
        met_at="actions/complete/",
    ),
)
