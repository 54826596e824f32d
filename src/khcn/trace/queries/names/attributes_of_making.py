"""The master data that the events by which goods were made give them: dates and origin."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from khcn.epcis.extensions import NO_EXTENSIONS, Extensions
from khcn.trace.queries.names.display_names import attributes, display_text
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.stored_texts import event_without_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BODIES: Final = 50
_ZONE: Final = re.compile(r"(?<=^\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)$")
"""The time zone that a day may have in XML Schema."""


def attributes_of_making(made: Mapping[int, int]) -> dict[str, str]:
    """ILMD of the events that created the goods; the earliest event wins."""
    found: dict[str, str] = {}
    earliest = sorted(made.items(), key=lambda event: (event[1], event[0]))[:_MOST_BODIES]
    rows = rows_by_id(earliest, ALL)
    for row in sorted(rows, key=lambda row: (row.event_time, row.event_time_rest, row.body)):
        for name, value in attributes(_ilmd(row.body)).items():
            found.setdefault(name, value)
    return found


def _ilmd(body: str) -> Extensions:
    found: Extensions = getattr(event_without_objects(body), "ilmd", NO_EXTENSIONS)
    return found


def shown_day(text: str) -> str:
    """A day in ISO 8601, of a moment its day here; any other text as it is, if it is short."""
    written = text.strip()
    with suppress(ValueError):
        return date.fromisoformat(_ZONE.sub("", written)).isoformat()
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(written)
        return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).date().isoformat()
    return display_text(text, 40)


def iso_or_nothing(text: str) -> str:
    """What `shown_day` gives, where it is a day; "" for any other text, which programs cannot read."""
    return text if day_of(text) is not None else ""


def day_of(text: str) -> date | None:
    """The day that `shown_day` gives; None where what was written is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
