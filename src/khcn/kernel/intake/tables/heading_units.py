"""Units of amounts in words: of a heading, of a line above a table, of a number format; and amounts that are given in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import CellProblem, workbook_cell_text
from khcn.kernel.text.fold import strip_diacritics
from khcn.kernel.text.numbers import parse_number

_MANY = {
    "nghin": 10**3, "ngan": 10**3, "ngh": 10**3, "ng": 10**3, "1000": 10**3, "10^3": 10**3,
    "trieu": 10**6, "tr": 10**6, "1000000": 10**6, "10^6": 10**6,
    "ty": 10**9, "ti": 10**9, "1000000000": 10**9, "10^9": 10**9,
}  # fmt: skip
_WORDS = r"nghin|ngan|ngh|ng|trieu|tr|ty|ti|10\^[369]|1(?:[., ]?000){1,3}"
_MONEY = r"dong|vnd|d"
_TIMES = r"(?:[x×]\s*)?"  # "x 1.000 đồng"
_WHOLE = re.compile(rf"{_TIMES}(?P<many>{_WORDS})?\s*[.\-]?\s*(?P<money>{_MONEY})?\.?")
_INSIDE = re.compile(rf"(?<![\w.]){_TIMES}(?P<many>{_WORDS})\s*[.\-]?\s*(?P<money>{_MONEY})\b")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SAYS_UNIT = re.compile(
    r"(?<!\w)(?P<sure>d\s?\.?\s?v\s?\.?\s?t|don vi tinh|dv tinh|tinh bang|tinh theo)\b\s*[:\-]?\s*(?P<unit>.*)"
)
_MAY_SAY_UNIT = re.compile(r"(?<!\w)(?:don vi|dv)\b\s*[:\-]?\s*(?P<unit>.*)")
# "ngân" (sách) and "(công) ty" read like units without their marks: these two count only as parts of a whole unit.
_LIKE_UNIT = re.compile(
    r"(?<!\w)(?:nghin|trieu|trd|10\^[369]|1(?:[., ]?000){1,3}|usd|eur|euro|do la|do my|ngoai te|million|billion)(?!\w)"
)
# "trăm triệu", "nghìn tỷ", "10 triệu": a multiple of a unit; "T.đồng": short for a unit that nobody can be sure of.
_OF_UNIT = r"(?:nghin|ngan|trieu|tr|ty|ti)"
_COUNTED = rf"(?:tram|chuc|muoi|nghin|ngan|trieu)\s+{_OF_UNIT}"
_SHORT = rf"(?!(?:{_WORDS})\b)[a-z]{{1,3}}\s?\.\s?"
# Where a number begins: not at each digit of a long one, which would be read to its end again and again.
_NUMBER = r"(?:(?<![\d.,])|(?<=[^\d.,],))(?!(?:1(?:[., ]?000){1,3}|(?:19|20)\d\d)\b)\d[\d.,]*"
_UNSURE = re.compile(rf"(?<![\w.])(?:{_COUNTED}\b|{_NUMBER}\s*{_OF_UNIT}\b|{_SHORT}(?:dong|vnd)\b)")
_UNSURE_WHOLE = re.compile(
    rf"(?:(?:\d[\d.,]*\s*)?{_COUNTED}\s*\.?\s*(?:{_MONEY})?|{_SHORT}(?:{_MONEY})|(?:tram|chuc|muoi) dong)\.?"
)
_ABOUT_MONEY = re.compile(r"(?<!\w)(?:kinh phi|so tien|gia tri|von|ngan sach|du toan|tien)(?!\w)")
_POWER = re.compile(r"(?<!\d)10\s?([³⁶⁹])(?!\d)")
_RAISED = str.maketrans("³⁶⁹", "369")
_NAMES = {1: "đồng", 10**3: "nghìn đồng", 10**6: "triệu đồng", 10**9: "tỷ đồng"}
FACTORS = frozenset(_NAMES)  # đồng of an amount of 1, in the units that have a name


@dataclass(frozen=True, slots=True)
class AmountUnit:
    """The unit of amounts in a column; ``factor`` is 0 for one that is not understood."""

    words: str
    factor: int

    @classmethod
    def of_factor(cls, factor: int) -> AmountUnit:
        """The unit of this factor."""
        return cls(_NAMES[factor], factor)

    @classmethod
    def of_words(cls, words: str) -> AmountUnit:
        """The unit that these words name; one with the factor 0 where they are no unit of ours."""
        plain = _plain(words)
        return _unit_of(plain) or _inside(words) or cls(words, 0)

    def amount(self, raw: object) -> int:
        """The đồng of a cell in this unit. Raises :class:`CellProblem`; ``TextProblem`` for what is no number."""
        text = workbook_cell_text(raw)
        if re.search(rf"\d\s*(?:{_MONEY})\.?$", _plain(text)):
            raise CellProblem(
                _("Ô ghi “%(value)s” có đơn vị riêng, còn cột ghi theo “%(unit)s”.")
                % {"value": text, "unit": self.words},
                _("Ghi số theo đúng đơn vị của cột, không ghi đơn vị trong ô."),
                "unit_in_cell",
            )
        number = Decimal(parse_number(raw if isinstance(raw, float | int) else text)) * self.factor
        if number != number.to_integral_value():
            raise CellProblem(
                _("“%(value)s” theo đơn vị “%(unit)s” không tròn đồng.")
                % {"value": text, "unit": self.words},
                _("Xem lại số đã gõ."),
                "not_whole",
            )
        return int(number)


def unit_in(text: str, *, own: str = "") -> AmountUnit | None:
    """The unit that a heading names in brackets, after a comma or dash, or at its end; ``own`` is the heading as our
    template has it.
    """
    plain = _plain(text)
    for piece in (*reversed(_BRACKETS.findall(plain)), *re.split(r"\s[-–—]\s|[,;:\n]", plain)[:0:-1]):
        if unit := _unit_of(piece):
            return unit
    if unit := _unsure_in(text) or _inside(text):
        return unit
    rest = plain
    for word in re.findall(r"\w+", _plain(own)):
        rest = re.sub(rf"\b{re.escape(word)}\b", " ", rest, count=1)
    return AmountUnit(" ".join(text.split()), 0) if _LIKE_UNIT.search(rest) else None


def unit_of_amount(words: str) -> AmountUnit | None:
    """The unit that these words after a number are, and nothing else: of "1,2 tỷ" the words "tỷ"."""
    plain = _plain(words).strip(" .")
    return _unit_of(plain) if plain and not plain[0].isdigit() else None


def unit_of_piece(piece: str) -> AmountUnit | None:
    """The unit that these words are, and nothing else: of "ĐVT: triệu đồng", not of "đã giải ngân, triệu đồng"."""
    return _unit_of(_plain(piece))


def without_unit(text: str) -> str:
    """A heading without the unit that it names outside round brackets, its marks lost."""
    return _INSIDE.sub(" ", re.sub(r"\[[^\[\]]*\]", " ", _plain(text)))


def unit_of_line(text: str) -> AmountUnit | None:
    """The unit that a line above the table names: "ĐVT: triệu đồng", "(nghìn đồng)", "Đơn vị tính: 1.000 đ"."""
    plain = _plain(text)
    if found := _SAYS_UNIT.search(plain):
        words = found["unit"].strip(" ().")
        return _unit_of(words) or _inside(words) or (AmountUnit(" ".join(text.split()), 0) if words else None)
    if found := _MAY_SAY_UNIT.search(plain):  # "đơn vị" is also a department
        words = found["unit"].strip(" ().")
        return _unit_of(words) or _inside(words)
    for piece in (*_BRACKETS.findall(plain), plain):
        if unit := _unit_of(piece):
            return unit
    return _unsure_in(text) or _after_colon(plain)


def unit_of_name(name: str) -> AmountUnit | None:
    """The unit in the name of a sheet: "Kinh phí (triệu đồng)", "KP_nghin_dong"."""
    plain = _plain(name.replace("_", " "))
    pieces = (_unit_of(piece) for piece in _BRACKETS.findall(plain))
    return next((unit for unit in pieces if unit is not None), None) or _inside(plain)


def _after_colon(plain: str) -> AmountUnit | None:
    """The unit in "Kinh phí: triệu đồng"; an amount of money that stands there is none."""
    before, _colon, words = plain.rpartition(":")
    words = words.strip(" ().")
    found = _WHOLE.fullmatch(words)
    if not before or not words:
        return None
    about_money = _ABOUT_MONEY.search(before) is not None and not words[0].isdigit()
    if found is not None and (found["money"] or about_money):
        return _unit(found)
    return AmountUnit(words, 0) if about_money and _LIKE_UNIT.fullmatch(words) else None


def is_multiple(words: str) -> bool:
    """Do the words say that a number which is no amount is given in thousands or in another unit?"""
    plain = _plain(words)
    unit = _unit_of(plain) or _inside(words)
    return (unit is not None and unit.factor != 1) or _LIKE_UNIT.search(plain) is not None


def _plain(text: str) -> str:
    """The text without marks; a power is written out: "10³" is "10^3", not 103."""
    return strip_diacritics(_POWER.sub(r"10^\1", text).translate(_RAISED)).replace("₫", "d").lower()


def _unit(found: re.Match[str]) -> AmountUnit:
    return AmountUnit.of_factor(_MANY[re.sub(r"[., ]", "", found["many"])] if found["many"] else 1)


def _unit_of(piece: str) -> AmountUnit | None:
    """The unit that this piece of text is, without a word beside it."""
    piece = piece.strip(" .:-")
    if found := _SAYS_UNIT.fullmatch(piece) or _MAY_SAY_UNIT.fullmatch(piece):
        piece = found["unit"].strip(" .:-")
    found = _WHOLE.fullmatch(piece)
    if not piece or found is None:
        return None
    return _unit(found)


def _unsure_in(text: str) -> AmountUnit | None:
    """A unit with the factor 0 where a piece of the text is a multiple of a unit, or short for one: "(trăm triệu đồng)"."""
    plain = _plain(text)
    pieces = (*_BRACKETS.findall(plain), plain, plain.rpartition(":")[2])
    is_unsure = any(_UNSURE_WHOLE.fullmatch(piece.strip(" .:-()")) for piece in pieces)
    return AmountUnit(" ".join(text.split()), 0) if is_unsure else None


def _inside(text: str) -> AmountUnit | None:
    """The unit beside other words; one with the factor 0 where it is a multiple of a unit."""
    plain = _plain(text)
    if _UNSURE.search(plain):
        return AmountUnit(" ".join(text.split()), 0)
    found = _INSIDE.search(plain)
    return _unit(found) if found else None
