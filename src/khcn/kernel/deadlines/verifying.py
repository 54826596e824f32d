"""Whether stored deadlines are those that follow from the records, the rules and the calendar.

They are no records of the change log, because everything that they say follows from such records: a deadline that SQL
changed is found by computing it again. What follows from none, the mark of what was written down late, is logged beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.deadlines.computing import CHUNK, compute
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_for
from khcn.kernel.deadlines.models import Deadline, LateEntry
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.deadlines.law_source import Law


def check_stored_deadlines() -> Iterator[LogFinding]:
    """All deadlines but those that wait to be computed again after a change of law."""
    for model in registry.by_subject:
        for keys in chunks_of_subjects(model):
            suspected = {_subject_of(each) for each in _wrong(model, keys)}
            suspected |= {each.row.subject_id for each in _wrong_marks(model, keys)}
            if not suspected:
                continue
            with transaction.atomic():
                # Once more with the records locked: they may have been written between the two readings.
                locked_all(registry.models[model], sorted(suspected))
                found = [_words(model, each) for each in _wrong(model, sorted(suspected))]
                found += [_words_of_mark(model, each) for each in _wrong_marks(model, suspected)]
            for words in found:
                yield LogFinding(FindingKind.DEADLINE_CHANGED, words)


def _wrong(model: str, keys: Sequence[int]) -> list[Difference]:
    found = stored_differences(model, keys, law_for(model))
    return [each for each in found if each.stored is None or not each.stored.is_stale]


def _subject_of(difference: Difference) -> int:
    row = difference.due or difference.stored
    assert row is not None  # noqa: S101 -- one of the two is there
    return row.subject_id


def _words(model: str, difference: Difference) -> str:
    row = difference.due or difference.stored
    assert row is not None  # noqa: S101 -- one of the two is there
    return _("%(record)s, %(deadline)s: đang lưu %(stored)s, tính lại %(due)s") % {
        **_named(model, row),
        "stored": _day(difference.stored.due_on) if difference.stored else _("không có"),
        "due": _day(difference.due.due_on) if difference.due else _("không có"),
    }


def _named(model: str, row: Deadline) -> dict[str, Any]:
    record = f"{capfirst(str(registry.models[model]._meta.verbose_name))} “{row.subject_label}” (#{row.subject_id})"
    kind = registry.kinds.get(row.kind)
    return {"record": record, "deadline": kind.label if kind is not None else row.kind}


class WrongMark(NamedTuple):
    """A term that is marked otherwise than the log says as met in time and written down late."""

    row: Deadline
    logged: date | None


def _wrong_marks(model: str, keys: Collection[int]) -> list[WrongMark]:
    entries = LateEntry.objects.filter(subject_model=model, subject_id__in=keys)
    logged = {(each.subject_id, each.kind): each.entered_on for each in entries}
    rows = Deadline.objects.of_subject(model, keys)
    return [
        WrongMark(row, mark)
        for row in rows.filter(
            Q(met_in_time_entered_on__isnull=False) | Q(subject_id__in=[key for key, _kind in logged])
        )
        if (mark := logged.get((row.subject_id, row.kind))) != row.met_in_time_entered_on
    ]


def _words_of_mark(model: str, wrong: WrongMark) -> str:
    return _("%(record)s, %(deadline)s: ngày ghi là đúng hạn đang lưu %(stored)s, nhật ký ghi %(logged)s") % {
        **_named(model, wrong.row),
        "stored": _day(wrong.row.met_in_time_entered_on),
        "logged": _day(wrong.logged),
    }


def _day(day: date | None) -> str:
    return format_date(day) if day is not None else "–"


COMPARED: Final = (
    "subject_label",
    "owner_code",
    "starts_on",
    "due_on",
    "precision",
    "shown_until",
    "stopped_since",
    "met_on",
    "rule_code",
    "rule_id",
    "is_provisional",
    "explanation",
)


# Of one record, whose deadlines follow it at every write.
_STORED_OF_ONE: Final = PreparedQuery(
    lambda: Deadline.objects.filter(subject_model=asked("model"), subject_id=asked("key"))
)


class Difference(NamedTuple):
    """A stored row that is not what it should be; ``stored`` or ``due`` is None where one of them is missing."""

    stored: Deadline | None
    due: Deadline | None


def stored_differences(model: str, keys: Sequence[int], law: Law) -> list[Difference]:
    """Compare the rows of some records with what follows from the records."""
    found = compute(model, keys, law=law)
    rows = (
        _STORED_OF_ONE.records(model=model, key=keys[0])
        if len(keys) == 1
        else Deadline.objects.of_subject(model, keys)
    )
    stored = {(row.subject_id, row.kind): row for row in rows}
    result = [Difference(row, None) for key, row in stored.items() if key not in found]
    for key, due in found.items():
        old = stored.get(key)
        if old is None or old.is_stale or any(getattr(old, name) != getattr(due, name) for name in COMPARED):
            result.append(Difference(old, due))
    return result


def chunks_of_subjects(model: str) -> Iterator[list[int]]:
    """Keys of all records of a model, and of rows whose record is gone, a chunk at a time."""
    after = 0
    records = registry.models[model]._base_manager.order_by("pk")
    while keys := list(records.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        yield keys
        after = keys[-1]
    rows = Deadline.objects.filter(subject_model=model)
    gone = rows.exclude(subject_id__in=records.values("pk")).values_list("subject_id", flat=True)
    if orphans := sorted(set(gone)):
        yield orphans
