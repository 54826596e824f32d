"""The workbook that a division fills in: one sheet per register or action, with lists to choose from and a filled-in example.

The example stands above the headings, where nothing is ever read as data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.text.cell_addresses import column_letters
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workbooks.record_keys import hide_key_column
from khcn.kernel.workbooks.workbook_sheet import SheetFormats, new_workbook, write_heading_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

LISTS = "_danh_muc"
HEADING_ROW = 3  # counted from 0: the fourth row
_FILLED_ROWS = 5_000  # rows below the headings that get lists and formats
_LONGEST_LIST = 500
_LONGEST_TIP = 255  # of Excel
_LONGEST_TITLE = 32


@in_vietnamese
def template_workbook(kinds: Sequence[SheetKind], *, actor: Actor) -> bytes:
    """An empty workbook with these sheets. Lists hold what the actor may see, and are left out when very long."""
    stream, book = new_workbook()
    formats = SheetFormats(book)
    lists = _Lists()
    plans = [(kind, kind.columns()) for kind in kinds]
    ranges = {
        (kind.key, column.name): lists.add(column.kind.sheet_list(actor, _LONGEST_LIST))
        for kind, columns in plans
        for column in columns
    }
    for kind, columns in plans:
        sheet = book.add_worksheet(kind.sheet_name)
        found = [ranges[kind.key, column.name] for column in columns]
        _validate(sheet, columns, found)
        _introduction(sheet, kind, columns, formats)
        write_heading_row(sheet, HEADING_ROW, columns, formats)
        if kind.action is None:  # for whole rows that are copied from an export
            hide_key_column(sheet, HEADING_ROW, len(columns), formats)
        sheet.freeze_panes(HEADING_ROW + 1, 1)
    lists.write(book)
    book.close()
    content: bytes = stream.getvalue()
    return content


class _Lists:
    """The hidden sheet with the values to choose from, one column for each different list."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, ...]] = []

    def add(self, values: Sequence[str]) -> str:
        """The range of the list, "" when there is none."""
        wanted = tuple(values)
        if not wanted or len(wanted) > _LONGEST_LIST:
            return ""
        if wanted not in self.columns:
            self.columns.append(wanted)
        column = column_letters(self.columns.index(wanted))
        return f"={LISTS}!${column}$1:${column}${len(wanted)}"

    def write(self, book: Any) -> None:
        """Rows first: the workbook is written row by row."""
        if not self.columns:
            return
        sheet = book.add_worksheet(LISTS)
        for row in range(max(len(column) for column in self.columns)):
            for place, column in enumerate(self.columns):
                if row < len(column):
                    sheet.write_string(row, place, column[row])
        sheet.very_hidden()


def _validate(sheet: Any, columns: Sequence[SheetColumn], ranges: Sequence[str]) -> None:
    for place, (column, source) in enumerate(zip(columns, ranges, strict=True)):
        tip = column.help_text or column.kind.sheet_tip()
        rule: dict[str, Any] = {
            "validate": "list" if source else "any",
            "input_title": column.heading[:_LONGEST_TITLE],
            "input_message": tip[:_LONGEST_TIP],
            "ignore_blank": True,
        }
        if source:
            # A warning, not a bar: what is not in the list is settled with the person when the file comes in.
            rule |= {"source": source, "error_type": "warning", "error_title": _("Không có trong danh sách")}
            rule["error_message"] = _("Giá trị này không có trong danh sách. Vẫn giữ?")
        sheet.data_validation(HEADING_ROW + 1, place, HEADING_ROW + _FILLED_ROWS, place, rule)


def _introduction(sheet: Any, kind: SheetKind, columns: Sequence[SheetColumn], formats: SheetFormats) -> None:
    sheet.write_string(0, 0, kind.title, formats.title)
    sheet.write_string(1, 0, _guide_of(kind))
    sheet.set_row(2, None, formats.note)
    for place, column in enumerate(columns):
        example = column.kind.sheet_example()
        if example:
            sheet.write_string(2, place, _("vd: %(example)s") % {"example": example}, formats.note)


def _guide_of(kind: SheetKind) -> str:
    """What the template says above the headings."""
    if kind.action is None:
        return _(
            "Nhập từ dòng 5, mỗi dòng một bản ghi. Cột có dấu * phải có giá trị. Không đổi tên cột; thứ tự cột tùy ý, "
            "cột không dùng thì xóa. Dòng “vd:” dưới đây chỉ để xem, không được ghi vào sổ."
        )
    return _(
        "Nhập từ dòng 5. Mỗi dòng là một lần “%(action)s” trên bản ghi đã có trong sổ; các dòng được thực hiện theo thứ tự "
        "ngày. Cột có dấu * phải có giá trị. Không đổi tên trang tính và tên cột. Dòng “vd:” chỉ để xem."
    ) % {"action": kind.action.label}
