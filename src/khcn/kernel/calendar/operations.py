"""Verbs of the calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import holidays
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.models import SHARED, DayKind, WorkingDayException

FIRST_YEAR, LAST_YEAR = 1990, 2100
_SOURCE = "Lấy tự động, cần đối chiếu với thông báo lịch nghỉ hằng năm"
_SWAPPED = "Làm bù"


class Labelled(Protocol):
    """An actor, of whom this floor needs only the name that is written beside a row."""

    @property
    def label(self) -> str: ...


class CannotPrefillError(ValueError):
    """The year lies outside what the library knows."""


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a pre-fill did. ``kept`` are rows of people that say something else than the library; ``unknown`` are
    earlier pre-filled rows that the library no longer has: a person should look at both.
    """

    created: tuple[date, ...]
    corrected: tuple[date, ...]
    kept: tuple[date, ...]
    unknown: tuple[date, ...]


def _library_days(year: int) -> Iterator[tuple[date, DayKind, str]]:
    known = holidays.country_holidays("VN", years=year, language="vi")
    for day, name in sorted(known.items()):
        yield day, DayKind.HOLIDAY, name
    for day in sorted(known.weekend_workdays):
        if day.year == year:
            yield day, DayKind.WORKING, _SWAPPED


@transaction.atomic
def prefill_year(*, year: int, actor: Labelled, calendar: str = SHARED) -> Prefilled:
    """Fill in the public holidays and swapped working days of a year as the library ``holidays`` knows them.

    A row that a person entered or changed is never touched; a row an earlier pre-fill left is brought up to
    date. Repeating it changes nothing. Nothing is deleted.

    Raises:
        CannotPrefillError: ``year`` outside 1990–2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CannotPrefillError(
            _("Chỉ lấy được lịch nghỉ từ năm %(first)s đến %(last)s. Chọn năm trong khoảng đó.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    present = {row.on: row for row in WorkingDayException.objects.of_calendar(calendar).of_year(year)}
    created, corrected, kept = [], [], []
    for day, kind, name in _library_days(year):
        row = present.pop(day, None)
        wanted = WorkingDayException(calendar=calendar, on=day, kind=kind, name=name[:200], source=_SOURCE)
        wanted.prefilled_as, wanted.entered_by = wanted.signature, actor.label
        if row is None:
            wanted.save()
            created.append(day)
        elif row.is_hand_made:
            if row.kind != kind:
                kept.append(day)
        elif row.signature != wanted.signature:
            wanted.pk = row.pk
            wanted.save()
            corrected.append(day)
    unknown = [day for day, row in present.items() if not row.is_hand_made]
    return Prefilled(tuple(created), tuple(corrected), tuple(kept), tuple(unknown))
