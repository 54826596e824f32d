"""The fixed words of an official document, and text made fit to print: one place for all renderers.

Printed documents are Vietnamese by law, so these words are not translated.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from khcn.kernel.documents.model import Run
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.documents.model import Annex, Heading, OfficialDocument, Paragraph, Runs

NATIONAL_NAME: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
ADDRESSED: Final = "Kính gửi:"
RECIPIENTS: Final = "Nơi nhận:"
DRAFT: Final = "DỰ THẢO"
END: Final = "./."
DECIDES: Final = "QUYẾT ĐỊNH:"

_BLANK_NUMBER: Final = "\u00a0" * 6  # room to write in; ordinary spaces would collapse in HTML
_DOCUMENT_NUMBER: Final = re.compile(
    r"(?P<word>(?<!\w)[Ss]ố:?\s+)?(?<![\w/.-])(?P<number>\d{1,5}(?:/\d{4})?[/-][A-ZĐ]{1,8}\d*(?:[-/&][A-ZĐ0-9]{1,12})*)"
)
_BLANK_DAY: Final = "\u00a0" * 3
_FIRST_MONTHS: Final = 2
# Not allowed in XML 1.0, or able to make a printed line read otherwise than it is stored (bidi overrides).
_UNPRINTABLE = re.compile(
    "[^\\n\\u0020-\\u007e\\u00a0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)

_ABOUT: Final = re.compile(r"^(?:v/v|về việc)[:\s]+", re.IGNORECASE)
_PARTED = re.compile(r"\n|\s/\s")
_DEPUTY = re.compile(r"^(KT\.[^\n/]+?)\s+(PHÓ\s)")


def printable(text: str) -> str:
    """`text` as every renderer prints it: composed (NFC), line ends as line feeds, tabs as spaces, no control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return normal_form("NFC", _UNPRINTABLE.sub("", text))


def unbroken_parts(text: str) -> list[str]:
    """The text in parts between which a hyphen stands that no line ends with: those of the numbers of documents.

    "số 46/KH-UBND" has a hard space too, so that word, number and symbol stay in one line (NĐ 30/2020, Phụ lục I).
    """
    parts, at = [""], 0
    for found in _DOCUMENT_NUMBER.finditer(text):
        first, *others = f"{found['word'] or ''}{found['number']}".split("-")
        parts[-1] += text[at : found.start()] + re.sub(r"\s+", "\u00a0", first)
        parts += others
        at = found.end()
    parts[-1] += text[at:]
    return parts


def as_one_line(text: str) -> str:
    """`text` as it is printed, with line breaks and runs of spaces replaced by one space."""
    return " ".join(printable(text).split())


def title(document: OfficialDocument) -> str:
    """Kind and subject of a document in one line: the title in the file’s properties."""
    return f"{as_one_line(document.kind)} {as_one_line(document.subject)}".strip()


def letter_subject(document: OfficialDocument) -> str:
    """Such as "V/v báo cáo kết quả", below the number of a letter (NĐ 30/2020, Phụ lục I, phần II, mục II.5.b)."""
    return f"V/v {_ABOUT.sub('', as_one_line(document.subject))}"


def number_line(document: OfficialDocument) -> str:
    """Such as "Số: 05/BC-SKHCN"; numbers below 10 take a zero in front (NĐ 30/2020, Phụ lục I)."""
    return f"Số: {_number(document)}"


def _number(document: OfficialDocument) -> str:
    number = as_one_line(document.number)
    if number.isdecimal() and number.isascii():
        number = f"{int(number):02d}"
    return f"{number or _BLANK_NUMBER}/{as_one_line(document.symbol)}"


def date_line(document: OfficialDocument) -> str:
    """Such as "Bắc Kạn, ngày 09 tháng 02 năm 2023"; days below 10 and the months 1 and 2 take a zero in front."""
    return f"{as_one_line(document.place)}, {_day(document)}"


