"""A number of units: 12,5 ha."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, ClassVar

from django.core import checks
from django.db import models

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.decimal import Decimal

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import Sample


class QuantityField(DjangoColumn, models.DecimalField):  # type: ignore[type-arg]
    """A number in a column of the database, and the unit it counts, which its name gives in brackets: "diện tích (ha)".

    Migrations see a plain DecimalField.
    """

    def __init__(self, *args: Any, unit: str = "", **options: Any) -> None:
        self.unit = unit
        super().__init__(*args, **options)

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        """Those of Django; and the name that forms, lists and workbooks show tells the unit."""
        found = super().check(**options)
        if not self.unit or not str(self.verbose_name).endswith(f" ({self.unit})"):
            message = f"The name of a quantity ends with its unit in brackets: “{self.verbose_name}”, unit “{self.unit}”."
            found.append(checks.Error(message, obj=self, id="khcn.fields.E001"))
        return found


class Quantity(Decimal):
    """A number whose unit people see in the name of its field. A sheet of an import may have another unit of the same measure."""

    name = "quantity"
    columns = (QuantityField,)
    sample: ClassVar[Sample] = (
        QuantityField("diện tích (ha)", unit="ha", max_digits=8, decimal_places=2),
        (Number("0.00"), Number("12.50"), Number("999999.99")),
    )

    @property
    def sheet_unit(self) -> str:
        return self.field.unit  # type: ignore[no-any-return]
