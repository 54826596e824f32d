"""Files as they arrived: kept once by content, never changed, with the hash that proves it."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from khcn.kernel.files.storage import place_of


class StoredFile(models.Model):
    """One file's bytes, under a name that nobody outside can guess or choose."""

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

    def is_in_its_place(self) -> bool:
        """Does the row name the file that its hash names?"""
        return str(self.content.name) == place_of(self.sha256)

    def is_intact(self) -> bool:
        """Do the bytes on disk still have the hash they came with?"""
        with self.content.open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest() == self.sha256
