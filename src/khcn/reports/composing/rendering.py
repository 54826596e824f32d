"""A report's document as files, and one section of it for a preview."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import override as language

from khcn.kernel.documents.html import render_html
from khcn.kernel.documents.pdf import render_pdf
from khcn.kernel.documents.serialization import to_dict
from khcn.kernel.text.language import in_vietnamese
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve

if TYPE_CHECKING:
    from khcn.kernel.documents.model import OfficialDocument
    from khcn.reports.composing.sources import ReportSource

FORMATS: Final = ("docx", "pdf", "html", "json")


@in_vietnamese
def render(document: OfficialDocument, kind: str) -> bytes:
    """The document as a file of one of `FORMATS`; equal documents give equal bytes."""
    with language("vi"):
        match kind:
            case "docx":
                from khcn.kernel.documents.docx import render_docx  # local: slow import

                return render_docx(document)
            case "pdf":
                return render_pdf(document, settings.FONTS)
            case "html":
                return render_html(document, None, standalone=True).encode()
            case "json":
                return json.dumps(to_dict(document), ensure_ascii=False, indent=1).encode()
    raise ValueError(kind)


@in_vietnamese
def preview_section(source: ReportSource, key: str, text: str, title: str | None = None) -> OfficialDocument:
    """The document with one section only, its text as it is being edited; nothing is stored.

    Raises:
        MarkupProblem: the text cannot be taken yet; it has the line and the column.
        UnknownIndicatorError: the text binds a figure that no register declares.
    """
    sections = tuple(
        replace(each, text=text, title=each.title if title is None else title)
        for each in source.sections
        if each.key == key
    )
    return compose(resolve(replace(source, sections=sections)))
