"""A value that the new records of a division's own sheet have, where the sheet has no column for it: chosen once, shown each time.

It fills what is not known: a record on file keeps the value that it has, for the file says nothing about it. Only for words of closed lists ("Cấp tỉnh"): a year, a day or an amount that holds for this file does not hold for the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.intake.named_places import first_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_NAMED = 20


@dataclass(frozen=True, slots=True)
class ValuesBeside:
    """What the rows of a layout have that no column gives: the field that section rows fill ("" for none), and by field the
    stored value of rows that are new.
    """

    section_field: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)


def fixable_columns(kind: SheetKind) -> list[SheetColumn]:
    """The fields of a register that may have one value for all rows: required ones of a closed list, no part of the key."""
    keys = kind.register.natural_key
    return [each for each in kind.columns() if each.required and each.field.choices and each.name not in keys]


def choices_of(column: SheetColumn) -> list[tuple[str, str]]:
    """The stored values of a closed list with their labels."""
    return [(str(value), str(label)) for value, label in column.field.flatchoices if str(value)]


def are_known(kind: SheetKind, fixed: Mapping[str, Any]) -> bool:
    """Are these fields and values still those of the register?"""
    known = {column.name: dict(choices_of(column)) for column in fixable_columns(kind)}
    return all(value in known.get(name, ()) for name, value in fixed.items())


def problems_of_fixed(kind: SheetKind, fields: Sequence[str], fixed: Mapping[str, str]) -> list[str]:
    """What is wrong with the chosen values, as sentences. ``fields``: what the columns and sections give."""
    if not are_known(kind, fixed):
        return [_("Giá trị chung đã chọn không còn trong danh mục. Chọn lại.")]
    headings = [f"“{each.heading}”" for each in fixable_columns(kind) if each.name in {*fixed} & {*fields}]
    if headings:
        return [
            _("Vừa có cột, vừa có giá trị chung cho: %(headings)s. Chỉ chọn một.")
            % {"headings": first_named(headings, _NAMED)}
        ]
    return []


def shown_fixed(kind: SheetKind, fixed: Mapping[str, str]) -> str:
    """ "Cấp quản lý: Cấp tỉnh; Bên quản lý: Tỉnh quản lý"."""
    columns = [each for each in fixable_columns(kind) if each.name in fixed]
    shown = [f"{each.heading}: {dict(choices_of(each)).get(fixed[each.name], '')}" for each in columns]
    return first_named(shown, _NAMED, "; ")
