"""Numbers of legal and administrative documents, as printed: "713/QĐ-UBND", "36-NQ/TW", "11/2022/QH15".

Normalising changes how a number is written, never which document it is: digits are left alone (731/QĐ-UBND
and 713/QĐ-UBND are two real decisions) and a doubtful symbol such as "TT-BKHCHN" is reported by `doubt`, not
repaired. Writing: NĐ 30/2020/NĐ-CP, Phụ lục I ("/" after the number, "-" inside the symbol, 01–09 with a zero).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from khcn.kernel.text.dates import DateProblem, Precision, parse_date

# Kinds by the letters they have in a symbol. "HĐ" (contract) and "HD" (guidance) differ by one stroke only,
# so a typed "HD" is believed.
KINDS = {
    "BB": "Biên bản",
    "BC": "Báo cáo",
    "CĐ": "Công điện",
    "CT": "Chỉ thị",
    "CTr": "Chương trình",
    "CV": "Công văn",
    "GM": "Giấy mời",
    "GP": "Giấy phép",
    "HD": "Hướng dẫn",
    "HĐ": "Hợp đồng",
    "KH": "Kế hoạch",
    "KL": "Kết luận",
    "L": "Luật",
    "NĐ": "Nghị định",
    "NQ": "Nghị quyết",
    "PL": "Pháp lệnh",
    "QC": "Quy chế",
    "QĐ": "Quyết định",
    "TB": "Thông báo",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "TTr": "Tờ trình",
    "VBHN": "Văn bản hợp nhất",
}
# Issuers met in the department's papers; used only to doubt, so an unknown one is no fault.
ISSUERS = (
    "ATBXHN", "BCT", "BGDĐT", "BKHCN", "BKHĐT", "BNNPTNT", "BNV", "BTC", "BTNMT", "BTP", "BTTTT", "BYT", "CP",
    "HĐND", "SCT", "SKHCN", "SKHĐT", "SNN", "STC", "STTTT", "TTCP", "TTg", "TU", "TW", "UBND", "UBTVQH", "VPCP",
    "BTCTW", "QH",
)  # fmt: skip
_SPELLING = {
    part.upper().replace("Đ", "D"): part
    for part in ("QĐ", "NĐ", "CĐ", "TTg", "TTr", "CTr", "HĐND", "BKHĐT", "SKHĐT", "BGDĐT")
}
_TELLING = 4  # shorter symbols are one slip away from too many others
_STANDARD = re.compile(r"(?:TCVN|QCVN|ĐLVN|TCCS|ISO|QCĐP)\b", re.IGNORECASE)


def _symbol(part: str) -> str:
    """One stretch of letters of a symbol: capitals, and the Đ of words that can only have it."""
    upper = part.upper()
    return _SPELLING.get(upper.replace("Đ", "D") if upper != "HĐ" else upper, upper)


def normalise_number(raw: str) -> str:
    """Written the official way: "713/QĐ-UBND" for " 713 / QD-UBND " or "số 713/qđ - ubnd"; the same text for a second pass.

    A running number below 10 gets its zero ("05/BC-SKHCN"). Numbers of standards ("TCVN ISO 9001:2015") only
    lose stray spaces. Digits and the letters of the issuer are never changed.
    """
    text = " ".join(unicodedata.normalize("NFC", raw).replace("\u2013", "-").split()).strip(" .,;:")
    if _STANDARD.match(text):
        return re.sub(r"\s*([:/-])\s*", r"\1", text)
    text = re.sub(r"^(?:số|so)\b[\s:.]*", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*([/-])\s*", r"\1", text)
    text = re.sub(r"[^\W\d_]+", lambda found: _symbol(found[0]), text)
    return re.sub(r"^(\d)(?=[/-])", r"0\1", text)


def number_key(raw: str) -> str:
    """For comparing and unique columns: the normal form without case and leading zeros; no digit is lost."""
    return re.sub(r"^0+(?=\d)", "", normalise_number(raw).casefold())


def doubt(number: str) -> str | None:
    """The known issuer that a symbol part probably means, when it is one slip away: "BKHCN" for "13/2021/TT-BKHCHN".

    ``None`` when every part is known or resembles nothing known. Only a question to put to a person.
    """
    known = {*KINDS, *ISSUERS}
    for part in re.findall(r"[^\W\d_]+", normalise_number(number)):
        if part in known or len(part) < _TELLING:
            continue
        for issuer in ISSUERS:
            if OSA.distance(part, issuer) == 1 and len(issuer) >= _TELLING:
                return issuer
    return None


# ------------------------------------------------------------------------------------------ references


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A document named in running text. ``kind`` is "" when neither word nor symbol tells it."""

    kind: str
    number: str
    issued_on: date | None


_WORD = r"[^\W\d_]+"
_NUMBER = (
    rf"\d+\s*/\s*\d{{4}}\s*/\s*{_WORD}\d*(?:\s*-\s*{_WORD}\d*)*"  # 13/2021/TT-BKHCN, 101/2023/QH15
    rf"|\d+\s*/\s*{_WORD}(?:\s*-\s*{_WORD})*"  # 713/QĐ-UBND, 123/SKHCN-QLKH
    rf"|\d+\s*-\s*{_WORD}\s*/\s*{_WORD}"  # 36-NQ/TW
)
_DATE = r"(?:\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})"
_KIND_WORDS = "|".join(sorted(KINDS.values(), key=len, reverse=True))
_REFERENCE = re.compile(
    rf"(?:(?P<kind>{_KIND_WORDS})\s+)?(?:số\s*:?\s*)?(?<![\w/])(?P<number>{_NUMBER})(?:\s*,?\s*ngày\s+(?P<date>{_DATE}))?",
    re.IGNORECASE,
)
_KIND_OF_WORD = {word.casefold(): word for word in KINDS.values()}


def _kind_of_symbol(number: str) -> str:
    for part in re.findall(_WORD, number):
        if part in KINDS:
            return KINDS[part]
    return "Nghị quyết" if re.search(r"/NQ", number) else ""


def _issued_on(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        parsed = parse_date(text)
    except DateProblem:
        return None
    return parsed.first if parsed.precision is Precision.DAY else None


def find_references(text: str) -> Iterator[DocumentReference]:
    """Every document number in ``text``, in order, with the kind before it and the date after it."""
    for found in _REFERENCE.finditer(unicodedata.normalize("NFC", text)):
        number = normalise_number(found["number"])
        kind = _KIND_OF_WORD.get((found["kind"] or "").casefold()) or _kind_of_symbol(number)
        yield DocumentReference(kind, number, _issued_on(found["date"]))


def parse_reference(text: str) -> DocumentReference | None:
    """The first document named: "Quyết định số 713/QĐ-UBND ngày 24/4/2023 …"; ``None`` when there is none."""
    return next(find_references(text), None)
