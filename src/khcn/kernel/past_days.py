"""Rows and steps about what has happened: their days are not still to come, and those of steps follow one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def refuse_to_come(day: date | None, name: str, on: date) -> None:
    """Raise ``Refused`` for a day that has not come."""
    if day is not None and day > on:
        text = _("Ngày %(day)s chưa đến. Hãy ghi ngày đã xảy ra.") % {"day": format_date(day)}
        raise Refused.about(text, name, code="future")


def refuse_out_of_order(record: Any, days: Sequence[str], name: str, day: date, on: date) -> None:
    """Raise ``Refused`` for a day to come, and for one before the day of a step before it. ``days`` are the columns in order."""
    refuse_to_come(day, name, on)
    earlier = [getattr(record, each) for each in days[: days.index(name)]]
    last = max((each for each in earlier if each is not None), default=None)
    if last is not None and day < last:
        text = _("Ngày này đứng trước bước trước đó, ngày %(day)s. Hãy xem lại ngày.") % {
            "day": format_date(last)
        }
        raise Refused.about(text, name, code="order")


def write_step(record: Any, *, actor: Actor, reason: str = "", **values: Any) -> None:
    """Write what a step says of the record."""
    for name, value in values.items():
        setattr(record, name, value)
    with transaction.atomic(), acting(actor, reason):
        record.full_clean(exclude={"state"})
        record.save()


class PastDayWriter(RowWriter):
    """Refuses days after that of the entry."""

    def __init__(self, *days: str) -> None:
        """``days`` are the columns that say when something happened."""
        self.days = days

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """New rows, and rows whose day changes."""
        for write in writes:
            try:
                for name in self.days:
                    if write.is_new or name in write.changed:
                        refuse_to_come(getattr(write.record, name), name, context.on)
                self.refuse(write, context)
            except Refused as refused:
                yield write, refused

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for what a register asks besides."""
