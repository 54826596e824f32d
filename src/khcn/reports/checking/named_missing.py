"""What the text names and the report does not have: annexes, sections, recipients; and blanks that nobody filled in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import DOCUMENT, sentence_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.findings import Severity
    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_ANNEX = re.compile(r"(?<!\w)(?:Biểu(?: mẫu)? số\s*\d+\w*|Phụ lục(?:\s+(?:số\s*)?(?:\d+|[IVX]+)(?!\w))?)")
# A list that is said to come with the report
_LIST = re.compile(
    r"(?<!\w)(?P<name>danh sách|danh mục|bảng tổng hợp)(?:\s+chi tiết)?\s+(?:kèm theo|đính kèm|gửi kèm)",
    re.IGNORECASE,
)
# "tại mục A.2", "tại phần III"; not those of another paper: "tại mục 2 Chương III Nghị định"
_SECTION = re.compile(
    r"(?<!\w)(?:tại|ở|xem)\s+(?:[Mm]ục|[Pp]hần)\s+(?P<key>[IVX]+(?:\.[IVX0-9a-z]+)*|[A-Z](?:\.[IVX0-9a-z]+)*)(?!\w)"
    r"(?!,?\s*(?:của|Chương|Điều|Nghị|Quyết|Kế hoạch|Thông tư|Công văn|Hướng dẫn|Chỉ thị|Đề án|Chương trình|Biểu|Phụ lục|Luật"
    r"|Báo cáo|Tờ trình|Hợp đồng|Quy chế|Quy định|Đề cương|Thuyết minh))"
)
# How a report says who is to read it
_REPORTED_TO = re.compile(
    r"(?:^|(?<=[.;]\s))[Bb]áo cáo\s+(?:này\s+)?(?:được\s+)?gửi\s+(?P<who>[A-ZĐ][^,;.()]{2,80}?)(?=\s+(?:tổng hợp|biết|theo dõi|chỉ đạo|xem xét))"
)
_ASKED = re.compile(
    r"(?:^|(?<=[.;]\s))[Đđ]ề nghị\s+(?P<who>(?:Sở|Bộ|Ủy ban|UBND|HĐND|Hội đồng nhân dân)[^,;.()]{2,80}?)(?=\s+(?:xem xét|quan tâm|cho ý kiến))"
)
_SENT_TO = re.compile(
    r"(?<!\w)(?:[Kk]ính gửi|[Kk]ính trình|[Kk]ính đề nghị)\s+(?P<who>[A-ZĐ][^,;.()]{2,80}?)(?=\s+(?:xem xét|tổng hợp|quan tâm|biết|theo dõi|chỉ đạo|cho ý kiến|để)|[,;.]|$)"
)
_BLANK = re.compile(
    r"\.{4,}|…{2,}|_{3,}|\?{2,}|(?<!\w)[xX]{2,}(?!\w)|\[\s*\]"
    r"|\((?:sẽ\s+)?(?:(?:bổ sung|cập nhật|điền|ghi|báo cáo)\s+sau|xem lại|kiểm tra lại|chưa có số liệu)\)"
    # three points or one sign for them: beside a stroke, behind what names a number or day, before what is counted;
    # behind a comma or a noun they say "and so on"
    r"|(?<![^\W\d_])(?:(?:…|\.{3})\s?/\s?)++(?:…|\.{3})?+|(?<=[\d\s])/\s?(?:…|\.{3})"
    r"|(?<!\w)(?:số|(?<!hàng )(?<!hằng )(?:ngày|tháng|năm)|là|đạt|được|khoảng|cấp|tăng|giảm)\s(?:…|\.{3})(?=\s\w)"
    r"|(?<![,.;…]\s)(?<=\s)(?:…|\.{3})(?=\s?(?:%|(?:hồ sơ|cơ sở|nhiệm vụ|đề tài|giấy phép|lượt|phương tiện đo|cuộc|triệu|tỷ)\b))"
    # a number or a day of a document that was left open
    r"|(?<!\w)số\s+/(?=(?-i:[A-ZĐ]))|(?<!\w)ngày\s+/\s?\d{1,2}/\d{4}"
    r"|(?<!\w)ngày\s+(?:\d{1,2}\s+)?tháng\s+năm\s\d{4}|(?<!\w)ngày\s+tháng\s+\d{1,2}\s+năm\s\d{4}"
    # what Word and Excel print for something that is not there, and a number that somebody has asked for
    r"|(?:Error|Lỗi)! [^.!]{3,60}|#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|N/A)|(?<=\s)\?(?=\s(?-i:[a-zà-ỹđ]))",
    re.IGNORECASE,
)
_SHORT_FORMS: Final = (
    ("uy ban nhan dan", "ubnd"),
    ("khoa hoc va cong nghe", "kh cn"),
    ("giam doc", "gd"),
    ("van phong", "vp"),
    ("ke hoach va dau tu", "kh dt"),
)
# Who is asked need not be sent the report
_NAMED_READERS: Final[tuple[tuple[re.Pattern[str], Severity], ...]] = (
    (_SENT_TO, "error"), (_REPORTED_TO, "error"), (_ASKED, "warning"),
)  # fmt: skip
_AS_ABOVE: Final = "nhu tren"


def annexes(report: PrintedReport) -> Iterator[Finding]:
    """A table or annex that the text refers to is a heading or a table's caption of the report."""
    titles = [each for each in report.lines if each.part == "heading"]
    headings = [fold(f"{each.label} {each.text}") for each in titles]
    has_list = any(map(_is_list, titles))
    for line in report.lines:
        if line.part in {"heading", "cell", "recipients"}:
            continue
        missing: set[str] = set()
        for found in _ANNEX.finditer(line.text):
            name = fold(found[0])
            here = line.text[found.end() : found.end() + 30].lower()
            if name == "phu luc" and not re.match(r"\s*(?:kèm theo|đính kèm|gửi kèm)", here):
                continue
            if name in missing or any(f" {name} " in f" {each} " for each in headings):
                continue
            missing.add(name)
            yield _finding(
                "missing_annex", line, found[0], _("Các đề mục của báo cáo"), _("không có"),
                _("Lời văn dẫn “%(name)s” nhưng báo cáo không có.") % {"name": found[0]},
                _("Thêm mục “%(name)s” vào báo cáo, hoặc bỏ lời dẫn.") % {"name": found[0]},
            )  # fmt: skip
        if not has_list:
            yield from _missing_lists(line)


