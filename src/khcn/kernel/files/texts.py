"""The letters in a stored file, as far as search needs them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from khcn.kernel.bounded_process import NotDoneNow, ProcessFailed, ProcessLimits, run_bounded
from khcn.kernel.bounded_process.places import SEARCHED_FILES, Busy

if TYPE_CHECKING:
    from khcn.kernel.files.models import StoredFile

PROCESS: Final = "khcn.kernel.files.text_process"
# The processor is for people first: a file is seldom in a hurry to be found.
LIMITS: Final = ProcessLimits(seconds=90, cpu_seconds=24, memory=768 * 2**20, answer=2**20, niceness=10)
ENDINGS: Final = (".pdf", ".docx")


class UnreadableText(Exception):  # noqa: N818 -- the file's fault
    """The file cannot be read within the limits, and not another time either."""


class NotReadNow(Exception):  # noqa: N818 -- a temporary state, not an error of the file
    """Temporary: the bytes are not there now, or the machine is too busy. The caller tries again later."""


def is_read(name: str) -> bool:
    """Whether files that end so are read for search."""
    return name.lower().endswith(ENDINGS)


def text_of(stored: StoredFile, name: str) -> str:
    """Its text in one line; "" for a file without letters. Raises :class:`UnreadableText` and :class:`NotReadNow`."""
    try:
        with stored.content.open("rb") as file:
            content = file.read()
        ending = PurePosixPath(name.lower()).suffix.encode()
        return run_bounded(PROCESS, ending + b"\n" + content, LIMITS, SEARCHED_FILES).decode()
    except (OSError, NotDoneNow, Busy) as reason:
        raise NotReadNow(repr(reason)) from reason
    except ProcessFailed as reason:
        raise UnreadableText(repr(reason)) from reason
