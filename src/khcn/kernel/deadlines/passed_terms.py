"""Once the last day of a term has passed, what would make it not late is written by who answers for it.

Asked where deadlines are recomputed, so that it holds for every write from which a term follows, whatever the write is
called. Entering late that a term was met in time is allowed, because records often come late; the row says when.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.deadlines.kinds import Answering, registry
from khcn.kernel.deadlines.models import Deadline, EndedTerm
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from khcn.kernel.actors import Act, Actor
    from khcn.kernel.deadlines.models import RecomputeCause

# Who answers for a term that is moved after it has passed.
_answering: Final = has_role(Role.HEAD, Role.LEADER)


def has_passed(row: Deadline, on: date) -> bool:
    """Is the term's own day (``due_on``) before ``on``, met or not, and whatever other term is waited for?"""
    return row.due_on is not None and row.due_on < on


def is_guarded(row: Deadline, on: date) -> bool:
    """May only who answers for it move the term? It is open with its own day over, though it may not be late yet
    (``Deadline.last_day``), or it was met late. A stop does not move a day that a contract names.
    """
    if not has_passed(row, on):
        return False
    return row.met_on is None or (row.last_day is not None and row.met_on > row.last_day)


def _was_guarded(row: Deadline, on: date) -> bool:
    return is_guarded(row, on) or row.met_in_time_entered_on is not None


_HEADS: Final = Answering(
    lambda actor, row: bool(_answering.test(actor, apps.get_model(row.subject_model))),
    gettext_lazy("lãnh đạo phòng"),
)


def _answering_for(row: Deadline) -> Answering:
    kind = registry.kinds.get(row.kind)
    return (kind.answering if kind is not None else None) or _HEADS


def _answers(row: Deadline, actor: Actor) -> bool:
    return _answering_for(row).test(actor, row)


def refuse_unless_answering(row: Deadline, actor: Actor) -> None:
    """Raise :class:`Refused` for an actor who does not answer for terms that have passed."""
    if _answers(row, actor):
        return
    kind = registry.kinds.get(row.kind)
    raise Refused(
        _(
            "Thời hạn “%(term)s” của “%(record)s” đã qua ngày %(due)s. Từ đó chỉ %(who)s ghi được việc làm thay đổi hạn. "
            "Hãy đề nghị %(who)s ghi."
        )
        % {
            "term": kind.label if kind else row.kind,
            "record": row.subject_label,
            "who": _answering_for(row).who,
            "due": format_date(row.due_on) if row.due_on else "–",
        },
        code="late",
    )


def refuse_moving_passed_terms(
    changes: Iterable[tuple[Deadline, Deadline | None]], act: Act, cause: RecomputeCause
) -> None:
    """Raise :class:`Refused` when a late term would get a later day, be stopped, lose its owner or vanish, and the actor does
    not answer for it. ``changes`` are rows as stored and as they shall be, None where the term vanishes.

    Terms without an owner are left out, and so is a slip that its author mends on the same day.
    """
    on = act.on
    if on is None:
        return
    late = [
        (row, due)
        for row, due in changes
        if row.owner_code and _was_guarded(row, on) and not _answers(row, act.actor)
    ]
    only_adds = bool(late) and _adds_facts(act, cause)
    moved = [(row, due) for row, due in late if _is_moved(row, due, only_adds=only_adds)]
    for row, due in sorted(moved, key=lambda each: (each[0].due_on, each[0].kind)):
        if not _is_slip_of_today(row, due, act, cause):
            refuse_unless_answering(row, act.actor)


def refuse_moving_ended_terms(new: Sequence[Deadline], act: Act, cause: RecomputeCause) -> None:
    """Raise :class:`Refused` where a term comes back that had ended late, with a later day than it had, and the actor does not
    answer for it. Those that come back are ended no more.

    Args:
        new: the terms of records of one model that were not stored.
        act: who writes, and when.
        cause: what is written.
    """
    by_key = {(due.subject_id, due.kind): due for due in new}
    ended = EndedTerm.objects.filter(
        subject_model=new[0].subject_model, subject_id__in={key for key, _kind in by_key}
    )
    returned = [each for each in ended if (each.subject_id, each.kind) in by_key]
    if not returned:
        return
    only_adds = _adds_facts(act, cause)
    for each in sorted(returned, key=lambda each: (each.due_on, each.kind)):
        due = by_key[each.subject_id, each.kind]
        row = Deadline(
            subject_model=each.subject_model,
            subject_id=each.subject_id,
            subject_label=due.subject_label,
            kind=each.kind,
            owner_code=due.owner_code,
            starts_on=each.starts_on,
            due_on=each.due_on,
            shown_until=each.shown_until,
        )
        if row.owner_code and _is_moved(row, due, only_adds=only_adds):
            refuse_unless_answering(row, act.actor)
    EndedTerm.objects.filter(pk__in=[each.pk for each in returned]).delete()