def _is_list(heading: PrintedLine) -> bool:
    """An annex may be the list that the text speaks of, unless its title says that it is a table of another number."""
    words = fold(f"{heading.label} {heading.text}")
    return "danh sach" in words or "danh muc" in words or ("phu luc" in words and "bieu so" not in words)


def _missing_lists(line: PrintedLine) -> Iterator[Finding]:
    for found in _LIST.finditer(line.text):
        start, end = sentence_at(line.text, found.start())
        if DOCUMENT.search(line.text, start, end) or not line.is_typed(*found.span()):
            continue  # the list of the paper that is named beside it
        yield _finding(
            "missing_annex", line, found[0], _("Các đề mục của báo cáo"), _("không có"),
            _("Lời văn dẫn “%(name)s” nhưng báo cáo không có.") % {"name": found[0]},
            _("Thêm phụ lục có danh sách vào báo cáo, hoặc bỏ lời dẫn."),
        )  # fmt: skip


def sections(report: PrintedReport) -> Iterator[Finding]:
    """A section that the text refers to exists."""
    labels = {each.label.rstrip(".)") for each in report.lines if each.part == "heading"}
    for line in report.lines:
        for found in _SECTION.finditer(line.text):
            if found["key"] not in report.sections and found["key"] not in labels:
                yield _finding(
                    "missing_section", line, found[0], _("Các đề mục của báo cáo"), _("không có"),
                    _("Lời văn dẫn “%(name)s” nhưng báo cáo không có mục này.") % {"name": found[0]},
                    _("Sửa số mục cho đúng."),
                )  # fmt: skip


def recipients(report: PrintedReport) -> Iterator[Finding]:
    """Who the text addresses is among the addressees and recipients; "Như trên" needs somebody above."""
    known = [_short(each) for each in (*report.addressees, *report.recipients)]
    for line in report.lines:
        if line.part == "recipients":
            if fold(line.text).startswith(_AS_ABOVE) and not report.addressees:
                yield _finding(
                    "missing_recipient", line, line.text, _("Kính gửi"), _("không có"),
                    _("Nơi nhận ghi “Như trên” nhưng báo cáo không ghi kính gửi nơi nào."),
                    _("Thêm nơi kính gửi vào mẫu báo cáo, hoặc ghi tên nơi nhận."),
                )  # fmt: skip
            continue
        for pattern, severity in _NAMED_READERS:
            for found in pattern.finditer(line.text):
                who = _short(found["who"])
                if who and not any(who in each or each in who for each in known if each != _AS_ABOVE):
                    missing = _finding(
                        "missing_recipient", line, found[0], _("Nơi nhận"), "; ".join(report.recipients),
                        _("Lời văn gửi “%(who)s” nhưng nơi nhận không có.") % {"who": found["who"]},
                        _("Thêm nơi nhận vào mẫu báo cáo, hoặc sửa lời văn."),
                    )  # fmt: skip
                    yield replace(missing, severity=severity)


def _short(name: str) -> str:
    folded = fold(re.sub(r"\(.*?\)", "", name))
    for long, short in _SHORT_FORMS:
        folded = folded.replace(long, short)
    return folded


def blanks(report: PrintedReport) -> Iterator[Finding]:
    """A blank of the form that nobody filled in."""
    for line in report.lines:
        for found in _BLANK.finditer(line.text):
            if line.is_typed(*found.span()):
                around = line.text[max(0, found.start() - 30) : found.end() + 20].strip()
                yield _finding(
                    "blank", line, around, line.place, found[0],
                    _("Chỗ để trống chưa điền: “%(words)s”.") % {"words": around},
                    _("Điền, hoặc xóa câu này."),
                )  # fmt: skip


def _finding(
    code: str, line: PrintedLine, value: str, place: str, other: str, message: str, remedy: str
) -> Finding:
    return Finding(code, "error", line.place, value, place, other, message, remedy, line.section)
