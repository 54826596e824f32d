"""Reading and writing the parts of a set: summed, and encrypted by the age format, in memory that does not grow with them."""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import pyrage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

CHUNK: Final = 1 << 20
_QUICKEST: Final = 1
_GZIP: Final = 31  # for zlib: with the head and the sum of a .gz file


class ChunkReader:
    """A file to read from, made of chunks; counts and sums what is read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")
        self.size = 0
        self.digest = hashlib.sha256()
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``; none at the end."""
        try:
            while not self._rest:
                self._rest = memoryview(next(self._chunks))
                self.digest.update(self._rest)
                self.size += len(self._rest)
        except StopIteration:
            return b""
        except BaseException as fault:
            self.fault = fault  # pyrage hands on its text alone
            raise
        size = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


class SummedWriter:
    """Hands on what is written; counts and sums it."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.size = 0
        self.digest = hashlib.sha256()
        self.fault: BaseException | None = None

    def write(self, content: bytes) -> int:
        """Take some bytes."""
        try:
            self._write(content)
        except BaseException as fault:
            self.fault = fault
            raise
        self.digest.update(content)
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        """Nothing waits here."""


def encrypt(source: ChunkReader, target: SummedWriter, recipients: list[pyrage.x25519.Recipient]) -> None:
    """Write the source to the target, encrypted where there are recipients. Raises what reading or writing raises."""
    if not recipients:
        shutil.copyfileobj(cast("BinaryIO", source), cast("BinaryIO", target), CHUNK)
        return
    try:
        pyrage.encrypt_io(source, target, recipients)
    except pyrage.EncryptError as fault:
        raise (source.fault or target.fault or fault) from fault


def decrypt(source: ChunkReader, target: SummedWriter, identities: list[pyrage.x25519.Identity]) -> None:
    """The other way. Raises ``pyrage.DecryptError`` for a wrong key, OSError for content that is damaged."""
    if not identities:
        shutil.copyfileobj(cast("BinaryIO", source), cast("BinaryIO", target), CHUNK)
        return
    try:
        pyrage.decrypt_io(source, target, identities)
    except (pyrage.DecryptError, OSError) as fault:
        raise (source.fault or target.fault or fault) from fault


def chunks_of(path: Path) -> Iterator[bytes]:
    """The content of a file."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def compressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks as a .gz file."""
    packer = zlib.compressobj(_QUICKEST, wbits=_GZIP)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


class Decompressor:
    """Writes the content of the .gz file that it is handed piece by piece."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._unpacker = zlib.decompressobj(wbits=_GZIP)

    def write(self, content: bytes) -> None:
        """Take some bytes, and unpack no more of them at once than a chunk."""
        while content:
            self._write(self._unpacker.decompress(content, CHUNK))
            content = self._unpacker.unconsumed_tail


def create_private(path: Path) -> BinaryIO:
    """A new file that only this account may read. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
