"""Templates made in Word: filled by docxtpl, after a look at what came in and another at what went out.

What the package may hold is checked by `khcn.kernel.papers.docx_package_check`, what its text may say by
`khcn.kernel.papers.template_language`, for every part that docxtpl fills.
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
from khcn.kernel.papers.docx_package_check import check_package, with_standard_relation_names
from khcn.kernel.papers.template_language import TOO_DEEP, TemplateEnvironment, TemplateRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.papers.template_language import Words

MOST_WORDS: Final = 2_000  # places to be filled in, in one part
_BRACES: Final = re.compile(rb"\{(?:<[^>]*>)*\{(?:<[^>]*>)*\{")


def fill_docx_template(content: bytes, words: Words, data: Mapping[str, Any]) -> bytes:
    """The filled file; equal input gives equal bytes. Raises :class:`TemplateRefused`."""
    check_package(content)
    _check_braces(content)
    try:
        template = DocxTemplate(io.BytesIO(with_standard_relation_names(content)))
        template.render(dict(data), TemplateEnvironment(words), autoescape=True)
        result = io.BytesIO()
        template.save(result)
    except TemplateRefused:
        raise
    except TOO_DEEP as fault:
        raise TemplateRefused(
            _("Mẫu Word có quá nhiều điều kiện lồng nhau. Viết lại cho đơn giản hơn.")
        ) from fault
    except (TemplateError, OpcError, etree.XMLSyntaxError, ValueError, KeyError, AttributeError) as fault:
        raise TemplateRefused(
            _("Không điền được mẫu Word: %(fault)s. Kiểm tra các dấu ngoặc {{ … }} trong mẫu.")
            % {"fault": str(fault)[:200]}
        ) from fault
    filled = without_times(result)
    check_package(filled)  # words of the template can put together what did not stand in it
    return filled


def _check_braces(content: bytes) -> None:
    """Say where there are more braces than a person types; docxtpl would take minutes over them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            text = package.read(name) if name.endswith(".xml") else b""
            if text.count(b"{") > 2 * MOST_WORDS:
                raise TemplateRefused(
                    _("Phần %(part)s của mẫu có hơn %(most)d chỗ điền. Bỏ bớt rồi tải lên lại.")
                    % {"part": name, "most": MOST_WORDS}
                )
            if _BRACES.search(text):
                raise TemplateRefused(
                    _("Phần %(part)s của mẫu có ba dấu “{” liền nhau. Mỗi chỗ điền chỉ có hai: {{ … }}.")
                    % {"part": name}
                )
