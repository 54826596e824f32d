"""What is shown of a stored file without it being saved: pictures of its pages, or the text of a Word file."""

from __future__ import annotations

import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import orjson
from django.utils.translation import gettext_lazy as _

from khcn.kernel.account_turns import AccountTurns
from khcn.kernel.bounded_process import ProcessFailed, ProcessLimits, run_bounded
from khcn.kernel.bounded_process.places import PREVIEWS
from khcn.kernel.files.drawn_previews import DrawnPreview, DrawnPreviews, FilePreview

if TYPE_CHECKING:
    from khcn.kernel.files.models import StoredFile

PROCESS: Final = "khcn.kernel.files.preview_process"
LIMITS: Final = ProcessLimits(seconds=15, cpu_seconds=8, memory=1024 * 2**20, answer=8 * 2**20)
# By the ending: the first bytes agreed with it when the file came, and cannot tell Word from Excel.
_KINDS: Final = {".pdf": "pdf", ".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".docx": "docx"}

# A page that took too long may have met a busy machine: after ten minutes it is tried again.
DRAWN: Final = DrawnPreviews(most_bytes=32 * 2**20, failed_seconds=600)
# The seconds of drawing of each account: most pages take a third of one.
TURNS: Final = AccountTurns(
    per_second=0.3,
    at_once=30,
    busy=_("Trang tệp mở trước đang được vẽ. Đợi khoảng %(seconds)d giây rồi bấm xem lại."),
    spent=_("Tài khoản này vừa mở xem nhiều trang tệp. Đợi khoảng %(seconds)d giây rồi bấm xem lại."),
)


def may_be_previewed(name: str) -> bool:
    """Whether files that end so can be shown."""
    return PurePosixPath(name.lower()).suffix in _KINDS


def preview_of(stored: StoredFile, name: str, page: int, *, account: int | None) -> FilePreview | None:
    """The page nearest to ``page`` of a file with this name; None for one that cannot be drawn within the limits.

    ``account`` is the key of who asks. Raises :class:`~khcn.kernel.bounded_process.places.Busy` when others draw, and
    :class:`~khcn.kernel.bounded_process.places.TooOften` when the account does already, or has had so much of it lately.
    """
    kind = _KINDS[PurePosixPath(name.lower()).suffix]
    file = f"{kind} {stored.sha256}"
    drawn = DRAWN.find(file, page)
    if drawn is None:
        with TURNS.one(account), PREVIEWS.one():
            # Who had the place before may have drawn the same page.
            drawn = DRAWN.find(file, page) or _draw(stored, kind, page, file=file, account=account)
    return drawn.preview


def _draw(stored: StoredFile, kind: str, page: int, *, file: str, account: int | None) -> DrawnPreview:
    begun = time.monotonic()
    with stored.content.open("rb") as opened:
        content = opened.read()
    asked = orjson.dumps({"kind": kind, "page": page})
    preview, size = None, 0
    try:
        made = run_bounded(PROCESS, asked + b"\n" + content, LIMITS)
    except ProcessFailed:
        pass
    else:
        head, _end, picture = made.partition(b"\n")
        found = orjson.loads(head)
        size = len(made)
        preview = FilePreview(picture=picture, **{**found, "blocks": tuple(found.get("blocks", ()))})
    TURNS.spend(account, time.monotonic() - begun)
    return DRAWN.store(file, page, preview, size)
