"""Memory that was freed: the store of the C library, which by itself keeps much of it."""

from __future__ import annotations

import contextlib
import ctypes
from typing import Final

_M_ARENA_MAX: Final = -8  # of malloc.h
_M_MMAP_THRESHOLD: Final = -3  # the same
_ARENAS: Final = 2
_MAPPED_BYTES: Final = 128 * 1024


def give_freed_memory_back() -> None:
    """Let the threads share what they have freed, and let the system have large blocks as soon as they are freed.

    By itself glibc keeps a store for each thread, and, once a block of some size was freed, keeps further ones of that size
    (mallopt(3), ``M_MMAP_THRESHOLD``). Holds for the processes forked from this one as well.
    """
    with contextlib.suppress(OSError, AttributeError):  # another C library
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, _ARENAS)
        library.mallopt(_M_MMAP_THRESHOLD, _MAPPED_BYTES)


def give_freed_memory_back_now() -> None:
    """Let the system have now what is free in that store (malloc_trim(3))."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
