"""Files that people upload: workbooks of every kind through the guard that uploads go through, and pictures.

The guard works a file out in a process of its own. Here its work is done in this one, where coverage is seen, and what ends
such a process is what the guard makes of it; one file in two hundred goes through the real guard, and must end the same.
"""

from __future__ import annotations

import base64
import io
import re
import struct
from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import xlsxwriter

from drill.fuzzing.found import BrokenPropertyError
from drill.fuzzing.mutators import change_member, text_changer
from drill.fuzzing.targets import ROOT, Target
from khcn.kernel.bounded_process import AnswerTooLarge, ProcessFailed, run_bounded
from khcn.kernel.files.content_types import FileRefusedError, content_type_of
from khcn.kernel.files.picture_metadata import without_metadata
from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.readers import csv_reader_process, workbook_reader_process, workbook_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from khcn.kernel.bounded_process import ProcessLimits

_OUTLINE: Final = 1536  # bytes of a compound file: header, table and entries
REALLY_GUARDED: Final = 200  # one file in so many
_READERS: Final = {
    workbook_reading.READER: workbook_reader_process,
    workbook_reading.CSV_READER: csv_reader_process,
}
_HEAD: Final = (
    "STT",
    "Mã số",
    "Tên nhiệm vụ",
    "Kinh phí (triệu đồng)",
    "Ngày bắt đầu",
    "Đơn vị chủ trì",
    "Ghi chú",
)


def _in_this_process(module: str, request: bytes, limits: ProcessLimits) -> bytes:
    try:
        content = _READERS[module].answer(request)
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # of the reader written in Rust; it ends the process
            raise
        raise ProcessFailed from fault
    if len(content) > limits.answer:
        raise AnswerTooLarge
    return content


class _Guarded:
    """Reads a file as an upload is read."""

    def __init__(self, name: str) -> None:
        self._name, self._tried = name, 0

    def __call__(self, content: bytes) -> bool:
        found = self._read(content, _in_this_process)
        self._tried += 1
        if self._tried % REALLY_GUARDED == 0 and self._read(content, run_bounded) != found:
            raise BrokenPropertyError("the guard makes something else of the file")
        return found != "refused"

    def _read(self, content: bytes, run: Callable[..., bytes]) -> object:
        workbook_reading.run_bounded = run  # type: ignore[attr-defined]
        try:
            sheets = workbook_reading.read_workbook(content, self._name)
        except WorkbookRefused:
            return "refused"
        for sheet in sheets:
            for number, cells in sheet.rows:
                for place, value in enumerate(cells):
                    str(sheet.as_text(place, number, value))
        return [(each.name, repr(each.rows)) for each in sheets]


# ------------------------------------------------------------------------------------------ seeds


def _rows() -> list[list[Any]]:
    return [
        [*_HEAD],
        [1, "NV-01", "Nghiên cứu giống lúa", 1250.5, date(2023, 9, 14), "Trường Đại học", ""],
        [2, "NV-02", "Ứng dụng công nghệ", 1_152_000, "09/2023", "Viện", "=1+1"],
        [3, "007", "m² và m³", "1.152,5", "quý IV/2023", "Sở", None],
    ]


def _by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        day, money = (
            book.add_format({"num_format": "dd/mm/yyyy"}),
            book.add_format({"num_format": '#,##0," triệu"'}),
        )
        month, struck = book.add_format({"num_format": "mm/yyyy"}), book.add_format({"font_strikeout": True})
        small = book.add_format({"font_script": 1})
        sheet = book.add_worksheet("Danh mục")
        for place, each in enumerate(_HEAD):
            sheet.write(0, place, each)
        sheet.write_datetime(1, 4, date(2023, 9, 14), day)
        sheet.write_datetime(2, 4, date(2023, 9, 1), month)
        sheet.write_number(1, 3, 1_250_000, money)
        sheet.write_string(1, 2, "bỏ", struck)
        sheet.write_rich_string(2, 2, "m", small, "2", " còn ", struck, "bỏ")
        sheet.write_formula(3, 3, "=SUM(D2:D3)", None, 5)
        sheet.write_formula(3, 4, "=1/0", None, "#DIV/0!")
        sheet.merge_range(4, 0, 4, 3, "Tổng")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(5, 6, None, None, {"hidden": True})
        book.add_worksheet("Ẩn").hide()
    return stream.getvalue()


