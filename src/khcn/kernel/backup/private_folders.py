"""Folders that are there only while something is made in them.

They have a dot before their name, are locked by the process that works in them, and are removed by the next one when that
process has been killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def private_folder(path: Path) -> Iterator[Path]:
    """Make a folder for this process, and remove it at the end where it still has this name."""
    descriptor = _made_and_locked(path)
    try:
        yield path
    finally:
        os.close(descriptor)
        shutil.rmtree(path, ignore_errors=True)


def _made_and_locked(path: Path) -> int:
    """The folder, made again where another process removed it before it was locked."""
    while True:
        path.mkdir(mode=0o700)
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if path.exists():
                return descriptor
            os.close(descriptor)


def remove_abandoned(parent: Path, pattern: str) -> None:
    """Remove such folders of processes that are gone."""
    for path in parent.glob(pattern):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
        shutil.rmtree(path, ignore_errors=True)
