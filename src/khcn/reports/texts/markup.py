"""The markup of report texts: one line is one paragraph; figures, variables, notes and tables are bound by short marks.

A pure parser: text in, frozen nodes out. `unparse` writes nodes back, so ``parse(unparse(x)) == x``. Whatever is typed
or pasted, the only thing raised is :class:`MarkupProblem`, with its line and column.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.normal_forms import normal_form
from khcn.reports.texts.choices import CHOICE_MARKS, misplaced
from khcn.reports.texts.nodes import (
    Aspect,
    Block,
    Bullet,
    ChoiceMark,
    Figure,
    Inline,
    Inlines,
    MarkupProblem,
    Note,
    NoteMark,
    Paragraph,
    RecordTable,
    Text,
    TypedTable,
    Variable,
)
from khcn.reports.texts.own_words import OWN_NAME
from khcn.reports.texts.period_words import VARIABLES
from khcn.reports.texts.unparse import unparse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_stubs_ext import StrOrPromise

__all__ = [
    "Aspect",
    "Block",
    "Bullet",
    "Figure",
    "Inline",
    "Inlines",
    "MarkupProblem",
    "Note",
    "NoteMark",
    "Paragraph",
    "RecordTable",
    "Text",
    "TypedTable",
    "Variable",
    "codes_in",
    "inlines_of",
    "parse",
    "parse_inline",
    "parse_section",
    "unparse",
]

CODE: Final = re.compile(r"[A-ZĐ][A-ZĐ0-9]{0,7}-[0-9]{1,4}")
_NOTE_KEY = re.compile(r"[A-Za-z0-9]{1,8}")
_NOTE_LINE = re.compile(r"\[\^(?P<key>[A-Za-z0-9]{1,8})\]:(?P<text>.*)", re.DOTALL)
_BULLET = re.compile(r"(?P<bullet>[-–+])\s+(?P<text>\S.*)", re.DOTALL)
_ESCAPABLE = r"\\*\[{|+:–-"
_TOKEN = re.compile(
    rf"\\(?P<escaped>[{_ESCAPABLE}])|(?P<stars>\*+)|\{{\{{(?P<variable>[^{{}}]*)\}}\}}|(?P<braces>\{{\{{)"
    r"|\[(?P<bracket>[^\[\]]*)\]|(?P<open>\[)"
)
_RULE_CELL = re.compile(r":?-{2,}:?")
_MOST_STARS = 3
LONGEST_SECTION: Final = 200_000
"""Characters: forty printed pages more than the longest report. What is longer takes seconds to be drawn with each letter typed."""


# ------------------------------------------------------------------------------------------ reading


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order.

    Raises:
        MarkupProblem: the first thing that cannot be taken.
    """
    blocks: list[Block] = []
    table: list[tuple[int, list[Inlines], bool]] = []
    for number, raw in enumerate(_lines(text), start=1):
        line = raw.strip()
        if line.startswith("|"):
            table.append(_row(raw, number))
            continue
        if table:
            blocks.append(_typed_table(table))
            table = []
        if line:
            blocks.append(_block(line, number, len(raw) - len(raw.lstrip())))
    if table:
        blocks.append(_typed_table(table))
    return tuple(blocks)


def parse_inline(text: str) -> Inlines:
    """The marks of a single line that is no paragraph of its own, such as a heading.

    Raises:
        MarkupProblem: as `parse`; also a note mark, which has no place there.
    """
    inlines = _Reader(normal_form("NFC", " ".join(text.split())), 1, 0).read()
    for inline in inlines:
        if isinstance(inline, ChoiceMark):
            message = _("Đề mục không có lời thay nhau {{%(name)s}}. Đặt ở đoạn văn bên dưới.")
            raise MarkupProblem("choice_in_heading", message, {"name": inline.name}, 1, 1)
        if isinstance(inline, NoteMark):
            message = _("Đề mục không mang chú thích [^%(key)s]. Đặt chú thích vào đoạn văn bên dưới.")
            raise MarkupProblem("note_in_heading", message, {"key": inline.key}, 1, 1)
    return inlines


