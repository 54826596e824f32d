"""Councils, their members and meetings: what their rows keep to, and what people do with them."""

from khcn.councils.operations.councils import (
    ALSO_MEETS_FOR,
    CouncilRefused,
    CouncilWriter,
    why_outside_council,
)
from khcn.councils.operations.meetings import (
    MeetingWriter,
)
from khcn.councils.operations.minutes_numbers import (
    MINUTES_BOOK,
    correct_minutes_number,
    typed_minutes,
    why_not_correct_minutes_number,
    why_not_numbered,
    with_minutes,
)
from khcn.councils.operations.seats import (
    SeatWriter,
    lock_council_of,
    swap_roles,
)

__all__ = [
    "ALSO_MEETS_FOR",
    "MINUTES_BOOK",
    "CouncilRefused",
    "CouncilWriter",
    "MeetingWriter",
    "SeatWriter",
    "correct_minutes_number",
    "lock_council_of",
    "swap_roles",
    "typed_minutes",
    "why_not_correct_minutes_number",
    "why_not_numbered",
    "why_outside_council",
    "with_minutes",
]
