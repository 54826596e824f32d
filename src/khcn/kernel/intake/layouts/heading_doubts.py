"""What the preview asks where it is not sure what the columns of a recognised sheet are: each is a question of the layout, answered
in the mapping step once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import ImportProblem, ImportSeverity, UnreadSheet
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.tables.column_units import columns_without_unit
from khcn.kernel.text.cell_addresses import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.intake.tables.headings import SheetTable

_NAMED = 20


def ask_of_doubts(table: SheetTable, place: int, unread: list[UnreadSheet]) -> list[ImportProblem]:
    """The problems of a sheet that nobody has assigned yet; ``unread`` takes the sheet where a person can answer."""
    found = [*_of_second_table(table), *_of_columns_twice(table), *_of_explained(table), *_of_units(table)]
    if found and table.kind.action is None and place not in {each.place for each in unread}:
        unread.append(UnreadSheet(place, table.sheet.name, table.heading_row))
    return found


def warn_of_table_beside(table: SheetTable) -> list[ImportProblem]:
    """A second table beside an assigned one is not read; that is named with each file."""
    if not table.doubts.beside:
        return []
    message = _("Bên phải còn một bảng khác không được đọc: %(columns)s.")
    remedy = _("Nếu cần đọc, chuyển bảng bên phải sang trang tính khác rồi tải lên lại.")
    shown = {"columns": _named(table, table.doubts.beside)}
    return [_problem(table, message % shown, remedy, "table_beside", ImportSeverity.WARNING)]


def _of_second_table(table: SheetTable) -> Iterable[ImportProblem]:
    doubts = table.doubts
    if not doubts.beside:
        return
    shown = {"columns": _named(table, doubts.beside)}
    if doubts.after_gap:
        message = _(
            "Giữa các cột có cột trống, nên chưa rõ các cột bên phải thuộc bảng này hay bảng khác: %(columns)s."
        )
        remedy = _("Cùng một bảng thì xóa cột trống; bảng khác thì chuyển sang trang tính khác.")
    else:
        message = _("Bên phải còn một bảng khác trên cùng trang tính: %(columns)s.")
        remedy = _("Chuyển bảng bên phải sang trang tính khác rồi tải lên lại.")
    yield _problem(table, message % shown, _or_assign(table, remedy), "table_beside")


def _of_columns_twice(table: SheetTable) -> Iterable[ImportProblem]:
    headings = {column.name: column.heading for column in table.columns.values()}
    for name, places in table.doubts.twice.items():
        yield _problem(
            table,
            _("Nhiều cột cùng ghi vào trường “%(field)s”: %(columns)s.")
            % {"field": headings.get(name, name), "columns": _named(table, places)},
            _or_assign(table, _("Bỏ các cột thừa khỏi tệp rồi tải lên lại.")),
            "column_twice",
        )


def _of_explained(table: SheetTable) -> Iterable[ImportProblem]:
    if table.doubts.explained:
        yield _problem(
            table,
            _("Chưa rõ cột này ghi vào trường nào, vì tên cột có phần trong ngoặc khác mẫu: %(columns)s.")
            % {"columns": _named(table, table.doubts.explained)},
            _or_assign(table, _("Đặt tên cột như trong mẫu.")),
            "column_not_assigned",
        )


def _of_units(table: SheetTable) -> Iterable[ImportProblem]:
    if places := columns_without_unit(table.sheet, table.heading_row, table.columns):
        yield _problem(
            table,
            _("Chưa rõ đơn vị tiền của cột, vì cột tiền khác của bảng có ghi đơn vị: %(columns)s.")
            % {"columns": _named(table, places)},
            _or_assign(table, _("Ghi đơn vị tiền ở mọi cột tiền.")),
            "unit_missing",
        )


def _or_assign(table: SheetTable, remedy: str) -> str:
    """The mapping step takes the sheets of registers, not those of actions."""
    if table.kind.action is not None:
        return remedy
    assigned = _(
        "Hoặc bấm “Chọn cách đọc” để chọn trường và đơn vị cho từng cột; lần sau tệp cùng tên cột không hỏi lại."
    )
    return f"{remedy} {assigned}"


def _named(table: SheetTable, places: Iterable[int]) -> str:
    return first_named([_column(table, place) for place in places], _NAMED)


def _column(table: SheetTable, place: int) -> str:
    shown = {"column": column_letters(place), "heading": table.doubts.headings.get(place, "")}
    if place in table.sheet.hidden_columns:
        return _("%(column)s “%(heading)s” (đang ẩn)") % shown
    return _("%(column)s “%(heading)s”") % shown


def _problem(
    table: SheetTable,
    message: str,
    remedy: str,
    code: str,
    severity: ImportSeverity = ImportSeverity.ERROR,
) -> ImportProblem:
    return ImportProblem(
        sheet=table.sheet.name,
        row=table.heading_row,
        message=message,
        remedy=remedy,
        code=code,
        severity=severity,
    )
