"""What people type: dates, numbers, names, letters of before Unicode, the markup of reports."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from drill.fuzzing.found import BrokenPropertyError
from drill.fuzzing.mutators import text_changer
from drill.fuzzing.targets import ROOT, Target
from khcn.kernel.text.amounts_in_words import LARGEST, amount_in_words
from khcn.kernel.text.codes import plain_code, strange_sign, without_leading_zeros
from khcn.kernel.text.dates import (
    DateProblem,
    ParsedDate,
    Precision,
    format_date,
    long_date,
    parse_date,
    short_date,
)
from khcn.kernel.text.fold import fold, has_small_digits, is_plain, name_key, sort_key, strip_diacritics
from khcn.kernel.text.legacy_letters import is_syllable, legacy_text
from khcn.kernel.text.numbers import (
    NumberProblem,
    format_money,
    format_number,
    parse_number,
    short_number,
    two_digits,
)
from khcn.kernel.text.person_names import read_person
from khcn.kernel.text.windows_letters import has_lost_letters, text_of_windows
from khcn.reports.texts.markup import MarkupProblem, codes_in, parse, parse_inline, parse_section
from khcn.reports.texts.unparse import unparse

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST, _LAST = date(1945, 1, 1), date(2100, 12, 31)
_SORTED: Final = re.compile("[0-9a-z]*")


@cache
def texts_of_tests(*folders: str) -> tuple[bytes, ...]:
    """The texts in quotation marks of these tests: what somebody once thought of."""
    found: dict[str, None] = {}
    for folder in folders:
        for file in sorted((ROOT / "tests").glob(folder)):
            found.update(dict.fromkeys(re.findall(r'"([^"\\\n]{2,120})"', file.read_text("utf-8"))))
    return tuple(each.encode() for each in found)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "ignore")


def _float(text: str) -> Any:
    """The number that Python reads in a text, as a workbook would have it; else the text."""
    try:
        return float(text)
    except ValueError:
        return text


def _of_date(content: bytes) -> bool:
    text = _text(content)
    taken = _date(text, excel=False)
    number = _float(text)
    return _date(number, excel=True) or taken


def _date(raw: object, *, excel: bool) -> bool:
    try:
        parsed = parse_date(raw, excel=excel)
    except DateProblem as problem:
        if not str(problem).endswith("."):
            raise BrokenPropertyError("a refusal is no sentence") from problem
        return False
    if not _FIRST <= parsed.first <= parsed.last <= _LAST:
        raise BrokenPropertyError("a date outside the years that are taken")
    printed = [format_date(parsed), long_date(parsed), str(parsed)]
    if parsed.precision is Precision.DAY:
        printed += [short_date(parsed.first), parsed.first.isoformat()]
    for each in printed:
        if _read_date(each) != parsed:
            raise BrokenPropertyError(f"a printed date is read as another\n{each!r}")
    return True


def _read_date(text: str) -> ParsedDate | None:
    try:
        return parse_date(text)
    except DateProblem:
        return None


def _of_number(content: bytes) -> bool:
    text = _text(content)
    short_number(text)
    taken = _number(text)
    return _number(_float(text)) or taken


def _number(raw: object) -> bool:
    try:
        number = parse_number(raw)
    except NumberProblem as problem:
        if not str(problem).endswith("."):
            raise BrokenPropertyError("a refusal is no sentence") from problem
        return False
    printed = [
        format_number(number),
        f"{number:f}".replace(".", ",") if isinstance(number, Decimal) else str(number),
    ]
    if isinstance(number, int):
        printed.append(format_money(number))
        if abs(number) <= LARGEST:
            amount_in_words(number)
        if number >= 0:
            two_digits(number)
    for each in printed:
        if _read_number(each) != number:
            raise BrokenPropertyError(f"a printed number is read as another\n{each!r}")
    return True


def _read_number(text: str) -> int | Decimal | None:
    try:
        return parse_number(text)
    except NumberProblem:
        return None


def _of_name(content: bytes) -> bool:
    text = _text(content)
    if fold(fold(text)) != fold(text):
        raise BrokenPropertyError("fold is not idempotent")
    if name_key(name_key(text)) != name_key(text):
        raise BrokenPropertyError("name_key is not idempotent")
    key = sort_key(text)
    if not _SORTED.fullmatch(key) or len(key) > 8 * len(normalize("NFD", text)) + 2:
        raise BrokenPropertyError("sort_key holds other letters, or too many")
    for each in (
        strip_diacritics,
        has_small_digits,
        is_plain,
        plain_code,
        without_leading_zeros,
        strange_sign,
    ):
        each(text)
    found = read_person(text)
    if found is not None and not found.name.strip():
        raise BrokenPropertyError("a person without a name")
    return found is not None


def _of_letters(content: bytes) -> bool:
    found = legacy_text(_text(content))
    legacy_text(content.decode("latin-1"))
    legacy_text(content.decode("cp1252", "ignore"))
    has_lost_letters(_text(content))
    for word in _text(content).split():
        is_syllable(word)
    try:
        text_of_windows(content)
    except UnicodeDecodeError:
        return found is not None
    return True


def _of_markup(content: bytes) -> bool:
    text, taken = _text(content), False
    for read in (parse, parse_section):
        try:
            blocks = read(text)
        except MarkupProblem as problem:
            if problem.line < 1 or problem.column < 1:
                raise BrokenPropertyError("a problem without its place") from problem
            continue
        taken = True
        list(codes_in(blocks))
        written = unparse(blocks)
        if read(written) != blocks:
            raise BrokenPropertyError(f"{read.__name__}: written text is read as another")
        if unparse(read(written)) != written:
            raise BrokenPropertyError("the canonical form has another")
    try:
        parse_inline(text)
    except MarkupProblem:
        return taken
    return True


def _old_letters() -> Sequence[bytes]:
    found = texts_of_tests("kernel/test_*letters*.py", "kernel/test_intake_c*.py", "kernel/test_text_*.py")
    return (*found, *(each.decode().encode("cp1258", "ignore") for each in found))


def _markup_seeds() -> Sequence[bytes]:
    forms = sorted((ROOT / "src" / "khcn" / "reports" / "forms").rglob("*.toml"))
    texts = [
        each for file in forms for each in re.findall(r'"""(.*?)"""', file.read_text("utf-8"), re.DOTALL)
    ]
    return (*texts_of_tests("reports/test_markup.py"), *(each[:2000].encode() for each in texts))


_OF_DATES: Final = (
    "ngày", "tháng", "năm", "quý", "IV", "III", "đầu", "cuối", "giữa", "6 tháng đầu năm", "nửa", "14/9/2023", "2023-09-14", "09/2023", "T00:00:00", "Z",
    "31", "29/2", "2024", "1944", "2101", "45", "43831.5", "1e5", "inf", "nan", "-", "/", ".", "trước", "sau", "khoảng", "Q1", "I/2023",
)  # fmt: skip
_OF_NUMBERS: Final = (
    "1.152", "1 152", "1,5", "1.152,50", "đồng", "đ", "VND", "%", "₫", "triệu", "tỷ", "nghìn", "-", "−", "+", "(", ")", "1e5", "1E-7", "0.1", "00", "000",
    "999999999999999999", "inf", "nan", "0x1", "1_0", "\u00a0", "\u2009", "½", "²",
)  # fmt: skip
_OF_NAMES: Final = (
    "PGS.TS.", "GS", "TSKH", "ThS.", "Ông", "Bà:", "đồng chí", "đ/c", "Nguyễn Văn A", "Trần Thị Bê", "(Thư ký)", "Chủ tịch:", " và ", " - ", ";", "\n", "Ông Ích Khiêm",
    "tiến sĩ", "BSCKII", "NGƯT", "[", "]", "Hoà", "Hòa", "ＮＶ", "ß", "ŉ", "İ", "ﬁ", "ǆ",
)  # fmt: skip
_OF_MARKUP: Final = (
    "[NV-01]", "[NT-01:ten]", "{tinh}", "{ky}", "**", "*", "[^a]", "[^a]:", "| a | b |", "|---|---|", "\\*", "\\", "\n", "\n\n", "[", "]", "{", "}", "|", "[bang:NV-01]",
    "{nguon}", "[^", ":", "[NV-01:bang]", "\r", "\u2028", "\u0085", "\x1c",
)  # fmt: skip
TARGETS: Final = (
    Target(
        "dates",
        _of_date,
        lambda: texts_of_tests("kernel/test_text_dates.py", "fields/*.py"),
        text_changer(_OF_DATES),
        longest=120,
    ),
    Target(
        "numbers",
        _of_number,
        lambda: texts_of_tests("kernel/test_text_numbers.py", "fields/*.py"),
        text_changer(_OF_NUMBERS),
        longest=120,
    ),
    Target(
        "names",
        _of_name,
        lambda: texts_of_tests("kernel/test_*person*.py", "kernel/test_text_fold.py"),
        text_changer(_OF_NAMES),
        longest=300,
    ),
    Target(
        "letters",
        _of_letters,
        _old_letters,
        text_changer(("TCVN3", "µ", "¸", "¶", "aù", "eä", "oâ", "?", "??")),
    ),
    Target("markup", _of_markup, _markup_seeds, text_changer(_OF_MARKUP), longest=2500),
)
