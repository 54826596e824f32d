"""Names as they are on a day: divisions, other bodies and places have new ones after the mergers of 2025."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from khcn.config.demo.later_years.made_rows import NEW_PROVINCE, day_of
from khcn.config.register_files import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

_OF_DISTRICT: Final = re.compile(r", (?:H|h)uyện \w+ \w+")


@dataclass(frozen=True, slots=True)
class _NewName:
    since: date
    old: str
    new: str
    whole: bool  # only where the cell holds nothing else


class Renamed:
    """What ``demo/later_years.toml`` says about new names, and the communes that took the place of the old ones."""

    def __init__(self, folder: Path, names: Iterable[Mapping[str, Any]]) -> None:
        found = [_NewName(each["from"], each["old"], each["new"], each.get("whole", False)) for each in names]
        self._names = sorted(found, key=lambda each: -len(each.old))
        self._communes = _communes(folder)

    def is_ended(self, name: str, day: date) -> bool:
        """A body whose work went to another one that there was already."""
        return any(each.whole and each.old == name and day >= each.since for each in self._names)

    def words(self, text: str, day: date) -> str:
        """A text with the names of a day; a place with its present one."""
        since, commune = self._communes.get(text, (day, ""))
        if commune and day >= since:
            return commune
        for each in self._names:
            if day < each.since or each.new in text:
                continue
            text = text.replace(each.old, each.new) if not each.whole or text == each.old else text
        return _OF_DISTRICT.sub("", text) if day >= NEW_PROVINCE else text


def _communes(folder: Path) -> dict[str, tuple[date, str]]:
    """The new commune of each old one, and one of its communes for each district, with the first day."""
    heading, *rows = read_rows(folder / "reference.adminunitsuccession.csv")
    found: dict[str, tuple[date, str]] = {}
    for row in rows:
        link = dict(zip(heading, row, strict=True))
        old, new = link["Đơn vị cũ"], link["Đơn vị mới"]
        if new:
            found[old] = (day_of(link["Từ ngày"]), new)
            found.setdefault(old.rpartition(", ")[2], found[old])
    return found
