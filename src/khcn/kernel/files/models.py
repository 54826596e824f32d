"""Files as they arrived: kept once by content, never changed, with the hash that proves it."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor

log = logging.getLogger(__name__)

LARGEST = 20 * 1024 * 1024  # bytes
LONGEST_NAME = 150

# What officials attach, told by content and not by name. Anything a browser would run is not among them.
SIGNATURES = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument", (".docx", ".xlsx", ".pptx")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", (".doc", ".xls")),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
)


class FileRefusedError(ValueError):
    """The file cannot be kept; the text says why and what to do, in Vietnamese."""


class StoredFile(models.Model):
    """One file's bytes, under a name that nobody outside can guess or steer."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.FileField(upload_to="stored/", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(gettext_lazy("dung lượng (byte)"))
    stored_at = models.DateTimeField(gettext_lazy("lưu lúc"))
    stored_by = models.CharField(gettext_lazy("người lưu"), max_length=150)

    class Meta:
        verbose_name = gettext_lazy("tệp")
        verbose_name_plural = gettext_lazy("tệp")
        indexes: ClassVar = [models.Index(fields=["stored_at"])]

    def __str__(self) -> str:
        return self.sha256

    def save(self, *args: Any, **options: Any) -> None:
        """Only once: a kept file never changes."""
        if not self._state.adding:
            message = "a stored file cannot be changed"
            raise TypeError(message)
        super().save(*args, **options)

    def is_intact(self) -> bool:
        """Do the bytes on disk still have the hash they came with?"""
        with self.content.open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest() == self.sha256


def clean_name(raw: str) -> str:
    """A file name fit to be shown and sent: no folders, no control or direction-changing characters, not too long."""
    name = PurePosixPath(raw.replace("\\", "/")).name
    name = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C").strip(
        " ."
    )
    stem, dot, ending = name.rpartition(".")
    if dot and len(name) > LONGEST_NAME:
        name = stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
    return name[:LONGEST_NAME] or "tep"


def kind_of(content: bytes, name: str) -> str:
    """Content type by the first bytes. Raises :class:`FileRefusedError` for others, and for a name that does not fit."""
    ending = PurePosixPath(name.lower()).suffix
    for signature, content_type, endings in SIGNATURES:
        if content.startswith(signature):
            if ending in endings:
                return content_type
            raise FileRefusedError(
                _(
                    "Đuôi tệp “%(ending)s” không khớp với nội dung bên trong. Hãy lưu lại tệp đúng định dạng rồi đính kèm."
                )
                % {"ending": ending}
            )
    raise FileRefusedError(
        _(
            "Chỉ đính kèm được tệp PDF, Word, Excel, PowerPoint hoặc ảnh PNG, JPG. Hãy chuyển tệp sang một trong các loại này."
        )
    )


def keep_bytes(content: bytes) -> str:
    """Write the bytes under their hash, whole or not at all, and return the hash; nothing is written twice.

    It needs no transaction, so large files are written before the short one that makes the row. A file whose row was
    never made, because the program was killed in between, is found again under the same hash.
    """
    digest = hashlib.sha256(content).hexdigest()
    storage = StoredFile._meta.get_field("content").storage
    if not storage.exists(_place(digest)):
        storage.save(_place(digest), ContentFile(content))
    return digest


def _place(digest: str) -> str:
    return f"stored/{digest}"


def store(*, content: bytes, name: str, actor: Actor) -> StoredFile:
    """Keep a file's bytes; the same bytes are kept once. Raises :class:`FileRefusedError`."""
    if not content:
        raise FileRefusedError(_("Tệp “%(name)s” không có nội dung.") % {"name": name})
    if len(content) > LARGEST:
        raise FileRefusedError(
            _("Tệp “%(name)s” lớn hơn 20 MB. Hãy giảm dung lượng hoặc tách thành nhiều tệp.") % {"name": name}
        )
    content_type = kind_of(content, name)
    digest = keep_bytes(content)
    stored, is_new = StoredFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "content": _place(digest),
            "content_type": content_type,
            "size": len(content),
            "stored_at": timezone.now(),
            "stored_by": actor.label,
        },
    )
    if is_new:
        log.info("file stored sha256=%s size=%d", digest, len(content))
    return stored
