"""The reason that officers give before they look at data of persons; the log keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.form_fields import OneLineField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def reason_field(label: StrOrPromise, *, required: StrOrPromise, help_text: StrOrPromise) -> OneLineField:
    """``help_text`` holds an example, ``required`` what is shown where there is no reason."""
    return OneLineField(
        label=label,
        max_length=200,
        min_length=5,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=help_text,
        error_messages={"required": required, "min_length": _("Ghi rõ hơn để về sau còn hiểu.")},
    )
