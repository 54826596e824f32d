"""A time of day."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext as _

from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.workbook_cells import CellProblem, write_text_cell
from khcn.kernel.text.dates import ParsedDate
from khcn.kernel.text.form_fields import VietnameseTimeField
from khcn.kernel.text.times import format_time, parse_time, time_of_part

if TYPE_CHECKING:
    from django import forms

    from khcn.kernel.fields.field_kind import Sample
    from khcn.kernel.fields.workbook_cells import CellFormats


class TimeOfDay(FieldKind):
    """The hour and minute of a day whose date stands in another field, as the clock on the wall shows it: without a zone."""

    name = "time_of_day"
    columns = (models.TimeField,)
    sample: ClassVar[Sample] = (models.TimeField("giờ"), (time(0, 0), time(8, 5), time(14, 30), time(23, 59)))
    look = "date"
    sheet_word = "giờ"
    sheet_width = 14
    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}

    def text(self, value: Any) -> str:
        return "" if value is None else format_time(value)

    def lowest(self) -> Value:
        return Value(time.min, output_field=models.TimeField())

    def _form_field(self) -> forms.Field:
        return VietnameseTimeField(**self._options())

    def filter_hint(self) -> str:
        return "14 giờ 30"

    def write_cell(self, sheet: Any, row: int, place: int, value: Any, formats: CellFormats) -> None:
        write_text_cell(sheet, row, place, format_time(value), formats)

    def read_cell(self, raw: object, text: str) -> Any:
        if isinstance(raw, date | ParsedDate):
            raise CellProblem(
                _("“%(value)s” là ngày, ở đây cần giờ trong ngày.") % {"value": text},
                _("Gõ giờ và phút, ví dụ 14 giờ 30."),
                "not_a_time",
            )
        # what Excel keeps of 14:30 in a cell that has lost its format
        if isinstance(raw, float) and 0 < raw < 1 and not getattr(raw, "number_format", ""):
            return time_of_part(raw, text)
        return parse_time(text)

    def preview(self, value: Any) -> str:
        return format_time(value)

    def sheet_example(self) -> str:
        return "14 giờ 30"

    def sheet_tip(self) -> str:
        return _("Ghi giờ và phút, ví dụ 14 giờ 30.")

    def json_word(self) -> str:
        return _("giờ, 14:30")

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat("minutes")

    def from_log(self, value: Any) -> Any:
        return time.fromisoformat(value) if isinstance(value, str) and value else value
