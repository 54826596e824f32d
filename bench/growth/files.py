"""Workbooks that are read and documents that are printed, by what there is much of."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from bench.growth.malformed_parts import PIECES
from bench.growth.measuring import Case
from khcn.kernel.documents.docx import render_docx
from khcn.kernel.documents.html import render_html
from khcn.kernel.documents.model import (
    DocumentColumn,
    Footnote,
    Heading,
    OfficialDocument,
    Paragraph,
    Run,
    Table,
)
from khcn.kernel.intake.readers import workbook_reader_process
from khcn.reports.texts import markup, unparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _workbook(fill: Callable[[Any, int], None], size: int) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False}) as book:
        fill(book, size)
    return stream.getvalue()


def _rows(book: Any, size: int) -> None:
    sheet = book.add_worksheet()
    for row in range(size):
        sheet.write_row(row, 0, [f"Mã {row}", row, "Tên"])


def _columns(book: Any, size: int) -> None:
    book.add_worksheet().write_row(0, 0, [f"Cột {each}" for each in range(size)])


def _merged(book: Any, size: int) -> None:
    sheet = book.add_worksheet()
    for row in range(size):
        sheet.merge_range(row, 0, row, 3, "x")


def _sheets(book: Any, size: int) -> None:
    for _each in range(size):
        book.add_worksheet().write(0, 0, "x")


def _formats(book: Any, size: int) -> None:
    sheet = book.add_worksheet()
    for row in range(size):
        sheet.write(row, 0, row, book.add_format({"num_format": f'0.0 "đơn vị {row}"'}))


def _long_cells(book: Any, size: int) -> None:
    sheet = book.add_worksheet()
    for row in range(20):
        sheet.write(row, 0, "dài " * (size // 4) + str(row))


def _comments(book: Any, size: int) -> None:
    sheet = book.add_worksheet()
    for row in range(size):
        sheet.write(row, 0, "x")
        sheet.write_comment(row, 0, "ghi chú")


WORKBOOKS: Final[dict[str, tuple[Callable[[Any, int], None], int]]] = {
    "dòng": (_rows, 16_384),
    "cột": (_columns, 512),
    "ô gộp": (_merged, 8192),
    "trang tính": (_sheets, 128),
    "định dạng số": (_formats, 8192),
    "ô dài": (_long_cells, 32_000),
    "ghi chú": (_comments, 4096),
}
"""How each is filled, and the most that a file may have of it."""


def _document(*blocks: Any) -> OfficialDocument:
    return OfficialDocument(
        governing_body="ỦY BAN NHÂN DÂN TỈNH",
        issuing_body="SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        symbol="BC-SKHCN",
        place="Bắc Kạn",
        year=2023,
        month=9,
        subject="Kết quả",
        blocks=blocks,
    )


def _run(text: str = "chữ") -> tuple[Run, ...]:
    return (Run(text),)


def _table(rows: int, columns: int) -> Table:
    heads = tuple(DocumentColumn(f"Cột {each}", 20) for each in range(columns))
    return Table(heads, tuple(tuple(_run() for _column in heads) for _row in range(rows)))


DOCUMENTS: Final[dict[str, Callable[[int], OfficialDocument]]] = {
    "đoạn": lambda n: _document(*(Paragraph(_run()) for _each in range(n))),
    "phần của một đoạn": lambda n: _document(Paragraph(_run() * n)),
    "đoạn dài": lambda n: _document(Paragraph(_run("chữ " * n))),
    "đề mục": lambda n: _document(*(Heading(1, "A.", _run()) for _each in range(n))),
    "dòng của bảng": lambda n: _document(_table(n, 3)),
    "cột của bảng": lambda n: _document(_table(3, n)),
    "bảng": lambda n: _document(*(_table(1, 2) for _each in range(n))),
    "chú thích": lambda n: _document(*(Paragraph((Run("", note=Footnote(_run())),)) for _each in range(n))),
}
"""Printed documents. PDF is made by a program in a process with limits."""


PRINTERS: Final[dict[str, Callable[[OfficialDocument], object]]] = {
    "render_docx": render_docx,
    "render_html": partial(render_html, figure_href=None, standalone=True),
}


def _printed(
    render: Callable[[OfficialDocument], object], build: Callable[[int], OfficialDocument], size: int
) -> Any:
    document = build(size)
    return lambda: render(document)


MARKUP: Final[dict[str, Callable[[int], str]]] = {
    "đoạn": lambda n: "đoạn văn\n" * n,
    "một đoạn dài": lambda n: "từ " * n,
    "chữ đậm": lambda n: "**a** b " * n,
    "số liệu": lambda n: "[NV-01] " * n,
    "dòng của bảng": lambda n: "| a | b |\n" * n,
    "cột của bảng": lambda n: "|" + " a |" * n,
    "chú thích": lambda n: "".join(f"a[^{each}]\n[^{each}]: b\n" for each in range(n)),
    "dấu thoát": lambda n: "\\*" * n,
}


def _marked(build: Callable[[int], str], size: int) -> Callable[[], object]:
    text = build(size)
    return lambda: unparse.unparse(markup.parse(text))


def _read(fill: Callable[[Any, int], None], size: int) -> Callable[[], object]:
    content = _workbook(fill, size)
    return lambda: workbook_reader_process.read(content)


def _malformed(name: str, size: int) -> Callable[[], object]:
    read, piece = PIECES[name]
    xml = piece * size
    return lambda: read(xml)


def cases() -> Iterator[Case]:
    """All of them."""
    for name in PIECES:
        yield Case("intake.malformed", name, partial(_malformed, name), most=1 << 20)
    for name, (fill, most) in WORKBOOKS.items():
        yield Case("intake.read_workbook", name, partial(_read, fill), start=8, most=most)
    for name, build in MARKUP.items():
        yield Case("reports.markup", name, partial(_marked, build), most=1 << 16)
    for name, document in DOCUMENTS.items():
        for kind, render in PRINTERS.items():
            yield Case(
                f"documents.{kind}", name, partial(_printed, render, document), start=256, most=1 << 15
            )
