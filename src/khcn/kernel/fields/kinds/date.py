"""One day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

import django_filters
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext as _

from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.workbook_cells import CellProblem
from khcn.kernel.text.dates import ParsedDate, Precision, format_date, long_date, parse_date
from khcn.kernel.text.form_fields import VietnameseDateField

if TYPE_CHECKING:
    from django import forms

    from khcn.kernel.fields.field_kind import Sample
    from khcn.kernel.fields.workbook_cells import CellFormats


# Words in the names of fields from whose day on something holds or runs.
_BEGINNINGS: Final = frozenset({"start", "starts", "from", "since", "effective"})


class DateFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter that reads days as officials type them."""

    field_class = VietnameseDateField


class Date(FieldKind):
    """One day."""

    name = "date"
    columns = (models.DateField,)
    sample: ClassVar[Sample] = (
        models.DateField("ngày"),
        (date(1945, 9, 2), date(2024, 2, 29), date(2100, 12, 31)),
    )
    look = "date"
    takes_number = True
    is_day = True
    keyboard = "numeric"
    sheet_word = "ngày"
    sheet_width = 14
    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "date"}

    def text(self, value: Any) -> str:
        return format_date(value) if value else ""

    def lowest(self) -> Value:
        return Value(date(1, 1, 1), output_field=self.field)

    def _form_field(self) -> forms.Field:
        return VietnameseDateField(**self._options())

    def filter(self, **options: Any) -> django_filters.Filter:
        return DateFilter(**options)

    def filter_hint(self) -> str:
        return _("ngày/tháng/năm")

    def write_cell(self, sheet: Any, row: int, place: int, value: Any, formats: CellFormats) -> None:
        sheet.write_datetime(row, place, value, formats.date)

    def read_cell(self, raw: object, text: str) -> Any:
        parsed = self._parsed(raw, text)
        if parsed.precision is not Precision.DAY:
            raise CellProblem(
                _("“%(value)s” là %(period)s, ở đây cần đúng một ngày.")
                % {"value": text, "period": long_date(parsed)},
                _("Gõ đủ ngày, tháng, năm, ví dụ %(example)s.")
                % {"example": format_date(parsed.first if self.is_beginning else parsed.last)},
                "not_a_day",
            )
        return parsed.first

    @property
    def is_beginning(self) -> bool:
        return not _BEGINNINGS.isdisjoint(self.field.name.split("_"))

    @staticmethod
    def _parsed(raw: object, text: str) -> ParsedDate:
        return parse_date(raw if isinstance(raw, date | float | int) else text, excel=True)

    def sheet_example(self) -> str:
        return "14/9/2023"

    def sheet_tip(self) -> str:
        return _("Ghi ngày/tháng/năm, ví dụ 14/9/2023.")

    def json_word(self) -> str:
        return _("ngày, 2023-09-14")

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def from_json(self, text: str) -> str:
        try:
            return format_date(date.fromisoformat(text))
        except ValueError:
            return text

    def from_log(self, value: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) and value else value
