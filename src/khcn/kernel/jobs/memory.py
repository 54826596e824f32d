"""Memory that long work has freed."""

from __future__ import annotations

import contextlib
import ctypes


def give_back() -> None:
    """Let the system have what is free in the store of the C library, which by itself keeps it (malloc_trim(3))."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
