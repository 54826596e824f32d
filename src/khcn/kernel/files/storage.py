"""Where files are kept: on disk, whole or not at all, whatever happens to the program or the machine."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from khcn.kernel.durable_writes import make_folder, sync_file, sync_folder

if TYPE_CHECKING:
    from django.core.files import File


class DurableStorage(FileSystemStorage):
    """A file appears under its name only when all of it is on disk. Names are hashes: the same name, the same bytes."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: a file that is there already is replaced by its equal."""
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        make_folder(path.parent)
        part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
        with part.open("wb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            sync_file(file)
        part.replace(path)
        sync_folder(path.parent)
        return name

    def sync_name(self, name: str) -> None:
        """Return when the name of a file that is there is on the disk; its content was before it got the name."""
        sync_folder(Path(self.path(name)).parent)


def store_bytes(content: bytes) -> str:
    """Write the bytes under their hash, whole or not at all, and return the hash; nothing is written twice.

    It needs no transaction, so large files are written before the short one that makes the row. A file whose row was
    never made, because the program was killed in between, is found again under the same hash.
    """
    digest = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(place_of(digest)):
        default_storage.save(place_of(digest), ContentFile(content))
    elif isinstance(default_storage, DurableStorage):  # who put it there may not have come to sync its name
        default_storage.sync_name(place_of(digest))
    return digest


def place_of(sha256: str) -> str:
    """Where the bytes with this hash are kept."""
    return f"stored/{sha256}"
