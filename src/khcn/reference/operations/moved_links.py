"""Records follow the versions of an entry: when a version ends that they name on later days, they name the one in its place.

Only a version that says the same takes them over, so that nothing printed or counted becomes another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_change
from khcn.kernel.fields.dated_links import records_on_days
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.actors import Actor
    from khcn.kernel.dated.models import Version

_MEANING: Final = ("label", "fails")
"""What a version says to records that name it, where its model does not name other columns (`says`)."""


def says_the_same(one: Any, other: Any) -> bool:
    """Would records that name the one be printed and counted alike if they named the other?"""
    names = getattr(type(one), "says", _MEANING)
    return all(getattr(one, name, None) == getattr(other, name, None) for name in names)


def count_to_move(row: Any, days: Iterable[Version]) -> int:
    """How many records name the row on these days."""
    return sum(len(records) for span in days for _name, records in records_on_days(row, span))


def move_records(row: Any, *, to: Any, days: Version, actor: Actor) -> None:
    """Let the records that name the row on these days name the other version, with the reason in their log.

    Raises :class:`~khcn.kernel.refusals.Refused` where a signed report would say something else from then on.
    """
    words = {"name": to, "day": format_date(to.valid_from)}
    for name, records in records_on_days(row, days):
        if not records:
            continue
        reason = (
            _("Chuyển sang “%(name)s” có hiệu lực từ ngày %(day)s, đang áp dụng vào ngày của bản ghi") % words
        )
        with acting(actor, reason), refuse_contradicting_what_was_signed(records):
            for each in records:
                setattr(each, name, to)
            bulk_change(records, [name])
