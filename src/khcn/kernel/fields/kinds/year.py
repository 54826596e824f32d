"""A year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.integer import Integer
from khcn.kernel.text.form_fields import VietnameseIntegerField

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import Sample


class YearField(DjangoColumn, models.PositiveSmallIntegerField):  # type: ignore[type-arg]
    """A year in a column of the database. Migrations see a plain PositiveSmallIntegerField.

    ``until``: the field beside it, a year or a day, in which that ends which begins in this year: of "2024-2026" the end.
    """

    def __init__(self, *args: Any, until: str = "", **options: Any) -> None:
        self.until = until
        super().__init__(*args, **options)


_AROUND = re.compile(r"\s*(?:năm\s+)?(\d+)\s*\.?\s*", re.IGNORECASE)


class YearInput(VietnameseIntegerField):
    """Shows 2023, not 2.023; reads "năm 2023" too."""

    def to_python(self, value: Any) -> int | None:
        found = _AROUND.fullmatch(value) if isinstance(value, str) else None
        return super().to_python(found[1] if found else value)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, int) else super().prepare_value(value)


class Year(Integer):
    """A year, which is never grouped by thousands."""

    name = "year"
    columns = (YearField,)
    sample: ClassVar[Sample] = (YearField("năm"), (1945, 2023, 2100))
    look = ""
    input_class = YearInput
    is_year = True
    is_amount = False

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)

    def sheet_example(self) -> str:
        return "2023"
