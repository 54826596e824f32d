"""Official documents as HTML: for reading on screen, with a way from each figure to its records."""

from __future__ import annotations

import base64
import functools
import hashlib
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khcn.kernel.documents import printed_text
from khcn.kernel.documents.model import Heading, Mark, PageBreak, Paragraph, Table, is_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from khcn.kernel.documents.model import (
        Annex,
        Block,
        DocumentColumn,
        Footnote,
        OfficialDocument,
        Run,
        Runs,
    )

STYLE_SHEET: Final = Path(__file__).with_name("document.css")
_ALIGN_CLASSES: Final = {"left": "", "center": "doc-center", "right": "doc-right"}


def render_html(
    document: OfficialDocument, figure_href: Callable[[str], str] | None, *, standalone: bool
) -> str:
    """The document as semantic HTML; everything in it is escaped and nothing needs `unsafe-inline`.

    Args:
        document: what to show.
        figure_href: address of the records behind the figure with the given indicator code; None for no links.
        standalone: True gives a whole file with its style sheet inside, False an `<article>` for a page that serves
            `STYLE_SHEET` itself.
    """
    article = _Html(document, figure_href).render()
    if not standalone:
        return article
    style, digest = _style()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(printed_text.title(document))}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{article}\n</main>\n</body>\n</html>\n"
    )


@functools.cache
def _style() -> tuple[str, str]:
    """The style sheet and its CSP hash."""
    style = STYLE_SHEET.read_text("utf-8")
    return style, base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")


class _Html:
    """One rendering; it holds the footnotes and counts the tables met so far."""

    def __init__(self, document: OfficialDocument, figure_href: Callable[[str], str] | None) -> None:
        self._source = document
        self._figure_href = figure_href
        self._notes: list[Footnote] = []
        self._tables = 0  # met so far
        self._open_levels: list[int] = []  # of the headings that the next block stands under

    def render(self) -> str:
        source = self._source
        parts = [
            _head(source),
            ""
            if is_letter(source)
            else f"<h1><span>{_text(source.kind)}</span> <span>{_text(source.subject)}</span></h1>",
            _address(source),
            f'<p class="doc-authority">{_text(source.authority)}</p>' if source.authority else "",
            *(self._tag("p", base) for base in source.bases),
            f'<p class="doc-authority">{printed_text.DECIDES}</p>' if source.authority else "",
            *(self._block(block) for block in source.blocks),
            self._tag("p", printed_text.closing_runs(source)) if source.closing else "",
            _foot(source),
            *(self._annex(annex) for annex in source.annexes),
        ]
        parts.append(self._note_list())
        if source.page_foot:
            parts.append(f'<p class="doc-page-foot">{_text(printed_text.as_one_line(source.page_foot))}</p>')
        body = "\n".join(part for part in parts if part)
        return f'<article class="official-document" lang="vi">\n{body}\n</article>'

    def _annex(self, annex: Annex) -> str:
        head = (
            f'<div class="doc-annex-head"><p><strong>{_text(annex.label)}</strong></p>'
            f"<h2>{_text(printed_text.annex_title(annex))}</h2>"
            f'<p class="doc-reference">{_text(annex.reference)}</p></div>'
        )
        blocks = "\n".join(self._block(block) for block in annex.blocks)
        return f'<section class="doc-annex">\n{head}\n{blocks}\n</section>'

    def _block(self, block: Block) -> str:
        match block:
            case Heading():
                heading = self._tag(f"h{self._depth(block.level) + 1}", printed_text.heading_runs(block))
                if not block.tail:
                    return heading
                return (
                    f'<div class="doc-run-in">{heading}{self._tag("p", printed_text.tail_runs(block))}</div>'
                )
            case Paragraph():
                name = f"doc-indent-{block.indent}" if block.indent else ""
                return self._tag("p", printed_text.paragraph_runs(block), name)
            case Table():
                return self._table(block)
            case PageBreak():
                return '<div class="doc-page-break"></div>'

    def _depth(self, level: int) -> int:
        """How deep a heading stands. A part without the level between ("B." followed by "1.") leaves no gap."""
        while self._open_levels and self._open_levels[-1] >= level:
            self._open_levels.pop()
        self._open_levels.append(level)
        return len(self._open_levels)

    def _table(self, table: Table) -> str:
        caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
        titles = "".join(f'<th scope="col">{_text(column.title)}</th>' for column in table.columns)
        rows = "\n".join(f"<tr>{''.join(self._cells(table.columns, row))}</tr>" for row in table.rows)
        self._tables += 1
        label = _value(table.caption) or _value(_("Bảng %(number)d") % {"number": self._tables})
        return (
            f'<div class="doc-table" tabindex="0" role="region" aria-label="{label}">\n<table>{caption}\n'
            f"<thead><tr>{titles}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
        )

    def _cells(self, columns: Iterable[DocumentColumn], row: Iterable[Runs]) -> Iterator[str]:
        for column, cell in zip(columns, row, strict=True):
            yield self._tag("td", cell, _ALIGN_CLASSES[column.align])

    def _tag(self, tag: str, runs: Runs, name: str = "") -> str:
        attribute = f' class="{name}"' if name else ""
        return f"<{tag}{attribute}>{self._runs(runs)}</{tag}>"

    def _runs(self, runs: Runs) -> str:
        return "".join(self._run(run) for run in runs)

    def _run(self, run: Run) -> str:
        content = self._linked(run, _text(run.text))
        if run.bold:
            content = f"<strong>{content}</strong>"
        if run.italic:
            content = f"<em>{content}</em>"
        if run.mark is not None:
            content = _marked(run.mark, content)
        return content if run.note is None else content + self._note_mark(run.note)

    def _linked(self, run: Run, content: str) -> str:
        if run.figure is not None:
            code = _value(run.figure)
            if self._figure_href is None:
                return f'<span class="figure" data-code="{code}">{content}</span>'
            return f'<a class="figure" href="{_value(self._figure_href(run.figure))}" data-code="{code}">{content}</a>'
        if run.href is not None:
            return f'<a href="{_value(run.href)}">{content}</a>'
        return content

    def _note_mark(self, note: Footnote) -> str:
        self._notes.append(note)
        number = len(self._notes)
        label = _value(_("Chú thích %(number)d") % {"number": number})
        return f'<sup class="doc-note-mark"><a id="note-mark-{number}" href="#note-{number}" aria-label="{label}">{number}</a></sup>'

    def _note_list(self) -> str:
        if not self._notes:
            return ""
        items = []
        for number, note in enumerate(self._notes, start=1):
            label = _value(_("Về chỗ có chú thích %(number)d") % {"number": number})
            back = f'<a class="doc-back" href="#note-mark-{number}" aria-label="{label}">↩</a>'
            items.append(f'<li id="note-{number}"><span>{self._runs(note.runs)}</span> {back}</li>')
        title = _value(_("Chú thích"))
        listed = "\n".join(items)
        return f'<section class="doc-notes" aria-label="{title}">\n<ol>\n{listed}\n</ol>\n</section>'


