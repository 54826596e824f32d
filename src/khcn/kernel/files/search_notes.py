"""Why search does not find a file by its letters, for the people who attached it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.files.models import ReadingState
from khcn.kernel.files.texts import is_read

if TYPE_CHECKING:
    from khcn.kernel.files.models import StoredFile, StoredFileReading


def search_note(stored: StoredFile, name: str) -> str:
    """The sentence for a file that is attached under a name; "" where search finds it by its letters."""
    if not is_read(name):
        return _("Tìm kiếm không đọc loại tệp này, chỉ đọc PDF và Word (.docx).")
    reading: StoredFileReading | None = getattr(stored, "reading", None)
    return str(ReadingState(ReadingState.WAITING if reading is None else reading.state).label)
