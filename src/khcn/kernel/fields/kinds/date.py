"""A day, a day known to the month, quarter or year, and an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from khcn.kernel.fields.base import FieldKind
from khcn.kernel.text.fields import VietnameseDateField

if TYPE_CHECKING:
    from django import forms


class Date(FieldKind):
    """One day."""

    name = "date"
    columns = (models.DateField,)

    def _form_field(self) -> forms.Field:
        return VietnameseDateField(**self._options())


class Instant(FieldKind):
    """A moment, to the microsecond. No form asks for one."""

    name = "instant"
    columns = (models.DateTimeField,)
