"""An amount of whole đồng."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.integer import Integer
from khcn.kernel.text.form_fields import VietnameseMoneyField
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from django import forms

    from khcn.kernel.fields.field_kind import Sample


class MoneyField(DjangoColumn, models.BigIntegerField):  # type: ignore[type-arg]
    """Đồng in a column of the database. Migrations see a plain BigIntegerField."""


class Money(Integer):
    """An amount of whole đồng, never negative."""

    name = "money"
    columns = (MoneyField,)
    sample: ClassVar[Sample] = (MoneyField("kinh phí"), (0, 1, 45_998_409, 999_999_999_999_999, 2**63 - 1))
    sheet_word = "số nguyên lớn"
    sheet_width = 18
    sheet_format = "money"
    summed = True

    @property
    def sheet_unit(self) -> str:
        return "đồng"

    def bounds(self) -> tuple[int, int]:
        return 0, super().bounds()[1]

    def _form_field(self) -> forms.Field:
        return VietnameseMoneyField(max_value=self.bounds()[1], **self._options())

    def preview(self, value: Any) -> str:
        return format_number(value)

    def sheet_example(self) -> str:
        return "450.000.000"

    def sheet_tip(self) -> str:
        return _("Ghi số tiền theo đồng, ví dụ 450.000.000.")