def _text(content: str) -> str:
    return escape(printed_text.printable(content), quote=True).replace("\n", "<br>")


def _value(content: str) -> str:
    """`content` as the value of an attribute."""
    return escape(printed_text.as_one_line(content), quote=True)


def _marked(mark: Mark, content: str) -> str:
    """`content` with its mark: a class to see, words for those who do not see it; style sheets hide both in print."""
    words = {
        Mark.TYPED: _("số nhập tay"),
        Mark.OVERRIDE: _("số sửa tay, thay cho số tính từ dữ liệu"),
        Mark.ILLUSTRATIVE: _("dữ liệu minh họa"),
    }[mark]
    language = _value(get_language() or "vi")
    return (
        f'<span class="mark mark-{mark.value}" title="{_value(words)}">{content}'
        f'<span class="visually-hidden" lang="{language}"> ({_text(words)})</span></span>'
    )


def _head(source: OfficialDocument) -> str:
    below = f'<p class="doc-draft">{printed_text.DRAFT}</p>' if source.is_draft else ""
    if is_letter(source):
        below += f'<h1 class="doc-letter-subject">{_text(printed_text.letter_subject(source))}</h1>'
    return (
        '<header class="doc-head">\n'
        f'<div><p>{_text(source.governing_body)}</p>\n<p class="doc-issuing">{_text(source.issuing_body)}</p></div>\n'
        f'<div><p class="doc-nation">{printed_text.NATIONAL_NAME}</p>\n<p class="doc-motto">{printed_text.MOTTO}</p></div>\n'
        f'<div><p class="doc-number">{_text(printed_text.number_line(source))}</p>{below}</div>\n'
        f'<p class="doc-date">{_text(printed_text.date_line(source))}</p>\n</header>'
    )


def _address(source: OfficialDocument) -> str:
    lines = printed_text.address_lines(source)
    if not lines:
        return ""
    if len(lines) == 1:
        return f'<p class="doc-address-one">{_text(lines[0])}</p>'
    names = _items(lines[1:], "doc-address-list")
    return f'<div class="doc-address"><p>{_text(lines[0])}</p>\n{names}</div>'


def _foot(source: OfficialDocument) -> str:
    recipients = ""
    if source.recipients:
        recipients = f'<p class="doc-recipients-head">{printed_text.RECIPIENTS}</p>\n'
    if source.recipients_heading:
        recipients += f"<p>{_text(source.recipients_heading)}</p>\n"
    if source.recipients:
        recipients += _items(printed_text.recipient_lines(source), "")
    signer = _signature(source.signer_capacity, source.signer_name)
    received = f'<div class="doc-recipients">{recipients}</div>'
    if not source.co_signer_capacity:
        return f'<footer class="doc-foot">\n{received}\n{signer}\n</footer>'
    co_signer = _signature(source.co_signer_capacity, source.co_signer_name)
    return f'<footer class="doc-foot">\n{co_signer}\n{signer}\n{received}\n</footer>'


def _signature(capacity: Iterable[str], name: str) -> str:
    lines = "\n".join(f"<p>{_text(line)}</p>" for line in capacity)
    return f'<div class="doc-signer">{lines}\n<p class="doc-name">{_text(name)}</p></div>'


def _items(lines: Iterable[str], name: str) -> str:
    attribute = f' class="{name}"' if name else ""
    return f"<ul{attribute}>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"
