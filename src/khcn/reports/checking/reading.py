"""Readers of Vietnamese official prose: sentences, counts, lists, dates, numbers of documents. No database, no clock."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from khcn.kernel.text.fold import fold
from khcn.kernel.text.numbers import two_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[”\")]*+\s++(?=[^\W_]|“|\x01|\x02)")
_GOES_ON = re.compile(r"(?:cụ thể|trong đó|bao gồm|gồm)\b", re.IGNORECASE)
NUMBER_WORDS: Final = r"(?:(?:không|một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín|mười|mươi|mốt|linh|lẻ|trăm|nghìn|ngàn|triệu),?\s*){1,20}"
"""A number in words."""
_COUNT = re.compile(
    r"(?<![\w./,\-–])(?<!/ )(?P<number>\d{1,3}(?:\.\d{3})+|\d{1,6})"
    rf"(?:\s*\({NUMBER_WORDS}\))?(?=\s+[^\W\d_])(?!\s*(?:%|tháng (?:đầu|cuối|của)))",
    re.IGNORECASE,
)
_WORDS_AFTER = re.compile(r"\s*+(?P<words>[^.;:()\[\]“”\n\x01\x02\d]*+)")
# Words after which a number names something instead of counting it
_NOT_COUNTING: Final = re.compile(
    r"(?:ngày|tháng|năm|quý|số|thứ|điều|khoản|chương|mục|biểu|mẫu|khóa|nghị định|quyết định|giai đoạn|từ|lần|bậc|hạng"
    r"|tuần|kỳ|cấp độ|đội|tổ|iso)\s+$",
    re.IGNORECASE,
)
_UNITS_OF_TIME: Final = frozenset({"thang", "nam", "ngay", "gio", "tuan", "quy", "lan"})
_TWO_NOUNS = re.compile(
    r"(đề tài|tổ chức|huyện|doanh nghiệp|hợp tác xã|sở|xã|cơ quan|phòng),(?= [^\W\d_])", re.IGNORECASE
)


FARTHEST: Final = 400  # letters before and after a number, year or day that are read with it


@dataclass(frozen=True, slots=True)
class Count:
    """A number that counts things: "04 cuộc kiểm tra". ``words`` are those after it, up to the next sign."""

    value: int
    start: int
    end: int
    words: str

    @property
    def shown(self) -> str:
        """The number with its first words, for a person to find."""
        return f"{two_digits(self.value)} {' '.join(self.words.split()[:4])}".strip(" ,")


# Words of labels that say nothing about what is counted
_EMPTY: Final = frozenset(
    "so luot cuoc cua cac va trong ky nam bao cao da duoc thuoc tai theo voi do o la nhiem vu de tai du an khcn kh cn".split()
)
_LONG_FORMS: Final = (("khoa hoc va cong nghe", "kh cn"), ("ntmn", "nong thon mien nui"))


@lru_cache(maxsize=4096)
def distinctive_words(text: str) -> frozenset[str]:
    """The words of a label or a clause, folded, without those that stand in most labels."""
    folded = fold(text)
    for long, short in _LONG_FORMS:
        folded = folded.replace(long, short)
    return frozenset(folded.split()) - _EMPTY


def clause_start(text: str, start: int, end: int, signs: str) -> int:
    """Where the clause that ends at ``end`` begins: behind the last of some signs after ``start``; a longer one is cut."""
    start = max(start, end - FARTHEST)
    return max([start, *(text.rfind(sign, start, end) + 1 for sign in signs)])


def sentence_at(text: str, place: int) -> tuple[int, int]:
    """Where the sentence of the letter at a place starts and ends; the whole text where it has none there."""
    found = sentences(text)
    at = bisect_right(found, place, key=lambda each: each[1])
    return found[at] if at < len(found) else (0, len(text))


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of a text start and end; one that goes on with "Cụ thể:" is one with the next."""
    done: list[tuple[int, int]] = []
    start = 0
    # a small letter goes on: "v.v. và các xã khác"; no range of letters tells "đ" from "Đ"
    ends = [each.end() for each in _SENTENCE_END.finditer(text) if not text[each.end()].islower()]
    for found in [*ends, len(text)]:
        if done and _GOES_ON.match(text, start):
            done[-1] = done[-1][0], found
        elif found > start:
            done.append((start, found))
        start = found
    return tuple(done)


def counts(text: str, start: int = 0, end: int | None = None) -> Iterator[Count]:
    """The numbers that count something between two places of a text; no dates, years, or numbers of documents."""
    end = len(text) if end is None else end
    for found in _COUNT.finditer(text, start, end):
        if _NOT_COUNTING.search(text[max(0, found.start() - 14) : found.start()]):
            continue
        words = _WORDS_AFTER.match(text, found.end(), end)
        after = words["words"].strip(" ,") if words else ""
        folded = fold(after).split()
        if not folded or folded[0] in _UNITS_OF_TIME:
            continue
        yield Count(int(found["number"].replace(".", "")), found.start(), found.end(), after)


# ------------------------------------------------------------------------------------------- lists


