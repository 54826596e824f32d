"""The term of assigned work: the day, month, quarter or year that the document names, met by the day of the result.

Both columns are the work's own, so a term and the figures of timeliness say the same. A document that extends the work
changes the column; the trace of the term keeps what it was (``kernel.deadlines.models.DeadlineChange``).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.directives import rules
from khcn.directives.models import AssignedTask
from khcn.kernel.calendar.terms import TermExactness
from khcn.kernel.deadlines import Answering, DeadlineKind, Follow, SubjectFacts, TermFacts, day_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.deadlines.models import Deadline

ASSIGNED: Final = "directives.assigned"
_ROWS = AssignedTask.objects.order_by().values_list(
    "pk", "content", "lead_unit__code", "year", "due_on", "due_precision", "done_on"
)


def facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of assigned work in one query. The last day is the one on record now, as in the figures."""
    found = {}
    for pk, content, unit_code, year, due_on, precision, done_on in _ROWS.filter(pk__in=keys):
        term = TermFacts(
            # Work is of the programme of a year; the day of the document may be corrected without moving a term.
            counts_from=min(date(year, 1, 1), due_on),
            met_on=day_by(done_on, on),
            fixed_on=due_on,
            exactness=TermExactness(precision),
        )
        found[pk] = SubjectFacts(content, unit_code, {ASSIGNED: term})
    return found


def _answers(actor: Actor, term: Deadline) -> bool:
    """Who assigns work, unless their own division leads it; by delegation neither of the two divisions."""
    units = {each.unit_code for each in (actor, actor.own) if each is not None}
    return bool(rules.assigners.test(actor, AssignedTask)) and term.owner_code not in units


ASSIGNED_DEADLINES: Final = (
    DeadlineKind(
        ASSIGNED,
        _("Nhiệm vụ được giao"),
        facts,
        {
            AssignedTask._meta.label_lower: "pk",
            "parties.orgunit": Follow("pk", "lead_unit_id"),
        },
        met_at="actions/record-result/",
        answering=Answering(_answers, _("Văn phòng (việc do Văn phòng chủ trì thì lãnh đạo Sở)")),
    ),
)
