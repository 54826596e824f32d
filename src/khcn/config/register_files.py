"""Registers from text files: they become the workbook that an official would send, and go through the import as it does.

One file a register, ``<area>.<register>.csv``, and one for each sheet of an action, ``<area>.<register>.<action>.csv``: headings are
those of the Excel template, values as an official types them.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import xlsxwriter
from django.apps import apps

from khcn.kernel.actors import acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import ImportPlan, WorkbookRefused
from khcn.kernel.intake.sheet_kinds import SheetKind
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from django.db.models import Model

    from khcn.kernel.actors import Actor

    Rows = Sequence[Sequence[str]]  # heading first

FIRST_ROW: Final = 4
"""Number of the first row below the headings, as Excel counts."""

_SHEET_NAME_LIMIT: Final = 31  # of the xlsx format


class RegisterFilesError(RuntimeError):
    """Text files do not import cleanly; the text lists every problem with sheet, row and column. Nothing was written."""


def read_rows(path: Path) -> list[list[str]]:
    """Rows of one text file, heading first."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines) if any(cell.strip() for cell in row)]


def read_registers(folder: Path, registers: Iterable[str]) -> dict[str, Rows]:
    """The rows of some registers, by their names and in their order."""
    return {name: read_rows(folder / f"{name}.csv") for name in registers}


def sheet_kind_of(name: str) -> SheetKind:
    """What a file with this name holds: records of a register, or rows of one of its actions.

    Raises ``LookupError`` for a register or an action that is not there.
    """
    area, model, *action = name.split(".", 2)
    register = register_of(apps.get_model(area, model))
    if not action:
        return SheetKind(register)
    for each in register.actions:
        if each.name == action[0] and each.importable:
            return SheetKind(register, each)
    raise LookupError(name)


@in_vietnamese
def workbook(registers: Mapping[str, Rows]) -> bytes:
    """The .xlsx that an official would send: one sheet a register, a title row above the headings."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    title = book.add_format({"bold": True, "align": "center", "font_size": 14})
    for name, rows in registers.items():
        kind = sheet_kind_of(name)
        heading = str(kind.title if kind.action else kind.register.title)
        sheet = book.add_worksheet(kind.sheet_name if kind.action else heading[:_SHEET_NAME_LIMIT])
        width = len(rows[0])
        if width > 1:
            sheet.merge_range(0, 0, 0, width - 1, heading.upper(), title)
        for column, name_of_column in enumerate(rows[0]):
            sheet.write_string(FIRST_ROW - 2, column, name_of_column, bold)
            sheet.set_column(column, column, min(max(len(name_of_column), 12), 40))
        for number, row in enumerate(rows[1:], start=FIRST_ROW - 1):
            for column, value in enumerate(row):
                if value != "":
                    sheet.write_string(number, column, value)
        sheet.freeze_panes(FIRST_ROW - 1, 0)
    book.close()
    return buffer.getvalue()


def import_workbook(
    *,
    content: bytes,
    name: str,
    actor: Actor,
    on: date,
    taken_over: bool = False,
    only: type[Model] | None = None,
) -> ImportPlan:
    """Upload, preview and confirm a workbook. Gives what was written.

    Args:
        content: the file, in any format that the import takes.
        name: of the file.
        actor: who imports.
        on: today.
        taken_over: new records are history from paper.
        only: whose register the sheets have to belong to; otherwise any.

    Raises:
        RegisterFilesError: the preview has errors or open questions, or rows of another register: such a file must not need
            decisions. It is put aside then, as a person would.
    """
    with acting(actor, f"Nhập tệp {name}"):
        try:
            batch = intake.upload(content=content, name=name, actor=actor, on=on, taken_over=taken_over)
            plan = intake.preview(batch=batch, actor=actor, on=on)
            others = [each.sheet for each in plan.sheets if only and each.register.model is not only]
            if not plan.is_ready or others:
                intake.reject(batch=batch, actor=actor, on=on)
                raise RegisterFilesError(_problems(plan, others))
            return intake.confirm_import(batch=batch, actor=actor, on=on)
        except (WorkbookRefused, Refused) as refused:
            raise RegisterFilesError(f"{name}\n{refused}") from refused


def _problems(plan: ImportPlan, others: Sequence[str]) -> str:
    lines = [plan.name]
    lines += [_line((sheet,), "", "Trang này thuộc sổ khác; xóa nó khỏi tệp.") for sheet in others]
    for problem in plan.errors:
        place = problem.cell or (problem.row and f"dòng {problem.row}")
        lines.append(
            _line(
                (problem.sheet, place, problem.column), problem.value, f"{problem.message} {problem.remedy}"
            )
        )
    for question in plan.questions:
        place = f"dòng {', '.join(map(str, question.rows))}"
        lines.append(_line((question.sheet, place, question.heading), question.value, question.text))
    return "\n".join(lines)


def _line(places: Iterable[str | int | None], value: str, text: str) -> str:
    place = ", ".join(str(each) for each in places if each)
    return f"{place} [{value}]: {text}" if value else f"{place}: {text}"
