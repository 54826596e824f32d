"""The workbooks of the divisions: what ``demo/divisions.toml`` says, and every other text file of a register that a division answers for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps

from khcn.kernel.registers.registry import register_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DivisionFile:
    """One workbook: whose it is, which account hands it in, and in order the registers and actions on its sheets."""

    name: str
    username: str
    registers: tuple[str, ...]
    taken_over: bool = False  # history from before the system, entered by the head


def division_files(folder: Path, *, among: Collection[str] | None = None) -> list[DivisionFile]:
    """The workbooks in the order of import, of all text files or of the named registers and actions. Text files that no list of ``divisions.toml`` names are in the last workbook of the division
    that answers for their register, each after those that its records name; a workbook without a sheet is left out.

    Raises:
        LookupError: a text file is named after no register, or its division has no workbook.
    """
    books = tomllib.loads((folder / "divisions.toml").read_text("utf-8"))["workbook"]
    listed = {name for book in books for name in book.get("registers", ())}
    others: dict[str, list[str]] = {}
    for name in sorted(among if among is not None else (path.stem for path in folder.glob("*.csv"))):
        if name not in listed:
            others.setdefault(register_of(apps.get_model(name)).owner, []).append(name)
    last = {book["unit"]: book for book in books}
    if lacking := others.keys() - last.keys():
        raise LookupError(f"divisions.toml: no workbook of {', '.join(sorted(lacking))}")
    found = []
    for book in books:
        own = _after_what_they_name(others.get(book["unit"], [])) if book is last[book["unit"]] else []
        here = [name for name in book.get("registers", ()) if among is None or name in among]
        if registers := (*here, *own):
            found.append(DivisionFile(book["file"], book["user"], registers, book.get("taken_over", False)))
    return found


def _after_what_they_name(names: list[str]) -> list[str]:
    """Names of registers so that each comes after those of the others that its records name, otherwise by the alphabet."""
    ordered: list[str] = []

    def add(name: str, above: tuple[str, ...] = ()) -> None:
        if name in ordered or name in above or name not in names:
            return
        for field in apps.get_model(name)._meta.concrete_fields:
            if field.related_model:
                add(field.related_model._meta.label_lower, (*above, name))
        ordered.append(name)

    for name in names:
        add(name)
    return ordered
