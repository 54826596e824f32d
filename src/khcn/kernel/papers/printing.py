"""A paper's files from its template and its data; equal input gives equal bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import override as language

from khcn.kernel.documents.docx import render_docx
from khcn.kernel.documents.html import render_html
from khcn.kernel.documents.pdf import render_pdf
from khcn.kernel.papers.models import TemplateFormat
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.papers.word_template import fill_word_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.documents.model import OfficialDocument
    from khcn.kernel.papers.kinds import PaperKind


@dataclass(frozen=True, slots=True)
class PrintedFiles:
    """The files of one paper. A Word template gives no PDF: only Word can lay it out."""

    docx: bytes
    pdf: bytes | None


def print_files(
    kind: PaperKind, template_format: str, content: bytes, data: Mapping[str, Any]
) -> PrintedFiles:
    """Make the files. Takes no lock and writes nothing.

    Raises:
        TemplateRefused: the template cannot be read, or uses words that the kind does not have.
    """
    with language("vi"):
        if template_format == TemplateFormat.DOCX:
            return PrintedFiles(fill_word_file(content, kind.words, data), None)
        document = compose_document(read_layout(content), kind.words, data)
        return PrintedFiles(render_docx(document), render_pdf(document, settings.FONTS))


def preview_html(kind: PaperKind, template_format: str, content: bytes, data: Mapping[str, Any]) -> str:
    """The paper as HTML for the screen; a Word template has no such picture and gives ""."""
    if template_format == TemplateFormat.DOCX:
        return ""
    with language("vi"):
        document: OfficialDocument = compose_document(read_layout(content), kind.words, data)
        return render_html(document, None, standalone=False)
