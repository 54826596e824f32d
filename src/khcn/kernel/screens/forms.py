"""The form of a register: made from its sections, reading what officials type, and never losing it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import EmailValidator, MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import IntegrityError, models, transaction
from django.forms.models import modelform_factory
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.registers.registry import has_register
from khcn.kernel.screens.fields import RecordField, RecordSelect
from khcn.kernel.text.fields import (
    VietnameseDateField,
    VietnameseDecimalField,
    VietnameseIntegerField,
    VietnameseMoneyField,
)
from khcn.kernel.text.similar import is_duplicate_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.registers.records import Record
    from khcn.kernel.registers.spec import Register, Section

NOTHING_CHOSEN = gettext_lazy("(chưa chọn)")
_LARGEST_SMALL = 32_767
_LONG = 250  # a text field that may be longer than this takes the whole width of the form
MESSAGES = {
    "required": gettext_lazy("Hãy nhập “%(label)s”."),
    "choose": gettext_lazy("Hãy chọn “%(label)s”."),
    "invalid_choice": gettext_lazy("“%(value)s” không có trong danh sách. Hãy chọn một mục của danh sách."),
    "max_length": gettext_lazy("Dài %(show_value)d ký tự, nhiều nhất %(limit_value)d. Hãy viết gọn lại."),
    "email": gettext_lazy("Gõ địa chỉ thư điện tử như ten@coquan.gov.vn."),
    "null_characters": gettext_lazy("Có ký tự không in được. Hãy gõ lại đoạn này."),
}


_VALIDATORS = (
    (MaxLengthValidator, "max_length"),
    (ProhibitNullCharactersValidator, "null_characters"),
    (EmailValidator, "email"),
)


def _field_for(field: Any, **options: Any) -> forms.Field | None:
    """Our form field for a model field: day-first dates, grouped numbers, records by name."""
    label = capfirst(field.verbose_name)
    common: dict[str, Any] = {
        "required": not field.blank and not isinstance(field, models.BooleanField),
        "label": label,
        "help_text": field.help_text,
    }
    if field.has_default() and not field.related_model:
        common["initial"] = field.get_default()
    made: forms.Field | None
    if field.related_model and has_register(field.related_model):
        made = RecordField(model=field.related_model, limit=field.get_limit_choices_to() or None, **common)
    elif field.choices:
        choosing: Any = field.formfield(**options)
        choosing.choices = [("", NOTHING_CHOSEN), *((key, text) for key, text in field.flatchoices if key)]
        made = choosing
    elif isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        made = VietnameseDateField(**common)
    elif isinstance(field, models.BigIntegerField):
        made = VietnameseMoneyField(**common)
    elif isinstance(field, models.IntegerField):
        positive = isinstance(field, models.PositiveSmallIntegerField)
        year = field.name.endswith("year")
        cls = YearField if year else VietnameseIntegerField
        made = cls(
            min_value=0 if positive else None, max_value=_LARGEST_SMALL if positive else None, **common
        )
    elif isinstance(field, models.DecimalField):
        made = VietnameseDecimalField(decimal_places=field.decimal_places, min_value=0, **common)
    else:
        made = field.formfield(**options)
    if made is not None:
        _dress(made)
    return made


class YearField(VietnameseIntegerField):
    """A year, which is never grouped by thousands."""

    def prepare_value(self, value: Any) -> Any:
        """2023, not 2.023."""
        return str(value) if isinstance(value, int) else super().prepare_value(value)


def _dress(field: forms.Field) -> None:
    """Words for the messages, classes for the look."""
    for code in ("invalid_choice", "max_length"):
        field.error_messages[code] = MESSAGES[code]
    if isinstance(field, forms.EmailField):
        field.error_messages["invalid"] = MESSAGES["email"]
    validators: list[Any] = field.validators
    for validator in validators:
        for cls, message in _VALIDATORS:
            if isinstance(validator, cls):
                validator.message = MESSAGES[message]
    widget = field.widget
    if isinstance(widget, forms.Textarea):
        widget.attrs.setdefault("rows", 3)
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs["class"] = "form-check-input"
    elif isinstance(widget, forms.Select):
        widget.attrs["class"] = "form-select"
    else:
        widget.attrs["class"] = "form-control"


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """One record of a register."""

    register: Register
    similar_found: tuple[Any, ...] = ()
    # The server answers with its own words, at the field and in the summary; the browser stays quiet.
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        """Name each field in its messages; turn short lists of records into plain lists."""
        super().__init__(*args, **options)
        for field in self.fields.values():
            choosing = isinstance(field, forms.ChoiceField | RecordField)
            field.error_messages["required"] = MESSAGES["choose" if choosing else "required"] % {
                "label": field.label
            }
            if isinstance(field, RecordField):
                field.list_if_short()
                field.widget.attrs.setdefault("class", "form-control")
                if not isinstance(field.widget, RecordSelect):
                    field.widget.attrs["class"] = "form-control"

    def _post_clean(self) -> None:
        """Ask the model only about values that could be read: its own checks compare fields with each other."""
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        """Keys carry the province, which is no field of the form but must be checked along with the others."""
        return super()._get_validation_exclusions() - {"province"}  # type: ignore[no-any-return, misc]

    def sections(self) -> Iterator[tuple[Section, list[tuple[forms.BoundField, bool]]]]:
        """The form as its register cuts it up; long fields take the whole width."""
        for section in self.register.form:
            yield (
                section,
                [(self[name], self._is_long(name)) for name in section.fields if name in self.fields],
            )

    def _is_long(self, name: str) -> bool:
        field = self.register.model._meta.get_field(name)
        return isinstance(field, models.TextField) or (getattr(field, "max_length", None) or 0) > _LONG

    def find_similar(self) -> tuple[Any, ...]:
        """Records whose name is so near to the one typed that it may be the same (slips and marks of tone aside)."""
        found: dict[int, Any] = {}
        for column in self.register.similar:
            typed = self.cleaned_data.get(column)
            if not typed or column not in self.changed_data:
                continue
            names = self.register.model._default_manager.exclude(pk=self.instance.pk).values_list(
                "pk", column
            )
            found.update(
                (pk, name)
                for pk, name in names.iterator(chunk_size=2000)
                if name and is_duplicate_like(typed, name)
            )
        self.similar_found = tuple(
            (name, self.register.detail_url(pk)) for pk, name in list(found.items())[:10]
        )
        return self.similar_found

    def save_record(self) -> Record | None:
        """Write; a value typed by a person is no longer illustrative. None when a key is taken: see the errors."""
        record = self.instance
        if record.pk and record.illustrative:
            record.illustrative = [name for name in record.illustrative if name not in self.changed_data]
        try:
            with transaction.atomic():
                record.save()
        except IntegrityError:
            self.add_error(
                NON_FIELD_ERRORS,
                _("Đã có %(kind)s cùng khóa. Hãy tìm bản ghi đó và sửa, hoặc đổi mã.")
                % {"kind": self.register.singular},
            )
            return None
        return record  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def form_class(register: Register) -> type[RecordForm]:
    """The form of a register; made once."""
    made: Any = modelform_factory(
        register.model,
        form=RecordForm,
        fields=list(dict.fromkeys((*register.form_fields(),))),
        formfield_callback=_field_for,
    )
    made.register = register
    found: type[RecordForm] = made
    return found
