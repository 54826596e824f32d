"""What a Word file may consist of: lists of what is allowed, for parts, their relations, and fields in the text.

A .docx is a package that may carry more than text: programs, embedded files, parts fetched from elsewhere when it is
opened. Word reads the package as XML, in any encoding and with any prefix; so it is parsed here too, and what is not
listed is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from lxml import etree

from khcn.kernel.papers.template_language import TemplateRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 4 * 1024 * 1024  # bytes of the file
LARGEST_UNPACKED: Final = 40 * 1024 * 1024
LARGEST_XML: Final = 4 * 1024 * 1024  # bytes of one part that is read as XML
MOST_PARTS: Final = 300

_TYPES_PART: Final = "[Content_Types].xml"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"
_PLAIN_XML: Final = frozenset(
    {"application/xml", "text/xml"}
)  # only data bound to the text: customXml/item1.xml
_IMAGES: Final = frozenset(f"image/{each}" for each in ("png", "jpeg", "jpg", "gif", "bmp", "tiff"))
_ALLOWED_TYPES: Final = frozenset(
    {
        _MAIN,
        _RELATIONS_TYPE,
        "application/vnd.openxmlformats-package.core-properties+xml",
        "application/vnd.ms-word.stylesWithEffects+xml",
        *_IMAGES,
        *_PLAIN_XML,
        *(
            f"application/vnd.openxmlformats-officedocument.{each}+xml"
            for each in ("extended-properties", "custom-properties", "customXmlProperties", "theme")
        ),
        *(
            f"application/vnd.openxmlformats-officedocument.wordprocessingml.{each}+xml"
            for each in (
                "styles", "settings", "webSettings", "fontTable", "numbering", "footnotes", "endnotes", "header",
                "footer", "document.glossary",
            )
        ),
    }
)  # fmt: skip
_OFFICE_RELATIONS: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",  # the strict form of the standard
)
_PACKAGE_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships/"
_LIBREOFFICE_RELATIONS: Final = "http://schemas.openxmlformats.org/officedocument/2006/relationships/"
_HYPERLINKS: Final = frozenset(f"{base}hyperlink" for base in _OFFICE_RELATIONS)
_ALLOWED_RELATIONS: Final = frozenset(
    {
        *_HYPERLINKS,
        *(
            f"{base}{each}"
            for base in _OFFICE_RELATIONS
            for each in (
                "officeDocument", "extended-properties", "extendedProperties", "custom-properties", "customProperties",
                "styles", "settings", "webSettings", "fontTable", "numbering", "theme", "footnotes", "endnotes",
                "header", "footer", "image", "customXml", "customXmlProps", "glossaryDocument",
            )
        ),
        *(
            f"{base}metadata/{each}"
            for base in (_PACKAGE_RELATIONS, _LIBREOFFICE_RELATIONS)
            for each in ("core-properties", "thumbnail")
        ),
        "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    }
)  # fmt: skip
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)[^\s\\]+", re.IGNORECASE)
_PART_NAME: Final = re.compile(r"[A-Za-z0-9_.\-/]+")
# Elements that fetch, embed or run something, and attributes of old drawings that name a file elsewhere.
_ACTIVE_ELEMENTS: Final = frozenset(
    {"OLEObject", "control", "altChunk", "subDoc", "mailMerge", "attachedTemplate", "saveThroughXslt"}
)
_ADDRESS_ATTRIBUTES: Final = frozenset({"src", "href", "{urn:schemas-microsoft-com:office:office}href"})
# Fields that say something about the text itself. HYPERLINK is looked at more closely.
_ALLOWED_FIELDS: Final = frozenset(
    {"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "SEQ", "STYLEREF", "TOC"}
)
_LINK_FIELD: Final = re.compile(
    r'HYPERLINK(?:\s+"(?:https?://|mailto:)[^"\\]+")?(?:\s+\\[lot](?:\s+"[^"\\]*")?|\s+\\[nh])*',
    re.IGNORECASE,
)


def check_package(content: bytes) -> None:
    """Refuse what is no harmless Word file. Raises :class:`TemplateRefused`."""
    if len(content) > LARGEST:
        raise TemplateRefused(_("Tệp mẫu lớn hơn 4 MB. Hãy giảm dung lượng hình trong mẫu."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = _unpacked(package)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error) as fault:
        raise TemplateRefused(
            _("Tệp mẫu bị hỏng hoặc có mật khẩu. Hãy lưu lại bằng Word rồi tải lên.")
        ) from fault
    types = _types_of(parts)
    for name, kind in types.items():
        _check_type(name, kind)
    if _MAIN not in types.values():
        raise TemplateRefused(_("Tệp này không phải văn bản Word (.docx)."))
    for name, kind in types.items():
        if kind not in _IMAGES:
            root = _parsed(name, parts[name])
            if kind == _RELATIONS_TYPE:
                _check_relations(name, root, frozenset(parts))
            else:
                _check_text(name, root)


def with_standard_relation_names(content: bytes) -> bytes:
    """A package that was checked, with the name that Word gives to a relation of the whole package.

    LibreOffice spells the relation to the core properties in another way. python-docx does not find them then, and adds
    a second part of the same name.
    """
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "_rels/.rels":
                part = part.replace(_LIBREOFFICE_RELATIONS.encode(), _PACKAGE_RELATIONS.encode())
            target.writestr(name, part)
    return result.getvalue()


def _unpacked(package: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [each for each in package.infolist() if not each.is_dir()]
    names = [each.filename for each in entries]
    if len(entries) > MOST_PARTS or sum(each.file_size for each in entries) > LARGEST_UNPACKED:
        raise TemplateRefused(_("Tệp mẫu bung ra quá lớn nên không nhận."))
    if len({name.lower() for name in names}) != len(names):  # programs differ about which of two is meant
        raise zipfile.BadZipFile
    if strange := [each for each in names if each != _TYPES_PART and not _PART_NAME.fullmatch(each)]:
        raise _active(strange[0])
    if _TYPES_PART not in names:
        raise TemplateRefused(_("Tệp này không phải văn bản Word (.docx)."))
    return {name: package.read(name) for name in names}


def _types_of(parts: dict[str, bytes]) -> dict[str, str]:
    """The content type of every part but the list of types itself."""
    by_ending: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for each in _parsed(_TYPES_PART, parts[_TYPES_PART]).iterchildren(etree.Element):
        kind = str(each.get("ContentType", ""))
        if each.tag == f"{_TYPES}Default":
            by_ending[str(each.get("Extension", "")).lower()] = kind
        elif each.tag == f"{_TYPES}Override":
            by_name[str(each.get("PartName", "")).lstrip("/").lower()] = kind
        else:
            raise _active(_TYPES_PART)
    return {
        name: by_name.get(name.lower()) or by_ending.get(name.lower().rpartition(".")[2], "")
        for name in parts
        if name != _TYPES_PART
    }


def _check_type(name: str, kind: str) -> None:
    is_relations = name.lower().endswith(".rels")
    wrong_place = is_relations != (kind == _RELATIONS_TYPE) or (
        kind in _PLAIN_XML and not name.startswith("customXml/")
    )
    if kind not in _ALLOWED_TYPES or wrong_place:
        raise _active(name)


def _active(name: str) -> TemplateRefused:
    return TemplateRefused(
        _("Mẫu có phần nhúng hoặc chương trình (%(part)s). Hãy bỏ phần đó rồi tải lên lại.")
        % {"part": name[:80]}
    )


def _parsed(name: str, content: bytes) -> etree._Element:
    """A part as XML without entities, DTD and network, whatever its encoding."""
    if len(content) > LARGEST_XML:
        raise TemplateRefused(
            _("Phần %(part)s của mẫu dài quá 4 MB. Bỏ bớt nội dung rồi tải lên lại.") % {"part": name}
        )
    try:
        root = etree.fromstring(
            content,
            etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False),
        )
    except etree.XMLSyntaxError as fault:
        raise TemplateRefused(
            _("Phần %(part)s của mẫu bị hỏng. Hãy mở mẫu bằng Word, lưu lại rồi tải lên.") % {"part": name}
        ) from fault
    if etree.ElementTree(root).docinfo.internalDTD is not None:
        raise TemplateRefused(_("Mẫu có khai báo lạ trong %(part)s nên không nhận.") % {"part": name})
    return root


# ------------------------------------------------------------------------------------------- relations


def _check_relations(name: str, root: etree._Element, parts: frozenset[str]) -> None:
    folder = posixpath.dirname(posixpath.dirname(name))
    for each in root.iterchildren(etree.Element):
        kind, mode, target = (str(each.get(key, "")) for key in ("Type", "TargetMode", "Target"))
        if each.tag != f"{_RELATIONS}Relationship" or kind not in _ALLOWED_RELATIONS:
            raise _active(f"{name}: {kind.rpartition('/')[2]}")
        if mode == "External":
            fits = kind in _HYPERLINKS and _ADDRESS.fullmatch(target) is not None
        else:
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            fits = mode in {"", "Internal"} and posixpath.normpath(path) in parts
        if not fits:
            raise TemplateRefused(
                _("Mẫu lấy hình hoặc khuôn từ nơi khác (%(part)s). Hãy chèn hẳn vào tệp rồi tải lên lại.")
                % {"part": f"{name}: {target[:80]}"}
            )


# ------------------------------------------------------------------------------------------- the text


def _check_text(name: str, root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        local = etree.QName(element).localname
        if local in _ACTIVE_ELEMENTS:
            raise _active(f"{name}: {local}")
        for attribute, value in element.attrib.items():
            if str(attribute) in _ADDRESS_ATTRIBUTES and value:
                raise TemplateRefused(
                    _("Mẫu lấy hình hoặc khuôn từ nơi khác (%(part)s). Hãy chèn hẳn vào tệp rồi tải lên lại.")
                    % {"part": f"{name}: {str(value)[:80]}"}
                )
    for code in _field_codes(root):
        word = code.split(maxsplit=1)[0].upper() if code.strip() else ""
        if word not in _ALLOWED_FIELDS and not _LINK_FIELD.fullmatch(code.strip()):
            raise TemplateRefused(
                _(
                    "Mẫu có trường “%(field)s” (%(part)s). Chỉ nhận trường số trang, mục lục, tham chiếu và liên kết web; "
                    "hãy bỏ trường đó hoặc gõ hẳn nội dung."
                )
                % {"field": " ".join(code.split())[:60], "part": name}
            )


def _field_codes(root: etree._Element) -> Iterator[str]:
    """The code of every field: of simple ones, and of those that are put together from runs.

    A field within the code of another one could make up that code, so it stands there as a sign that no code has.
    """
    open_fields: list[list[str] | None] = []  # the code so far; None when the result has begun
    for element in root.iter(etree.Element):
        local = etree.QName(element).localname
        values = {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}
        if local == "fldSimple":
            yield values.get("instr", "")
        elif local == "fldChar":
            kind = values.get("fldCharType", "")
            if kind == "begin":
                if open_fields and (outer := open_fields[-1]) is not None:
                    outer.append("{}")
                open_fields.append([])
            elif open_fields and (code := open_fields[-1]) is not None:
                yield "".join(code)
                open_fields[-1] = None
            if kind == "end" and open_fields:
                open_fields.pop()
        elif local in {"instrText", "delInstrText"} or (local == "t" and open_fields):
            if open_fields and (code := open_fields[-1]) is not None:
                code.append(element.text or "")
            elif local != "t":
                yield element.text or ""  # a code outside a field: another program may see a field here
    yield from ("".join(code) for code in open_fields if code is not None)
