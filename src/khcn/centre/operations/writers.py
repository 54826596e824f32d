"""What the writers of this area have in common: days that have come and come after what they follow."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils.translation import gettext as _

from khcn.kernel.past_days import PastDayWriter, refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.registers.writing import ValidationContext, Write


def refuse_before(name: str, day: date, first: date) -> None:
    """Raise ``Refused`` for a day before ``first``, from which on it can be."""
    if day < first:
        text = _("Ngày này đứng trước ngày %(day)s. Hãy xem lại ngày.") % {"day": format_date(first)}
        raise Refused.about(text, name, code="order")


def refuse_unless_between(name: str, day: date, first: date, on: date) -> None:
    """Raise ``Refused`` for a day before ``first``, or after the day of the entry."""
    refuse_before(name, day, first)
    refuse_to_come(day, name, on)


class FollowingDayWriter(PastDayWriter):
    """``day`` is the column that says when something was done: it has come, and is not before ``first``, which follows links."""

    def __init__(self, day: str, first: str) -> None:
        """``first`` is a path from the row: "order.received_on"."""
        super().__init__(day)
        self.day, self.first = day, first.split(".")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for what the rules are against; a stored row is asked where its day or its link changes."""
        if write.is_new or write.changed & {self.day, self.first[0]}:
            refuse_before(
                self.day, getattr(write.record, self.day), reduce(getattr, self.first, write.record)
            )


class LeadingDayWriter(PastDayWriter):
    """``day`` is the column from which on something is on record: it has come, and does not move behind what was done since."""

    def __init__(self, day: str, *since: str) -> None:
        """``since`` are paths from the row to the days of what was done: "verifications__done_on"."""
        super().__init__(day)
        self.day, self.since = day, since

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Of stored rows whose day changes, the first day of what was done is read in one statement for each path."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(write) for write, _why in wrong}
        moved = [each for each in writes if not each.is_new and self.day in each.changed]
        first: dict[int, date] = {}
        for path in self.since if moved else ():
            model = type(moved[0].record)
            rows = model._default_manager.filter(pk__in=[each.record.pk for each in moved]).order_by()
            for key, day in rows.values_list("pk").annotate(first=Min(path)):
                if day is not None:
                    first[key] = min(day, first.get(key, day))
        for write in moved:
            done_on = first.get(write.record.pk)
            if done_on is not None and done_on < getattr(write.record, self.day) and id(write) not in refused:
                text = _("Đã có việc ghi ngày %(day)s, trước ngày này. Hãy xem lại ngày.")
                yield write, Refused.about(text % {"day": format_date(done_on)}, self.day, code="order")
