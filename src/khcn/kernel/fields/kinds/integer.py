"""A whole number."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext as _

from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.workbook_cells import EXACT, CellProblem, write_text_cell
from khcn.kernel.text.form_fields import VietnameseIntegerField
from khcn.kernel.text.numbers import format_number, parse_number

if TYPE_CHECKING:
    from django import forms

    from khcn.kernel.fields.field_kind import Sample
    from khcn.kernel.fields.workbook_cells import CellFormats


class WholeFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter that reads whole numbers as officials type them."""

    field_class = VietnameseIntegerField


class Integer(FieldKind):
    """A whole number."""

    name = "integer"
    columns = (models.IntegerField,)
    sample: ClassVar[Sample] = (models.IntegerField("số lượng"), (-(2**31), -1, 0, 1152, 2**31 - 1))
    look = "num"
    is_amount = True
    takes_number = True
    keyboard = "decimal"
    sheet_word = "số nguyên"
    sheet_width = 10
    sheet_format = "number"
    sheet_validated = True
    schema: ClassVar[dict[str, Any]] = {"type": "integer"}
    input_class: type[VietnameseIntegerField] = VietnameseIntegerField

    def bounds(self) -> tuple[int, int]:
        """The least and the greatest number that the column holds on every database."""
        return BaseDatabaseOperations.integer_field_ranges[self.field.get_internal_type()]

    def text(self, value: Any) -> str:
        return "" if value is None else format_number(value)

    def _form_field(self) -> forms.Field:
        least, most = self.bounds()
        return self.input_class(min_value=least, max_value=most, **self._options())

    def filter(self, **options: Any) -> django_filters.Filter:
        return WholeFilter(**options)

    def write_cell(self, sheet: Any, row: int, place: int, value: Any, formats: CellFormats) -> None:
        if abs(value) < EXACT:
            sheet.write_number(row, place, value, getattr(formats, self.sheet_format))
        else:
            write_text_cell(sheet, row, place, str(value), formats)

    def read_cell(self, raw: object, text: str) -> Any:
        number = parse_number(raw if isinstance(raw, float | int) else text)
        if isinstance(number, Decimal):
            raise CellProblem(
                _("“%(value)s” có phần lẻ, ở đây cần số nguyên.") % {"value": text},
                _("Gõ số nguyên; dấu chấm ngăn hàng nghìn, ví dụ 1.152."),
                "not_whole",
            )
        least, most = self.bounds()
        if number < 0 == least:
            raise CellProblem(
                _("“%(value)s” là số âm.") % {"value": text},
                _("Ở đây chỉ ghi số từ 0 trở lên."),
                "out_of_range",
            )
        if not least <= number <= most:
            raise CellProblem(
                _("Số %(value)s nằm ngoài khoảng từ %(least)s đến %(most)s.")
                % {
                    "value": format_number(number),
                    "least": format_number(least),
                    "most": format_number(most),
                },
                _("Xem lại số đã gõ."),
                "out_of_range",
            )
        return number

    def sheet_example(self) -> str:
        return "12"

    def sheet_tip(self) -> str:
        return _("Ghi số nguyên.")

    def json_word(self) -> str:
        return _("số nguyên")
