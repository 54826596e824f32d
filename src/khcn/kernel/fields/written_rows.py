"""A row that is written, for rules below the registers: as it shall be, and as it is stored."""

from __future__ import annotations

from typing import Any, Protocol


class WrittenRow(Protocol):
    """One row as it shall be, and as it is stored (`khcn.kernel.registers.writing.Write`)."""

    @property
    def record(self) -> Any:
        """The row as it shall be."""

    @property
    def before(self) -> Any:
        """The row as it is stored; None when it is not on record yet."""

    @property
    def changed(self) -> frozenset[str]:
        """The fields that differ."""

    @property
    def is_new(self) -> bool:
        """Is the row not on record yet?"""


def touches(write: WrittenRow, *names: str) -> bool:
    """Is one of these fields new or different?"""
    return write.is_new or not write.changed.isdisjoint(names)
