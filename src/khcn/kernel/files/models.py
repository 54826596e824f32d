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

    def is_intact_as(self, sha256: str) -> bool:
        """Is it the file with this hash ("" for files of which none was kept), in its place and whole?

        Raises OSError where its bytes are gone, or cannot be read now.
        """
        return sha256 in {"", self.sha256} and self.is_in_its_place() and self.is_intact()

    def is_intact(self) -> bool:
        """Do the bytes on disk still have the hash they came with?"""
        with self.content.open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest() == self.sha256


class ReadingState(models.TextChoices):
    """What came of reading a file, in the sentence for who wonders why search does not find it ("" where it does)."""

    WAITING = "waiting", gettext_lazy("Chữ trong tệp chưa đọc xong: tìm kiếm mới thấy tên tệp.")
    AGAIN = (
        "again",
        gettext_lazy("Lần trước chưa đọc được chữ trong tệp, máy sẽ đọc lại: tìm kiếm mới thấy tên tệp."),
    )
    READ = "read", ""
    NO_LETTERS = "no-letters", gettext_lazy("Tệp không có chữ (bản quét): tìm kiếm chỉ thấy tên tệp.")
    UNREADABLE = "unreadable", gettext_lazy("Không đọc được chữ trong tệp: tìm kiếm chỉ thấy tên tệp.")


class StoredFileReading(models.Model):
    """That the letters of a stored file are wanted for search: read once for all records it is on (`kernel.search.reading_turns`)."""

    file = models.OneToOneField(StoredFile, models.CASCADE, primary_key=True, related_name="reading")
    account = models.BigIntegerField(null=True)  # number of the account whose turn it is read in
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # without: it waits
    seconds = models.FloatField(default=0)  # that reading it has taken, waiting for the processor included
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        max_length=12,
        choices=ReadingState,
        default=ReadingState.WAITING,
        db_default=ReadingState.WAITING.value,
    )

    class Meta:
        verbose_name = gettext_lazy("lượt đọc tệp")
        verbose_name_plural = gettext_lazy("lượt đọc tệp")
        indexes: ClassVar = [models.Index(fields=["read_at", "account"])]

    def __str__(self) -> str:
        return str(self.file_id)
