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
    headings; ``None`` where it has fewer than two of them. Of several registers it is the one whose words say least beside the
    headings: "Ngày nộp hồ sơ" is that of the dossier rather than of its extension.
    """
    found: Register | None = None
    fitting: list[str] = []
    best = (_FEWEST_HEADINGS, 0.0)
    for kind in kinds:
        columns = kind.columns() if kind.action is None and kind.register is not register else []
        if not any(column.target is register for column in columns):
            continue
        labels = [
            {*fold(str(label)).split()}
            for column in columns
            for _value, label in (column.field.flatchoices if column.field.choices else ())
        ]
        likeness = {heading: _likeness(heading, labels) for heading in headings}
        shares = [share for share in likeness.values() if share]
        if (len(shares), sum(shares)) > best:
            found, best = kind.register, (len(shares), sum(shares))
            fitting = [heading for heading, share in likeness.items() if share]
    return found, fitting


def _likeness(heading: str, labels: Sequence[set[str]]) -> float:
    """The share of a label that the words of the heading make up, at most; 0.0 where no label has them all."""
    words = {*_BEFORE.sub("", fold(heading), count=1).split()}
    if len(words) < _FEWEST_WORDS:
        return 0.0
    return max((len(words) / len(label) for label in labels if words <= label), default=0.0)
