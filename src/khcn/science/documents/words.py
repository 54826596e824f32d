"""How papers of this area write days, values and persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.text.dates import short_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.parties.models import Person
    from khcn.reference.models import LegalDocument


def day_text(value: date | None) -> str:
    """A day as papers print it (NĐ 30/2020/NĐ-CP)."""
    return short_date(value) if value else ""


def document_text(document: LegalDocument | None) -> str:
    """A document of law as papers cite it: its kind, number and day; nothing for none."""
    if document is None:
        return ""
    day = f" ngày {short_date(document.issued_on)}" if document.issued_on else ""
    return f"{document.named_without_day}{day}"


def text_of(value: object) -> str:
    """What is printed for a value; nothing for none."""
    return "" if value is None else str(value)


def person_name(person: Person | None) -> str:
    """ "TS. Nguyễn Văn A", as papers name a person."""
    return " ".join(filter(None, (person.degree, person.full_name))) if person else ""
