"""Rows of a table that are no records: titles, sections, sums, the numbers of the columns, notes, signatures.

Each is named in the preview with the reason, and those below the headings can be put back by choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity, LeftOutRow
from khcn.kernel.intake.layouts.sheet_layouts import ROW_READ, ROW_SKIPPED
from khcn.kernel.intake.masked_cells import is_masked, masked_cell
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.tables.heading_candidates import SERIAL, is_data
from khcn.kernel.intake.tables.headings_again import headings_again
from khcn.kernel.intake.tables.section_rows import is_total, section_of
from khcn.kernel.intake.tables.signatures_and_dittos import without_signatures
from khcn.kernel.text.cell_addresses import column_letters
from khcn.kernel.text.fold import fold
from khcn.kernel.text.normal_forms import normal_form
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.layouts.sheet_layouts import FileReading
    from khcn.kernel.intake.tables.headings import SheetTable

Row = tuple[int, list[object]]

_ROWS_NAMED: Final = 20
_TEXT_SHOWN: Final = 120
_SHOWN_DIVIDED: Final = 10_000  # smaller numbers may be years
_FEWEST: Final = 3  # column numbers: fewer could be data
# "(3) = (4) + (5)" below a heading says how the column is made; Excel reads a typed "(3)" as -3.
_NUMBER: Final = re.compile(
    r"(?P<bracket>[(\[])?\s*-?(?P<number>\d{1,3})\s*[)\]]?\.?(?:\s*=[\s\d()\[\]+\-*/x:%.]+)?"
)
_LETTER: Final = re.compile(r"[(\[]?[A-Ea-e][)\]]?")
_NOTE: Final = re.compile(
    r"(?:ghi chu|chu thich|chu giai|luu y)\b.*|(?:an dinh )?(?:danh sach|danh muc|bang|bieu)(?: nay)? (?:co|gom) .*\d.*"
    r"|so lieu (?:nay )?(?:tinh|tong hop|cap nhat|thong ke|bao cao|duoc)\b.*"
)
# "Nguồn: …", "(*) …": by their marks, for words alone may be a name
_MARKED_NOTE: Final = re.compile(
    r"\s*(?:(?:trích )?nguồn(?: (?:số liệu|dữ liệu|tài liệu|thông tin|trích dẫn|tổng hợp))?\s*:|[(\[]?\*+[)\]]?\s).*",
    re.DOTALL | re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r"\s*(?:[-–—+*•(\[]|\d{1,2}[.)]\s).*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SheetRemark:
    """Something the preview says of a sheet as a whole."""

    message: str
    remedy: str
    code: str
    severity: ImportSeverity = ImportSeverity.NOTE


@dataclass(slots=True)
class TableRows:
    """The rows that are read, the others with the reason, remarks, and the section that each read row stands in."""

    rows: list[Row]
    left_out: list[LeftOutRow]
    remarks: list[SheetRemark]
    sections: dict[int, str]


def rows_of_records(table: SheetTable, reading: FileReading) -> TableRows:
    """The rows of a table that may be records, and what is said of the others."""
    if reading.is_typed:  # on a page of ours: each row is one of a record, whatever its texts look like
        found = TableRows(list(table.body()), [], [], {})
        _drop_chosen(table, found, reading)
        return found
    found = TableRows(list(table.body()), _beside_the_table(table), [], {})
    _warn_of_data_above(table, found)
    repeated = _drop_headings(table, found, reading)
    _drop_column_numbers(table, found, reading, repeated)
    if notes := _notes(found.rows):
        named = _drop(found, table, notes, _("ghi chú dưới bảng"), "notes", reading)
        if named:
            found.remarks.append(
                SheetRemark(
                    _("Ghi chú của bảng không được đọc: dòng %(rows)s.")
                    % {"rows": ", ".join(str(number) for number in named[:_ROWS_NAMED])},
                    _("Nếu đó là số liệu, điền đủ các cột của dòng."),
                    "notes",
                )
            )
    serial = _serial_place(table)
    _drop_signatures(table, found, reading, serial)
    _drop_sections_and_sums(table, found, reading, serial)
    _drop_chosen(table, found, reading)
    found.left_out.sort(key=lambda each: each.row)
    return found


def _drop_chosen(table: SheetTable, found: TableRows, reading: FileReading) -> None:
    """Leave out what a person said is not to be read."""
    chosen = [number for number, _cells in found.rows if _chosen(table, number, reading) == ROW_SKIPPED]
    _drop(found, table, chosen, _("bạn chọn bỏ qua"), "chosen", reading)


def _chosen(table: SheetTable, number: int, reading: FileReading) -> str:
    return reading.choice(table.sheet.name, number)


def _drop(
    found: TableRows,
    table: SheetTable,
    numbers: Sequence[int] | set[int],
    reason: str,
    code: str,
    reading: FileReading,
) -> list[int]:
    """Leave rows out that nobody put back; gives their numbers."""
    wanted = {number for number in numbers if _chosen(table, number, reading) != ROW_READ}
    dropped = [(number, cells) for number, cells in found.rows if number in wanted]
    found.rows = [(number, cells) for number, cells in found.rows if number not in wanted]
    found.left_out.extend(LeftOutRow(number, _shown(table, cells), reason, code) for number, cells in dropped)
    return [number for number, _cells in dropped]


def _shown(table: SheetTable, cells: Sequence[object]) -> str:
    """The texts of a row; amounts with their thousands divided, for a bare 1500000000 is read by nobody."""
    texts = [_shown_cell(cell) for cell in cells]
    for place, column in table.columns.items():
        if place < len(texts) and is_masked(column) and any(map(str.isdigit, texts[place])):
            texts[place] = masked_cell(texts[place])
    return " | ".join(filter(None, texts))[:_TEXT_SHOWN]


def _shown_cell(cell: object) -> str:
    if isinstance(cell, int | float) and type(cell) in {int, float} and abs(cell) >= _SHOWN_DIVIDED:
        return format_number(Decimal(str(cell)) if cell % 1 else int(cell))
    return workbook_cell_text(cell)


def _beside_the_table(table: SheetTable) -> list[LeftOutRow]:
    """Rows above the headings, and those that have something in unread columns only: neither can be put back."""
    read = {number for number, _cells in table.body()}
    found = []
    for number, cells in table.sheet.rows:
        if number < table.heading_row and _texts(cells):
            found.append(LeftOutRow(number, _shown(table, cells), _("phần trên bảng"), "above", fixed=True))
        elif number > table.heading_row and number not in read and _texts(cells):
            if table.key_place is not None and _texts(cells) == _texts(cells[table.key_place :][:1]):
                reason = _("các ô đều trống; bản ghi trong sổ giữ nguyên")
                found.append(LeftOutRow(number, "", reason, "emptied", fixed=True))
                continue
            heads = section_of(table, number, cells)
            reason = _("dòng đầu mục") if heads else _("chỉ có nội dung ở cột không đọc")
            code = "section" if heads else "unread_columns"
            found.append(LeftOutRow(number, _shown(table, cells), reason, code, fixed=True))
    return found


def _warn_of_data_above(table: SheetTable, found: TableRows) -> None:
    """A row of texts and a number above the headings looks like a record of another table."""
    above = [
        number
        for number, cells in table.sheet.rows
        if number < table.heading_row and len(_texts(cells)) >= _FEWEST and is_data(cells)
    ]
    if above:
        found.remarks.append(
            SheetRemark(
                _("Trên dòng tên cột còn dòng có số liệu không được đọc: dòng %(rows)s.")
                % {"rows": first_named([str(number) for number in above], _ROWS_NAMED)},
                _("Mỗi trang tính để một bảng; chuyển bảng kia sang trang tính khác."),
                "data_above",
                ImportSeverity.WARNING,
            )
        )


def _serial_place(table: SheetTable) -> int | None:
    """The column of running numbers that is not read, where most rows have one."""
    headings = table.heading_texts()
    place = next(
        (place for place, texts in sorted(headings.items()) if SERIAL.intersection(map(fold, texts))), None
    )
    if place is None or place in table.columns:
        return None
    numbered = [_has_number(cells, place) for _number, cells in table.body()]
    if True not in numbered:
        return None
    # rows above the first number and below the last one are titles, notes and signatures
    between = numbered[numbered.index(True) : len(numbered) - numbered[::-1].index(True)]
    return place if sum(between) * 2 >= len(between) else None


def _has_number(cells: Sequence[object], place: int) -> bool:
    return place < len(cells) and any(map(str.isdigit, workbook_cell_text(cells[place])))


def _drop_headings(table: SheetTable, found: TableRows, reading: FileReading) -> list[int]:
    """Leave out the headings that stand again at the head of each printed page, and all rows from those of a second table on: they
    would be read by columns that are not theirs.
    """
    rows = [(number, cells) for number, cells in found.rows if _chosen(table, number, reading) != ROW_READ]
    again = headings_again(table, rows)
    dropped = _drop(found, table, again.repeated, _("tên cột lặp lại"), "repeated_headings", reading)
    if (other := again.other) is None:
        return dropped
    found.left_out.extend(
        LeftOutRow(number, _shown(table, cells), _("thuộc bảng khác ở dưới"), "table_below", fixed=True)
        for number, cells in found.rows
        if number >= other.row
    )
    found.rows = [(number, cells) for number, cells in found.rows if number < other.row]
    message = _(
        "Dòng %(row)d là tên cột của một bảng khác: ô %(cell)s ghi “%(text)s”, bảng ở trên ghi “%(above)s”."
    )
    place = {"row": other.row, "cell": f"{column_letters(other.place)}{other.row}"}
    found.remarks.append(
        SheetRemark(
            message % {**place, "text": other.text, "above": other.above or _("(trống)")},
            _(
                "Nếu là bảng khác, chuyển bảng đó sang trang tính khác; nếu vẫn là bảng ở trên, xóa dòng này hoặc ghi tên cột, đơn vị như ở trên."
            ),
            "table_below",
            ImportSeverity.ERROR,
        )
    )
    return dropped


def _drop_column_numbers(
    table: SheetTable, found: TableRows, reading: FileReading, repeated: Sequence[int]
) -> None:
    """Leave out the numbers of the columns below the headings, and below those that are repeated."""
    after = {number + 1 for number in repeated}
    rows = [row for index, row in enumerate(found.rows) if index == 0 or row[0] in after]
    numbers = [number for number, cells in rows if _are_column_numbers(table, cells)]
    for number in _drop(found, table, numbers, _("số thứ tự của cột"), "column_numbers", reading):
        found.remarks.append(
            SheetRemark(
                _("Dòng %(row)d là số thứ tự của cột nên không được đọc.") % {"row": number},
                _("Nếu đó là số liệu, chuyển xuống dưới một dòng khác."),
                "column_numbers",
            )
        )


def _drop_sections_and_sums(
    table: SheetTable, found: TableRows, reading: FileReading, serial: int | None
) -> None:
    section = ""
    sections, sums = [], []
    open_ones = {number for number, _cells in found.rows}
    beside = {each.row for each in found.left_out if each.code == "section"}
    for number, cells in table.sheet.rows:
        if number not in open_ones and number not in beside:
            continue
        is_chosen = _chosen(table, number, reading) == ROW_READ
        is_unnumbered = serial is not None and not _has_number(cells, serial)
        if not is_chosen and is_total(cells):
            sums.append(number)
        elif not is_chosen and (text := section_of(table, number, cells, is_unnumbered=is_unnumbered)):
            section = text
            sections.append(number)
        else:
            found.sections[number] = section
    _drop(found, table, sections, _("dòng đầu mục"), "section", reading)
    _drop(found, table, sums, _("dòng cộng"), "total", reading)


def _drop_signatures(table: SheetTable, found: TableRows, reading: FileReading, serial: int | None) -> None:
    rows, first = without_signatures(table, found.rows, serial)
    if first is None:
        return
    remaining = {number for number, _cells in rows}
    below = [number for number, _cells in found.rows if number not in remaining]
    if _drop(found, table, below, _("nơi nhận, chữ ký"), "signatures", reading):
        found.remarks.append(
            SheetRemark(
                _("Từ dòng %(row)d trở đi là nơi nhận, chữ ký nên không được đọc.") % {"row": first},
                _("Nếu dưới đó còn số liệu, chuyển số liệu lên trên phần chữ ký."),
                "signatures",
            )
        )


def _are_column_numbers(table: SheetTable, cells: Sequence[object]) -> bool:
    """Do the cells number the columns? Bare numbers only where every heading has one, for such a row could be data."""
    texts = [(place, text) for place, cell in enumerate(cells) if (text := workbook_cell_text(cell))]
    numbers, in_brackets = [], True
    for place, text in texts:
        found = _NUMBER.fullmatch(text)
        if found is not None:
            numbers.append(int(found["number"]))
            in_brackets &= found["bracket"] is not None or text.startswith("-")
        elif place in table.columns or not _LETTER.fullmatch(text):
            return False
    follow = all(later == number + 1 for number, later in pairwise(numbers))
    complete = {place for place, _text in texts} >= set(table.columns)
    return len(numbers) >= _FEWEST and follow and (complete or in_brackets)


def _is_note(text: str) -> bool:
    marked = _MARKED_NOTE.fullmatch(normal_form("NFC", text))
    return marked is not None or _NOTE.fullmatch(fold(text)) is not None


def _notes(rows: Sequence[Row]) -> set[int]:
    """Numbers of the rows that are one text, or "Nguồn:" and one beside it: one that calls itself a note, and what goes on below
    it to the end of the table.
    """
    single = {}
    for number, cells in rows:
        texts = _texts(cells)
        if len(texts) == 1 or (len(texts) == 2 and texts[0].rstrip().endswith(":")):  # noqa: PLR2004
            single[number] = " ".join(texts)
    notes = {number for number, text in single.items() if _is_note(text)}
    for place, (number, _cells) in enumerate(rows):
        if number in notes:
            after = [later for later, _cells in rows[place + 1 :]]
            if all(
                later in single and (later in notes or _GOES_ON.fullmatch(single[later])) for later in after
            ):
                notes.update(after)
    return notes


def _texts(cells: Sequence[object]) -> list[str]:
    return [text for cell in cells if (text := workbook_cell_text(cell))]
