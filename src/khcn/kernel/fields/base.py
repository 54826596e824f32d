"""What every kind of field can do. A kind is bound to one model field; it is cheap to make and keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.text import capfirst

from khcn.kernel.fields.messages import MESSAGES, dress

if TYPE_CHECKING:
    from django import forms
    from django.db.models import Field

_WIDE = 250  # a text that may be longer than this takes the whole width of a form

by_column: dict[type[Field[Any, Any]], type[FieldKind]] = {}
by_claim: list[type[FieldKind]] = []


class FieldKind:
    """One kind of field, bound to a model field. Subclasses say what is different."""

    name: ClassVar[str] = "text"
    # Model fields of these classes (and their subclasses) are of this kind.
    columns: ClassVar[tuple[type[Field[Any, Any]], ...]] = ()

    def __init_subclass__(cls) -> None:
        """Make the kind known."""
        for column in cls.__dict__.get("columns", ()):
            by_column[column] = cls
        if "claims" in cls.__dict__:
            by_claim.append(cls)

    def __init__(self, field: Any) -> None:
        self.field = field

    @classmethod
    def claims(cls, field: Any) -> bool:
        """Asked before the class of the model field: a field with choices is a choice whatever its column holds."""
        del field
        return False

    @property
    def label(self) -> str:
        """What officials call the field."""
        return str(capfirst(self.field.verbose_name))

    def empty(self) -> Any:
        """What the record holds when nothing is typed: nothing where that is possible, else the field's default."""
        if self.field.null:
            return None
        if self.field.has_default():
            return self.field.get_default()
        return "" if self.field.empty_strings_allowed else None

    def word(self, value: object) -> str:
        """A value of the field as a condition names it."""
        return str(value)

    # ------------------------------------------------------------------------------------------ form

    required_message: ClassVar[str] = "required"

    @property
    def required(self) -> bool:
        """Must a person type something?"""
        return not self.field.blank

    @property
    def wide(self) -> bool:
        """Does it take the whole width of a form?"""
        return (getattr(self.field, "max_length", None) or 0) > _WIDE

    def form_field(self) -> forms.Field | None:
        """A form field that reads what officials type; None for a field that no form can hold."""
        made = self._form_field()
        if made is not None:
            dress(made)
        return made

    def _form_field(self) -> forms.Field | None:
        """The form field without our words and classes; Django's own unless a kind has a better one."""
        return self.field.formfield()  # type: ignore[no-any-return]

    def _options(self) -> dict[str, Any]:
        """What a form field of our own is told of the model field."""
        options = {
            "required": self.required,
            "label": capfirst(self.field.verbose_name),
            "help_text": self.field.help_text,
        }
        if self.field.has_default():
            options["initial"] = self.field.get_default()
        return options

    def prepare(self, field: forms.Field) -> None:
        """Called for each form that is shown or read, when the language and the records on file are known."""
        field.error_messages["required"] = MESSAGES[self.required_message] % {"label": field.label}
