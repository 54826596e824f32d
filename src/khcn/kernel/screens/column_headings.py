"""The column headings of a register's list: which are shown, how their cells look, and what sorts by them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from khcn.kernel.access.closed_registers import closed_link
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers import list_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.registers.spec import Column, Register
    from khcn.kernel.screens.list_filters import FilterResult


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """The heading of one column of a list: its text, the class of its cells, and the path that sorts by it ("" when none does)."""

    path: str
    heading: str
    look: str
    sort: str


def _look(register: Register, column: Column) -> str:
    if column.look in {"link", "badge"}:
        return "lead" if column.look == "link" else "mark"
    kind = kind_at(register.model, column.path)
    return (kind.look if kind else "") or ("num" if column.look == "money" else "")


def _sort_path(register: Register, column: Column) -> str:
    """What orders by a column: a name in the order of the Vietnamese alphabet where one is kept."""
    kind = kind_at(register.model, column.path)
    if kind is None or closed_link(register.model, column.path, register.closed):
        return ""
    parent, _dot, last = column.path.rpartition("__")
    model = field_at(register.model, parent).related_model if parent else register.model
    if last in getattr(model, "searched", ())[:1]:
        return f"{parent}__sort_key" if parent else "sort_key"
    return kind.sort_path(column.path)


@lru_cache(maxsize=512)
def _headings(register: Register, language: str) -> tuple[tuple[Column, ColumnHeading], ...]:
    columns = list_pages.all_columns(register)
    looks = [_look(register, column) for column in columns]
    if "lead" not in looks and looks:
        looks[0] = "lead"
    return tuple(
        (column, ColumnHeading(column.path, str(column.heading), look, _sort_path(register, column)))
        for column, look in zip(columns, looks, strict=True)
    )


def chosen_headings(
    register: Register, chosen: Sequence[str] = ()
) -> tuple[tuple[Column, ColumnHeading], ...]:
    """Columns and headings to show: those chosen, else those the register shows at first."""
    found = _headings(register, get_language() or "")
    shown = tuple(each for each in found if each[1].path in chosen) if chosen else ()
    return shown or tuple(each for each in found if not each[0].hidden)


def all_headings(register: Register) -> tuple[tuple[Column, ColumnHeading], ...]:
    """All columns the register offers."""
    return _headings(register, get_language() or "")


def list_order(register: Register, filtered: FilterResult, data: Mapping[str, str]) -> tuple[str, ...]:
    """In what order a list comes: that of a search with many finds, else by the heading that was chosen, else that of the register."""
    sort_by = data.get("sort", "")
    known = {heading.sort for _column, heading in all_headings(register) if heading.sort}
    chosen = (sort_by, *register.order) if sort_by.lstrip("-") in known else register.order
    return filtered.order or chosen
