"""Rows that are about one device or one source."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused


def refuse_unless_about_one(row: Any) -> None:
    """Raise ``Refused`` for a row that names both a device and a source, or none of them."""
    if (row.device is None) == (row.source is None):
        text = _("Chọn thiết bị hoặc nguồn phóng xạ, một trong hai.")
        raise Refused.about(text, "device", "source", code="about_one")
