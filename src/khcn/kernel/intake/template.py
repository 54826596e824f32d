"""The workbook that a division fills in: one sheet per register, with lists to choose from and a filled-in example.

The example stands above the headings, where nothing is ever read as data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.intake.headings import letters
from khcn.kernel.province import province_key
from khcn.kernel.registers.export import Formats, new_workbook, precision_of, sheet_name, write_headings
from khcn.kernel.registers.sheet import SheetColumn, sheet_columns
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register

LISTS = "_danh_muc"
HEADING_ROW = 3  # counted from 0: the fourth row
_FILLED_ROWS = 5_000  # rows below the headings that get lists and formats
_LONGEST_LIST = 500
_LONGEST_TIP = 255  # of Excel
_LONGEST_TITLE = 32


@in_vietnamese
def template(registers: Sequence[Register], *, actor: Actor) -> bytes:
    """An empty workbook for these registers. Lists hold what the actor may see, and are left out when very long."""
    stream, book = new_workbook()
    formats = Formats(book)
    lists = _Lists()
    plans = [(register, sheet_columns(register)) for register in registers]
    ranges = {
        (register.name, column.name): lists.add(_allowed(column, actor))
        for register, columns in plans
        for column in columns
    }
    for register, columns in plans:
        sheet = book.add_worksheet(sheet_name(register))
        found = [ranges[register.name, column.name] for column in columns]
        _validate(sheet, columns, found)
        _introduction(sheet, register, columns, formats)
        write_headings(sheet, HEADING_ROW, columns, formats)
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
        column = letters(self.columns.index(wanted))
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


def _allowed(column: SheetColumn, actor: Actor) -> list[str]:
    if column.kind == "choice":
        return column.choices
    if column.kind == "yesno":
        return [_("Có"), _("Không")]
    target = column.target
    if column.kind != "record" or target is None or not target.lookup:
        return []
    records = target.visible(actor, "choose").filter(province=province_key())
    if limits := column.field.get_limit_choices_to():
        records = records.complex_filter(limits)
    order = [part for part in target.order if "__" not in part]
    names = records.order_by(*order, "pk").values_list(target.lookup, flat=True)[: _LONGEST_LIST + 1]
    return list(dict.fromkeys(str(name) for name in names if name))


def _validate(sheet: Any, columns: Sequence[SheetColumn], ranges: Sequence[str]) -> None:
    for place, (column, source) in enumerate(zip(columns, ranges, strict=True)):
        tip = column.help_text or _tip(column)
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


def _introduction(sheet: Any, register: Register, columns: Sequence[SheetColumn], formats: Formats) -> None:
    sheet.write_string(0, 0, capfirst(str(register.title)), formats.title)
    guide = _(
        "Nhập từ dòng 5, mỗi dòng một bản ghi. Cột có dấu * phải có giá trị. Không đổi tên cột; thứ tự cột tùy ý, "
        "cột không dùng thì xóa. Dòng “vd:” dưới đây chỉ để xem, không được ghi vào sổ."
    )
    sheet.write_string(1, 0, guide)
    sheet.set_row(2, None, formats.note)
    for place, column in enumerate(columns):
        example = _example(column)
        if example:
            sheet.write_string(2, place, _("vd: %(example)s") % {"example": example}, formats.note)


def _example(column: SheetColumn) -> str:
    kind = column.kind
    if kind == "date":
        return _("14/9/2023 hoặc 09/2023") if precision_of(column.field.model, column.name) else "14/9/2023"
    if kind == "choice":
        return column.choices[0] if column.choices else ""
    if kind == "integer":
        return "2023" if "year" in column.name else "12"
    simple = {"money": "450.000.000", "decimal": "12,5", "yesno": _("Có"), "json": ""}
    if kind in simple:
        return simple[kind]
    if kind == "record":
        target = column.target
        return _("tên trong sổ %(register)s") % {"register": target.title} if target else ""
    return _("mã do đơn vị đặt, không trùng") if column.name == "code" else ""


def _tip(column: SheetColumn) -> str:
    tips = {
        "date": _("Ghi ngày/tháng/năm, ví dụ 14/9/2023."),
        "money": _("Ghi số tiền theo đồng, ví dụ 450.000.000."),
        "integer": _("Ghi số nguyên."),
        "decimal": _("Ghi số, dấu phẩy trước phần lẻ, ví dụ 12,5."),
        "choice": _("Chọn trong danh sách."),
        "record": _("Chọn trong danh sách hoặc ghi đúng tên trong sổ."),
        "yesno": _("Ghi Có hoặc Không; để trống là Không."),
        "json": _("Tên các cột có giá trị minh họa, ngăn nhau bằng dấu chấm phẩy."),
    }
    return str(tips.get(column.kind, _("Ghi nội dung.")))
