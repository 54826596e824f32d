"""A mark in the header of a SQLite database file while programs use it, by which a copy made meanwhile is known.

What was committed last stands in the file beside it whose name ends in ``-wal``; a copy of the file alone lacks it and opens
without a fault. So the first program that connects writes a number of its own into the header (``PRAGMA user_version``), lets
SQLite carry it over from the log into the file, and writes the same number into a file beside it. The last one to leave sets
the header back to 0 and removes that file, when nothing is left in the log. A file whose header has a number, which stands
beside neither a log nor a file with that number, is such a copy; one made by SQLite itself (``.backup``, ``VACUUM INTO``) has
the number too and lacks nothing. A killed program leaves its log; where another program (``sqlite3``) was the last and
has emptied and removed the log, the number beside the file says that it is no copy.

The functions with a path read and lock the file themselves: a process must not call them while it has a connection of its own
(SQLite's locks are the process's and end with the first descriptor that is closed), but for :func:`mark`.
"""

from __future__ import annotations

import fcntl
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from khcn.kernel.durable_writes import sync_file, sync_folder

ENDING: Final = "-in-use"
_LARGEST: Final = 2**31 - 1  # of the header's number, which SQLite reads with its sign
_MAGIC: Final = b"SQLite format 3\0"
_NUMBER: Final = slice(60, 64)  # of the header, most significant byte first


def file_of(name: object) -> Path | None:
    """The file of a database with that name in the settings; None for one in memory."""
    return None if str(name).startswith((":memory:", "file:")) else Path(str(name)).absolute()


def is_copy_of_used_file(path: Path) -> bool:
    """Was the file copied without its log while programs used it? Raises OSError where it cannot be read."""
    if not path.exists() or _has_log(path):
        return False
    with path.open("rb") as file:
        header = file.read(100)
    number = int.from_bytes(header[_NUMBER], "big") if header.startswith(_MAGIC) else 0
    # A program that starts at this moment has made the log before it marks the file.
    return number != 0 and number != _number_beside(path) and not _has_log(path)


def mark(connection: sqlite3.Connection, path: Path) -> None:
    """Mark the file that a connection outside a transaction has just opened, unless it is marked. Raises OSError, sqlite3.Error."""
    if _is_marked(connection, path):
        return
    beside = _beside(path)
    with beside.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if _is_marked(connection, path):  # by who had the lock before
            return
        number = secrets.randbelow(_LARGEST) + 1
        connection.execute(f"PRAGMA user_version={number}").close()
        waited, *_pages = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        if waited:  # somebody reads what was there before, for very long: the next connection tries again
            return
        file.truncate(0)
        file.write(str(number).encode())
        sync_file(file)
    sync_folder(beside.parent)


def unmark_if_last(path: Path) -> None:
    """Take the mark away where no program has the file open; the log is then empty and gone. Else, or where the disk is full,
    it stays.
    """
    address = f"file:{quote(str(path))}?mode=rw"
    with (
        suppress(sqlite3.Error, OSError),
        closing(sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)) as connection,
    ):
        connection.execute(
            "PRAGMA locking_mode=EXCLUSIVE"
        ).close()  # refused at the next step where others are
        if _number_of(connection):
            connection.execute("PRAGMA user_version=0").close()
            # Nobody is about to write it: that needs a connection which has read the header, and there is none.
            _beside(path).unlink(missing_ok=True)


def _is_marked(connection: sqlite3.Connection, path: Path) -> bool:
    number = _number_of(connection)
    return number != 0 and number == _number_beside(path)


def _number_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _number_beside(path: Path) -> int:
    with suppress(OSError, ValueError):
        return int(_beside(path).read_bytes())
    return 0


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ENDING)


def _has_log(path: Path) -> bool:
    """An empty one has been made by who opened a copy."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0
