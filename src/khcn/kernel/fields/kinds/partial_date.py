"""A day that may be known only to its month, quarter or year; a second field says how exactly."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.date import Date
from khcn.kernel.fields.workbook_cells import write_text_cell
from khcn.kernel.text.dates import Precision, format_date
from khcn.kernel.text.form_fields import VietnamesePartialDateField, typed_precision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django import forms

    from khcn.kernel.fields.field_kind import Sample
    from khcn.kernel.fields.workbook_cells import CellFormats


class PartialDateField(DjangoColumn, models.DateField):  # type: ignore[type-arg]
    """The last day of what was said; ``precision`` names the field beside it. Migrations see a plain DateField."""

    def __init__(self, *args: Any, precision: str = "", **options: Any) -> None:
        self.precision = precision
        super().__init__(*args, **options)


def _as_written(day: date | None, precision: str) -> date | str | None:
    if day is None or precision == Precision.DAY:
        return day
    return format_date(day, Precision(precision))


class PartialDate(Date):
    """A day, month, quarter or year. A cell holds both fields; elsewhere each is a field of its own."""

    name = "partial_date"
    columns = (PartialDateField,)
    sample: ClassVar[Sample] = (
        PartialDateField("hạn", precision="precision"),
        (date(1945, 9, 2), date(2023, 9, 30)),
    )

    @property
    def sibling(self) -> str:
        """The field that says how exactly the day is known."""
        return self.field.precision  # type: ignore[no-any-return]

    def _form_field(self) -> forms.Field:
        return VietnamesePartialDateField(**self._options())

    def typed_beside(self, typed: Any) -> dict[str, Any]:
        precision = typed_precision(typed)
        return {} if precision is None else {self.sibling: precision.value}

    def sheet_paths(self) -> list[str]:
        return [self.field.name, self.sibling]

    def sheet_values(self) -> Callable[..., Any]:
        return _as_written

    def write_cell(self, sheet: Any, row: int, place: int, value: Any, formats: CellFormats) -> None:
        if isinstance(value, date):
            super().write_cell(sheet, row, place, value, formats)
        else:
            write_text_cell(sheet, row, place, value, formats)

    def read_cell(self, raw: object, text: str) -> Any:
        return self._parsed(raw, text)

    def sheet_example(self) -> str:
        return _("14/9/2023 hoặc 09/2023")


def precisions_by_value(values: Sequence[str]) -> dict[str, Precision]:
    """Stored values of a precision field to what they mean."""
    return {value: Precision(value) for value in values if value in Precision.values}
