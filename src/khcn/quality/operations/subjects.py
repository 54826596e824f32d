"""Rows of a check: who is checked by whom, what was found and sampled, how violations were handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.quality.enums import CheckOutcome
from khcn.quality.models import CheckedPlace, CheckHandling, StateCheck
from khcn.quality.workflow import CANCELLED, REPORTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_CLOSED = (REPORTED, CANCELLED)


def _closed() -> Refused:
    text = _(
        "Cuộc kiểm tra đã báo cáo hoặc không kiểm tra nữa nên đoàn, cơ sở, kết quả, mẫu không ghi thêm, sửa, xóa được. Bấm “Bỏ bước "
        "ghi nhầm” ở trang của cuộc trước."
    )
    return Refused(text, code="closed")


def _rows(writes: Sequence[Write]) -> list[Any]:
    """Of each write the row as it shall be, and as it is."""
    return [row for each in writes for row in (each.record, each.before) if row is not None]


class OfCheckWriter(PastDayWriter):
    """Rows that belong to a check, by ``link`` straight or by their place: what was reported stays.

    Checks are read for all rows at once. A check or place of the same workbook is not on record yet: nothing is asked of it.
    """

    def __init__(self, link: str, *days: str) -> None:
        """``days`` are the columns that say when something happened."""
        super().__init__(*days)
        self.link = f"{link}_id"
        self.by_place = link != "check_case"

    def _check_keys(self, rows: Sequence[Any]) -> dict[int, int | None]:
        """The key of the check of each row, by the identity of the row."""
        if not self.by_place:
            return {id(row): row.check_case_id for row in rows}
        keys = {row.subject_id for row in rows if row.subject_id is not None}
        checks = dict(CheckedPlace.objects.filter(pk__in=keys).values_list("pk", "check_case_id"))
        return {
            id(row): row.subject.check_case_id if row.subject_id is None else checks.get(row.subject_id)
            for row in rows
        }

    def lock(self, writes: Sequence[Write]) -> None:
        """The checks: none is reported meanwhile."""
        keys = self._check_keys(_rows(writes)).values()
        locked_all(StateCheck, {key for key in keys if key is not None})

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Also against the checks as they are on record now: the one that a row belongs to, and the one that it is moved out of."""
        keys = self._check_keys(_rows(writes))
        checks = StateCheck.objects.in_bulk({key for key in keys.values() if key is not None})
        closed = {key for key, check in checks.items() if check.state in _CLOSED}
        passed = []
        for write in writes:
            touched = {keys[id(row)] for row in (write.record, write.before) if row is not None}
            if (write.is_new or write.changed) and touched & closed:
                yield write, _closed()
            else:
                passed.append(write)
        refused = {id(write): why for write, why in self.refusals(passed, checks)}
        yield from ((write, refused[id(write)]) for write in passed if id(write) in refused)
        yield from super().validate([each for each in passed if id(each) not in refused], context)

    def refusals(
        self, writes: Sequence[Write], checks: Mapping[int, StateCheck]
    ) -> Iterator[tuple[Write, Refused]]:
        """What a register asks besides, of all rows at once; ``checks``: those on record, by key."""
        return iter(())

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was reported stays."""
        check = record.subject.check_case if self.by_place else record.check_case
        if check.state in _CLOSED:
            raise _closed()


class PlaceWriter(OfCheckWriter):
    """A place is checked while the check takes place."""

    def __init__(self) -> None:
        """It has been checked, where that is entered."""
        super().__init__("check_case", "checked_on")

    def refusals(
        self, writes: Sequence[Write], checks: Mapping[int, StateCheck]
    ) -> Iterator[tuple[Write, Refused]]:
        """A day outside the days of the check, and a place without violation of which one is handled."""
        keys = [each.record.pk for each in writes if not each.is_new]
        handled = set(CheckHandling.objects.filter(subject__in=keys).values_list("subject_id", flat=True))
        for write in writes:
            place = write.record
            check = checks.get(place.check_case_id)
            if check is not None and (why := _why_outside(place.checked_on, check)):
                yield write, why
            elif place.pk in handled and place.outcome != CheckOutcome.VIOLATION:
                text = _("Cơ sở đã ghi việc xử lý vi phạm nên kết luận là có vi phạm.")
                yield write, Refused.about(text, "outcome", code="handled")


def _why_outside(day: date | None, check: StateCheck) -> Refused | None:
    """Of a place that was not checked while the check took place; until that is over, nobody knows."""
    if check.begun_on is None or check.finished_on is None:
        return None
    if day is not None and check.begun_on <= day <= check.finished_on:
        return None
    text = _("Ngày kiểm tra phải trong thời gian của cuộc, từ %(first)s đến %(last)s.") % {
        "first": format_date(check.begun_on),
        "last": format_date(check.finished_on),
    }
    return Refused.about(text, "checked_on", code="days")


class HandlingWriter(PastDayWriter):
    """Only a violation is handled, after it was found."""

    def __init__(self) -> None:
        """It has been demanded, and done where that is entered."""
        super().__init__("demanded_on", "done_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The places: what was found there does not change meanwhile."""
        locked_all(CheckedPlace, _place_keys(_rows(writes)))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Also against the places, which are read for all rows at once."""
        places = CheckedPlace.objects.in_bulk(_place_keys([each.record for each in writes]))
        passed = []
        for write in writes:
            handling = write.record
            place = handling.subject if handling.subject_id is None else places[handling.subject_id]
            if why := _why_not_handled(handling, place):
                yield write, why
            else:
                passed.append(write)
        yield from super().validate(passed, context)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was done is counted: it stays."""
        if record.done_on is not None:
            text = _(
                "Việc xử lý đã xong ngày %(day)s nên không xóa được. Ghi nhầm thì xóa ngày xử lý xong trước."
            )
            raise Refused(text % {"day": format_date(record.done_on)}, code="done")


def _place_keys(rows: Sequence[Any]) -> set[int]:
    return {row.subject_id for row in rows if row.subject_id is not None}


def _why_not_handled(handling: CheckHandling, place: CheckedPlace) -> Refused | None:
    """Without a violation, or before the check."""
    if place.outcome != CheckOutcome.VIOLATION:
        text = _("Cơ sở chưa kết luận có vi phạm nên không ghi việc xử lý.")
        return Refused.about(text, "subject", code="no_violation")
    if place.checked_on is not None and handling.demanded_on < place.checked_on:
        text = _("Ngày yêu cầu đứng trước ngày kiểm tra %(day)s. Hãy xem lại ngày.") % {
            "day": format_date(place.checked_on)
        }
        return Refused.about(text, "demanded_on", code="order")
    return None


def closed_subjects(keys: Collection[int]) -> set[int]:
    """Those of the places whose check was reported or given up."""
    found = CheckedPlace.objects.filter(pk__in=list(keys), check_case__state__in=_CLOSED)
    return set(found.values_list("pk", flat=True))
