"""In which encoding the bytes of a document are, and its text in UTF-8.

XML (RFC 7303, 3): a byte order mark decides, else the parameter ``charset`` of its media type, else the XML declaration, else it is
UTF-8. UTF-8 and UTF-16 are read, which every XML processor has to read (XML 1.0, 2.2), and US-ASCII; any other encoding is refused.
JSON is UTF-8 (RFC 8259, 8.1). Bytes are decoded strictly: none is replaced or left out.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from khcn.epcis.errors import DocumentError, Problem

UTF_8: Final = "utf-8"
_ASCII: Final = "ascii"
_LITTLE, _BIG = "utf-16-le", "utf-16-be"

CHARSETS: Final = {
    "utf-8": UTF_8,
    "utf8": UTF_8,
    "us-ascii": _ASCII,
    "ascii": _ASCII,
    "utf-16": _BIG,  # without a byte order mark (RFC 2781, 4.3)
    "utf-16be": _BIG,
    "utf-16le": _LITTLE,
}
"""The encodings in which XML is read, by their names in small letters."""

JSON_CHARSETS: Final = frozenset(name for name, codec in CHARSETS.items() if codec in {UTF_8, _ASCII})
"""The names of encodings in which JSON may be."""

_MARKS: Final = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, _LITTLE), (codecs.BOM_UTF16_BE, _BIG))
_UTF_32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"<\0\0\0", b"\0\0\0<", b"{\0\0\0", b"\0\0\0{")
_BEGINNING: Final = 512
_SHOWN: Final = 40
_DECLARED: Final = re.compile(
    r"(\s*<\?xml\s[^>]*?\bencoding\s*=\s*)([\"'])([A-Za-z][A-Za-z0-9._\-]*)\2", re.ASCII
)


def _fault(vi: str, en: str) -> DocumentError:
    return DocumentError([Problem("ENCODING", "", vi, en)])


def _not_taken(name: str) -> DocumentError:
    shown = name[:_SHOWN]
    return _fault(
        f"Tài liệu XML ghi bảng mã “{shown}”; ở đây chỉ nhận UTF-8 hoặc UTF-16. Lưu lại với bảng mã UTF-8.",
        f"the XML is in {shown!r}; UTF-8 and UTF-16 are taken here",
    )


def _marked(data: bytes) -> tuple[bytes, str]:
    """The byte order mark of a document, and the encoding that it or the zeros beside the first character show; both may be empty."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return mark, codec
    if b"\0" in data[:2]:
        return b"", _BIG if data[:1] == b"\0" else _LITTLE
    return b"", ""


def beginning(data: bytes) -> str:
    """The first characters of a document in any of these encodings, without a byte order mark and blanks."""
    mark, codec = _marked(data)
    return data[len(mark) : _BEGINNING].decode(codec or UTF_8, "replace").lstrip("\ufeff \t\r\n")


def refuse_other_json(data: bytes) -> None:
    """Refuse JSON in UTF-16 or UTF-32.

    Raises:
        DocumentError: ENCODING.
    """
    if _marked(data)[1] not in {"", UTF_8} or data.startswith(_UTF_32):
        raise _fault(
            "Tài liệu JSON phải ở bảng mã UTF-8 (RFC 8259). Lưu lại với bảng mã UTF-8.",
            "JSON must be in UTF-8 (RFC 8259)",
        )


def xml_in_utf8(data: bytes, charset: str = "") -> bytes:
    """An XML document in UTF-8 without a byte order mark; its declaration says so, or nothing.

    Args:
        data: the document as it was sent.
        charset: the parameter of its media type; "" where there is none.

    Raises:
        DocumentError: ENCODING: another encoding, or bytes that are none of the one that is given.
    """
    if data.startswith(_UTF_32):
        raise _not_taken("UTF-32")
    mark, marked = _marked(data)
    if mark:
        name, codec = marked, marked
    elif charset:
        name, codec = charset, CHARSETS.get(charset.lower(), "")
    elif marked:
        name, codec = marked, marked
    else:
        name, codec = _declared(data)
    if not codec:
        raise _not_taken(name)
    try:
        text = data[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        place = error.start + len(mark)
        raise _fault(
            f"Nội dung không đúng bảng mã {name} (byte thứ {place + 1}). Lưu lại với bảng mã UTF-8.",
            f"not {name} at byte {place}",
        ) from None
    found = _DECLARED.match(text[:_BEGINNING])
    if found is None or CHARSETS.get(found[3].lower()) == UTF_8:
        return data[len(mark) :] if codec in {UTF_8, _ASCII} else text.encode()
    return f"{found[1]}{found[2]}UTF-8{found[2]}{text[found.end() :]}".encode()


def _declared(data: bytes) -> tuple[str, str]:
    """The encoding in the XML declaration and its codec, "" for one that is not taken; UTF-8 where there is none.

    UTF-16 is not taken: its declaration would not be readable here.
    """
    found = _DECLARED.match(data[:_BEGINNING].decode("latin-1"))
    if found is None:
        return UTF_8, UTF_8
    codec = CHARSETS.get(found[3].lower(), "")
    return found[3], codec if codec in {UTF_8, _ASCII} else ""
