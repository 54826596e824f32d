"""A number with a decimal part."""

from __future__ import annotations

import re
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext as _

from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.workbook_cells import EXACT, CellProblem, write_text_cell
from khcn.kernel.text.form_fields import VietnameseDecimalField
from khcn.kernel.text.numbers import format_number, parse_number

if TYPE_CHECKING:
    from django import forms

    from khcn.kernel.fields.field_kind import Sample
    from khcn.kernel.fields.workbook_cells import CellFormats

_PLAIN = re.compile(r"-?\d+(\.\d+)?")


class DecimalFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter that reads numbers as officials type them."""

    field_class = VietnameseDecimalField


class Decimal(FieldKind):
    """A number with a decimal part, never negative."""

    name = "decimal"
    columns = (models.DecimalField,)
    sample: ClassVar[Sample] = (
        models.DecimalField("diện tích", max_digits=8, decimal_places=2),
        (Number("0.00"), Number("0.01"), Number("1152.50"), Number("999999.99")),
    )
    look = "num"
    is_amount = True
    takes_number = True
    keyboard = "decimal"
    sheet_word = "số thập phân"
    sheet_width = 12
    sheet_format = "decimal"
    sheet_validated = True
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def text(self, value: Any) -> str:
        return "" if value is None else format_number(value)

    def lowest(self) -> Value:
        whole = (self.field.max_digits or 20) - (self.field.decimal_places or 0)
        return Value(-(Number(10) ** whole - 1), output_field=self.field)

    def _form_field(self) -> forms.Field:
        return VietnameseDecimalField(
            decimal_places=self.field.decimal_places,
            max_digits=self.field.max_digits,
            min_value=0,
            **self._options(),
        )

    def filter(self, **options: Any) -> django_filters.Filter:
        return DecimalFilter(**options)

    def write_cell(self, sheet: Any, row: int, place: int, value: Any, formats: CellFormats) -> None:
        if abs(value) < EXACT:
            sheet.write_number(row, place, value, formats.decimal)
        else:
            write_text_cell(sheet, row, place, str(value), formats)

    def read_cell(self, raw: object, text: str) -> Any:
        number = Number(parse_number(raw if isinstance(raw, float | int | Number) else text))
        places, digits = self.field.decimal_places, self.field.max_digits
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            raise CellProblem(
                _("“%(value)s” có quá nhiều chữ số sau dấu phẩy.") % {"value": text},
                _("Ở đây ghi nhiều nhất %(places)s chữ số sau dấu phẩy.") % {"places": places},
                "too_many_decimals",
            )
        if abs(number) >= Number(10) ** (digits - places):
            raise CellProblem(
                _("Số %(value)s lớn quá mức cho phép.") % {"value": text},
                _("Xem lại số đã gõ."),
                "out_of_range",
            )
        return number.quantize(Number(1).scaleb(-places))

    def preview(self, value: Any) -> str:
        return format_number(value)

    def sheet_example(self) -> str:
        return "12,5"

    def sheet_tip(self) -> str:
        return _("Ghi số, dấu phẩy trước phần lẻ, ví dụ 12,5.")

    def json_word(self) -> str:
        return _("số thập phân, dạng chữ")

    def to_json(self, value: Any) -> Any:
        return None if value is None else format(value, "f")

    def from_json(self, text: str) -> str:
        return text.replace(".", ",") if _PLAIN.fullmatch(text) else text

    def from_log(self, value: Any) -> Any:
        """The log leaves out zeros at the end."""
        return None if value is None else Number(value).quantize(Number(1).scaleb(-self.field.decimal_places))
