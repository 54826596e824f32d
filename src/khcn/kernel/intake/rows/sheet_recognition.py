"""Which sheets of a file are read as what: as their division chose before, by the headings of our templates, or not yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import ImportProblem, ImportSeverity, UnreadSheet, WorkbookRefused
from khcn.kernel.intake.layouts.column_proposals import doubtful_headings
from khcn.kernel.intake.layouts.heading_doubts import ask_of_doubts, warn_of_table_beside
from khcn.kernel.intake.layouts.sheet_layouts import table_by_layout, unread_sheet
from khcn.kernel.intake.layouts.template_workbook import LISTS
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.tables.headings import SheetTable, recognise_by_headings
from khcn.kernel.intake.tables.wide_tables import register_of_wide_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.intake.models import SheetLayout
    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.intake.sheet_kinds import SheetKind

_NAMED = 20


def recognised_sheets(
    sheets: Sequence[Sheet], name: str, layouts: Mapping[str, SheetLayout]
) -> tuple[list[SheetTable], list[UnreadSheet], list[ImportProblem]]:
    """Tables, sheets that somebody has to assign first, and what is said of both.

    Raises :class:`~.import_plan.WorkbookRefused` for a file without any table.
    """
    tables: list[SheetTable] = []
    unread: list[UnreadSheet] = []
    problems: list[ImportProblem] = []
    kinds = sheet_kinds()
    problems.extend(_hidden(each) for each in (sheets[0].hidden_sheets if sheets else ()) if each != LISTS)
    if sheets and sheets[0].partly:
        problems.append(_partly_read(sheets[0].partly))
    for place, sheet in enumerate(sheets, start=1):
        if not sheet.rows:
            continue
        found = table_by_layout(sheet, layouts) or recognise_by_headings(sheet, kinds)
        if isinstance(found, SheetTable):
            tables.append(found)
            if found.layout is None:
                problems.extend(_unknown_columns(found, place, unread) if found.ignored else [])
                problems.extend(ask_of_doubts(found, place, unread))
                _offer_for_missing(found, place, unread)
            else:
                problems.extend(warn_of_table_beside(found))
        elif open_one := unread_sheet(place, sheet):
            unread.append(open_one)
            problems.append(_not_assigned(sheet, found))
        else:
            problems.append(_unrecognised(sheet, found))
    if not tables and not unread:
        remedy = _("Tải mẫu của sổ cần nhập từ phần mềm và giữ nguyên dòng tên cột.")
        message = _("Không nhận ra trang tính nào có bảng số liệu.")
        first = ImportProblem(sheet="", value=name, message=message, remedy=remedy, code="wrong_template")
        raise WorkbookRefused([first, *problems])
    if not tables:
        problems = [_as_error(each) if each.code == "sheet_not_assigned" else each for each in problems]
    return tables, unread, problems


def _partly_read(kind: str) -> ImportProblem:
    return ImportProblem(
        sheet="",
        message=_(
            "Tệp .%(kind)s: phần mềm không biết dòng nào ẩn, cột nào ẩn, ô nào gạch ngang, là công thức, hiện thêm chữ cạnh số, chữ số nào là dấu chú thích, hay chỉ hiện tháng của ngày."
        )
        % {"kind": kind},
        remedy=_("Xem kỹ các số sẽ ghi; hoặc lưu thành “Excel Workbook (*.xlsx)” rồi tải lên lại."),
        severity=ImportSeverity.WARNING,
        code="partly_read",
    )


def _hidden(name: str) -> ImportProblem:
    return ImportProblem(
        sheet=name,
        message=_("Trang tính đang ẩn nên không được đọc."),
        remedy=_("Nếu cần đọc, cho hiện trang tính trong Excel (Unhide) rồi tải lên lại."),
        severity=ImportSeverity.WARNING,
        code="hidden_sheet",
    )


def _unknown_columns(table: SheetTable, place: int, unread: list[UnreadSheet]) -> list[ImportProblem]:
    """Unknown columns are named; one that may well be a field of the register has to be assigned or left out on purpose."""
    doubtful = [*doubtful_headings(table), *table.nameless] if table.kind.action is None else []
    doubtful = list(dict.fromkeys(doubtful))
    others = [heading for heading in table.ignored if heading not in doubtful]
    found = []
    if doubtful:
        unread.append(UnreadSheet(place, table.sheet.name, table.heading_row))
        found.append(
            ImportProblem(
                sheet=table.sheet.name,
                row=table.heading_row,
                message=_("Chưa rõ các cột này ghi vào trường nào: %(headings)s.")
                % {"headings": _quoted(doubtful)},
                remedy=_("Bấm “Chọn cách đọc” để chọn trường cho từng cột, hoặc chọn không đọc cột đó."),
                code="column_not_assigned",
            )
        )
    register, of_rows = register_of_wide_columns(others, table.kind.register, sheet_kinds())
    if register is not None:
        found.append(
            ImportProblem(
                sheet=table.sheet.name,
                row=table.heading_row,
                message=_(
                    "Nội dung các cột %(headings)s không vào sổ: đó có vẻ là việc của sổ “%(title)s”, mỗi việc một dòng."
                )
                % {"headings": _quoted(of_rows), "title": capfirst(str(register.title))},
                remedy=_(
                    "Tải mẫu của sổ đó từ trang nhập liệu, ghi mỗi việc một dòng với ngày của nó, rồi tải tệp ấy lên."
                ),
                severity=ImportSeverity.WARNING,
                code="wide_columns",
            )
        )
    if others := [heading for heading in others if heading not in of_rows]:
        found.append(
            ImportProblem(
                sheet=table.sheet.name,
                row=table.heading_row,
                message=_("Các cột không được đọc: %(headings)s.") % {"headings": _quoted(others)},
                remedy=_(
                    "Nếu cần đọc, đặt tên cột như trong mẫu; cột mà mẫu không có thì sổ này không ghi được."
                ),
                severity=ImportSeverity.NOTE,
                code="ignored_columns",
            )
        )
    return found


def _offer_for_missing(table: SheetTable, place: int, unread: list[UnreadSheet]) -> None:
    """A sheet that lacks columns which its rows need may have them under other headings."""
    if table.missing and table.kind.action is None and place not in {each.place for each in unread}:
        found = unread_sheet(place, table.sheet)
        unread.extend([replace(found, needs_columns=True)] if found is not None else [])


def _quoted(headings: Sequence[str]) -> str:
    return first_named([f"“{heading}”" for heading in headings], _NAMED)


def _not_assigned(sheet: Sheet, fitting: Sequence[SheetKind]) -> ImportProblem:
    if fitting:
        titles = ", ".join(f"“{kind.title}”" for kind in fitting)
        message = _("Trang tính này hợp với nhiều sổ: %(titles)s.") % {"titles": titles}
    else:
        message = _("Trang tính này chưa được đọc: tên cột không giống mẫu của sổ nào.")
    return ImportProblem(
        sheet=sheet.name,
        message=message,
        remedy=_(
            "Bấm “Chọn cách đọc” để chọn sổ và trường cho từng cột; lần sau tệp cùng tên cột không hỏi lại."
        ),
        severity=ImportSeverity.ERROR if fitting else ImportSeverity.WARNING,
        code="sheet_not_assigned",
    )


def _as_error(problem: ImportProblem) -> ImportProblem:
    """The file has no other sheet: nothing can be written before this one is assigned."""
    return ImportProblem(
        sheet=problem.sheet, message=problem.message, remedy=problem.remedy, code=problem.code
    )


def _unrecognised(sheet: Sheet, fitting: Sequence[SheetKind]) -> ImportProblem:
    if fitting:
        titles = ", ".join(f"“{kind.sheet_name}”" for kind in fitting)
        return ImportProblem(
            sheet=sheet.name,
            message=_("Trang tính này hợp với nhiều sổ: %(titles)s.") % {"titles": titles},
            remedy=_("Đặt tên trang tính theo đúng tên sổ."),
            code="several_registers",
        )
    return ImportProblem(
        sheet=sheet.name,
        message=_("Trang tính này không phải mẫu của sổ nào nên không được đọc."),
        remedy=_("Nếu cần đọc, chép số liệu vào mẫu tải từ phần mềm."),
        severity=ImportSeverity.NOTE,
        code="ignored_sheet",
    )
