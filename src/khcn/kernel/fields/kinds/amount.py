"""An amount of goods: 400, 86,5. Its unit stands in another column, and few amounts have a decimal part."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.decimal import Decimal
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from khcn.kernel.fields.field_kind import Sample


class AmountField(DjangoColumn, models.DecimalField):  # type: ignore[type-arg]
    """A number in a column of the database that people write without zeros at its end.

    "400,000" would be read as four hundred thousand. Migrations see a plain DecimalField.
    """


class Amount(Decimal):
    """A number that is shown as people write it."""

    name = "amount"
    columns = (AmountField,)
    sample: ClassVar[Sample] = (
        AmountField("số lượng", max_digits=9, decimal_places=3),
        (Number("0.000"), Number("400.000"), Number("86.500"), Number("999999.999")),
    )

    def text(self, value: Any) -> str:
        return "" if value is None else format_amount(value)

    def preview(self, value: Any) -> str:
        return format_amount(value)
