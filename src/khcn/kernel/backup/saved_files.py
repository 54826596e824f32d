"""What is saved beside the database: stored files, mail that waits in a folder, anchors of the log, and secrets.

Files are listed after the snapshot of the database has been taken. A stored file is written before the row that names it,
appears whole, never changes and is never removed (`khcn.kernel.files.storage`), so every file that a row of the snapshot names
is there by then. Anchors are read before the snapshot: one that is younger would say that the log was cut.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from khcn.kernel.backup.backup_set import StoredFileSum
from khcn.kernel.backup.installation import ANCHORS, MAIL, SECRET, SECRETS_BEFORE, STORED_FILES
from khcn.kernel.backup.streams import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from khcn.kernel.backup.installation import Installation

SAVED_FOLDERS: Final = (STORED_FILES, MAIL)
_NAMED_BY_CONTENT: Final = re.compile(r"/([0-9a-f]{64})(\.\w+)?$")
_END: Final = bytes(2 * tarfile.BLOCKSIZE)


def read_anchors(installation: Installation) -> bytes | None:
    """The anchors so far; None where there are none yet."""
    path = installation.data / ANCHORS
    return path.read_bytes() if path.exists() else None


def secrets_of(installation: Installation, anchors: bytes | None) -> Iterator[bytes]:
    """A tar file with the anchors and with what signed the log, also where it comes from the environment."""
    contents = {
        SECRET: installation.secret.encode(),
        SECRETS_BEFORE: "\n".join(installation.secrets_before).encode(),
    }
    if anchors is not None:
        contents[ANCHORS] = anchors
    for name, content in contents.items():
        yield from _entry(name, len(content), io.BytesIO(content))
    yield _END


class FileArchive:
    """A tar file of the folders; afterwards ``sums`` has what is in it, and ``changed`` what is not as its name says."""

    def __init__(self, installation: Installation) -> None:
        self._data = installation.data
        self.sums: dict[str, StoredFileSum] = {}
        self.changed: list[str] = []

    def chunks(self) -> Iterator[bytes]:
        """All files, by name."""
        for path in self._paths():
            # a message of the folder of mails may have been taken away since it was listed
            with suppress(FileNotFoundError), path.open("rb") as file:
                yield from self._file(path.relative_to(self._data).as_posix(), file)
        yield _END

    def size(self) -> int:
        """Bytes of all files, about."""
        return sum(path.stat().st_size for path in self._paths())

    def _paths(self) -> list[Path]:
        """Files that have their names; one that is being written has a name with a dot before it."""
        found = [path for folder in SAVED_FOLDERS for path in (self._data / folder).rglob("*")]
        return sorted(path for path in found if not path.name.startswith(".") and path.is_file())

    def _file(self, name: str, file: io.BufferedReader) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), os.fstat(file.fileno()).st_size
        yield from _entry(name, size, file, digest.update)
        sha256 = digest.hexdigest()
        self.sums[name] = StoredFileSum(size=size, sha256=sha256)
        named = _NAMED_BY_CONTENT.search(name)
        if named and named.group(1) != sha256:
            self.changed.append(name)


def _entry(
    name: str, size: int, file: io.BufferedIOBase, look: Callable[[bytes], object] | None = None
) -> Iterator[bytes]:
    """One file of a tar file, whose content is shown to ``look`` as well. Raises OSError where it got shorter meanwhile."""
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    yield head.tobuf(tarfile.PAX_FORMAT)
    left = size
    while left:
        chunk = file.read(min(CHUNK, left))
        if not chunk:
            raise OSError(f"{name} became shorter while it was read")
        if look is not None:
            look(chunk)
        left -= len(chunk)
        yield chunk
    yield bytes(-size % tarfile.BLOCKSIZE)
