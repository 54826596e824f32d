"""The lists that are the same for every department of the country, as they come with the program.

See ``reference/data/lists/README.md`` for what they hold and where it is from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.conf import settings

from khcn.config.register_files import (
    FIRST_ROW,
    RegisterFilesError,
    import_workbook,
    read_registers,
    workbook,
)
from khcn.kernel.actors import SYSTEM
from khcn.kernel.intake.plans.plan_making import prepare_import

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from khcn.config.register_files import Rows

FOLDER: Final[Path] = settings.PACKAGE / "reference" / "data" / "lists"
REGISTERS: Final = (
    "reference.legaldocument",
    "reference.adminunit",
    "reference.adminunitsuccession",
    "reference.codelistitem",
    "reference.reportingregime",
    "reference.regimewindow",
)

_FILE: Final = "danh-muc-toan-quoc.xlsx"


def enter_national_lists(*, on: date, folder: Path = FOLDER) -> int:
    """Enter the rows that this database does not have, through the import. Gives how many rows of the files are on record then.

    A row that is on record, by the natural key of its register, stays as it is, also where somebody has corrected it since.

    Raises:
        RegisterFilesError: the files do not import cleanly; the text lists every problem, and nothing was written.
    """
    registers: dict[str, Rows] = read_registers(folder, REGISTERS)
    if any(apps.get_model(name)._base_manager.exists() for name in REGISTERS):
        missing, count = _not_on_record(registers, on)
    else:  # a new installation need not look for each row
        missing, count = registers, 0
    if not missing:
        return count
    try:
        written = import_workbook(content=workbook(missing), name=_FILE, actor=SYSTEM, on=on).counts
    except RegisterFilesError:
        missing, count = _not_on_record(registers, on)
        if missing:
            raise
        return count  # somebody else entered the same at the same time
    return count + written.create + written.change + written.same


def complete_national_lists(*, on: date) -> None:
    """Enter the rows that a new version brings, where the lists are on record: before its rules, which look for their documents there.

    Raises RegisterFilesError.
    """
    if any(apps.get_model(name)._base_manager.exists() for name in REGISTERS):
        enter_national_lists(on=on)


def _not_on_record(registers: Mapping[str, Rows], on: date) -> tuple[dict[str, Rows], int]:
    """The registers without the rows that are on record, and how many those are; a row that is not understood stays."""
    prepared = prepare_import(workbook(registers), _FILE, actor=SYSTEM, on=on)
    known = {
        (sheet.register.model._meta.label_lower, draft.row - FIRST_ROW)
        for sheet in prepared.draft_sheets
        for draft in sheet.drafts
        if draft.action in {"change", "same"}
    }
    left: dict[str, Rows] = {}
    for name, (heading, *rows) in registers.items():
        new = [row for place, row in enumerate(rows) if (name, place) not in known]
        if new:
            left[name] = [heading, *new]
    return left, len(known)
