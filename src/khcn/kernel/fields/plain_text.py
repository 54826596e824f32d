"""Values without a model field, such as annotations, as people read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_number


def plain_text(value: Any) -> str:
    """A value as a cell shows it: yes/no in words, days day first, numbers grouped by thousands."""
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return _("Có") if value else _("Không")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, int | float) or hasattr(value, "quantize"):
        return format_number(value)
    return str(value)
