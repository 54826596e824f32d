"""What the steps of this area have in common: their days in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date


def refuse_before(day: date, name: str, earlier: date | None) -> None:
    """Raise ``Refused`` for a day before one that has to come first."""
    if earlier is not None and day < earlier:
        text = _("Ngày này đứng trước ngày %(day)s của việc trước đó. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(earlier)}, name, code="order")
