"""Rows about what has happened: their days are not still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.registers.writing import ValidationContext, Write


def refuse_to_come(day: date | None, name: str, on: date) -> None:
    """Raise ``Refused`` for a day that has not come."""
    if day is not None and day > on:
        text = _("Ngày %(day)s chưa đến. Hãy ghi ngày đã xảy ra.") % {"day": format_date(day)}
        raise Refused.about(text, name, code="future")


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
