"""What is shown of a stored file without it being saved: pictures of its pages, or the text of a Word file."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import orjson

from khcn.kernel.bounded_process import ProcessFailed, ProcessLimits, run_bounded

if TYPE_CHECKING:
    from khcn.kernel.files.models import StoredFile

PROCESS: Final = "khcn.kernel.files.preview_process"
LIMITS: Final = ProcessLimits(seconds=15, cpu_seconds=8, memory=1024 * 2**20, answer=8 * 2**20)
# By the ending: the first bytes agreed with it when the file came, and cannot tell Word from Excel.
_KINDS: Final = {".pdf": "pdf", ".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".docx": "docx"}


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One page as a picture (PNG), or the blocks of a Word file: ``{"text", "is_heading"}`` or ``{"rows"}``."""

    page: int = 1
    pages: int = 1
    picture: bytes = b""
    blocks: tuple[dict[str, Any], ...] = ()
    is_cut: bool = False

    @property
    def address(self) -> str:
        """The picture as a part of the page, so that no address gives it to anything else."""
        return f"data:image/png;base64,{b64encode(self.picture).decode()}"


def may_be_previewed(name: str) -> bool:
    """Whether files that end so can be shown."""
    return PurePosixPath(name.lower()).suffix in _KINDS


def preview_of(stored: StoredFile, name: str, page: int) -> FilePreview | None:
    """The page nearest to ``page`` of a file with this name; None for one that cannot be drawn within the limits.

    Raises :class:`~khcn.kernel.bounded_process.places.Busy` when the server has too much of such work.
    """
    asked = orjson.dumps({"kind": _KINDS[PurePosixPath(name.lower()).suffix], "page": page})
    with stored.content.open("rb") as file:
        content = file.read()
    try:
        head, _end, picture = run_bounded(PROCESS, asked + b"\n" + content, LIMITS).partition(b"\n")
    except ProcessFailed:
        return None
    found = orjson.loads(head)
    return FilePreview(picture=picture, **{**found, "blocks": tuple(found.get("blocks", ()))})
