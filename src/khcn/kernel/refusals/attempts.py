"""Attempts to do what the rules do not allow, noted where they are noticed, for the log of security (docs/adr/0042)."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_stubs_ext import StrOrPromise


class AttemptKind(StrEnum):
    """What was tried."""

    RIGHT = "right"
    RECORD = "record"
    FIELD = "field"
    FORM = "form"
    VERSION = "version"
    INPUT = "input"
    QUOTA = "quota"

    @property
    def words(self) -> StrOrPromise:
        """For the log, which is Vietnamese."""
        return _WORDS[self]


_WORDS: dict[AttemptKind, StrOrPromise] = {
    AttemptKind.RIGHT: _("không có quyền"),
    AttemptKind.RECORD: _("bản ghi không có hoặc không được xem"),
    AttemptKind.FIELD: _("giá trị của ô mà chỉ một bước của quy trình được ghi"),
    AttemptKind.FORM: _("biểu mẫu không phải của phiên này"),
    AttemptKind.VERSION: _("ghi mà không nêu phiên bản đã đọc"),
    AttemptKind.INPUT: _("yêu cầu không đọc được"),
    AttemptKind.QUOTA: _("quá nhiều yêu cầu"),
}

_noted: ContextVar[set[AttemptKind] | None] = ContextVar("khcn_noted_attempts", default=None)


@contextmanager
def noting_attempts() -> Iterator[set[AttemptKind]]:
    """Collects what is noted inside, in this thread."""
    found: set[AttemptKind] = set()
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


def note_attempt(kind: AttemptKind) -> None:
    """What a status of HTTP does not tell, such as a form that is shown again; nothing outside a request."""
    found = _noted.get()
    if found is not None:
        found.add(kind)
