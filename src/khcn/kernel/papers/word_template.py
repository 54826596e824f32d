"""Templates made in Word: filled by docxtpl, after a look at what came in.

A .docx is a package that may carry more than text: programs, embedded files, parts fetched from elsewhere when it is
opened. A template with any of these is refused; so is one that unpacks to an unreasonable size. What its text may say
is checked by `khcn.kernel.papers.template_language`, for every part that docxtpl fills.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree

from khcn.kernel.documents.ooxml_package import without_times
from khcn.kernel.papers.template_language import TemplateEnvironment, TemplateRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.papers.kinds import TemplateVariable

LARGEST: Final = 4 * 1024 * 1024  # bytes of the file
LARGEST_UNPACKED: Final = 40 * 1024 * 1024
MOST_PARTS: Final = 300
_ACTIVE: Final = re.compile(
    r"vbaProject|/embeddings/|/activeX/|oleObject|attachedTemplate|/customXml/|\.bin$", re.IGNORECASE
)
_ELSEWHERE: Final = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']")
_HYPERLINK: Final = b"/relationships/hyperlink"
_RELATION: Final = re.compile(rb"<Relationship\b[^>]*>")


def check_package(content: bytes) -> None:
    """Refuse what is no harmless Word file. Raises :class:`TemplateRefused`."""
    if len(content) > LARGEST:
        raise TemplateRefused(_("Tệp mẫu lớn hơn 4 MB. Hãy giảm dung lượng hình trong mẫu."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) > MOST_PARTS or sum(each.file_size for each in entries) > LARGEST_UNPACKED:
                raise TemplateRefused(_("Tệp mẫu bung ra quá lớn nên không nhận."))
            if "word/document.xml" not in package.namelist():
                raise TemplateRefused(_("Tệp này không phải văn bản Word (.docx)."))
            for entry in entries:
                _check_part(
                    entry.filename, package.read(entry) if entry.filename.endswith((".xml", ".rels")) else b""
                )
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as fault:
        raise TemplateRefused(
            _("Tệp mẫu bị hỏng hoặc có mật khẩu. Hãy lưu lại bằng Word rồi tải lên.")
        ) from fault


def _check_part(name: str, text: bytes) -> None:
    if _ACTIVE.search(name) or b"macroEnabled" in text:
        raise TemplateRefused(
            _("Mẫu có phần nhúng hoặc chương trình (%(part)s). Hãy bỏ phần đó rồi tải lên lại.")
            % {"part": name}
        )
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise TemplateRefused(_("Mẫu có khai báo lạ trong %(part)s nên không nhận.") % {"part": name})
    for relation in _RELATION.findall(text) if name.endswith(".rels") else ():
        if _ELSEWHERE.search(relation) and _HYPERLINK not in relation:
            raise TemplateRefused(
                _("Mẫu lấy hình hoặc khuôn từ nơi khác (%(part)s). Hãy chèn hẳn vào tệp rồi tải lên lại.")
                % {"part": name}
            )


def fill_word_file(content: bytes, variables: tuple[TemplateVariable, ...], data: Mapping[str, Any]) -> bytes:
    """The filled file; equal input gives equal bytes. Raises :class:`TemplateRefused`."""
    check_package(content)
    try:
        template = DocxTemplate(io.BytesIO(content))
        template.render(dict(data), TemplateEnvironment(variables), autoescape=True)
        result = io.BytesIO()
        template.save(result)
    except TemplateRefused:
        raise
    except (TemplateError, OpcError, etree.XMLSyntaxError, ValueError, KeyError, AttributeError) as fault:
        raise TemplateRefused(
            _("Không điền được mẫu Word: %(fault)s. Kiểm tra các dấu ngoặc {{ … }} trong mẫu.")
            % {"fault": str(fault)[:200]}
        ) from fault
    return without_times(result)
