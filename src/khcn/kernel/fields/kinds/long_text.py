"""Text of several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models

from khcn.kernel.fields.kinds.short_text import WrittenText
from khcn.kernel.fields.workbook_cells import (
    LONGEST,
    is_cut_to_cell,
    read_text_cell,
    refuse_rounded_cell,
    single_spaced,
)

if TYPE_CHECKING:
    from django import forms

    from khcn.kernel.fields.field_kind import Sample


class LongText(WrittenText):
    """Text of several lines."""

    columns = (models.TextField,)
    takes_lines = True
    sample: ClassVar[Sample] = (
        models.TextField("ghi chú"),
        ("một dòng", "dòng 1\ndòng 2", "-1", "@sum", "x" * 5000),
    )
    sheet_validated = True

    def _form_field(self) -> forms.Field | None:
        """At most what a cell of a workbook holds: longer texts could not be exported, and printing them takes minutes."""
        made = super()._form_field()
        if made is not None:
            made.validators.append(MaxLengthValidator(LONGEST))
        return made

    def read_cell(self, raw: object, text: str) -> Any:
        refuse_rounded_cell(raw)
        return read_text_cell(raw, text, self.field.max_length or LONGEST)

    def is_same(self, old: Any, new: Any) -> bool:
        """Kinds of line ends and spaces at the end of a line do not survive a spreadsheet."""
        if old == new or not (isinstance(old, str) and isinstance(new, str)):
            return bool(old == new)
        lines = [[single_spaced(line) for line in text.splitlines()] for text in (old.strip(), new)]
        return is_cut_to_cell(old, new) or lines[0] == lines[1]
