"""The term of assigned work: the day, month, quarter or year that the document names, met by the day of the result.

Both columns are the work's own, so a term and the figures of timeliness say the same. A document that extends the work
changes the column; of a past day the term is the one that was in force then (`AssignedTaskExtension`).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.directives import rules
from khcn.directives.models import AssignedTask, AssignedTaskExtension
from khcn.kernel.calendar.terms import TermExactness
from khcn.kernel.deadlines import Answering, DeadlineKind, Follow, SubjectFacts, TermFacts, day_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.deadlines.models import Deadline

ASSIGNED: Final = "directives.assigned"
_COLUMNS: Final = ("pk", "content", "lead_unit__code", "year", "due_on", "due_precision", "done_on")
_ROWS = AssignedTask.objects.order_by().values_list(*_COLUMNS)


def _before(keys: Sequence[int], on: date) -> dict[int, tuple[date, str]]:
    """By work the deadline from which a document led that was issued after ``on``, the first of them."""
    later = AssignedTaskExtension.objects.filter(task__in=keys).issued_after(on)
    found: dict[int, tuple[date, str]] = {}
    for key, due_on, precision in later.values_list("task_id", "old_due_on", "old_due_precision"):
        found.setdefault(key, (due_on, precision))
    return found


def facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of assigned work in one query, of a past day in two. The deadline is the one in force on the day, as in the figures."""
    found = {}
    before = {} if on is None else _before(keys, on)
    for pk, content, unit_code, year, due_now, precision_now, done_on in _ROWS.filter(pk__in=keys):
        due_on, precision = before.get(pk, (due_now, precision_now))
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
            AssignedTaskExtension._meta.label_lower: "task_id",
            "parties.orgunit": Follow("pk", "lead_unit_id"),
        },
        met_at="actions/record-result/",
        answering=Answering(_answers, _("Văn phòng (việc do Văn phòng chủ trì thì lãnh đạo Sở)")),
    ),
)
