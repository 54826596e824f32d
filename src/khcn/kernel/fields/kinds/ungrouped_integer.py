"""A whole number that is shown without marks between its thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.integer import Integer
from khcn.kernel.text.form_fields import VietnameseIntegerField

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import Sample


class UngroupedIntegerField(DjangoColumn, models.IntegerField):  # type: ignore[type-arg]
    """A number that may be a year. Migrations see a plain IntegerField."""


class UngroupedIntegerInput(VietnameseIntegerField):
    """Shows 2023, not 2.023."""

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, int) else super().prepare_value(value)


class UngroupedInteger(Integer):
    """A number whose unit stands in another column: a term of days, or a year."""

    name = "ungrouped_integer"
    columns = (UngroupedIntegerField,)
    sample: ClassVar[Sample] = (UngroupedIntegerField("giá trị"), (-1, 0, 45, 2023, 2**31 - 1))
    input_class = UngroupedIntegerInput

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)
