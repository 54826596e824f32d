"""What a list shows and no form takes, for its workbook: states, terms, and what actions write."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst

from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.reference_targets import target_name_column
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers.list_pages import all_columns, list_column_text
from khcn.kernel.registers.spec import Column
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workbooks.shown_columns import Shown, ShownColumns
from khcn.kernel.workbooks.workbook_sheet import sheet_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Register


@in_vietnamese
def columns_only_shown(register: Register, records: QuerySet[Any], day: date | None = None) -> ShownColumns:
    """The columns of the list and the fields written by actions that the sheet of a register lacks, for an export.

    ``register``: as the reader sees it (`Register.seen_by`), so that links to registers closed to them are names alone.
    ``records``: those that the reader may see, with what the register derives for a ``day``, which the headings of these columns
    then name. Days and amounts are values, which a spreadsheet can sort and add up; anything else is the text of the list.
    """
    columns = _columns(register)
    read = [list_column_text(register, column) for column in columns]
    kinds = [kind_at(register.model, column.path) for column in columns]
    shown = [
        _cell(column, kind, show) for column, kind, (_path, show) in zip(columns, kinds, read, strict=True)
    ]
    paths = [path for path, _show in read]

    def cells(keys: Sequence[int]) -> dict[int, tuple[Shown, ...]]:
        rows = records.filter(pk__in=keys).order_by().values_list("pk", *paths)
        return {
            key: tuple(show(value) for show, value in zip(shown, values, strict=True))
            for key, *values in rows
        }

    headings = tuple(capfirst(str(column.heading)) for column in columns)
    return ShownColumns(
        headings,
        in_vietnamese(cells),
        tuple(_number_format(*each) for each in zip(columns, kinds, strict=True)),
        frozenset(place for place, kind in enumerate(kinds) if kind is None),
        day,
    )


def _columns(register: Register) -> list[Column]:
    written = {column.name for column in sheet_columns(register)}
    found = {column.path: column for column in all_columns(register) if column.path not in written}
    for name in register.outcome.fields if register.outcome else ():
        if name not in written and name not in found and _has_name(register, name):
            found[name] = Column(name, heading=verbose_name_at(register.model, name))
    return list(found.values())


def _has_name(register: Register, name: str) -> bool:
    """Whether a list can show what the field holds: a record of another register only by a column that names it."""
    kind = kind_at(register.model, name)
    return kind is None or kind.target is None or bool(target_name_column(kind.target))


def _cell(column: Column, kind: FieldKind | None, show: Callable[[Any], str]) -> Callable[[Any], Shown]:
    """From what was read to what the cell holds. The number behind a choice or a link is not what the list shows."""
    is_number = not column.choices and (kind is None or kind.look == "num")

    def shown(value: Any) -> Shown:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if is_number and (type(value) is int or isinstance(value, Decimal)):
            return value
        return show(value)

    return shown


def _number_format(column: Column, kind: FieldKind | None) -> str:
    if column.look == "money":
        return "money"
    return kind.sheet_format if kind is not None and kind.sheet_format in {"money", "decimal"} else "decimal"
