"""The personal identity number of a person (số định danh cá nhân), of which people see the last digits only.

Nothing that is made from kinds gives the whole number out: pages, lists, forms, exports, JSON and history have the mask. What is sent
back with the mask leaves the number as it is. Who is entitled has it shown by a step of its own, which is logged
(`khcn.privacy.views.identities`). A model with such a field names it in `masked`, so that the change log has a keyed digest of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.kinds.short_text import ShortText

if TYPE_CHECKING:
    from collections.abc import Callable

    from khcn.kernel.fields.field_kind import Sample

LENGTH: Final = 12
_SHOWN: Final = 3
_DOT: Final = "•"
# Twelve digits, of which the first three are the code of a province (001 to 096).
_NUMBER: Final = re.compile(r"0(?!00)(?:[0-8]\d|9[0-6])\d{9}", re.ASCII)


def masked_number(number: str | None) -> str:
    """The last digits; of a text that is no number none of it."""
    if not number:
        return ""
    return f"{_DOT * (LENGTH - _SHOWN)}{number[-_SHOWN:]}" if _NUMBER.fullmatch(number) else _DOT * LENGTH


def is_mask(text: object) -> bool:
    """Was this made by :func:`masked_number`?"""
    return isinstance(text, str) and text.startswith(_DOT)


def read_identity_number(text: str) -> str:
    """The digits of a number as people write it. Raises ``ValidationError``, which does not repeat what was typed."""
    digits = re.sub(r"[\s.-]", "", text)
    if not _NUMBER.fullmatch(digits):
        raise ValidationError(
            _("Số định danh cá nhân gồm 12 chữ số, ba số đầu là mã tỉnh. Xem lại số đã gõ.")
        )
    return digits


class IdentityNumberField(DjangoColumn, models.CharField):  # type: ignore[type-arg]
    """Twelve digits in a column of the database. Migrations see a plain CharField."""

    def value_from_object(self, obj: Any) -> Any:
        """What a form begins with: the mask. What is typed is shown as it was typed, until it is stored."""
        return masked_number(super().value_from_object(obj))

    def save_form_data(self, instance: Any, data: Any) -> None:
        """The mask of what is stored stands for it."""
        if is_mask(data) and data == masked_number(getattr(instance, self.attname)):
            return
        super().save_form_data(instance, data)

    def clean(self, value: Any, model_instance: Any) -> Any:
        """Whatever way it came in: a number, or nothing where that is possible."""
        found = super().clean(value, model_instance)
        return read_identity_number(found) if found else found


class IdentityNumberInput(forms.CharField):
    """Reads every way of writing a number, and the mask of the one that is stored."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "data-no-draft": "",
        }  # no draft on the device holds a whole number

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return read_identity_number(text) if text and not is_mask(text) else text or ""


def has_identity_numbers(model: type[models.Model]) -> bool:
    """Has the model such a column?"""
    return any(isinstance(field, IdentityNumberField) for field in model._meta.concrete_fields)


class IdentityNumber(ShortText):
    """A personal identity number."""

    name = "identity_number"
    columns = (IdentityNumberField,)
    is_masked = True
    sample: ClassVar[Sample] = (
        IdentityNumberField("số định danh", max_length=LENGTH),
        ("001099000001", "006188123456", "096301999999"),
    )
    sheet_width = 18
    sheet_validated = False  # of a mask nothing can be asked before it is known whose it is
    keyboard = "numeric"

    def text(self, value: Any) -> str:
        return masked_number(value)

    def sort_path(self, path: str) -> str:
        """None: the order of a list would tell what the mask hides."""
        del path
        return ""

    def _form_field(self) -> forms.Field:
        return IdentityNumberInput(max_length=2 * LENGTH, **self._options())

    def sheet_values(self) -> Callable[..., Any]:
        return masked_number

    def read_cell(self, raw: object, text: str) -> Any:
        if is_mask(text):
            return text
        text = super().read_cell(raw, text)
        return read_identity_number(
            text.zfill(LENGTH) if isinstance(raw, float) else text
        )  # Excel drops zeros

    def is_same(self, old: Any, new: Any) -> bool:
        """A typed number is never the same: a preview would tell who guesses that the guess was right."""
        return new == masked_number(old) if is_mask(new) else not (old or new)

    def preview(self, value: Any) -> str:
        return value if is_mask(value) else masked_number(value)

    def sheet_example(self) -> str:
        return "001 099 000 001"

    def to_json(self, value: Any) -> Any:
        return None if value is None else masked_number(value)
