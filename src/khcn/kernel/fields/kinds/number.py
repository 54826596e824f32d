"""Numbers: whole, and with a decimal part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations

from khcn.kernel.fields.base import FieldKind
from khcn.kernel.text.fields import VietnameseDecimalField, VietnameseIntegerField

if TYPE_CHECKING:
    from django import forms


class Integer(FieldKind):
    """A whole number."""

    name = "integer"
    columns = (models.IntegerField,)
    input_class: type[VietnameseIntegerField] = VietnameseIntegerField

    def bounds(self) -> tuple[int, int]:
        """The least and the greatest number that the column holds on every database."""
        return BaseDatabaseOperations.integer_field_ranges[self.field.get_internal_type()]

    def _form_field(self) -> forms.Field:
        least, most = self.bounds()
        return self.input_class(min_value=least, max_value=most, **self._options())


class Decimal(FieldKind):
    """A number with a decimal part, never negative."""

    name = "decimal"
    columns = (models.DecimalField,)

    def _form_field(self) -> forms.Field:
        return VietnameseDecimalField(
            decimal_places=self.field.decimal_places, min_value=0, **self._options()
        )
