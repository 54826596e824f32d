"""A value that the new records of a division's own sheet have, where the sheet has no column for it: chosen once, shown each time.

It fills what is not known: a record on file keeps the value that it has, for the file says nothing about it. Only for words of closed lists
("Cấp tỉnh"): a year, a day or an amount that holds for this file does not hold for the next. A year is that of the day on which the row
says that its record begins, or the one in the title of the table ("DANH MỤC NHIỆM VỤ NĂM 2024").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.intake.named_places import first_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_NAMED = 20
TITLE_YEAR: Final = "@title"  # of a year: that of the title above the table


@dataclass(frozen=True, slots=True)
class ValuesBeside:
    """What the rows of a layout have that no column gives: the field that section rows fill ("" for none), and by field the
    stored value of rows that are new; of a year ``TITLE_YEAR`` or the field of the day that it is taken from.
    """

    section_field: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)


def fixable_columns(kind: SheetKind) -> list[tuple[SheetColumn, dict[str, str]]]:
    """The required fields of a register, no part of its key, that have a closed list or are a year, with what may be chosen for each:
    stored values, or fields of days that the year may be that of, and their labels.
    """
    keys = kind.register.natural_key
    columns = kind.columns()
    beginnings = {
        each.name: _("năm của “%(heading)s”") % {"heading": each.heading}
        for each in columns
        if each.kind.is_beginning and not each.kind.sibling
    }
    beginnings = {TITLE_YEAR: _("năm ghi ở tên bảng"), **beginnings}
    found = [
        (each, beginnings if each.kind.is_year else _words_of(each))
        for each in columns
        if each.required and each.name not in keys
    ]
    return [(column, choices) for column, choices in found if choices]


def _words_of(column: SheetColumn) -> dict[str, str]:
    if not column.field.choices:
        return {}
    return {str(value): str(label) for value, label in column.field.flatchoices if str(value)}


def fixed_value(
    column: SheetColumn, chosen: str, values: Mapping[str, Any], title_year: int | None
) -> str | int | None:
    """What the choice gives to a row with these values, in a table with this year in its title."""
    if not column.kind.is_year:
        return chosen
    if chosen == TITLE_YEAR:
        return title_year
    day = values.get(chosen)
    return day.year if isinstance(day, date) else None


def are_known(kind: SheetKind, fixed: Mapping[str, Any]) -> bool:
    """Are these fields and values still those of the register?"""
    known = {column.name: choices for column, choices in fixable_columns(kind)}
    return all(value in known.get(name, ()) for name, value in fixed.items())


def problems_of_fixed(kind: SheetKind, fields: Sequence[str], fixed: Mapping[str, str]) -> list[str]:
    """What is wrong with the chosen values, as sentences. ``fields``: what the columns and sections give."""
    if not are_known(kind, fixed):
        return [_("Giá trị chung đã chọn không còn trong danh mục. Chọn lại.")]
    chosen = [column for column, _choices in fixable_columns(kind) if column.name in fixed]
    days = {fixed[each.name] for each in chosen if each.kind.is_year} - {*fields, TITLE_YEAR}
    twice = [f"“{each.heading}”" for each in chosen if each.name in fields]
    missing = [f"“{each.heading}”" for each in kind.columns() if each.name in days]
    found = []
    if twice:
        found.append(
            _("Vừa có cột, vừa có giá trị chung cho: %(headings)s. Chỉ chọn một.")
            % {"headings": first_named(twice, _NAMED)}
        )
    if missing:
        found.append(
            _("Chưa có cột nào ghi vào: %(headings)s, nên không lấy được năm.")
            % {"headings": first_named(missing, _NAMED)}
        )
    return found


def shown_fixed(kind: SheetKind, fixed: Mapping[str, str], title_year: int | None) -> str:
    """ "Cấp quản lý: Cấp tỉnh; Thực hiện từ năm: năm ghi ở tên bảng (2024)"."""
    of_title = _("không tìm thấy") if title_year is None else str(title_year)
    shown = [
        f"{column.heading}: {choices.get(fixed[column.name], '')}"
        + (f" ({of_title})" if fixed[column.name] == TITLE_YEAR else "")
        for column, choices in fixable_columns(kind)
        if column.name in fixed
    ]
    return first_named(shown, _NAMED, "; ")