def split_list(text: str, signs: str = ";") -> list[str]:
    """The entries of a list; "đề tài, dự án" and its like are one entry."""
    joined = _TWO_NOUNS.sub(
        lambda found: f"{found[1]}‚" if text[found.end() + 1].islower() else found[0], text
    )
    flat = re.sub(r"\([^()]*\)", "", joined)
    entries = re.split(f"[{re.escape(signs)}]", flat)
    return [entry for each in entries if (entry := each.replace("‚", ",").strip(" .\n-+*"))]


_COUNTED = re.compile(r"(?P<number>\d{1,6})\s+[^\W\d_]")
_SEVERAL = re.compile(r"(?<!\w)các\s[^,]{1,80},")


def things_in(entries: Sequence[str]) -> int:
    """How many things the entries of a list name: "2 bệnh viện" two, "Trung tâm Y tế các huyện Ba Bể, Na Rì" one for each comma and "và" more."""
    total = 0
    for entry in entries:
        counted = _COUNTED.match(entry)
        several = _SEVERAL.search(entry)
        if counted:
            total += int(counted["number"])
        else:
            total += 1 + (entry.count(",") + entry.count(" và ") if several else 0)
    return total


_FEW: Final = 3
_FORM_OF_ADDRESS: Final = re.compile(r"(?:ông|bà|đồng chí|đ/c|cô|anh|chị)\s+", re.IGNORECASE)


def is_addressed(text: str) -> bool:
    """Whether it begins with somebody's name and the form of address before it: "bà Đỗ Thị An"."""
    found = _FORM_OF_ADDRESS.match(text)
    return found is not None and text[found.end() : found.end() + 1].isupper()


def possible_lengths(text: str) -> set[int]:
    """How many entries the list may have: one number where semicolons part it, several where commas may belong to names."""
    by_semicolon = len(split_list(text, ";"))
    named = [each for each in split_list(text, ";,") if each]
    all_named = all(each[0].isupper() or each[0] in '“"' or is_addressed(each) for each in named)
    if by_semicolon > 1:
        # "a; b, c, d": who types names with both signs has four
        return {by_semicolon, len(named)} if all_named or by_semicolon <= _FEW else {by_semicolon}
    if all_named:
        return {len(named)}
    most = len(named) + len(re.findall(r"\svà\s", text))
    return set(range(1, most + 1))


# ------------------------------------------------------------------------------- documents and dates

_DAY = re.compile(
    r"(?<![\d/.])(?P<day>\d{1,2})(?:/(?P<month>\d{1,2})/(?P<year>\d{4})"
    r"|\s+tháng\s+(?P<month_2>\d{1,2})\s+năm\s+(?P<year_2>\d{4}))(?!\d)"
)
DOCUMENT: Final = re.compile(
    r"(?<![\w/.])(?P<number>\d{1,5}(?:/(?P<year>(?:19|20)\d{2}))?[/-][A-ZĐ]{1,6}\d{0,2}(?:[-/][A-ZĐ0-9]{1,12})*)"
)
_DOCUMENT_WORDS: Final = re.compile(
    r"(?:quyết định|nghị quyết|nghị định|luật|thông tư|kế hoạch|chỉ thị|công văn|hướng dẫn|quy định|kết luận|tờ trình|giấy phép"
    r"|thông báo|báo cáo|hợp đồng|chương trình|hiệu lực|biên bản|giấy mời|đề án|hết hạn|thành lập)",
    re.IGNORECASE,
)
_NEAR: Final = 70  # letters before a day in which the document that it belongs to is named


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names; ``day`` is None where the calendar has none. ``number`` is the document's that bears it."""

    day: date | None
    start: int
    end: int
    words: str
    number: str = ""
    of_document: bool = False


def days(text: str) -> Iterator[Day]:
    """The full dates of a text, each with the document whose date it is."""
    for found in _DAY.finditer(text):
        numbers = [found["day"], found["month"] or found["month_2"], found["year"] or found["year_2"]]
        day, month, year = map(int, numbers)
        try:
            read = date(year, month, day)
        except ValueError:
            read = None
        before = text[max(0, found.start() - _NEAR) : found.start()]
        before = before[before.rfind(";") + 1 :]
        cited = list(DOCUMENT.finditer(before))
        # "số 25/2017/QĐ-UBND ngày 29/8/2017": nothing but the word stands between the number and its day
        close = bool(cited) and fold(before[cited[-1].end() :]) in {"ngay", "", "ky ngay", "ban hanh ngay"}
        number = cited[-1]["number"] if close else ""
        of_document = close or bool(_DOCUMENT_WORDS.search(before))
        yield Day(read, found.start(), found.end(), found[0], number, of_document)


def is_of_document(before: str) -> bool:
    """Whether a day behind these words is that of a document that they name."""
    near = before[-_NEAR:]
    return bool(_DOCUMENT_WORDS.search(near[near.rfind(";") + 1 :]))


def year_in_number(number: str) -> int | None:
    """2017 of "25/2017/QĐ-UBND"; None where the number has no year."""
    found = DOCUMENT.match(number)
    return int(found["year"]) if found and found["year"] else None
