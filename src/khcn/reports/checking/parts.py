"""Parts of a number in one list, "đạt 10, không đạt 02", and whether they have to add up to the number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.kernel.text.fold import fold
from khcn.reports.checking.reading import split_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.reports.checking.reading import Count

NUMBER: Final = re.compile(r"(?<![\d/.,\-])(?:\d{1,3}(?:\.\d{3})+|\d{1,6})(?![\d/%\-]|[.,]\d|\s*%)")
"""A whole number that is no part of a day, a share or a document's number."""
_NAMED = re.compile(r"(?:số|ngày|tháng|năm|quý|thứ|lần|mã|đợt|iso|-)\s*$", re.IGNORECASE)
OTHER_UNIT: Final = re.compile(
    r"(?:triệu|tỷ|nghìn|đồng(?! chí| hồ)|ha|m2|km|kg|tấn|ngày|tháng|năm|quý)\b", re.IGNORECASE
)
LEAST_PARTS: Final = 2
_WORD: Final = 12  # letters before a number in which a word that makes it a name stands
_DECIMAL = re.compile(r"\d,\d")
# What may be true of a thing beside something else, and numbers that are no part of this one
BESIDE: Final = re.compile(
    r"vi phạm|xử phạt|xử lý|nhắc nhở|cảnh cáo|phát hiện|biên bản|đình chỉ|thu hồi|tổng|còn lại|cùng kỳ|so với"
    r"|kế hoạch|chỉ tiêu|đảng viên|đoàn viên|dân tộc|năm \d{4}",
    re.IGNORECASE,
)
_WORDS_OF_TOTAL: Final = 3  # first words behind a number in which the unit of its parts stands: "lượt người"


