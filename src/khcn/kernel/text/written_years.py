"""Years as officials write them for something that lasts: "2024-2026", "từ năm 2024 đến năm 2026", "01/2024 - 12/2026"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from khcn.kernel.text.fold import strip_diacritics

_MONTH: Final = r"(?:(?:thang )?(?P<month_{0}>0?[1-9]|1[0-2])\s?[/.]\s?)?"
_RANGE: Final = re.compile(
    r"(?:tu )?(?:nam )?" + _MONTH.format(1) + r"(?P<first>(?:19|20)\d\d)"
    r"\s*(?:[-–—÷]|->|den(?: het)?)\s*"
    r"(?:nam )?" + _MONTH.format(2) + r"(?P<last>(?:19|20)\d\d)"
)
_LAST_MONTH: Final = 12
# Not the year of a day: "(Kèm theo Quyết định ngày 12 tháng 01 năm 2023)".
_IN_TITLE: Final = re.compile(r"(?<!\d )\bnam\s+((?:19|20)\d\d)\b(?!\s*[-–—÷]\s*\d)")
_DAY_IN_WORDS: Final = re.compile(r"thang\s+\d{1,2}\s+nam\s+\d{4}")


@dataclass(frozen=True, slots=True)
class WrittenYears:
    """The first year, and the last day of the last one."""

    first: int
    last: date


def years_written(text: str) -> WrittenYears | None:
    """What such a text says; ``None`` for another text. The last day may lie before the first year, where somebody made a slip."""
    found = _RANGE.fullmatch(" ".join(strip_diacritics(text).lower().split()))
    if found is None:
        return None
    year, month = int(found["last"]), int(found["month_2"] or _LAST_MONTH)
    return WrittenYears(int(found["first"]), date(year, month, monthrange(year, month)[1]))


def year_in_title(text: str) -> set[int]:
    """The years that a line above a table names: of "DANH MỤC NHIỆM VỤ NĂM 2024" the year 2024."""
    plain = _DAY_IN_WORDS.sub(" ", " ".join(strip_diacritics(text).lower().split()))
    return {int(year) for year in _IN_TITLE.findall(plain)}
