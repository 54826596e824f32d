"""A zip whose files can be checked without this program: with the hash of each, and a script that compares them."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from typing import IO, TYPE_CHECKING, Final, NamedTuple, Self

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

SUMS: Final = "SHA256SUMS"
"""In the format of ``sha256sum --check`` (GNU coreutils), over every other file."""

SCRIPT_NAME: Final = "kiem-tra.py"
SCRIPT: Final = '''\
"""Đối chiếu từng tệp của bộ hồ sơ với SHA256SUMS. Chạy: python3 kiem-tra.py"""
import hashlib, pathlib, sys

here = pathlib.Path(__file__).resolve().parent
sums = (here / "SHA256SUMS").read_bytes()
wanted = dict(reversed(line.split("  ", 1)) for line in sums.decode().splitlines())
found = {each.relative_to(here).as_posix(): each for each in here.rglob("*") if each.is_file()}
wrong = [f"THIẾU: {name}" for name in wanted if name not in found]
for name, path in sorted(found.items()):
    if name not in {*wanted, "SHA256SUMS"}:
        wrong.append(f"THỪA: {name}")
    elif name in wanted and hashlib.sha256(path.read_bytes()).hexdigest() != wanted[name]:
        wrong.append(f"ĐÃ BỊ THAY: {name}")
print("\\n".join(wrong) or f"Đủ {len(wanted)} tệp, không tệp nào bị thay.")
print("Mã của bộ hồ sơ:", hashlib.sha256(sums).hexdigest())
sys.exit(1 if wrong else 0)
'''
"""A person who exchanges a file and its line in the list gives the archive another sum, which the log of downloads does not have."""

_STORED: Final = frozenset({"pdf", "docx", "xlsx", "zip", "jpg", "jpeg", "png"})
"""Endings of files that are compressed already."""


class ArchivedFile(NamedTuple):
    """A file in the archive; `size` in bytes."""

    path: str
    size: int
    sha256: str


class HashedArchive:
    """Writes the files one after the other, below one folder; the list of hashes comes last, when it is closed."""

    def __init__(self, target: IO[bytes], folder: str, at: datetime) -> None:
        self._zip = zipfile.ZipFile(target, "w")
        self._folder, self._at = folder, timezone.localtime(at).timetuple()[:6]
        self._files: list[ArchivedFile] = []
        self.sha256 = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, fault: type[BaseException] | None, *_more: object) -> None:
        with self._zip:
            if fault is None:
                self.add_text(SCRIPT_NAME, SCRIPT)
                sums = "".join(f"{each.sha256}  {each.path}\n" for each in self._files).encode()
                self.sha256 = hashlib.sha256(sums).hexdigest()
                self._zip.writestr(self._info(SUMS), sums)

    def add(self, path: str, content: IO[bytes]) -> ArchivedFile:
        """Copy a file in, in parts."""
        with self._zip.open(self._info(path), "w", force_zip64=True) as written:
            hashing = _Hashing(written)
            shutil.copyfileobj(content, hashing)
        self._files.append(ArchivedFile(path, hashing.size, hashing.sha256.hexdigest()))
        return self._files[-1]

    def add_text(self, path: str, text: str) -> ArchivedFile:
        """Put a text in, as UTF-8."""
        content = text.encode()
        self._zip.writestr(self._info(path), content)
        self._files.append(ArchivedFile(path, len(content), hashlib.sha256(content).hexdigest()))
        return self._files[-1]

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self._folder}/{path}", self._at)
        is_small = path.rpartition(".")[2].lower() in _STORED
        info.compress_type = zipfile.ZIP_STORED if is_small else zipfile.ZIP_DEFLATED
        return info


class _Hashing:
    """A file to write to that has the hash and the size of what was written."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self.sha256, self.size = target, hashlib.sha256(), 0

    def write(self, part: bytes) -> int:
        self.sha256.update(part)
        self.size += len(part)
        return self._target.write(part)
