"""What a person sees in cells whose number format shows less, or other, than the cell holds: "12/2025" of a day, "24-Q07" of 7.
Runs in the process that reads the workbook, and imports nothing of Django.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from khcn.kernel.intake.readers.number_formats import (
    CONDITION,
    DATE_SIGN,
    NUMBER_SIGNS,
    runs_of_styles,
    sections_of_format,
)

MONTH: Final = "month"
YEAR: Final = "year"
NO_YEAR: Final = "no_year"
_PLACES: Final = frozenset("0#?")
_AS_THEY_STAND: Final = frozenset(" \u00a0-+()")
_GROUPED_FROM: Final = 1000
_EXACT: Final = 10**15
_DAY_0: Final = date(1899, 12, 30)  # of Excel's 1900 system, from March of that year on
_DAYS: Final = range(16_000, 80_000)  # 1943 to 2119


def part_of_day_shown(code: str) -> str:
    """What a format of days leaves out: "month" for one that shows no day, "year" for one that shows the year only,
    "no_year" for a day without its year; "" for every other format.
    """
    signs = [sign for _shown, sign in sections_of_format(code)[0]]
    letters = {sign[0].lower() for sign in signs if DATE_SIGN.fullmatch(sign)}
    if not letters & set("ymd") or NUMBER_SIGNS.intersection(signs):
        return ""
    if "d" in letters:
        return "" if "y" in letters else NO_YEAR
    if "y" in letters:
        return MONTH if "m" in letters else YEAR
    return "" if letters & set("hs[") else MONTH


def number_shown(code: str, number: float) -> str | None:
    """The text that a format makes of a number; ``None`` where it is the number as it is, "" where it is not known."""
    if not code.strip() or code.strip().lower() in {"general", "@"}:
        return None
    plain = str(int(number)) if number == int(number) else ""
    sections = sections_of_format(code)
    if any(CONDITION.fullmatch(sign) for section in sections for _shown, sign in section):
        return ""
    if number < 0 or (number == 0 and len(sections) > 1):
        return None if plain and all(code in {"0", "#"} for code in code.split(";")) else ""
    tokens = [each for each in sections[0] if not each[1].startswith("[")]
    if tokens and tokens[-1][1] == "%":  # the number is held as a part of one
        tokens = [*tokens[:-1], ("%", "")]
        number = round(number * 100, 9)
    if number != int(number) or number >= _EXACT:
        return ""
    shown = _placed(tokens, str(int(number)))
    return None if shown == plain else shown


def _placed(tokens: list[tuple[str, str]], digits: str) -> str:
    """The digits in their places among the texts of a section; "" where a sign of it is not understood."""
    left = digits if digits != "0" else ""
    first = next((place for place, (_shown, sign) in enumerate(tokens) if sign in _PLACES), -1)
    whole = next((place for place, (_shown, sign) in enumerate(tokens) if sign.lower() == "general"), -1)
    if (first < 0) == (whole < 0):
        return ""
    found: list[str] = []
    for place in range(len(tokens) - 1, -1, -1):
        shown, sign = tokens[place]
        if shown or sign in _AS_THEY_STAND:
            found.append(shown or sign)
        elif place == whole:
            found.append(digits)
        elif sign in _PLACES:
            count = len(left) if place == first else 1
            taken, left = left[len(left) - count :], left[: len(left) - count] if left else ""
            found.append(taken or {"0": "0", "?": " "}.get(sign, ""))
        elif sign != "," or int(digits) >= _GROUPED_FROM:
            return ""
    return " ".join("".join(reversed(found)).split())


def is_grouped(code: str) -> bool:
    """Is this a format of plain numbers with separators of thousands or decimals? Whole columns of amounts have one."""
    tokens = sections_of_format(code)[0]
    signs = {sign for _shown, sign in tokens}
    return (
        all(not shown.strip(" -") for shown, _sign in tokens)
        and signs <= _PLACES | _AS_THEY_STAND | {"", ",", "."}
        and not signs.isdisjoint(",.")
    )


def put_shown(rows: list[tuple[int, list[Any]]], xml: bytes, codes: list[str]) -> list[list[Any]]:
    """Replace days of which a part is not shown by ``{"d": day, "p": part}``, and numbers that are shown otherwise than
    they are by ``{"n": number, "s": text, "f": format}``; the text is "" where it is not known.

    Runs of cells with a format of plain numbers are given back instead: format, column from 0, first and last row.
    """
    parts = {code: part_of_day_shown(code) for code in {*codes}}
    passed_over = {code for code in parts if code in {"", "0"} or (not parts[code] and _is_of_days(code))}
    odd = {place: (code,) for place, code in enumerate(codes) if code not in passed_over}
    grouped = {code for code in parts if is_grouped(code)}
    found = []
    by_number = dict(rows)
    for run in runs_of_styles(xml, odd):
        code, place, first, last = run
        if code in grouped:
            found.append(run)
            continue
        for number in range(first, last + 1):
            cells = by_number.get(number, [])
            if place < len(cells):
                cells[place] = _shown_cell(cells[place], code, parts[code])
    return found


def _is_of_days(code: str) -> bool:
    signs = [sign for _shown, sign in sections_of_format(code)[0]]
    return any(DATE_SIGN.fullmatch(sign) for sign in signs) and not NUMBER_SIGNS.intersection(signs)


def _shown_cell(value: Any, code: str, part: str) -> Any:
    if isinstance(value, date):
        return {"d": value.strftime("%Y-%m-%d"), "p": part} if part else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if part:
        day = _DAY_0 + timedelta(days=int(value)) if int(value) in _DAYS else None
        return {"d": day.isoformat(), "p": part} if day else value
    shown = number_shown(code, value)
    return value if shown is None else {"n": value, "s": shown, "f": code}
