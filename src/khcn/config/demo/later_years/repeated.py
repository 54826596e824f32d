"""Events of the demonstration year that happen again in a later one: other days, codes, numbers and amounts, and the names of the day."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from khcn.config.demo.later_years.made_rows import INVENTED, LAST_DAY, day_of, typed, working

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

    Row = dict[str, str]

_YEAR: Final = 2023
_DAY: Final = re.compile(r"\d\d/\d\d/\d{4}")
_KEY: Final = re.compile(r"Mã$|Mã (?!quy trình|hội đồng|thiết bị)|Số phiếu|Số hợp đồng$|Số, ký hiệu")
_NUMBERED: Final = re.compile(r"MH-(?:[A-Z]+)?(\d+)")
_OF_YEAR: Final = re.compile(r"(?<=-)20\d\d(?=-)|(?<=/)20\d\d(?=/)")
_YEAR_NAMED: Final = re.compile(r"(?<=năm )20\d\d")
_OF_REPORT: Final = re.compile(r"báo cáo 9 tháng|^Báo cáo(?: nêu| không|:)")
_PUBLISHED_AFTERWARDS: Final = frozenset({"Năm đánh giá", "Năm của số liệu"})
_ISSUE: Final = re.compile(r"(?<=, số )\d+$")
_COUNTED: Final = re.compile(
    r"Số lượng|Số người|Số cuốn|Số học viên|Trong đó không đạt|Số văn bản$|Thành tiền|Mức phạt"
)
_NO_DAY: Final = date(2023, 3, 15)  # of a row that names none
_FEW: Final = 20
_A_YEAR: Final = 364


@dataclass(slots=True)
class _Copy:
    """One later window: how much later, how much of it, and the new codes of what happens again in it."""

    days: int
    factor: float
    codes: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # of papers: the same one in all rows that name it

    @property
    def years(self) -> int:
        return round(self.days / _A_YEAR) if self.days >= _A_YEAR else 0

    def later(self, day: date) -> date:
        """Never in another order, and on working days."""
        return working(day + timedelta(days=self.days))


class Repeated:
    """Adds the rows of ``later_years.toml``: those of a year, events, and parts of both."""

    def __init__(self, made: MadeRows, renamed: Renamed, plan: Mapping[str, Any]) -> None:
        self._made = made
        self._renamed = renamed
        self._plan = plan
        self._chance = made.chance("repeated")
        self._taken: dict[str, set[str]] = {}
        self._issues: Counter[str] = Counter()  # of a programme on radio and television, by its year
        self._projects: Counter[tuple[str, int]] = Counter()
        self._of_year: dict[tuple[int, str], str] = {}  # how a later year calls its plan, round or contest

    def add_all(self) -> None:
        """Add rows of each year first: events name them."""
        for years in (1, 2):
            copy = _Copy(_A_YEAR * years, 1 + 0.1 * years)
            for register in self._plan["yearly"]:
                for row in self._made.first_year(register):
                    if _is_of_year(row):
                        self._add(register, row, copy, key=_key_of(row))
            self._of_year |= {(years, old): new for old, new in copy.codes.items()}
            self._add_parts(copy)
        for again in self._plan["again"]:
            copy = _Copy(again["days"], self._chance.uniform(0.8, 1.3))
            for register in self._plan["events"]:
                for row in self._made.first_year(register):
                    day = _first_day(row)
                    if day is None or not again["from"] <= day <= again["to"]:
                        continue
                    if again["days"] % _A_YEAR and any(
                        value in self._plan["of_season"] for value in row.values()
                    ):
                        continue
                    if self._chance.random() < again["share"]:
                        self._bring(register, row, copy)
                        self._add(register, row, copy, key=_key_of(row))
            self._add_parts(copy)

    def _bring(self, register: str, row: Row, copy: _Copy) -> None:
        """Records that belong to one event: a project to the opinion on it."""
        brought = self._plan["brings"].get(register)
        for named in self._made.first_year(brought) if brought else ():
            key = _key_of(named)
            if named[key] in row.values() and named[key] not in copy.codes:
                self._add(brought, named, copy, key=key, on=copy.later(_first_day(row) or _NO_DAY))

    def _add_parts(self, copy: _Copy) -> None:
        for register in self._plan["parts"]:
            for row in self._made.first_year(register):
                if _names_one_of(row, copy.codes):
                    key = _key_of(row)
                    self._add(register, row, copy, key="" if row.get(key, "") in copy.codes else key)

    def _add(self, register: str, row: Row, copy: _Copy, *, key: str, on: date | None = None) -> None:
        first = _first_day(row)
        on = on or copy.later(first or _NO_DAY)
        if first and on > LAST_DAY:
            return
        if any(self._renamed.is_ended(value, on) for value in row.values()):
            return
        if key and (old := row[key]):
            copy.codes[old] = self._new_code(register, old, on, copy)
        new = {
            heading: self._value(heading, value, on, copy)
            for heading, value in row.items()
            if heading != INVENTED
        }
        self._made.add(register, new)

    def _value(self, heading: str, value: str, on: date, copy: _Copy) -> str:
        if not value or heading == "Ghi chú" or heading in self._plan["without"] or _OF_REPORT.search(value):
            return ""
        if (code := copy.codes.get(value) or self._of_year.get((copy.years, value))) is not None:
            return code
        if value.isdecimal() and heading.startswith(("Năm", "Từ năm", "Đến năm", "Lần thứ")):
            return str(int(value) + copy.years)
        if _COUNTED.match(heading) and value.replace(".", "").isdecimal():
            return _amount(int(value.replace(".", "")), copy)
        return self._text(heading, value, on, copy)

    def _text(self, heading: str, value: str, on: date, copy: _Copy) -> str:
        """Words, with the years, numbers and names of the day."""
        if _DAY.fullmatch(value):
            return typed(copy.later(day_of(value)))
        if _NUMBERED.match(value) and "/" in value:
            return self._new_number(value, copy)
        text = _YEAR_NAMED.sub(lambda found: str(int(found[0]) + copy.years), value)
        if _ISSUE.search(text):
            text = _ISSUE.sub(self._next_issue(text), text)
        if heading == "Tên dự án":
            self._projects[text, on.year] += 1
            text = f"{text} (điều chỉnh lần {self._projects[text, on.year]}, năm {on.year})"
        return self._renamed.words(text, on)

    def _next_issue(self, text: str) -> str:
        """The number of an issue follows those of its year."""
        programme = _ISSUE.sub("", text)
        if not self._issues[programme]:
            rows = [row for register in self._plan["events"] for row in self._made.first_year(register)]
            self._issues[programme] = sum(
                any(value.startswith(programme) for value in row.values()) for row in rows
            )
        self._issues[programme] += 1
        return f"{self._issues[programme]:02}"

    def _new_number(self, value: str, copy: _Copy) -> str:
        """The same paper has the same new number in all rows of a copy."""
        if value not in copy.numbers:
            found = _NUMBERED.match(value)
            assert found is not None  # noqa: S101 -- asked by the caller
            start, end = found.span(1)
            before, after = value[:start], value[end:]
            after = _OF_YEAR.sub(lambda year: str(int(year[0]) + copy.years), after)
            copy.numbers[value] = self._free(
                before + after, lambda number: f"{before}{number:02}{after}", 501
            )
        return copy.numbers[value]

    def _new_code(self, register: str, old: str, on: date, copy: _Copy) -> str:
        for code in sorted(copy.codes, key=len, reverse=True):  # a part is called after the whole
            if old.startswith(code):
                return copy.codes[code] + old.removeprefix(code)
        if (found := re.fullmatch(r"(.*?)(20\d\d)(.*?)(\d*)", old)) is None:
            return self._new_number(old, copy) if "/" in old else self._counted(register, old)
        before, _year, between, number = found.groups()
        start = f"{before}{on.year}{between}"
        if not number and start != old and start not in self._taken:
            self._taken[start] = {start}
            return start
        return self._free(register + start, lambda count: f"{start}{'' if number else '-'}{count:02}", 51)

    def _counted(self, register: str, old: str) -> str:
        start = old.rstrip("0123456789")
        return self._free(register + start, lambda number: f"{start}{number}", 501)

    def _free(self, series: str, code: Callable[[int], str], first: int) -> str:
        taken = self._taken.setdefault(series, set())
        number = first + len(taken)
        taken.add(code(number))
        return code(number)


def _amount(amount: int, copy: _Copy) -> str:
    """Few stay as many as they are; in one copy all are more or all are fewer, so that a part is never more than the whole."""
    return str(amount if amount <= _FEW else round(amount * copy.factor))


def _names_one_of(row: Row, codes: Mapping[str, str]) -> bool:
    """Is the row about one of these? Numbers of contracts and decisions, which several may have, do not say it."""
    first = next(iter(row))
    return any(
        value in codes for heading, value in row.items() if heading == first or not heading.startswith("Số ")
    )


def _is_of_year(row: Row) -> bool:
    """A row of the demonstration year; of what is published of a year only afterwards, the one published in it."""
    if (day := _first_day(row)) is not None and row.keys() & _PUBLISHED_AFTERWARDS:
        return day.year == _YEAR
    return any(row.get(heading) == str(_YEAR) for heading in _year_headings(row))


def _year_headings(row: Row) -> Sequence[str]:
    return [heading for heading in row if heading.startswith("Năm")]


def _first_day(row: Row) -> date | None:
    """When it happened: the first day that the row names."""
    return next((day_of(value) for value in row.values() if _DAY.fullmatch(value)), None)


def _key_of(row: Row) -> str:
    """The column by whose code other rows name this one; "" where there is none."""
    return next((heading for heading in row if _KEY.match(heading) and row[heading]), "")
