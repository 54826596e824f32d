"""A division's workbook from the text files of ``demo/``: values stay as an official typed them."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlsxwriter
from django.apps import apps

from khcn.kernel.registers.registry import register_of

if TYPE_CHECKING:
    from pathlib import Path

SHEET_NAME_LIMIT = 31  # of the xlsx format


@dataclass(frozen=True, slots=True)
class DivisionFile:
    """One workbook: whose it is, which account hands it in, and the registers on its sheets in order."""

    name: str
    username: str
    registers: tuple[str, ...]
    taken_over: bool = False  # history from before the system, entered by the head


def division_files(folder: Path) -> list[DivisionFile]:
    """What ``divisions.toml`` says, in the order of import."""
    content = tomllib.loads((folder / "divisions.toml").read_text("utf-8"))
    return [
        DivisionFile(each["file"], each["user"], tuple(each["registers"]), each.get("taken_over", False))
        for each in content["workbook"]
    ]


def read_rows(path: Path) -> list[list[str]]:
    """Rows of one text file, heading first."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines) if any(cell.strip() for cell in row)]


def workbook(folder: Path, division: DivisionFile) -> bytes:
    """The .xlsx that the division would send: one sheet a register, a title row above the headings."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    title = book.add_format({"bold": True, "align": "center", "font_size": 14})
    for name in division.registers:
        register = register_of(apps.get_model(name))
        rows = read_rows(folder / f"{name}.csv")
        sheet = book.add_worksheet(str(register.title)[:SHEET_NAME_LIMIT])
        width = len(rows[0])
        if width > 1:
            sheet.merge_range(0, 0, 0, width - 1, str(register.title).upper(), title)
        for column, heading in enumerate(rows[0]):
            sheet.write_string(2, column, heading, bold)
            sheet.set_column(column, column, min(max(len(heading), 12), 40))
        for number, row in enumerate(rows[1:], start=3):
            for column, value in enumerate(row):
                if value != "":
                    sheet.write_string(number, column, value)
        sheet.freeze_panes(3, 0)
    book.close()
    return buffer.getvalue()
