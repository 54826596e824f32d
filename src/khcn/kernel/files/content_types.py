"""Which files are accepted: told by their first bytes, not by their name."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from khcn.kernel.text.numbers import format_number

# What officials attach, told by content and not by name. Anything a browser would run is not among them.
SIGNATURES = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument", (".docx", ".xlsx", ".pptx")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", (".doc", ".xls")),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
)

_PACKAGE, _COMPOUND = SIGNATURES[1][0], SIGNATURES[2][0]
_ENTRY = b"PK\x01\x02"  # how each entry of a package's own list begins (APPNOTE.TXT 4.3.12)
MOST_ENTRIES = 5_000
"""Entries of a package, those of packages within it among them. Listing a hundred times as many takes seconds and hundreds of megabytes."""
_TABLES = {
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MACROS_OF_PACKAGE = ("vbaproject.bin", "xlm.bin")
_MACROS_OF_COMPOUND = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros"))


class FileRefusedError(ValueError):
    """The file cannot be kept; the text says why and what to do, in Vietnamese."""


def content_type_of(content: bytes, name: str) -> str:
    """Content type by the first bytes. Raises :class:`FileRefusedError` for others, and for a name that does not fit."""
    ending = PurePosixPath(name.lower()).suffix
    for signature, content_type, endings in SIGNATURES:
        if content.startswith(signature):
            if ending in endings:
                if signature == _PACKAGE and content.count(_ENTRY) > MOST_ENTRIES:
                    raise FileRefusedError(
                        _(
                            "Tệp gồm hơn %(most)s phần bên trong, nhiều hơn mọi tệp Word, Excel, PowerPoint. Mở tệp, lưu lại rồi đính kèm; "
                            "nếu vẫn không được, lưu thành PDF."
                        )
                        % {"most": format_number(MOST_ENTRIES)}
                    )
                if _has_macros(content):
                    raise FileRefusedError(
                        _(
                            "Tệp có chứa macro nên không được nhận. Lưu lại dạng không có macro (.docx, .xlsx, .pptx, .pdf) rồi đính kèm."
                        )
                    )
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


def _has_macros(content: bytes) -> bool:
    """Whether an Office file brings programs: parts of that name in a package (ECMA-376), entries of that name in a compound file
    ([MS-OVBA] 2.2.1), which are not compressed.
    """
    if content.startswith(_COMPOUND):
        return any(name in content for name in _MACROS_OF_COMPOUND)
    if not content.startswith(_PACKAGE):
        return False
    try:
        names = [each.lower() for each in zipfile.ZipFile(BytesIO(content)).namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False  # no Office program opens it either
    return any(name.endswith(_MACROS_OF_PACKAGE) or "/macrosheets/" in name for name in names)


def workbook_content_type(name: str) -> str:
    """Content type by the name, for giving back a workbook that was read when it was sent; .xlsx for any other ending."""
    return _TABLES.get(PurePosixPath(name.lower()).suffix, _WORKBOOK)
