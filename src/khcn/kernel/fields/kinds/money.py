"""An amount of whole đồng."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from khcn.kernel.fields.kinds.number import Integer
from khcn.kernel.text.fields import VietnameseMoneyField

if TYPE_CHECKING:
    from django import forms


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]
    """Đồng in a column of the database. Migrations see a plain BigIntegerField."""

    def deconstruct(self) -> Any:
        """The column is Django's own."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs


class Money(Integer):
    """An amount of whole đồng, never negative."""

    name = "money"
    columns = (MoneyField,)

    def bounds(self) -> tuple[int, int]:
        return 0, super().bounds()[1]

    def _form_field(self) -> forms.Field:
        return VietnameseMoneyField(**self._options())
