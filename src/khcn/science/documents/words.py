"""How papers of this area write values and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.text.dates import short_date

if TYPE_CHECKING:
    from khcn.reference.models import LegalDocument


def document_text(document: LegalDocument | None) -> str:
    """A document of law as papers cite it: its kind, number and day; nothing for none."""
    if document is None:
        return ""
    day = f" ngày {short_date(document.issued_on)}" if document.issued_on else ""
    return f"{document.named_without_day}{day}"


def text_of(value: object) -> str:
    """What is printed for a value; nothing for none."""
    return "" if value is None else str(value)