@cache
def workbooks() -> tuple[bytes, ...]:
    """Small .xlsx files as two programs write them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in _rows():
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return (_by_xlsxwriter(), stream.getvalue())


def _others() -> Any:
    return import_module("tests.kernel.other_workbooks")


def _plain_rows() -> list[list[Any]]:
    return [[str(each) if isinstance(each, date) else each for each in row] for row in _rows()]


def _old() -> Sequence[bytes]:
    made = _others().xls_of(_plain_rows(), merged=[(0, 0, 1, 2)])
    return (made, _others().xls_of([["a", 1.5], ["b", 2]]))


def _open() -> Sequence[bytes]:
    return (_others().ods_of(_plain_rows()), *workbooks())


def _csv() -> Sequence[bytes]:
    rows = [["" if each is None else str(each) for each in row] for row in _rows()]
    texts = [separator.join(row) for separator in ";,\t" for row in rows]
    whole = ["\n".join(separator.join(f'"{each}"' for each in row) for row in rows) for separator in ";,\t"]
    made = [
        each.encode(encoding, "ignore")
        for each in (*texts, *whole)
        for encoding in ("utf-8", "utf-16", "utf-8-sig")
    ]
    return (*made, *(_others().of_windows_1258(each) for each in whole))


def _pictures() -> Sequence[bytes]:
    """A drawing and a photograph of the tests, and pictures of the guides."""
    file = (
        ROOT / "tests" / "kernel" / "test_picture_metadata.py"
    )  # read, for it cannot be imported without a database
    encoded = re.search(r"b64decode\((.*?)\n\)", file.read_text("utf-8"), re.DOTALL)
    assert encoded is not None, file
    drawn = base64.b64decode("".join(re.findall(r'"([^"]+)"', encoded[1])))
    turned = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    photograph = drawn[:20] + b"\xff\xe1" + struct.pack(">H", len(turned) + 2) + turned + drawn[20:]
    images = sorted((ROOT / "docs" / "images").glob("*.png"), key=lambda each: each.stat().st_size)[:2]
    return (drawn, photograph, *(each.read_bytes()[:8000] for each in images))


def _picture(content: bytes) -> bool:
    """A picture without metadata has none left, and stays as it is when they are taken away again."""
    for name in ("a.jpg", "a.png", "a.docx", "a.doc"):
        try:
            kind = content_type_of(content, name)
            alone = without_metadata(content, kind, name)
        except FileRefusedError:
            continue
        if without_metadata(alone, kind, name) != alone:
            raise BrokenPropertyError("a picture without metadata changes when they are taken away again")
        return True
    return False


def _change_old(content: bytes, chance: Any, _pool: Sequence[bytes]) -> bytes | None:
    """Some bytes behind the outline of the compound file."""
    if len(content) <= _OUTLINE:
        return None
    made = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(_OUTLINE, len(made))
        made[place] = chance.choice((0, 1, 2, 8, 9, 0x3C, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(made)


TARGETS: Final = (
    Target("xlsx", _Guarded("a.xlsx"), workbooks, change_member, share=0.9, longest=60_000),
    Target("xls", _Guarded("a.xls"), _old, _change_old, longest=20_000),
    Target("ods", _Guarded("a.ods"), _open, change_member, share=0.9, longest=60_000),
    Target(
        "csv",
        _Guarded("a.csv"),
        _csv,
        text_changer((";", ",", "\t", '"', '="', "\r\n", "\x00", "sep=;\n", "\ufeff")),
        longest=4000,
    ),
    Target("pictures", _picture, _pictures, None, longest=8000),
)
