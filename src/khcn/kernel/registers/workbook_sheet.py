"""The sheet of a register in a workbook: its name and its columns, the same for template, export and import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.paths import heading_of
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import ILLUSTRATIVE_HEADING
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from khcn.kernel.fields.base import FieldKind
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


def sheet_columns(register: Register) -> list[SheetColumn]:
    """Columns in the order of the form; the last column names the invented values.

    A natural-key field is required even where it has a default, for it says which row is meant; unless it may be
    empty (a person without a workplace), and then an empty cell is part of the key.
    """
    columns = []
    for name in dict.fromkeys((*register.natural_key, *register.form_fields())):
        field = register.model._meta.get_field(name)
        needed = not (field.blank or (field.has_default() and name not in register.natural_key))  # type: ignore[union-attr]
        columns.append(
            SheetColumn(
                name=name,
                heading=heading_of(register.model, name),
                field=field,
                required=needed,
                help_text=str(getattr(field, "help_text", "")),
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
    return columns


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
