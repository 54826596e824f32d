"""Which files are accepted: told by their first bytes, not by their name."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.utils.translation import gettext as _

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


def content_type_of(content: bytes, name: str) -> str:
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
