"""Once the last day of a term has passed, what would make it not late is written by who answers for it.

Asked where deadlines are recomputed, so that it holds for every write from which a term follows, whatever the write is
called. Entering late that a term was met in time is allowed, because records often come late; the row says when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.actors import Act, Actor
    from khcn.kernel.deadlines.models import Deadline

# Who answers for a term that is moved after it has passed.
_answering: Final = has_role(Role.HEAD, Role.LEADER)


def passed_last_day(row: Deadline, on: date) -> bool:
    """Has the term passed its last day before ``on``, met or not?"""
    return row.due_on is not None and row.due_on < on


def is_passed_term(row: Deadline, on: date) -> bool:
    """Has the term passed unmet: is it open, and its last day over?"""
    return row.met_on is None and row.stopped_since is None and passed_last_day(row, on)


def refuse_unless_answering(row: Deadline, actor: Actor) -> None:
    """Raise :class:`Refused` for an actor who does not answer for terms that have passed."""
    if _answering.test(actor, None):
        return
    kind = registry.kinds.get(row.kind)
    raise Refused(
        _(
            "Thời hạn “%(term)s” của “%(record)s” đã qua ngày %(due)s. Từ đó chỉ lãnh đạo phòng, lãnh đạo Sở ghi được việc làm "
            "thay đổi hạn. Hãy đề nghị lãnh đạo phòng ghi."
        )
        % {
            "term": kind.label if kind else row.kind,
            "record": row.subject_label,
            "due": format_date(row.due_on) if row.due_on else "–",
        },
        code="late",
    )


def refuse_moving_passed_terms(changes: Iterable[tuple[Deadline, Deadline | None]], act: Act) -> None:
    """Raise :class:`Refused` when a term that has passed would be later, stopped or gone, and the actor does not answer
    for it. ``changes`` are rows as stored and as they shall be, None where the term is gone.

    Records that the same act has created are left out: their rows follow from a part of what is being entered.
    """
    on = act.on
    if on is None or _answering.test(act.actor, None):
        return
    moved = [row for row, due in changes if is_passed_term(row, on) and _is_moved(row, due)]
    for row in sorted(moved, key=lambda row: (row.due_on, row.kind)):
        if not _is_created_by(act, row):
            refuse_unless_answering(row, act.actor)


def _is_moved(row: Deadline, due: Deadline | None) -> bool:
    if due is None:
        return True
    kind = registry.kinds.get(row.kind)
    if kind is not None and kind.recurs and due.starts_on > row.starts_on:
        return False
    if due.owner_code != row.owner_code and not due.owner_code:
        return True  # it would wait for nobody
    if due.met_on is not None:
        return False
    is_later = due.due_on is None or row.due_on is None or due.due_on > row.due_on
    return is_later or due.stopped_since is not None


def _is_created_by(act: Act, row: Deadline) -> bool:
    return ChangeEntry.objects.filter(
        batch=act.batch, model=row.subject_model, action=LoggedAction.CREATE, object_id=str(row.subject_id)
    ).exists()


def entered_late_on(row: Deadline, due: Deadline, on: date | None) -> date | None:
    """On which day it was written down that the term was met in time, where its last day was over by then."""
    if due.met_on is None or due.due_on is None or due.met_on > due.due_on:
        return None
    if row.met_on is not None:
        return row.met_in_time_entered_on
    return on if on is not None and is_passed_term(row, on) else None
