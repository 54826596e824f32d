"""The days of the steps of a record: each has come, and follows those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.past_days import refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.actors import Actor


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
