"""The master data that the events by which goods were made give them: dates and origin."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from khcn.epcis.extensions import NO_EXTENSIONS, Extensions
from khcn.trace.queries.names.display_names import attributes, display_text
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.stored_texts import event_without_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BODIES: Final = 50


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
    """A day in ISO 8601, without the time of day; any other text as it is, if it is short."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return display_text(text, 40)


def is_past_day(text: str, today: date) -> bool:
    """Whether a text is a day in ISO 8601 before today; goods may be used on the day itself (General Specifications, AI 17)."""
    try:
        return date.fromisoformat(text) < today
    except ValueError:
        return False
