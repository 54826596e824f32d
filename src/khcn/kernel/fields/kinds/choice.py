"""One of a closed list, and yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.fields.base import FieldKind
from khcn.kernel.fields.messages import NOTHING_CHOSEN

if TYPE_CHECKING:
    from django import forms


class Choice(FieldKind):
    """One value of a closed list; people see its label."""

    name = "choice"
    required_message = "choose"

    @classmethod
    def claims(cls, field: Any) -> bool:
        """Whatever the column holds."""
        return bool(field.choices)

    def word(self, value: object) -> str:
        return str(dict(self.field.flatchoices).get(value, value))

    def _form_field(self) -> forms.Field:
        made: Any = self.field.formfield()
        made.choices = [("", NOTHING_CHOSEN), *((key, text) for key, text in self.field.flatchoices if key)]
        return made  # type: ignore[no-any-return]


class YesNo(FieldKind):
    """Yes or no."""

    name = "yesno"
    columns = (models.BooleanField,)
    required: ClassVar[bool] = False

    def word(self, value: object) -> str:
        return _("Có") if value else _("Không")
