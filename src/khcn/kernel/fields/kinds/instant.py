"""A moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.kinds.date import DateFilter

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import Sample


class Instant(FieldKind):
    """A moment, to the microsecond. The program writes it; no form and no workbook asks for one."""

    name = "instant"
    columns = (models.DateTimeField,)
    sample: ClassVar[Sample] = (
        models.DateTimeField("lúc", editable=False),
        (datetime(2023, 9, 14, 8, 30, 5, 123456, tzinfo=UTC),),
    )
    look = "date"
    takes_number = True
    keyboard = "numeric"
    sheet_word = "ngày"
    sheet_width = 14
    schema: ClassVar[dict[str, Any]] = {"type": "string", "format": "date-time"}

    def text(self, value: Any) -> str:
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M") if value else ""

    def lowest(self) -> Value:
        return Value(datetime(1, 1, 2, tzinfo=UTC), output_field=self.field)

    def filter(self, **options: Any) -> DateFilter:
        return DateFilter(**options)

    def filter_hint(self) -> str:
        return _("ngày/tháng/năm")

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def from_log(self, value: Any) -> Any:
        return datetime.fromisoformat(value) if isinstance(value, str) and value else value
