"""The province whose department runs this installation (docs/adr/0007)."""

from __future__ import annotations

from django.conf import settings


def province_key() -> str:
    """Code that new rows carry: that of the province in force when the installation began."""
    return str(settings.PROVINCE)
