"""What stands below the rows of a table in the files of departments, and in them in the place of a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.headings import SheetTable

# Folded: lower case, without diacritics and punctuation.
_SIGNATURES = re.compile(
    r"(?:noi nhan|nguoi lap|lap bieu|nguoi tong hop|ky ten|ky ghi ro ho ten|xac nhan cua"
    r"|(?:(?:kt|tl|tm|q|tuq) )?(?:thu truong|giam doc|pho giam doc|truong phong|pho truong phong|chu tich|pho chu tich"
    r"|chanh van phong|vien truong|hieu truong))(?: .{0,60})?"
)
_DITTO = re.compile(r"(?:nt|nhu tren|n t|ditto)")
_DITTO_MARKS = frozenset({'"', "\u201d", "\u3003", "''", '-"-', "-\u201d-"})


def without_signatures(
    table: SheetTable, rows: list[tuple[int, list[object]]]
) -> tuple[list[tuple[int, list[object]]], int | None]:
    """The rows of a table up to the block of recipients and signatures, and the number of the row where that begins.

    The block comes after the last row that names a record: nothing that may be data is cut off.
    """
    with_names = (place for place, (_number, cells) in enumerate(rows) if _names_record(table, cells))
    for place in range(max(with_names, default=-1) + 1, len(rows)):
        if any(_signs(cell) for cell in rows[place][1]):
            return rows[:place], rows[place][0]
    return rows, None


def _names_record(table: SheetTable, cells: Sequence[object]) -> bool:
    keys = {*table.kind.register.natural_key, table.kind.register.lookup}
    texts = [
        workbook_cell_text(cells[place])
        for place, column in table.columns.items()
        if column.name in keys and place < len(cells)
    ]
    return any(text and not text.startswith("-") and not _signs(text) for text in texts)


def _signs(cell: object) -> bool:
    return isinstance(cell, str) and _SIGNATURES.fullmatch(fold(cell)) is not None


def is_ditto(text: str) -> bool:
    """Does the cell say "as above" in the place of a name?"""
    return text.replace(" ", "") in _DITTO_MARKS or _DITTO.fullmatch(fold(text)) is not None
