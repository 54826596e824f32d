"""Whether stored deadlines are those that follow from the records, the rules and the calendar.

They are no records of the change log, because everything that they say follows from such records: a deadline that SQL
changed is found by computing it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_for
from khcn.kernel.deadlines.recomputing import chunks_of_subjects, stored_differences
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.deadlines.recomputing import Difference


def check_stored_deadlines() -> Iterator[LogFinding]:
    """All deadlines but those that wait to be computed again after a change of law."""
    for model in registry.by_subject:
        for keys in chunks_of_subjects(model):
            if suspected := sorted({_subject_of(each) for each in _wrong(model, keys)}):
                with transaction.atomic():
                    # Once more with the records locked: they may have been written between the two readings.
                    locked_all(registry.models[model], suspected)
                    found = _wrong(model, suspected)
                for each in found:
                    yield LogFinding(FindingKind.DEADLINE_CHANGED, _words(model, each))


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
    record = f"{capfirst(str(registry.models[model]._meta.verbose_name))} “{row.subject_label}” (#{row.subject_id})"
    kind = registry.kinds.get(row.kind)
    return _("%(record)s, %(deadline)s: đang lưu %(stored)s, tính lại %(due)s") % {
        "record": record,
        "deadline": kind.label if kind is not None else row.kind,
        "stored": _day(difference.stored.due_on) if difference.stored else _("không có"),
        "due": _day(difference.due.due_on) if difference.due else _("không có"),
    }


def _day(day: date | None) -> str:
    return format_date(day) if day is not None else "–"