def _lines(text: str) -> list[str]:
    return normal_form("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _block(line: str, number: int, offset: int) -> Block:
    if found := _NOTE_LINE.fullmatch(line):
        body = found["text"].strip()
        if not body:
            message = _("Chú thích [^%(key)s] chưa có nội dung. Gõ nội dung sau dấu hai chấm.")
            raise MarkupProblem("empty_note", message, {"key": found["key"]}, number, offset + 1)
        start = offset + line.index(body, found.start("text"))
        return Note(found["key"], _Reader(body, number, start).read())
    alone = line[1:-1].removesuffix(f":{Aspect.TABLE}")
    if line == f"[{alone}:{Aspect.TABLE}]" and CODE.fullmatch(alone):
        return RecordTable(alone)
    if found := _BULLET.fullmatch(line):
        bullet: Bullet = "+" if found["bullet"] == "+" else "-"
        return Paragraph(_Reader(found["text"], number, offset + found.start("text")).read(), bullet)
    return Paragraph(_Reader(line, number, offset).read())


def _row(raw: str, number: int) -> tuple[int, list[Inlines], bool]:
    """Line number, cells, and whether the row is only a rule."""
    line, offset = raw.strip(), len(raw) - len(raw.lstrip())
    cells, start, place = [], 1, 1
    while place < len(line):
        if line[place] == "\\":
            place += 2
            continue
        if line[place] == "|":
            cells.append((line[start:place], start))
            start = place + 1
        place += 1
    if start != len(line) or not cells:
        message = _("Dòng của bảng phải kết thúc bằng dấu “|”. Gõ thêm “|” ở cuối dòng.")
        raise MarkupProblem("open_row", message, {}, number, offset + len(line))
    is_rule = all(_RULE_CELL.fullmatch(cell.strip()) for cell, _start in cells)
    inlines = [
        _Reader(cell.strip(), number, offset + at + len(cell) - len(cell.lstrip())).read()
        for cell, at in cells
    ]
    return number, inlines, is_rule


def _typed_table(rows: list[tuple[int, list[Inlines], bool]]) -> TypedTable:
    head = rows[0][1]
    body = rows[2:] if len(rows) > 1 and rows[1][2] else rows[1:]
    for number, cells, _is_rule in rows[1:]:
        if len(cells) != len(head):
            message = _("Dòng này có %(cells)d ô, dòng đầu của bảng có %(columns)d ô. Thêm hoặc bớt dấu “|”.")
            raise MarkupProblem("cells", message, {"cells": len(cells), "columns": len(head)}, number, 1)
    return TypedTable(tuple(head), tuple(tuple(cells) for _number, cells, _is_rule in body))


class _Reader:
    """Reads the inline marks of one stretch of text."""

    def __init__(self, text: str, line: int, offset: int) -> None:
        self._text, self._line, self._offset = text, line, offset
        self._bold = self._italic = False
        self._style_from = 0
        self._done: list[Inline] = []
        self._letters: list[str] = []

    def read(self) -> Inlines:
        place = 0
        for token in _TOKEN.finditer(self._text):
            self._letters.append(self._text[place : token.start()])
            self._token(token)
            place = token.end()
        self._letters.append(self._text[place:])
        self._flush()
        if self._bold or self._italic:
            message = _(
                "Dấu * mở chữ nghiêng hoặc đậm mà chưa đóng. Gõ dấu * để đóng, hoặc \\* nếu cần in dấu *."
            )
            raise self._problem("open_style", message, self._style_from)
        if misplaced(tuple(self._done)):
            message = _(
                "Lời thay nhau gõ đủ ba dấu theo thứ tự {{neu_co}} lời có số liệu {{neu_khong}} lời khi không phát sinh {{het}}; "
                "lời khi không phát sinh không chứa số liệu, chú thích."
            )
            raise self._problem("choice", message, 0)
        return tuple(self._done)

    def _token(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "escaped":
                self._letters.append(token["escaped"])
                return
            case "stars":
                self._flush()
                self._toggle(token)
                return
            case "variable":
                self._flush()
                self._done.append(self._variable(token))
            case "bracket":
                self._flush()
                self._done.append(self._bracket(token))
            case "braces":
                message = _(
                    "Dấu {{ mở tên một cụm từ thay đổi theo kỳ mà chưa đóng. Gõ ví dụ {{ky}}, hoặc \\{ nếu cần in dấu {."
                )
                raise self._problem("open_variable", message, token.start())
            case _:
                message = _("Dấu [ mở một số liệu mà chưa đóng. Gõ ví dụ [NV-01], hoặc \\[ nếu cần in dấu [.")
                raise self._problem("open_figure", message, token.start())

    def _flush(self) -> None:
        if text := "".join(self._letters):
            before = self._done[-1] if self._done else None
            if isinstance(before, Text) and (before.bold, before.italic) == (self._bold, self._italic):
                self._done[-1] = replace(before, text=before.text + text)
            else:
                self._done.append(Text(text, self._bold, self._italic))
        self._letters.clear()

    def _toggle(self, token: re.Match[str]) -> None:
        count = len(token["stars"])
        if count > _MOST_STARS:
            message = _(
                "Quá ba dấu * liền nhau. Dùng *nghiêng*, **đậm** hoặc ***cả hai***; \\* nếu cần in dấu *."
            )
            raise self._problem("stars", message, token.start())
        if count != 1:
            self._bold = not self._bold
        if count != 2:  # noqa: PLR2004 -- two stars are bold alone
            self._italic = not self._italic
        self._style_from = token.start()

    def _variable(self, token: re.Match[str]) -> Variable | ChoiceMark:
        name = token["variable"].strip()
        if name in CHOICE_MARKS:
            return ChoiceMark(name)
        if name not in VARIABLES and not OWN_NAME.fullmatch(name):
            message = _("Không có cụm từ {{%(name)s}}. Các cụm từ có thể dùng: %(known)s.")
            known = tuple([f"{{{{{each}}}}}" for each in VARIABLES])
            raise self._problem("unknown_variable", message, token.start(), name=name, known=known)
        return Variable(name, self._bold, self._italic)

    def _bracket(self, token: re.Match[str]) -> Inline:
        inner = token["bracket"].strip()
        if inner.startswith("^") and _NOTE_KEY.fullmatch(inner[1:]):
            return NoteMark(inner[1:])
        code, _colon, word = inner.partition(":")
        if not CODE.fullmatch(code):
            message = _(
                "“[%(inner)s]” không phải mã số liệu hay chú thích. Gõ ví dụ [NV-01], [NV-01:ten], [^1]; "
                "gõ \\[ nếu cần in dấu ngoặc vuông."
            )
            raise self._problem("bracket", message, token.start(), inner=inner)
        if word == Aspect.TABLE:
            message = _("Bảng [%(inner)s] phải đứng riêng một dòng. Xuống dòng trước và sau nó.")
            raise self._problem("table_inside", message, token.start(), inner=inner)
        if word not in {each.value for each in Aspect} or (inner.endswith(":") and not word):
            message = _(
                "Sau mã %(code)s chỉ dùng “:so”, “:ten”, “:chu” hoặc “:bang”, không dùng “:%(word)s”."
            )
            raise self._problem("aspect", message, token.start(), code=code, word=word)
        return Figure(code, Aspect(word), self._bold, self._italic)

    def _problem(self, kind: str, message: StrOrPromise, place: int, **params: Any) -> MarkupProblem:
        return MarkupProblem(kind, message, params, self._line, self._offset + place + 1)


# ------------------------------------------------------------------------------------- whole sections


def inlines_of(block: Block) -> Iterator[Inlines]:
    """Every stretch of inline marks of a block, in reading order."""
    match block:
        case Paragraph(inlines) | Note(_, inlines):
            yield inlines
        case TypedTable(head, rows):
            yield from head
            for row in rows:
                yield from row
        case RecordTable():
            pass


def codes_in(blocks: Iterable[Block]) -> Iterator[tuple[str, Aspect]]:
    """Every bound figure of the blocks with what of it is printed, in the order of the lines."""
    for block in blocks:
        if isinstance(block, RecordTable):
            yield block.code, Aspect.TABLE
        for inlines in inlines_of(block):
            yield from ((each.code, each.aspect) for each in inlines if isinstance(each, Figure))


def parse_section(text: str) -> tuple[Block, ...]:
    """The blocks of a section's text, whose notes and marks belong together one to one.

    Raises:
        MarkupProblem: as `parse`; also a mark without a note, a note without a mark, either of them twice, a mark inside a note,
            and more than :data:`LONGEST_SECTION`.
    """
    if len(text) > LONGEST_SECTION:
        message = _("Mục dài quá %(most)d ký tự. Chia thành nhiều mục, hoặc để phần dài ở phụ lục.")
        raise MarkupProblem(
            "too_long", message, {"most": LONGEST_SECTION}, *_line_and_column(text, LONGEST_SECTION)
        )
    blocks = parse(text)
    notes = [block.key for block in blocks if isinstance(block, Note)]
    marks = [
        inline.key
        for block in blocks
        for inlines in inlines_of(block)
        for inline in inlines
        if isinstance(inline, NoteMark)
    ]
    inside = {
        inline.key
        for block in blocks
        if isinstance(block, Note)
        for inline in block.inlines
        if isinstance(inline, NoteMark)
    }
    faults = (
        (inside, _("Chú thích [^%(key)s] nằm trong một chú thích khác. Đưa dấu [^%(key)s] ra đoạn văn.")),
        (_repeated(notes), _("Chú thích [^%(key)s] được viết hai lần. Bỏ bớt một dòng hoặc đổi số.")),
        (_repeated(marks), _("Dấu chú thích [^%(key)s] được đặt hai lần. Mỗi chú thích chỉ đặt một dấu.")),
        (
            set(marks) - set(notes),
            _("Dấu [^%(key)s] chưa có nội dung. Thêm một dòng “[^%(key)s]: nội dung”."),
        ),
        (
            set(notes) - set(marks),
            _("Chú thích [^%(key)s] chưa được đặt vào đoạn nào. Gõ [^%(key)s] vào chỗ cần chú thích."),
        ),
    )
    for keys, message in faults:
        for key in sorted(keys):
            raise MarkupProblem("notes", message, {"key": key}, *_place_of(text, f"[^{key}]"))
    return blocks


def _repeated(keys: list[str]) -> set[str]:
    return {key for key, count in Counter(keys).items() if count > 1}


def _line_and_column(text: str, place: int) -> tuple[int, int]:
    before = text[:place]
    return before.count("\n") + 1, place - before.rfind("\n")


def _place_of(text: str, mark: str) -> tuple[int, int]:
    for number, line in enumerate(_lines(text), start=1):
        if mark in line:
            return number, line.index(mark) + 1
    return 1, 1