@dataclass(frozen=True, slots=True)
class CountedPart:
    """One entry with its number, the words before it and those behind it."""

    before: str
    number: int
    after: str

    @property
    def words(self) -> str:
        """All but the number."""
        return f"{self.before} {self.after}"


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What a thing is one of. ``closed_by``: with this one of them, or with any two if None is given, the others are all the rest."""

    patterns: tuple[re.Pattern[str], ...]
    is_whole: bool = False
    closed_by: int | None = None


def _kinds(*patterns: str, is_whole: bool = False, closed_by: int | None = None) -> _Kinds:
    return _Kinds(tuple(re.compile(each, re.IGNORECASE) for each in patterns), is_whole, closed_by)


_EXCLUDING: Final = (
    _kinds(r"(?<!không )(?<!chưa )\bđạt\b", r"(?:không|chưa) đạt\b", is_whole=True),
    _kinds(r"\bnam\b", r"\bnữ\b", is_whole=True),
    _kinds(r"(?:quá|trễ|chậm|không đúng) hạn", r"trước hạn", r"(?<!không )đúng hạn", closed_by=0),
    _kinds(r"chuyển tiếp", r"(?<!cấp )\bmới\b", is_whole=True),
    _kinds(r"trực tuyến", r"trực tiếp"),
    _kinds(r"cấp mới", r"gia hạn", r"cấp lại", r"cấp đổi", r"sửa đổi|bổ sung", r"điều chỉnh"),
    _kinds(r"sơ cấp", r"trung cấp", r"cao cấp", r"cao đẳng", r"đại học", r"thạc sĩ", r"tiến sĩ"),
    _kinds(r"cấp (?:quốc gia|nhà nước)", r"cấp bộ", r"cấp tỉnh", r"cấp huyện", r"cấp xã", r"cấp cơ sở"),
    _kinds(r"\bđã\b", r"\bđang\b", r"\bchưa\b(?! đạt)"),
)
"""Of each group a thing is one only, so that the numbers of two of them may be added."""


def parts_in(text: str) -> list[CountedPart] | None:
    """The parts of a list; None where an entry has no number or several, or its numbers are names: "Nhà máy 1; Nhà máy 2"."""
    if _DECIMAL.search(text):
        return None
    has_semicolon = ";" in re.sub(r"\([^()]*\)", "", text)
    found = []
    for entry in split_list(text, ";") if has_semicolon else split_list(text.replace(" và ", ", "), ","):
        part = _part(entry)
        if part is None or OTHER_UNIT.match(part.after):
            return None
        found.append(part)
    if len(found) < LEAST_PARTS or _are_names(found):
        return None
    return found


def _part(entry: str) -> CountedPart | None:
    """Of "lớp 1: 70 người" the number is 70."""
    begin = entry.rfind(":") + 1
    numbers = [each for each in NUMBER.finditer(entry, begin) if not is_named(entry, each.start())]
    if len(numbers) != 1:
        return None
    found = numbers[0]
    before, after = entry[: found.start()], entry[found.end() :]
    return CountedPart(before.strip(" :"), int(found[0].replace(".", "")), after.strip())


def is_named(text: str, start: int) -> bool:
    """Whether the number that begins at a place names something: "số 4", "ngày 4"."""
    return bool(_NAMED.search(text, max(0, start - _WORD), start))


def _are_names(parts: Sequence[CountedPart]) -> bool:
    return len({each.before.lower() for each in parts}) == 1 and not any(each.after for each in parts)


def are_of(parts: Sequence[CountedPart], totals: Sequence[Count]) -> list[bool]:
    """For each part, whether it counts what one of the totals counts: "huyện Ba Bể 04 cơ sở" of "12 cơ sở"."""
    units = {word for each in totals for word in fold(each.words).split()[:_WORDS_OF_TOTAL]}
    return [not each.before or not each.after or fold(each.after).split()[:1][0] in units for each in parts]


def have_labels_of_one_kind(parts: Sequence[CountedPart]) -> bool:
    """ "huyện Ba Bể 04, huyện Na Rì 03", "Ba Bể 04, Na Rì 03": each thing has one of them."""
    labels = [each.before for each in parts]
    if not all(labels):
        return False
    return len({each.split()[0].lower() for each in labels}) == 1 or all(each[0].isupper() for each in labels)


def wrong_parts(
    parts: Sequence[CountedPart], totals: Sequence[Count], *, must_equal: bool
) -> list[CountedPart] | None:
    """The parts that do not go with any of the totals, None if they may be right.

    ``must_equal``: less than a total is wrong too, and the parts may begin with their numbers.
    """
    if BESIDE.search(" ".join(each.words for each in parts)) or _sum(parts) in _right(totals):
        return None
    for chosen, is_whole in _excluding(parts):
        if _sum(chosen) in _right(totals) or not all(are_of(chosen, totals)):
            return None
        is_all = len(chosen) == len(parts)
        if is_whole or _are_more(chosen, totals) or (must_equal and is_all and len(parts) > LEAST_PARTS):
            return chosen
        if is_all:
            return None
    if not all(are_of(parts, totals)) or _may_be_several(parts, at_all=must_equal):
        return None
    return _wrong_of_any_kind(parts, totals, must_equal=must_equal)


def _wrong_of_any_kind(
    parts: Sequence[CountedPart], totals: Sequence[Count], *, must_equal: bool
) -> list[CountedPart] | None:
    are_labelled = all(each.before for each in parts)
    if are_labelled and len(parts) in {each.value for each in totals}:
        return None  # "02 lớp: Ba Bể 60, Na Rì 60"
    are_too_many = are_labelled and len(parts) > LEAST_PARTS and _are_more(parts, totals)
    return list(parts) if must_equal or are_too_many else None


def _sum(parts: Sequence[CountedPart]) -> int:
    return sum(each.number for each in parts)


def _right(totals: Sequence[Count]) -> set[int]:
    """Each of the totals, and all of them: "12 cơ sở xăng dầu, 08 cơ sở vàng: đạt 18, không đạt 02"."""
    values = [each.value for each in totals]
    return {*values, sum(values)}


def _are_more(parts: Sequence[CountedPart], totals: Sequence[Count]) -> bool:
    return _sum(parts) > max(each.value for each in totals)


def _excluding(parts: Sequence[CountedPart]) -> Iterator[tuple[list[CountedPart], bool]]:
    """Two or more parts of which nothing is in two, and whether they are all there is."""
    for group in _EXCLUDING:
        named = [[each for each in parts if pattern.search(each.words)] for pattern in group.patterns]
        chosen = [each[0] for each in named if each]
        if len(chosen) < LEAST_PARTS or len(set(map(id, chosen))) < len(chosen):
            continue
        if any(len(each) > 1 for each in named):
            continue
        closing = group.closed_by is not None and bool(named[group.closed_by])
        yield chosen, group.is_whole or closing


def _may_be_several(parts: Sequence[CountedPart], *, at_all: bool) -> bool:
    """ "trực tuyến 30, đúng hạn 40": one thing may be both. ``at_all``: one group beside words of none does no harm."""
    texts = [each.words for each in parts]
    named = [
        sum(any(pattern.search(each) for pattern in group.patterns) for each in texts) for group in _EXCLUDING
    ]
    touched = [each for each in named if each]
    return len(touched) > 1 or (not at_all and any(each < len(parts) for each in touched))
