"""What the number formats of a workbook's cells show beside their numbers, or instead of them. Runs in the process that
reads it, and imports nothing of Django.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.intake.readers.xml_elements import elements

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER_FORMAT = re.compile(
    rb"""<(?:\w+:)?numFmt\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*>"""
)  # a format may hold ">"
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b[^<>]*>")
_CELL_STYLES_END = re.compile(rb"</(?:\w+:)?cellXfs>")
_STYLE = re.compile(rb"<(?:\w+:)?xf\s[^<>]*>")
_STYLED_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*?\bs=["'](\d{1,6})["'])"""
    rb"""(?=[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])([^<>]*[^<>/])>"""  # an empty cell ends in "/>"
)
_TEXT_CELL = re.compile(rb"""\bt=["'](?!n["'])""")
OWN_FORMATS = 164  # those with smaller numbers are Excel's, and look as the machine's language has it
# Excel's own formats that show a number otherwise than it is held (ECMA-376 part 1, 18.8.30), those of days as far as
# they leave a part of the day out.
_OF_EXCEL: Final = {
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00", "12": "# ?/?",
    "13": "# ??/??", "16": "d-mmm", "17": "mmm-yy", "37": "#,##0", "38": "#,##0", "39": "#,##0.00", "40": "#,##0.00",
    "41": "#,##0", "42": "#,##0", "43": "#,##0.00", "44": "#,##0.00", "48": "##0.0E+0",
}  # fmt: skip
_FORMAT_PART = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<padding>_.)|\*(?P<fill>.)|\[\$(?P<currency>[^\]\-]*)[^\]]*\]|(?P<end>;)'
    r"|(?P<bare>General|\[[^\]]*\]|E[+-]|.)",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"\[[<>=].*\]")
_SHOWN_BARE = re.compile(r"(?!General|E[+-])[^\[\]0#?.,%/@:\s()+\-*\\_'\"].*", re.IGNORECASE | re.DOTALL)
NUMBER_SIGNS = frozenset({"#", "?", "@", "General", "general", "GENERAL"})
DATE_SIGN = re.compile(r"[ymdhs]|\[[hms]+\]", re.IGNORECASE)
_SEPARATORS = frozenset({".", ",", " ", "\u00a0"})
_BOTH = 2
_ADDED_DIGIT = re.compile(r"(?<![^\W\d_])[0-9]")  # ".000", not the 2 of "m2"
_NO_WORDS = " \u00a0()+-\u2013*"  # signs of a sum and of its being below zero, and what fills the cell
_DIVIDED = re.compile(r"[0#?](,+)(?![0#?])")


def attribute_of(tag: bytes, name: bytes) -> str:
    """The value of an attribute of a tag; "" where it has none."""
    found = re.search(rb"\b" + name + rb"""=(["'])(.*?)\1""", tag, re.DOTALL)
    return found.group(2).decode("utf-8", "replace") if found else ""


