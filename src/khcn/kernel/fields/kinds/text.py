"""Text: one line, an e-mail address, or long text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from khcn.kernel.fields.base import FieldKind
from khcn.kernel.fields.messages import MESSAGES

if TYPE_CHECKING:
    from django import forms


class Line(FieldKind):
    """One line of text."""

    columns = (models.CharField,)


class Email(Line):
    """An address for e-mail."""

    columns = (models.EmailField,)

    def form_field(self) -> forms.Field | None:
        made = super().form_field()
        if made is not None:
            made.error_messages["invalid"] = MESSAGES["email"]
        return made


class LongText(FieldKind):
    """Text of several lines."""

    columns = (models.TextField,)
    wide: ClassVar[bool] = True
