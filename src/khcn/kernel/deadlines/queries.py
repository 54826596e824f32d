"""The deadlines of a record and of a page on a day; records by their deadlines, as a list shows and filters them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.day_arithmetic import end_of_day
from khcn.kernel.calendar.terms import EventKind
from khcn.kernel.deadlines.computing import compute
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import NEAR, Deadline, DeadlineChange, DeadlineEvent, DeadlineQuerySet
from khcn.kernel.prepared_query import PreparedQuery, asked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from django.db.models import Model, QuerySet
    from django_stubs_ext import StrOrPromise

_Rows = TypeVar("_Rows", bound="QuerySet[Any]")

TERM_STATES: Final[tuple[tuple[str, StrOrPromise], ...]] = (
    ("late", _("quá hạn")),
    ("soon", _("sắp đến hạn")),
    ("running", _("còn hạn")),
)


def open_on(on: date) -> DeadlineQuerySet:
    """Deadlines that somebody has to see to and that were not met by a day, nor stopped by then.

    A date is the one that is on record now: what was decided after ``on`` has moved it already.
    """
    return Deadline.objects.filter(
        Q(met_on__isnull=True) | Q(met_on__gt=on),
        Q(shown_until__isnull=True) | Q(due_on__gte=on),  # after its day it is the other term that is open
        Q(stopped_since__isnull=True) | Q(stopped_since__gt=on),
        due_on__isnull=False,
    ).exclude(owner_code="")


def with_term(rows: _Rows, *, on: date) -> _Rows:
    """Adds ``next_due_on``, the earliest last day that is open on ``on``, and ``term``: late, soon or running."""
    of_record = open_on(on).filter(subject_model=rows.model._meta.label_lower, subject_id=OuterRef("pk"))
    state = Case(
        When(due_on__lt=on, then=Value("late")),
        When(due_on__lte=on + NEAR, then=Value("soon")),
        default=Value("running"),
        output_field=CharField(),
    )
    earliest = of_record.order_by("due_on")
    annotated: _Rows = rows.annotate(
        next_due_on=Subquery(earliest.values("due_on")[:1]),
        term=Coalesce(Subquery(earliest.values_list(state)[:1]), Value("")),
    )
    return annotated


_OF_ONE: Final = PreparedQuery(
    lambda: Deadline.objects.filter(subject_model=asked("model"), subject_id=asked("key"))
)


def deadlines_of(model: str, key: int, *, on: date, today: date) -> list[DeadlineStatus]:
    """All deadlines of one record on a day, in the order of their kinds, each with the changes of its last day.

    The stored rows answer for today; a day of the past, and a row that waits for its recomputation, is computed.
    """
    rows = _OF_ONE.records(model=model, key=key) if on >= today else None
    if rows is None or any(row.is_stale for row in rows):
        rows = list(compute(model, [key], on=on).values())
    changes = changes_of(model, key, on=on) if rows else {}
    return [DeadlineStatus(row, on, tuple(changes[row.kind])) for row in _in_declared_order(rows)]


def changes_of(model: str, key: int, *, on: date) -> defaultdict[str, list[DeadlineChange]]:
    """By kind of term, the recomputations that had moved the last day of a record's terms by a day."""
    found: defaultdict[str, list[DeadlineChange]] = defaultdict(list)
    rows = DeadlineChange.objects.filter(
        deadline__subject_model=model, deadline__subject_id=key, at__lt=end_of_day(on)
    )
    for each in rows.select_related("deadline"):
        found[each.deadline.kind].append(each)
    return found


def terms_on(
    model: str, keys: Collection[int], kinds: Sequence[str], *, on: date
) -> dict[int, DeadlineStatus]:
    """Of each record the first of some kinds of term that has a last day, as it stood on a day."""
    shown: dict[int, DeadlineStatus] = {}
    found = compute(model, keys, on=on)
    for kind in kinds:
        for (key, each), row in found.items():
            if each == kind and row.due_on is not None and key not in shown:
                shown[key] = DeadlineStatus(row, on)
    return shown


def with_pending_recomputation(rows: Iterable[Deadline]) -> list[Deadline]:
    """The rows of a page as they are now: those that wait for their recomputation are computed, not stored."""
    shown = list(rows)
    for model in {row.subject_model for row in shown if row.is_stale}:
        keys = {row.subject_id for row in shown if row.is_stale and row.subject_model == model}
        fresh = compute(model, keys)
        for place, row in enumerate(shown):
            found = fresh.get((row.subject_id, row.kind))
            if row.is_stale and row.subject_model == model and found is not None:
                found.pk, found.is_stale = row.pk, True
                shown[place] = found
    return shown


def _in_declared_order(rows: Iterable[Deadline]) -> list[Deadline]:
    """As the register declares its kinds."""
    places = {code: place for place, code in enumerate(registry.kinds)}
    return sorted(rows, key=lambda row: places.get(row.kind, len(places)))


def terms_open_to(record: Model, event: EventKind) -> list[Deadline]:
    """Deadlines of a record to which this may be done now, in the order of their kinds."""
    model = record._meta.label_lower
    found = _OF_ONE.records(model=model, key=record.pk)
    rows = {row.kind: row for row in found if row.met_on is None}
    kinds = registry.by_subject.get(model, [])
    if event is EventKind.EXTEND:
        allowed = [kind.code for kind in kinds if kind.may_extend]
        return [rows[code] for code in allowed if code in rows and rows[code].stopped_since is None]
    allowed = [kind.code for kind in kinds if kind.may_stop and kind.code in rows]
    stopped = event is EventKind.RESUME
    return [rows[code] for code in allowed if (rows[code].stopped_since is not None) == stopped]


def events_of(record: Model) -> dict[str, DeadlineEvent]:
    """By kind of term, the event of a record that was written last: the one that can be taken back."""
    kinds = [kind.code for kind in registry.by_subject.get(record._meta.label_lower, [])]
    rows = DeadlineEvent.objects.of_subject(record._meta.label_lower, record.pk).filter(kind__in=kinds)
    return {row.kind: row for row in rows.order_by("pk")}
