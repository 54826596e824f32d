"""Templates in TOML: an official document (Decree 30/2020/NĐ-CP) whose texts have words to be filled in.

    kind = "GIẤY CHỨNG NHẬN"
    subject = "Đăng ký kết quả thực hiện nhiệm vụ khoa học và công nghệ"
    governing_body = "UBND {{ province_capitals }}"
    …
    [[block]]
    text = "**Tên nhiệm vụ:** {{ title }}"
    [[block]]
    text = "- {{ row.name }}, {{ row.role }};"
    each = "members"        # one paragraph for each item, called "row"
    [[block]]
    table = "items"         # a table with one row for each item
    columns = [{ title = "Tên nhiệm vụ", width = 100, text = "{{ row.title }}" }]

A basis may be dated: ``bases = [{ text = "Căn cứ …", from = 2023-08-10, until = 2026-01-01 }]`` is printed on papers
issued from the one day until the day before the other. ``check_from = 2025-10-14``: on that day the law around the basis
changed and nobody has compared it since; it is still printed, and who issues a paper is warned. ``when = "word"`` prints a block only if the word has a text. Text between two ``**`` is bold. Page, fonts and the
places of number, date and signature belong to the writer and cannot be changed here. With ``co_signer_capacity`` and
``co_signer_name`` two people sign, as minutes are signed. ``paper = "A5"`` is for receipts and slips. ``authority``, who
decides in capitals, is for decisions: it stands above the bases, and "QUYẾT ĐỊNH:" below them. A letter has the kind "CÔNG
VĂN", which is not printed, and its subject below the number. ``closing`` is the last sentence; "./." ends it.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.documents.model import (
    A4,
    LETTER,
    PAPERS,
    DocumentColumn,
    Heading,
    OfficialDocument,
    Paragraph,
    Run,
    Table,
    UnprintableDocumentError,
)
from khcn.kernel.documents.printed_text import capacity_lines
from khcn.kernel.papers.template_language import (
    SIGN,
    TemplateEnvironment,
    TemplateRefused,
    fill_template,
    first_template_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.kernel.documents.model import Block, Runs
    from khcn.kernel.papers.template_language import Words

_TEXTS: Final = (
    "kind",
    "subject",
    "governing_body",
    "issuing_body",
    "place",
    "closing",
    "authority",
    "recipients_heading",
    "co_signer_name",
    "paper",
)
_LISTS: Final = ("addressees", "recipients", "signer_capacity", "co_signer_capacity")
_REQUIRED: Final = ("kind", "subject", "governing_body", "issuing_body", "place", "block")
_DAYS: Final = ("from", "until", "check_from")  # of a basis
_BLOCK: Final = frozenset(
    {"text", "bullet", "indent", "heading", "label", "level", "when", "each", "table", "columns", "caption"}
)

LARGEST: Final = 256 * 1024  # bytes of the file
MOST_BLOCKS: Final = 500
MOST_LINES: Final = 100  # of a list, and columns of a table
LONGEST_TEXT: Final = 20_000
MOST_WORDS: Final = 2_000  # places to be filled in, in the whole file

Json = dict[str, Any]


def read_layout(content: bytes) -> Json:
    """The file as checked values. Raises :class:`TemplateRefused`."""
    found = _parsed(content)
    wrong = [
        *(name for name in _REQUIRED if not found.get(name)),
        *(name for name in found if name not in {*_TEXTS, *_LISTS, "bases", "block"}),
        *(name for name in _TEXTS if not isinstance(found.get(name, ""), str)),
        *(name for name in _LISTS if not _is_list_of(found.get(name, []), str)),
        *([] if found.get("paper", A4) in PAPERS else ["paper"]),
        *([] if _are_bases(found.get("bases", [])) else ["bases"]),
    ]
    blocks = found.get("block", [])
    if not _is_list_of(blocks, dict):
        wrong.append("block")
    else:
        wrong += [f"block {n}: {w}" for n, each in enumerate(blocks, start=1) for w in _wrong_in_block(each)]
    if wrong:
        message = _("Mẫu thiếu hoặc thừa các mục: %(names)s. So với mẫu đi kèm phần mềm rồi sửa lại.")
        raise TemplateRefused(message % {"names": first_template_names(wrong)})
    return found


def _parsed(content: bytes) -> Json:
    if len(content) > LARGEST:
        raise TemplateRefused(
            _("Tệp mẫu TOML lớn hơn 256 KB. Bỏ bớt nội dung, hoặc dùng mẫu Word nếu cần hình ảnh.")
        )
    try:
        found = tomllib.loads(content.decode("utf-8"))
    except RecursionError as fault:
        raise TemplateRefused(
            _("Tệp mẫu có quá nhiều ngoặc lồng nhau. So với mẫu đi kèm phần mềm rồi sửa lại.")
        ) from fault
    except UnicodeDecodeError as fault:
        raise TemplateRefused(
            _(
                "Tệp mẫu không đọc được: không phải tệp Word (.docx) và cũng không phải tệp TOML viết bằng UTF-8, hoặc đã hỏng. Mở "
                "tệp bằng Word, lưu lại rồi tải lên."
            )
        ) from fault
    except ValueError as fault:  # not TOML, or a number with thousands of digits
        raise TemplateRefused(
            _("Tệp mẫu không đọc được: %(fault)s.") % {"fault": str(fault)[:200]}
        ) from fault
    if too_much := list(_too_much(found)):
        message = _("Mẫu quá dài: %(names)s. Chia nhỏ hoặc bỏ bớt rồi tải lên lại.")
        raise TemplateRefused(message % {"names": first_template_names(too_much)})
    return found


def _too_much(found: Json) -> Iterator[str]:
    """What is more than any paper needs. Said before anything is looked at in detail."""
    words = 0
    queue: list[tuple[str, Any]] = list(found.items())
    for name, value in queue:  # grows while it is read: a template is as deep as its file says
        if isinstance(value, str):
            words += value.count("{{") + value.count("{%")
            if len(value) > LONGEST_TEXT:
                yield _("“%(name)s” có %(count)d ký tự, nhiều nhất %(most)d") % {
                    "name": name,
                    "count": len(value),
                    "most": LONGEST_TEXT,
                }
        elif isinstance(value, dict):
            queue += value.items()
        elif isinstance(value, list):
            most = MOST_BLOCKS if name == "block" else MOST_LINES
            if len(value) > most:
                yield _("“%(name)s” có %(count)d mục, nhiều nhất %(most)d") % {
                    "name": name,
                    "count": len(value),
                    "most": most,
                }
            queue += [(name, each) for each in value]
    if words > MOST_WORDS:
        yield _("có %(count)d chỗ điền, nhiều nhất %(most)d") % {"count": words, "most": MOST_WORDS}


def _wrong_in_block(block: Json) -> Iterator[str]:
    yield from (name for name in block if name not in _BLOCK)
    if sum(name in block for name in ("text", "heading", "table")) != 1:
        yield "text | heading | table"
    texts = ("text", "heading", "label", "when", "each", "table", "caption")
    yield from (name for name in texts if not isinstance(block.get(name, ""), str))
    if block.get("bullet", "") not in {"", "-", "+"}:
        yield "bullet"
    yield from (name for name in ("indent", "level") if type(block.get(name, 1)) is not int)
    if "table" in block:
        columns = block.get("columns", [])
        fits = _is_list_of(columns, dict) and all(
            set(each) <= {"title", "width", "text", "align"}
            and isinstance(each.get("title"), str)
            and isinstance(each.get("text"), str)
            and type(each.get("width")) in {int, float}
            and each.get("align", "left") in {"left", "center", "right"}
            for each in columns
        )
        if not (columns and fits):
            yield "columns"


def _are_bases(found: object) -> bool:
    """Texts, or tables of a text and the days from which and until which it is in force, or from which it is to be compared."""
    return isinstance(found, list) and all(
        isinstance(each, str)
        or (
            isinstance(each, dict)
            and isinstance(each.get("text"), str)
            and set(each) <= {"text", *_DAYS}
            and all(type(each[name]) is dt.date for name in _DAYS if name in each)
        )
        for each in found
    )


def bases_to_compare(layout: Json, day: dt.date) -> list[tuple[str, dt.date]]:
    """Of what a paper of this day is founded on, what nobody has compared since the law around it changed; and since when."""
    return [
        (each["text"].rstrip(".;"), each["check_from"])
        for each in layout.get("bases", ())
        if not isinstance(each, str)
        and is_printed_on(each, day)
        and each.get("check_from", dt.date.max) <= day
    ]


def is_printed_on(base: Json, day: dt.date) -> bool:
    """Is a dated basis in force on the day of issue?"""
    return bool(base.get("from", day) <= day < base.get("until", dt.date.max))


def _is_list_of(found: object, kind: type) -> bool:
    return isinstance(found, list) and all(isinstance(each, kind) for each in found)


def compose_document(layout: Json, words: Words, data: Mapping[str, Any]) -> OfficialDocument:
    """The document of a layout and data. Raises :class:`TemplateRefused` for words that the kind does not have."""
    return _Composer(layout, words, data).document()


class _Composer:
    """One document in the making."""

    def __init__(self, layout: Json, words: Words, data: Mapping[str, Any]) -> None:
        self._layout = layout
        self._data = data
        self._words = words
        self._lists = {name: rows for name, rows in words.items() if rows}
        self._environment = TemplateEnvironment(words)
        self._of_rows = {
            name: TemplateEnvironment(words, item=("row", rows)) for name, rows in self._lists.items()
        }

    def document(self) -> OfficialDocument:
        number, _slash, symbol = str(self._data["number"]).partition("/")
        day = dt.date(int(self._data["year"]), int(self._data["month"]), int(self._data["day"]))
        is_draft = not number
        if is_draft:
            number, symbol = "", str(self._data["symbol"])
        try:
            return OfficialDocument(
                governing_body=self._fill("governing_body"),
                issuing_body=self._fill("issuing_body"),
                symbol=symbol,
                place=self._fill("place"),
                year=day.year,
                month=day.month,
                subject=self._subject(),
                blocks=tuple(block for each in self._layout["block"] for block in self._blocks(each)),
                number=number,
                signed_on=None if is_draft else day,
                kind=self._fill("kind"),
                addressees=self._fill_list("addressees"),
                authority=self._fill("authority"),
                bases=tuple(self._bases(day)),
                closing=self._runs(self._layout.get("closing", "")),
                recipients=self._fill_list("recipients"),
                recipients_heading=self._fill("recipients_heading"),
                signer_capacity=self._capacity("signer_capacity"),
                signer_name=str(self._data["signer_name"]),
                co_signer_capacity=self._capacity("co_signer_capacity"),
                co_signer_name=self._fill("co_signer_name"),
                paper=self._layout.get("paper", A4),
                is_draft=is_draft,
            )
        except UnprintableDocumentError as fault:
            raise TemplateRefused(str(fault)) from fault

    def _subject(self) -> str:
        """With a capital, as it stands below the kind of the paper; that of a letter follows "V/v"."""
        text = self._fill("subject")
        return text if self._fill("kind") == LETTER else text[:1].upper() + text[1:]

    def _blocks(self, block: Json) -> Iterator[Block]:
        for name in filter(None, (block.get("when"), block.get("each"), block.get("table"))):
            if name not in self._words:
                raise TemplateRefused(
                    _("Mẫu dùng “%(name)s” mà phần mềm không có chỗ điền này.") % {"name": name}
                )
        if (when := block.get("when")) and not self._data[when]:
            return
        if "table" in block:
            yield self._table(block)
        elif each := block.get("each"):
            for row in self._rows(each):
                yield from self._paragraphs(self._block(block, each, row))
        else:
            yield from self._paragraphs(self._block(block))

    def _block(self, block: Json, rows: str = "", row: Json | None = None) -> Block:
        if "heading" in block:
            runs = self._runs(block["heading"], rows, row)
            return Heading(block.get("level", 3), block.get("label", ""), runs)
        return Paragraph(
            self._runs(block["text"], rows, row), block.get("bullet", ""), block.get("indent", 0)
        )

    @staticmethod
    def _paragraphs(block: Block) -> Iterator[Block]:
        """The block, or of one whose text was typed in several lines each line: it begins as paragraphs begin."""
        if not isinstance(block, Paragraph):
            yield block
            return
        lines: list[list[Run]] = [[]]
        for run in block.runs:
            first, *others = run.text.replace("\r\n", "\n").split("\n")
            lines[-1].append(replace(run, text=first))
            lines += [[replace(run, text=other)] for other in others]
        for place, line in enumerate(lines):
            runs = tuple(run for run in line if run.text)
            if place == 0 or any(run.text.strip() for run in runs):
                yield replace(block, runs=runs, bullet="" if place else block.bullet)

    def _table(self, block: Json) -> Table:
        name = block["table"]
        columns = tuple(
            DocumentColumn(each["title"], float(each["width"]), each.get("align", "left"))
            for each in block["columns"]
        )
        rows = tuple(
            tuple(self._runs(each["text"], name, row) for each in block["columns"])
            for row in self._rows(name)
        )
        return Table(columns, rows, block.get("caption", ""))

    def _rows(self, name: str) -> list[Json]:
        if name not in self._lists:
            raise TemplateRefused(_("“%(name)s” không phải là danh sách.") % {"name": name})
        found: list[Json] = self._data[name]
        return [{**row, "index": str(place)} for place, row in enumerate(found, start=1)]

    def _fill(self, name: str) -> str:
        return fill_template(self._layout.get(name, ""), self._environment, self._data)

    def _fill_list(self, name: str) -> tuple[str, ...]:
        """Lines of a list, each once: who hands over and who receives may be one body."""
        found = (fill_template(each, self._environment, self._data) for each in self._layout.get(name, ()))
        return tuple(dict.fromkeys(each for each in found if each))

    def _capacity(self, name: str) -> tuple[str, ...]:
        return tuple(line for each in self._fill_list(name) for line in capacity_lines(each))

    def _bases(self, day: dt.date) -> Iterator[Runs]:
        """What the paper is founded on: of dated bases, those in force on the day of issue."""
        for each in self._layout.get("bases", ()):
            base: Json = {"text": each} if isinstance(each, str) else each
            if is_printed_on(base, day) and (runs := self._runs(base["text"])):
                # in italics (NĐ 30/2020, Phụ lục I, phần II, mục II.6.b)
                yield tuple(replace(run, italic=True) for run in runs)

    def _runs(self, text: str, rows: str = "", row: Json | None = None) -> Runs:
        """Marks of bold are those of the template: the same signs in the data are text."""
        environment = self._of_rows[rows] if rows else self._environment
        data = {**self._data, "row": row} if rows else self._data
        parts = fill_template(text.replace("**", SIGN), environment, data).split(SIGN)
        return tuple(Run(part, bold=bool(place % 2)) for place, part in enumerate(parts) if part)
