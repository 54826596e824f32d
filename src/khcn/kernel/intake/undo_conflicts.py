"""The records that prevent undoing an import, and the refusal that lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn.kernel.intake.import_plan import IntakeRefused

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record for which the import cannot be undone. ``row`` is 0 where the file does not say which row it came from."""

    register: str
    pk: str
    label: str
    why: str
    model: str
    sheet: str = ""
    row: int = 0


class UndoConflict(IntakeRefused):
    """Later changes depend on the import; nothing was undone."""

    def __init__(self, message: str, conflicts: Sequence[Conflict]) -> None:
        super().__init__(message)
        self.conflicts = tuple(conflicts)
