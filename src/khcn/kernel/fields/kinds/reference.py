"""One record of another register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khcn.kernel.fields.base import FieldKind
from khcn.kernel.fields.record_input import RecordField
from khcn.kernel.fields.targets import has_target

if TYPE_CHECKING:
    from django import forms


class Reference(FieldKind):
    """A record of another register, named as that register says."""

    name = "record"
    required_message = "choose"

    @classmethod
    def claims(cls, field: Any) -> bool:
        """Every link to records that people can name."""
        return bool(field.related_model) and has_target(field.related_model)

    def _form_field(self) -> forms.Field:
        options = {
            "required": self.required,
            "label": self._options()["label"],
            "help_text": self.field.help_text,
        }
        limit = self.field.get_limit_choices_to() or None
        return RecordField(model=self.field.related_model, limit=limit, **options)

    def prepare(self, field: forms.Field) -> None:
        """Short lists of records become plain lists."""
        super().prepare(field)
        if isinstance(field, RecordField):
            field.list_if_short()
