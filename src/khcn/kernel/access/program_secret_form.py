"""What all forms have that issue the secret of a program."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.form_fields import VietnameseDateField

if TYPE_CHECKING:
    from datetime import date


class LastDayForm(forms.Form):
    """The last day on which the secret is good, and what names this form: one that is sent again issues nothing."""

    use_required_attribute = False
    until = VietnameseDateField(label=gettext_lazy("Dùng được đến hết ngày"))
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, today: date, latest: date, usual: date | None = None, **options: Any
    ) -> None:
        """``latest``: the last day that the rule allows; ``usual``: the day that is offered, else the latest."""
        super().__init__(*args, **options)
        self.today, self.latest = today, latest
        self.fields["until"].initial = latest if usual is None else min(usual, latest)
        self.fields["until"].help_text = _("Muộn nhất là %(day)s.") % {"day": format_date(latest)}
        self.fields["form_key"].initial = uuid.uuid4()
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs["class"] = "form-control"

    def clean_until(self) -> date:
        """From today to the last day of the rule."""
        day: date = self.cleaned_data["until"]
        if not self.today <= day <= self.latest:
            bounds = {"first": format_date(self.today), "last": format_date(self.latest)}
            raise ValidationError(_("Chọn ngày từ %(first)s đến %(last)s.") % bounds)
        return day