def column_number(letters: bytes) -> int:
    """ "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def sections_of_format(code: str) -> list[list[tuple[str, str]]]:
    """The sections of a number format: pairs of what Excel shows as it stands and what it reads as a sign of the format."""
    sections: list[list[tuple[str, str]]] = [[]]
    for found in _FORMAT_PART.finditer(code):
        if found["end"]:
            sections.append([])
        elif not found["padding"]:
            shown = (found[name] for name in ("quoted", "escaped", "currency", "fill"))
            sections[-1].append((next((each for each in shown if each), ""), found["bare"] or ""))
    return sections


def _words_of_section(section: list[tuple[str, str]]) -> tuple[str, int, bool]:
    """Of one section the words it shows beside a number, how many times it divides by a thousand, and whether what it
    shows is the number itself: not where it hides the number, shows words in its place, or adds digits to it.
    """
    is_number = any(sign in NUMBER_SIGNS for _shown, sign in section)
    if any(DATE_SIGN.fullmatch(sign) for _shown, sign in section) and not is_number:
        return "", 0, True
    words = [shown or (sign if _SHOWN_BARE.fullmatch(sign) else "") for shown, sign in section]
    signs = "".join(
        "\0" if word else sign[:1] or " " for word, (_shown, sign) in zip(words, section, strict=True)
    )
    for place, word in enumerate(
        words
    ):  # "#.##0" with the point in quotes: digits of the number on both sides
        beside = signs[max(place - 1, 0) : place + 2 : 2]
        if word in _SEPARATORS and len(beside) == _BOTH and set(beside) <= set("0#?") and "." not in signs:
            words[place] = ""
    text = " ".join("".join(word or " " for word in words).split()).strip(_NO_WORDS)
    divided = _DIVIDED.search(signs)
    is_whole = (is_number or "0" in signs) and not _ADDED_DIGIT.search(text)
    return text, len(divided.group(1) if divided else ""), is_whole


def _words_of_format(code: str) -> tuple[str, int, bool]:
    """The words that a number format shows beside a number that is not negative, by how many thousands it divides what it
    shows, and whether both are sure. The words of one that is not are the format itself.
    """
    if not code.strip():
        return "", 0, True
    sections = sections_of_format(code)
    if any(CONDITION.fullmatch(sign) for section in sections for _shown, sign in section):
        of_numbers = [each for each in sections if all(sign != "@" for _shown, sign in each)]
        alone = len(of_numbers) == 1  # what the other numbers look like is not said
    else:
        of_numbers, alone = sections[:1], False
    read = {_words_of_section(each) for each in of_numbers}
    words, thousands, is_sure = read.pop() if len(read) == 1 else ("", 0, False)
    return (words, thousands, True) if is_sure and not alone else (code, 0, False)


def format_codes_of_styles(styles: bytes) -> list[str]:
    """The format code of each cell style of the workbook, in their order; "" for one that shows the number as it is."""
    codes = dict(_OF_EXCEL)
    for tag in _NUMBER_FORMAT.findall(styles):
        number = attribute_of(tag, b"numFmtId")
        if number.isdigit() and int(number) >= OWN_FORMATS:
            codes[number] = html.unescape(attribute_of(tag, b"formatCode"))
    used = [attribute_of(tag, b"numFmtId") for tag in tags_of_cell_styles(styles)]
    return [codes.get(number, "") for number in used]


def tags_of_cell_styles(styles: bytes) -> list[bytes]:
    """The tag of each cell style of the workbook, in their order."""
    _tag, listed = next(elements(styles, _CELL_STYLES, _CELL_STYLES_END), (None, b""))
    return _STYLE.findall(listed)


def styles_with_words(codes: list[str]) -> dict[int, tuple[str, int, bool]]:
    """Numbers of the cell styles whose numbers are shown with words, or divided."""
    excels, plain = {*_OF_EXCEL.values()}, ("", 0, True)
    read = {code: plain if code in excels else _words_of_format(code) for code in {*codes}}
    return {place: read[code] for place, code in enumerate(codes) if read[code] != plain}


def runs_of_styles(xml: bytes, styles: Mapping[int, tuple[Any, ...]]) -> list[list[Any]]:
    """Runs of cells below each other that hold a number and have such a style: what `styles` says of it, column from 0, first
    and last row.
    """
    if not styles:
        return []
    by_number = {str(number).encode(): shown for number, shown in styles.items()}
    found: list[list[Any]] = []
    last: dict[bytes, tuple[list[Any], tuple[Any, ...]]] = {}
    for style, letters, number, attributes in _STYLED_CELL.findall(xml):
        if style not in by_number or (b"t=" in attributes and _TEXT_CELL.search(attributes)):
            continue
        row, shown = int(number), by_number[style]
        before = last.get(letters)
        if before is not None and before[0][-1] == row - 1 and before[1] == shown:
            before[0][-1] = row
        else:
            run = [*shown, column_number(letters) - 1, row, row]
            last[letters] = (run, shown)
            found.append(run)
    return found
