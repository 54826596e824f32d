"""Numbers of answers and certificates: those that the books give and those that are typed agree year by year."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, register_numbers_on_record
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free
from khcn.kernel.refusals import Refused
from khcn.technology.models import TechnologyOpinion, TransferContract

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

LETTER_BOOK: Final = "CVCN-SKHCN"
CERTIFICATE_BOOK: Final = "GCNCGCN-SKHCN"
# Of each book: whose numbers it gives, and the columns of the number and of its day.
_COLUMNS: Final[dict[str, tuple[Any, str, str]]] = {
    LETTER_BOOK: (TechnologyOpinion, "answer_number", "answered_on"),
    CERTIFICATE_BOOK: (TransferContract, "certificate_number", "registered_on"),
}


def _typed(book: str, year: int) -> Iterator[NumberOnRecord]:
    """What records have of a book and year and no paper of this system has borne."""
    model, number, day = _COLUMNS[book]
    rows = model.objects.filter(**{f"{day}__year": year}).exclude(**{number: ""}).order_by(day, "pk")
    found = ((each.pk, NumberOnRecord(getattr(each, number), getattr(each, day), each)) for each in rows)
    return typed_only(model, found)


for _book in _COLUMNS:
    register_numbers_on_record(_book, partial(_typed, _book))


def being_replaced(model: Any, keys: Collection[int]) -> set[int]:
    """Those of the records whose paper in force a draft replaces or withdraws: what it prints may be corrected until then."""
    drafts = Paper.objects.filter(Q(replaces=OuterRef("pk")) | Q(withdraws=OuterRef("pk")), state="draft")
    papers = Paper.objects.in_force_for(model).filter(Exists(drafts), object_id__in=list(keys))
    return set(papers.values_list("object_id", flat=True))


def refuse_taken_number(book: str, record: Any, text: str, day: date) -> None:
    """Raise ``Refused`` where the book or another record has the number in that year."""
    lock_book(book, {day.year})  # nobody takes or types the number meanwhile
    given = _(
        "Số %(number)s trong sổ đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số, hoặc lập giấy để lấy số mới."
    )
    if why := why_not_free(book=book, day=day, text=text, record=record, seen={}, given=given):
        raise Refused.about(why, _COLUMNS[book][1], code="number_taken")
