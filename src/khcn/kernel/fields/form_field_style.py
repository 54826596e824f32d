"""The words and the look that every form field of the program shares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import EmailValidator, MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy

NOTHING_CHOSEN = gettext_lazy("(chưa chọn)")
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


def style_form_field(field: forms.Field) -> None:
    """Our words for the messages of a form field, and the class for its look."""
    for code in ("invalid_choice", "max_length"):
        field.error_messages[code] = MESSAGES[code]
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
