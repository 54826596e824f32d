"""The province whose department runs this installation (docs/adr/0007)."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Case, When


def province_key() -> str:
    """Code that new rows carry: that of the province in force when the installation began."""
    return str(settings.PROVINCE)


def own_first() -> Case:
    """For ``order_by``: rows of this province before those of one whose store was merged into this one."""
    return Case(When(province=province_key(), then=0), default=1)
