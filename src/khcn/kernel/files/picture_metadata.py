"""Pictures without what cameras, telephones and programs write beside them: place, time, owner, earlier versions.

No point of the picture is touched: the parts of the file that draw it are copied byte by byte, and only parts that are known to be
needed for that are copied. Of the rest one number is read and written anew, how the picture is to be turned. A library would decode a
JPEG and compress it again, which harms it; two formats are accepted, and their outlines are short (ITU-T T.81 annex B, ISO/IEC 15948).
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

from django.utils.translation import gettext as _

from khcn.kernel.files.content_types import FileRefusedError

JPEG, PNG = "image/jpeg", "image/png"

_MARK, _START, _END, _SCAN, _COMMENT = 0xFF, 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATION: Final = range(0xE0, 0xF0)
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers that have no length
_FILLING: Final = re.compile(rb"\xff+")
# Of the parts that programs may add, those that say how colours are meant.
_OF_COLOURS: Final = ((0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_JFIF, _EXIF = b"JFIF\0", b"Exif\0\0"
_JFIF_WITHOUT_PREVIEW: Final = 12  # bytes before the size of the preview
# In compressed points a byte FF is followed by 00, or is a mark inside the scan; anything else ends the scan.
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_DRAWING_CHUNKS: Final = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"),
        *(b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"sBIT", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs"),
    }
)
_CHUNK_FRAME: Final = 12  # length, name and check sum around the data of a chunk

_MOST_PARTS: Final = 20_000
"""Of one picture. The largest that are accepted have some thousands; a file of empty parts would cost far more memory than bytes."""

_ORIENTATION, _SHORT, _ENTRY = 0x0112, 3, 12  # of the first directory of an Exif block
_TURNED: Final = range(2, 9)  # 1: as it is


def without_metadata(content: bytes, content_type: str, name: str) -> bytes:
    """The picture alone; any other file as it is. Raises :class:`FileRefusedError` for a picture that cannot be read."""
    copy = {JPEG: _jpeg, PNG: _png}.get(content_type)
    if copy is None:
        return content
    try:
        return copy(content)
    except (struct.error, IndexError, ValueError) as fault:
        raise FileRefusedError(
            _("Không đọc được ảnh “%(name)s”. Mở ảnh, lưu lại dạng JPG hoặc PNG rồi đính kèm.")
            % {"name": name}
        ) from fault


def _jpeg(content: bytes) -> bytes:
    parts: list[bytes] = []
    orientation, at, scans, seen = 1, 2, 0, 0
    while at < len(content):
        marker, at = _marker(content, at)
        if marker == _END:
            break
        seen = _counted(seen)
        if marker in _ALONE:  # outside of a scan it draws nothing
            continue
        (length,) = struct.unpack_from(">H", content, at)
        data = content[at + 2 : at + length]
        if len(data) != length - 2:
            raise ValueError("a part goes on behind the end of the file")
        at += length
        if marker in _APPLICATION:
            orientation = orientation if orientation != 1 else _orientation(marker, data)
            data = _needed(marker, data)
        if marker == _COMMENT or not data:
            continue
        parts.append(struct.pack(">BBH", _MARK, marker, len(data) + 2) + data)
        if marker == _SCAN:
            scans += 1
            found = _AFTER_SCAN.search(content, at)
            end = found.start() if found else len(content)
            parts.append(content[at:end])
            at = end
    if not scans:
        raise ValueError("nothing is drawn")
    turned = _exif(orientation)
    if turned:
        parts.insert(0, struct.pack(">BBH", _MARK, 0xE1, len(turned) + len(_EXIF) + 2) + _EXIF + turned)
    return b"".join((bytes((_MARK, _START)), *parts, bytes((_MARK, _END))))


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The next marker, and the place behind it. Any number of FF may stand before one."""
    filling = _FILLING.match(content, at)
    if filling is None:
        raise ValueError("no marker")
    at = filling.end()
    if content[at] in {0, _START}:
        raise ValueError("no marker")
    return content[at], at + 1


def _counted(seen: int) -> int:
    """One part more, of which a picture has so many at most."""
    if seen >= _MOST_PARTS:
        raise ValueError("too many parts")
    return seen + 1


def _needed(marker: int, data: bytes) -> bytes:
    """What of a part that a program added is needed to draw the picture: b"" for nothing."""
    if marker == _APPLICATION[0] and data.startswith(_JFIF):
        return data[:_JFIF_WITHOUT_PREVIEW] + b"\0\0"
    return data if any(marker == each and data.startswith(start) for each, start in _OF_COLOURS) else b""


def _orientation(marker: int, data: bytes) -> int:
    return _turned(data[len(_EXIF) :]) if marker == _APPLICATION[1] and data.startswith(_EXIF) else 1


def _turned(tiff: bytes) -> int:
    """How the picture is to be turned; 1 where nothing readable says otherwise, for the block itself is thrown away."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (number,) = struct.unpack_from(f"{order}H", tiff, directory)
        for entry in range(number):
            tag, kind, _count, value = struct.unpack_from(
                f"{order}HHIH", tiff, directory + 2 + entry * _ENTRY
            )
            if tag == _ORIENTATION and kind == _SHORT:
                return value if value in _TURNED else 1
    except struct.error:
        return 1
    return 1


def _exif(orientation: int) -> bytes:
    """An Exif block that says how the picture is to be turned and nothing else; b"" where it is not."""
    if orientation not in _TURNED:
        return b""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)


def _png(content: bytes) -> bytes:
    parts: list[bytes] = []
    orientation, at, kind, seen = 1, len(_PNG_SIGNATURE), b"", 0
    while kind != b"IEND":
        seen = _counted(seen)
        length, kind = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + length + _CHUNK_FRAME]
        if len(chunk) != length + _CHUNK_FRAME:
            raise ValueError("a chunk goes on behind the end of the file")
        at += len(chunk)
        if kind == b"eXIf":
            orientation = _turned(chunk[8:-4])
        if kind in _DRAWING_CHUNKS:
            parts.append(chunk)
    if not parts[0].startswith(b"\0\0\0\rIHDR"):
        raise ValueError("no header")
    if turned := _exif(orientation):
        named = b"eXIf" + turned
        parts.insert(1, struct.pack(">I", len(turned)) + named + struct.pack(">I", zlib.crc32(named)))
    return b"".join((_PNG_SIGNATURE, *parts))