def _day(document: OfficialDocument) -> str:
    signed = document.signed_on
    year, month = (signed.year, signed.month) if signed else (document.year, document.month)
    day = f"{signed.day:02d}" if signed else _BLANK_DAY
    month_text = f"{month:02d}" if month <= _FIRST_MONTHS else str(month)
    return f"ngày {day} tháng {month_text} năm {year}"


def annex_reference(document: OfficialDocument, issuer: str) -> str:
    """Such as "(Kèm theo Báo cáo số 05/BC-SKHCN ngày 14 tháng 9 năm 2023 của Sở Khoa học và Công nghệ)" (NĐ 30/2020, Phụ lục I, II.III).

    What is not given yet is room to write in. ``issuer``: the issuing body as a sentence has it, "" where that is unknown.
    """
    by = f" của {as_one_line(issuer)}" if issuer else ""
    kind = as_one_line(document.kind).capitalize()
    return f"(Kèm theo {kind} số {_number(document)} {_day(document)}{by})"


def address_lines(document: OfficialDocument) -> tuple[str, ...]:
    """Either "Kính gửi: A." in one line, or "Kính gửi:" and a line for each body."""
    names = document.addressees
    if not names:
        return ()
    if len(names) == 1:
        return (f"{ADDRESSED} {_ended(names[0], '.')}",)
    return (ADDRESSED, *_listed(names))


def recipient_lines(document: OfficialDocument) -> tuple[str, ...]:
    """Lines of the block "Nơi nhận"; each but the last ends in a semicolon, the last in a full stop."""
    return _listed(document.recipients)


def heading_runs(heading: Heading) -> Runs:
    """Label and text of a heading; those of level 1 in capitals."""
    label = as_one_line(heading.label)
    runs = (Run(f"{label} "), *heading.runs) if label else heading.runs
    if heading.level == 1:
        return tuple(replace(run, text=run.text.upper()) for run in runs)
    return runs


def tail_runs(heading: Heading) -> Runs:
    """The text after a run-in heading, separated from it by a space."""
    if not heading.tail or heading.tail[0].text.startswith((" ", "\n")):
        return heading.tail
    return (Run(" "), *heading.tail)


def printed_link(run: Run) -> str | None:
    """The address a run leads to on paper's terms: whole addresses only, none within the application."""
    href = run.href
    return href if href is not None and href.lower().startswith(("http://", "https://", "mailto:")) else None


def paragraph_runs(paragraph: Paragraph) -> Runs:
    """The runs of a paragraph, after its bullet if it has one."""
    return (Run(f"{paragraph.bullet} "), *paragraph.runs) if paragraph.bullet else paragraph.runs


def closing_runs(document: OfficialDocument) -> Runs:
    """The last sentence, ended by "./." whether or not the author typed it."""
    if not document.closing:
        return ()
    *first, last = document.closing
    text = last.text.rstrip().removesuffix(END).rstrip(" .")
    return (*first, replace(last, text=text + END)) if last.note is None else (*document.closing, Run(END))


def annex_title(annex: Annex) -> str:
    """The title of an annex, in capitals."""
    return printable(annex.title).upper()


def capacity_lines(text: str) -> tuple[str, ...]:
    """The capacity of who signs, as NĐ 30/2020 (Phụ lục I, phần I, II.7) has it: on whose behalf, below it the signer's own.

    Two lines are typed as two, or with a slash between them; of "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC" the second begins with PHÓ.
    """
    lines = [as_one_line(each) for each in _PARTED.split(_DEPUTY.sub(r"\1\n\2", printable(text)))]
    return tuple(each for each in lines if each)


def _listed(names: Sequence[str]) -> tuple[str, ...]:
    last = len(names) - 1
    return tuple(f"- {_ended(name, '.' if index == last else ';')}" for index, name in enumerate(names))


def _ended(name: str, mark: str) -> str:
    return as_one_line(name).rstrip(" .;").removeprefix("- ") + mark
