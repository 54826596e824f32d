"""Wide tables: "Ngày ký hợp đồng", "Ngày nghiệm thu" as columns beside a task, which another register has as rows of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.registers.spec import Register

_BEFORE: Final = re.compile(r"(?:ngay|thang|nam|so|ket qua|thoi gian|thoi diem|don vi|co quan) ")
_FEWEST_HEADINGS: Final = 2
_FEWEST_WORDS: Final = 2


def register_of_wide_columns(
    headings: Sequence[str], register: Register, kinds: Iterable[SheetKind]
) -> tuple[Register | None, list[str]]:
    """The register of rows about records of ``register`` that has most of these headings as words of a closed list, and those
    headings; ``None`` where it has fewer than two of them.
    """
    found: Register | None = None
    most: list[str] = []
    for kind in kinds:
        columns = kind.columns() if kind.action is None and kind.register is not register else []
        if not any(column.target is register for column in columns):
            continue
        labels = [
            {*fold(str(label)).split()}
            for column in columns
            for _value, label in (column.field.flatchoices if column.field.choices else ())
        ]
        fitting = [heading for heading in headings if _is_in(heading, labels)]
        if len(fitting) > max(len(most), _FEWEST_HEADINGS - 1):
            found, most = kind.register, fitting
    return found, most


def _is_in(heading: str, labels: Sequence[set[str]]) -> bool:
    words = {*_BEFORE.sub("", fold(heading), count=1).split()}
    return len(words) >= _FEWEST_WORDS and any(words <= label for label in labels)
