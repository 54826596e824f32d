"""The sheet of a register in a workbook: its name and its columns, the same for template, export and import."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.help_lines import help_of
from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.fields.workbook_cells import EXACT, write_text_cell
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import ILLUSTRATIVE_HEADING
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Register


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its heading, the model field behind it, and the kind that writes and reads its cells."""

    name: str
    heading: str
    field: Any
    required: bool
    help_text: str
    kind: FieldKind

    @property
    def target(self) -> Register | None:
        """The register that a cell of this column names a record of."""
        model = self.field.related_model
        return register_of(model) if model else None

    def preview(self, value: Any) -> str:
        """A stored value as the preview of an import shows it."""
        return "" if value is None or value == "" else self.kind.preview(value)


def sheet_columns(register: Register) -> list[SheetColumn]:
    """Columns in the order of the form; the last column names the invented values.

    A natural-key field is required even where it has a default, for it says which row is meant; unless it may be
    empty (a person without a workplace), and then an empty cell is part of the key.
    """
    return list(_columns(register, get_language() or ""))


@lru_cache(maxsize=512)
def _columns(register: Register, language: str) -> tuple[SheetColumn, ...]:
    """The columns with their words in a language; made once, as an import asks for those of all registers for each sheet."""
    del language  # the active one
    columns = []
    for name in dict.fromkeys((*register.natural_key, *register.form_fields())):
        field = register.model._meta.get_field(name)
        needed = not (field.blank or (field.has_default() and name not in register.natural_key))  # type: ignore[union-attr]
        columns.append(
            SheetColumn(
                name=name,
                heading=verbose_name_at(register.model, name),
                field=field,
                required=needed,
                help_text=str(help_of(field)),
                kind=field_kind_of(field),
            )
        )
    invented = register.model._meta.get_field("illustrative")
    columns.append(
        SheetColumn(
            name="illustrative",
            heading=str(ILLUSTRATIVE_HEADING),
            field=invented,
            required=False,
            help_text=str(_("Để trống trong hồ sơ thật.")),
            kind=field_kind_of(invented),
        )
    )
    return tuple(columns)


_SHEET_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


@in_vietnamese
def sheet_name(register: Register) -> str:
    """Name of the register's sheet: its title, without what Excel forbids and cut to 31 characters."""
    return name_of_sheet(capfirst(str(register.title)))


def name_of_sheet(text: str, *, whole_words: bool = False) -> str:
    """The text as Excel takes it for the name of a sheet."""
    allowed = _NOT_IN_NAMES.sub(" ", text)
    if whole_words:
        return shorten(allowed, _SHEET_NAME, placeholder="")
    return allowed[:_SHEET_NAME].strip()


# Excel writes the moment of saving into the file; ours is fixed, so that equal records give equal bytes.
_SAVED_AT = datetime(2023, 1, 1)  # noqa: DTZ001 -- a mark in a file, not a moment


class SheetFormats:
    """The looks a workbook uses."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DCE6F1"}
        )
        self.required = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#F8CBAD"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format(
            {"italic": True, "text_wrap": True, "font_color": "#595959", "valign": "top"}
        )
        self.text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.quoted = book.add_format(
            {"num_format": "@", "valign": "top", "text_wrap": True, "quote_prefix": True}
        )
        self.date = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self.money = book.add_format({"num_format": "#,##0", "valign": "top"})
        self.number = book.add_format({"num_format": "0", "valign": "top"})
        self.decimal = book.add_format({"num_format": "General", "valign": "top"})


def new_workbook() -> tuple[io.BytesIO, Any]:
    """A workbook that writes row by row and keeps nothing in memory, and where its bytes will be."""
    import xlsxwriter  # local: slow import

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"created": _SAVED_AT})
    return stream, book


def write_heading_row(
    sheet: Any, row: int, columns: Sequence[SheetColumn], formats: SheetFormats, first: int = 0
) -> None:
    """Write the row of headings of a sheet into any workbook; required ones carry a star and a colour of their own.

    Columns get their widths, and the text format for all but numbers, so that Excel leaves "007" and "9/10/2023" as
    they are typed in new rows.
    """
    for place, column in enumerate(columns, start=first):
        kind = column.kind
        sheet.set_column(place, place, kind.sheet_width, getattr(formats, kind.sheet_format))
    sheet.set_row(row, 32)
    for place, column in enumerate(columns, start=first):
        mark = " *" if column.required else ""
        sheet.write_string(row, place, column.heading + mark, formats.required if mark else formats.heading)


def write_plain_headings(sheet: Any, columns: Iterable[tuple[str, float]], formats: SheetFormats) -> None:
    """The first row of a sheet that is no register's: each column with its width in characters."""
    for place, (heading, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, formats.heading)


CellValue = str | int | Decimal | date | None
"""What a cell of a sheet holds that is not read back; None: nothing."""


def write_value(
    sheet: Any, row: int, place: int, value: CellValue, formats: SheetFormats, number_format: str = "number"
) -> None:
    """A day and a number as what they are, a number of more digits than a spreadsheet keeps and anything else as text.

    ``number_format``: of `SheetFormats` the one in which a number stands.
    """
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, formats.date)
    elif isinstance(value, int | Decimal) and -EXACT < value < EXACT:
        sheet.write_number(row, place, value, getattr(formats, number_format))
    elif value is not None and value != "":
        write_text_cell(sheet, row, place, str(value), formats)