def store_ended(rows: Iterable[Deadline], on: date | None) -> None:
    """Keep of terms that end what they were where their day had passed on ``on`` and they were not met."""
    passed = [
        (row, row.due_on)
        for row in rows
        if on is not None and row.met_on is None and row.due_on is not None and row.due_on < on
    ]
    EndedTerm.objects.bulk_create(
        [
            EndedTerm(
                subject_model=row.subject_model,
                subject_id=row.subject_id,
                kind=row.kind,
                starts_on=row.starts_on,
                due_on=due_on,
                shown_until=row.shown_until,
            )
            for row, due_on in passed
        ],
        update_conflicts=True,
        unique_fields=["subject_model", "subject_id", "kind"],
        update_fields=["starts_on", "due_on", "shown_until"],
    )


def _is_moved(row: Deadline, due: Deadline | None, *, only_adds: bool) -> bool:
    kind = registry.kinds.get(row.kind)
    if kind is not None and kind.recurs:
        return False
    if due is None or due.starts_on > row.starts_on:
        # A new fact ends the term or begins it anew: the work was stopped, a second acceptance. A changed one moves it. What
        # was done late is not taken out of sight so.
        return row.met_on is not None or not only_adds
    if not due.owner_code:
        return True
    is_later = _ends_later(row.due_on, due.due_on) or _ends_later(row.last_day, due.last_day)
    if due.met_on is not None and due.due_on == row.due_on and not is_later:
        return False
    return is_later or (due.stopped_since is not None and row.stopped_since is None)


def _ends_later(stored: date | None, due: date | None) -> bool:
    return due is None or stored is None or due > stored


def _adds_facts(act: Act, cause: RecomputeCause) -> bool:
    """Were rows of the model that was written only created by this act?"""
    entries = ChangeEntry.objects.filter(batch=act.batch, model=cause.model)
    return entries.exists() and not entries.exclude(action=LoggedAction.CREATE).exists()


def _is_slip_of_today(row: Deadline, due: Deadline | None, act: Act, cause: RecomputeCause) -> bool:
    """Did the actor, today or in this very act, create the record of the term, or the row that began the term?"""
    today = Q(actor_id=act.actor.user_id, at__gte=_midnight(), actor_id__isnull=False)
    if _created([row]).filter(today | Q(batch=act.batch)).exists():
        return True
    if not cause.key or (due is not None and due.starts_on == row.starts_on):
        return False
    of_cause = ChangeEntry.objects.filter(action=LoggedAction.CREATE, model=cause.model, object_id=cause.key)
    return of_cause.filter(today).exclude(batch=act.batch).exists()


def _midnight() -> datetime:
    """The beginning of the present day."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def entered_late_on(row: Deadline, due: Deadline, on: date | None) -> date | None:
    """On which day it was written down that the term was met in time, where its last day was over by then."""
    if not _is_in_time(due):
        return None
    if row.met_on is not None and not is_guarded(row, date.max):
        return row.met_in_time_entered_on
    if on is None or not is_guarded(row, on):
        return None
    return on if row.last_day is not None and row.last_day < on else None


def mark_entered_late(new: Sequence[Deadline], act: Act) -> None:
    """The same for terms of one model that were not on record before. A workbook that brings the record itself brings its
    history.
    """
    on = act.on
    late = [due for due in new if on is not None and _is_in_time(due) and due.last_day < on]  # type: ignore[operator]
    if not late:
        return
    created = _created(late).filter(batch=act.batch).values_list("object_id", flat=True)
    of_this_act = set(created)
    for due in late:
        if str(due.subject_id) not in of_this_act:
            due.met_in_time_entered_on = on


def _is_in_time(due: Deadline) -> bool:
    return due.met_on is not None and due.last_day is not None and due.met_on <= due.last_day


def _created(rows: Sequence[Deadline]) -> QuerySet[ChangeEntry]:
    """The creation of the records of these terms, which are of one model."""
    keys = {str(row.subject_id) for row in rows}
    return ChangeEntry.objects.filter(
        action=LoggedAction.CREATE, model=rows[0].subject_model, object_id__in=keys
    )
