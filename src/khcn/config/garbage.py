"""When a process of the program looks for garbage in memory: seldom, and not at its end."""

from __future__ import annotations

import atexit
import gc
from typing import Final

from django.apps import apps

THRESHOLDS: Final = (20_000, 20, 10)
"""Objects made since the last look, and after how many looks older ones are looked at too. While the program loads hardly
anything becomes garbage; in capture the processor has 4 % less to do, on pages nothing is lost (docs/adr/0015)."""


def look_seldom() -> None:
    """From now on. At the end Python would look through all that was loaded several times, which is a third of the time of a
    short command, though the memory goes back as a whole.
    """
    gc.set_threshold(*THRESHOLDS)
    atexit.register(_end)


def _end() -> None:
    if apps.ready:  # settings that were refused name no database
        from khcn.config.database_use import leave_database  # local: settings first

        leave_database()
    gc.freeze()
