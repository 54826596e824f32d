"""The workbooks of the later years: what each area makes, in the workbooks of the divisions and in their order."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years import areas
from khcn.config.demo.later_years.made_rows import MadeRows
from khcn.config.demo.later_years.renamed import Renamed
from khcn.config.demo.later_years.repeated import Repeated
from khcn.config.demo.workbooks import division_files
from khcn.config.register_files import sheet_kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from khcn.config.demo.workbooks import DivisionFile
    from khcn.config.register_files import Rows

_MOST_OF_ACTIONS: Final = 40
_PLAN: Final = "later_years.toml"


def later_rows(folder: Path) -> dict[str, Rows]:
    """The rows of every register and action, heading first: the same at each call."""
    plan = tomllib.loads((folder / _PLAN).read_text("utf-8"))
    made = MadeRows(folder, seed=plan["seed"])
    renamed = Renamed(folder, plan["renamed"])
    for module in sorted(iter_modules(areas.__path__), key=lambda each: each.name):
        import_module(f"{areas.__name__}.{module.name}").add_rows(made, renamed)
    Repeated(made, renamed, plan).add_all()
    return made.rows()


def later_books(folder: Path) -> list[tuple[DivisionFile, dict[str, Rows]]]:
    """The workbooks in the order of import, each with its rows."""
    rows = later_rows(folder)
    found = []
    for book in division_files(folder, among=rows):
        found += _parts(book, {name: rows[name] for name in book.registers})
    return found


def _parts(book: DivisionFile, rows: dict[str, Rows]) -> list[tuple[DivisionFile, dict[str, Rows]]]:
    """The workbook, or where it has more rows of several actions than the import takes, one for each of these."""
    is_of_actions = any(sheet_kind_of(name).action for name in rows)
    if (
        len(rows) == 1
        or not is_of_actions
        or sum(len(each) - 1 for each in rows.values()) <= _MOST_OF_ACTIONS
    ):
        return [(book, rows)]
    stem = book.name.removesuffix(".xlsx")
    return [
        (replace(book, name=f"{stem}-{number}.xlsx", registers=(name,)), {name: rows[name]})
        for number, name in enumerate(rows, start=1)
    ]
