"""A share of a hundred."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.decimal import Decimal

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import Sample


class PercentField(DjangoColumn, models.DecimalField):  # type: ignore[type-arg]
    """86.96 for 86,96 %, in a column of the database. Migrations see a plain DecimalField."""


class Percent(Decimal):
    """A share of a hundred; people type and see it with its sign."""

    name = "percent"
    is_amount = False
    columns = (PercentField,)
    sample: ClassVar[Sample] = (
        PercentField("tỷ lệ", max_digits=5, decimal_places=2),
        (Number("0.00"), Number("86.96"), Number("100.00")),
    )

    def text(self, value: Any) -> str:
        return f"{super().text(value)} %" if value is not None else ""

    def sheet_example(self) -> str:
        return "86,96"
