"""Rows of a check: who is checked, what was found and sampled, how violations were handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.quality.enums import CheckOutcome
from khcn.quality.models import CheckedPlace, CheckFinding, CheckSample, StateCheck
from khcn.quality.workflow import CANCELLED, REPORTED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_CLOSED = (REPORTED, CANCELLED)


def _refuse_closed(check: StateCheck) -> None:
    if check.state in _CLOSED:
        text = _(
            "Cuộc kiểm tra đã báo cáo hoặc không kiểm tra nữa nên cơ sở, kết quả, mẫu không ghi thêm, sửa, xóa được. Bấm "
            "“Bỏ bước ghi nhầm” ở trang của cuộc trước."
        )
        raise Refused(text, code="closed")


def _stored(keys: Collection[Any]) -> set[int]:
    """Those of the keys that a row on record has: a check of the same workbook has none yet."""
    return {key for key in keys if key is not None}


class OfCheckWriter(PastDayWriter):
    """Rows that belong to a check by ``check_of``: what was reported stays."""

    def __init__(self, check_of: Callable[[Any], StateCheck], *days: str) -> None:
        """``days`` are the columns that say when something happened."""
        super().__init__(*days)
        self.check_of = check_of

    def lock(self, writes: Sequence[Write]) -> None:
        """The checks: none is reported meanwhile."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(StateCheck, _stored({self.check_of(row).pk for row in rows}))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Also against the check as it is on record now, the one that a row belongs to and the one that it is moved out of."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        keys = _stored({self.check_of(row).pk for row in rows})
        closed = set(StateCheck.objects.filter(pk__in=keys, state__in=_CLOSED).values_list("pk", flat=True))
        refused = set()
        for write in writes:
            checks = {self.check_of(row).pk for row in (write.record, write.before) if row is not None}
            if (write.is_new or write.changed) and checks & closed:
                try:
                    _refuse_closed(StateCheck.objects.get(pk=min(checks & closed)))
                except Refused as why:
                    refused.add(id(write))
                    yield write, why
        yield from super().validate([each for each in writes if id(each) not in refused], context)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was reported stays."""
        _refuse_closed(self.check_of(record))


def check_of_subject(subject: CheckedPlace) -> StateCheck:
    """The check that takes place there."""
    return subject.check_case


def check_of_row(row: CheckFinding | CheckSample) -> StateCheck:
    """The check at which something was found or sampled."""
    return row.subject.check_case


class PlaceWriter(OfCheckWriter):
    """A place is checked while the check takes place."""

    def __init__(self) -> None:
        """It has been checked, where that is entered."""
        super().__init__(check_of_subject, "checked_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A day outside the days of the check, and a conforming place with a violation that is handled."""
        subject, check = write.record, write.record.check_case
        day = subject.checked_on
        over = check.finished_on is not None and day is not None and day > check.finished_on
        early = check.begun_on is not None and day is not None and day < check.begun_on
        if over or early or (check.finished_on is not None and day is None):
            text = _("Ngày kiểm tra phải trong thời gian của cuộc, từ %(first)s đến %(last)s.") % {
                "first": format_date(check.begun_on),
                "last": format_date(check.finished_on),
            }
            raise Refused.about(text, "checked_on", code="days")
        if subject.pk and subject.outcome != CheckOutcome.VIOLATION and subject.handlings.exists():
            text = _("Cơ sở đã ghi việc xử lý vi phạm nên kết luận là có vi phạm.")
            raise Refused.about(text, "outcome", code="handled")


class HandlingWriter(PastDayWriter):
    """Only a violation is handled, after it was found."""

    def __init__(self) -> None:
        """It has been demanded, and done where that is entered."""
        super().__init__("demanded_on", "done_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The places: what was found there does not change meanwhile."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(CheckedPlace, {row.subject_id for row in rows if row.subject_id is not None})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Handling without a violation, or before the check."""
        handling, subject = write.record, write.record.subject
        if subject.outcome != CheckOutcome.VIOLATION:
            text = _("Cơ sở chưa kết luận có vi phạm nên không ghi việc xử lý.")
            raise Refused.about(text, "subject", code="no_violation")
        if subject.checked_on is not None and handling.demanded_on < subject.checked_on:
            text = _("Ngày yêu cầu đứng trước ngày kiểm tra %(day)s. Hãy xem lại ngày.") % {
                "day": format_date(subject.checked_on)
            }
            raise Refused.about(text, "demanded_on", code="order")


def closed_subjects(keys: Collection[int]) -> set[int]:
    """Those of the places whose check was reported or given up."""
    found = CheckedPlace.objects.filter(pk__in=list(keys), check_case__state__in=_CLOSED)
    return set(found.values_list("pk", flat=True))
