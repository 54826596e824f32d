"""A number of units: 12,5 ha."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.decimal import Decimal

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import Sample


class QuantityField(DjangoColumn, models.DecimalField):  # type: ignore[type-arg]
    """A number in a column of the database, and the unit it counts. Migrations see a plain DecimalField."""

    def __init__(self, *args: Any, unit: str = "", **options: Any) -> None:
        self.unit = unit
        super().__init__(*args, **options)


class Quantity(Decimal):
    """A number that people see with its unit. A workbook holds the number alone."""

    name = "quantity"
    columns = (QuantityField,)
    sample: ClassVar[Sample] = (
        QuantityField("diện tích", unit="ha", max_digits=8, decimal_places=2),
        (Number("0.00"), Number("12.50"), Number("999999.99")),
    )

    def text(self, value: Any) -> str:
        return f"{super().text(value)} {self.field.unit}" if value is not None else ""
