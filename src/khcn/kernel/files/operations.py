"""Storing uploaded and printed files as records: once for each content, under a name fit to be shown."""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.files.content_types import FileRefusedError, content_type_of
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.picture_metadata import without_metadata
from khcn.kernel.files.storage import place_of, store_bytes
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor

log = logging.getLogger(__name__)

LARGEST = 20 * 1024 * 1024  # bytes
LONGEST_NAME = 150


def clean_file_name(raw: str) -> str:
    """A file name fit to be shown and sent: no folders, no control or direction-changing characters, not too long."""
    name = PurePosixPath(raw.replace("\\", "/")).name
    name = "".join(c for c in normal_form("NFC", name) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and len(name) > LONGEST_NAME:
        name = stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
    return name[:LONGEST_NAME] or "tep"


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """Bytes that may be stored, and what they are."""

    content: bytes
    content_type: str


def accept_file(content: bytes, name: str) -> AcceptedFile:
    """Look at a file before it is stored, which may take a while: not in a transaction. Raises :class:`FileRefusedError`.

    Of a picture the bytes that draw it: every way in which a picture comes in goes through here. A document keeps its bytes, for it
    may be evidence, and signed.
    """
    if not content:
        raise FileRefusedError(_("Tệp “%(name)s” không có nội dung.") % {"name": name})
    if len(content) > LARGEST:
        raise FileRefusedError(
            _("Tệp “%(name)s” lớn hơn 20 MB. Hãy giảm dung lượng hoặc tách thành nhiều tệp.") % {"name": name}
        )
    content_type = content_type_of(content, name)
    content = without_metadata(content, content_type, name)
    return AcceptedFile(content, content_type)


def store_file(*, content: bytes, name: str, actor: Actor) -> StoredFile:
    """Look at a file and keep its bytes. Raises :class:`FileRefusedError`."""
    return store_accepted(accept_file(content, name), actor=actor)


def store_accepted(accepted: AcceptedFile, *, actor: Actor) -> StoredFile:
    """Keep a file's bytes; the same bytes are kept once."""
    digest = store_bytes(accepted.content)
    stored, is_new = StoredFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "content": place_of(digest),
            "content_type": accepted.content_type,
            "size": len(accepted.content),
            "stored_at": timezone.now(),
            "stored_by": actor.label,
        },
    )
    if is_new:
        log.info("file stored sha256=%s size=%d", digest, len(accepted.content))
    return stored
