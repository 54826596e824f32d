"""Workbooks of Excel 97 and of OpenDocument, written byte by byte: no library for them is among the requirements."""

import io
import struct
import unicodedata
import zipfile
from xml.sax.saxutils import escape

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def _record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def _cell(row, column, value):
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, int | float):
        return _record(0x0203, place + struct.pack("<d", value))
    text = str(value)
    return _record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def xls_of(rows, merged=(), name="Danh mục"):
    """An .xls file (BIFF8, [MS-XLS]) with one sheet; ``merged``: first row, last row, first column, last column, from 0."""
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    start = _record(0x0809, bof) + _record(0x0042, struct.pack("<H", 1200))
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    sheet_at = len(start) + 4 + 6 + len(title) + 4
    book = start + _record(0x0085, struct.pack("<IBB", sheet_at, 0, 0) + title) + _record(0x000A, b"")
    cells = b"".join(
        _cell(number, place, value)
        for number, row in enumerate(rows)
        for place, value in enumerate(row)
        if value not in {None, ""}
    )
    areas = struct.pack("<H", len(merged)) + b"".join(struct.pack("<HHHH", *area) for area in merged)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)) + cells
    return _compound(book + sheet + _record(0x00E5, areas) + _record(0x000A, b""))


def _compound(stream):
    """A compound file ([MS-CFB], version 3) with this one stream, "Workbook"."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    fat = [_FAT, _END, *range(3, count + 2), _END]
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    assert len(fat) == _SECTOR // 4, "one sector of the table holds 63 KB"
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    entries = _entry("Root Entry", 5, child=1, start=_END, size=0) + _entry(
        "Workbook", 2, start=2, size=len(stream)
    )
    return (
        header
        + struct.pack(f"<{len(fat)}I", *fat)
        + entries.ljust(_SECTOR, b"\0")
        + stream.ljust(count * _SECTOR, b"\0")
    )


def _entry(name, kind, *, start, size, child=_FREE):
    encoded = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", encoded, len(encoded), kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, start, size
    )


_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)

_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def ods_of(rows, name="Danh mục"):
    """An .ods file (OpenDocument 1.2) with one sheet."""
    lines = "".join(f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{escape(name)}">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        package.writestr("content.xml", content)
    return stream.getvalue()


def _open_cell(value):
    if value in {None, ""}:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def of_windows_1258(text):
    """The bytes of Windows-1258, which has the tones of Vietnamese as characters of their own."""
    found = []
    for letter in unicodedata.normalize("NFC", text):
        try:
            found.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(each for each in parts if each in "\u0300\u0301\u0303\u0309\u0323")
            rest = unicodedata.normalize("NFC", parts.replace(tone, ""))
            found.append(rest.encode("cp1258") + tone.encode("cp1258"))
    return b"".join(found)


_MARKED = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ"
_VNI = (
    "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò "
    "oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î"
).split()


def of_tcvn3(text):
    """The bytes of small letters typed with a font of TCVN 5712:1993, ".VnTime"."""
    return _in_font(text, dict(zip(_MARKED, _TCVN3, strict=True)))


def of_vni(text):
    """The bytes of small letters typed with the font "VNI-Times"."""
    return _in_font(text, dict(zip(_MARKED, _VNI, strict=True)))


def _in_font(text, letters):
    small = unicodedata.normalize("NFC", text.lower())
    return "".join(letters.get(each, each) for each in small).encode("latin-1")
