"""The program does not start with recurring work whose function does not exist."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.recurring import all_recurring


def check_recurring(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Every declared path names a function."""
    faults: list[CheckMessage] = []
    for path in [*(each.path for each in all_recurring()), *(each.path for each in all_daily())]:
        try:
            found = callable(import_string(path))
        except ImportError:
            found = False
        if not found:
            faults.append(Error(f"recurring work {path} names no function", id="khcn.jobs.E001"))
    return faults
