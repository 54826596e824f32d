"""The books of the department's decisions and submissions: numbers that they give and numbers that are typed agree year by year.

One decision may be about several people: records share its number, and only what the book gave to something else is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.utils.translation import gettext as _

from khcn.kernel.access.shown_names import text_to_acting
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, number_key, register_numbers_on_record
from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.typed_number_check import typed_only
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.office.enums import DecisionLevel
from khcn.office.models import EmulationNomination, EmulationRound, PersonnelEvent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

SUBMISSION_BOOK: Final = "TTr-SKHCN"


def _typed(rows: QuerySet[Any], number: str, day: str) -> Iterator[NumberOnRecord]:
    """What these records have and no paper of this system has borne."""
    found = (
        (each.pk, NumberOnRecord(getattr(each, number), getattr(each, day), each))
        for each in rows.exclude(**{number: ""}).order_by(day, "pk")
    )
    return typed_only(rows.model, found)


def _typed_decisions(year: int) -> Iterator[NumberOnRecord]:
    """Decisions of the department itself."""
    for model in (PersonnelEvent, EmulationNomination):
        rows = model.objects.filter(level=DecisionLevel.DEPARTMENT, decided_on__year=year)
        yield from _typed(rows, "decision_number", "decided_on")


def _typed_submissions(year: int) -> Iterator[NumberOnRecord]:
    rows = EmulationRound.objects.filter(submitted_on__year=year)
    return _typed(rows, "submission_number", "submitted_on")


register_numbers_on_record(DECISIONS, _typed_decisions)
register_numbers_on_record(SUBMISSION_BOOK, _typed_submissions)


def refuse_given_number(book: str, record: Any, name: str, text: str, day: date) -> None:
    """Raise ``Refused`` where the book gave the number to something else in that year. One that was taken by hand on that day was
    taken for this paper.
    """
    lock_book(book, {day.year})  # nobody takes the number meanwhile
    key = number_key(text, book=book, year=day.year)
    if (first := re.match(r"\d+", key)) is None:
        return
    own = (record._meta.label_lower, record.pk)
    given = IssuedNumber.objects.filter(book__book=book, book__year=day.year, number=int(first[0]))
    for each in given:
        if (
            number_key(each.text, book=book, year=day.year) == key
            and (each.model, each.object_id) != own
            and not _is_for_typed(each, day)
        ):
            words = _("Số %(number)s trong sổ đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số.")
            names = {"number": each.text, "holder": _holder(each), "day": format_date(each.issued_on)}
            raise Refused.about(words % names, name, code="number_taken")


def _holder(number: IssuedNumber) -> str:
    """For whom it was given, as the book shows it to the person who is acting."""
    paper = getattr(number, "paper", None)
    model = paper.model if paper is not None else number.model
    return text_to_acting(apps.get_model(model), number.given_to) if model else number.given_to


def _is_for_typed(number: IssuedNumber, day: date) -> bool:
    """Was it taken by hand on the day of the paper, or passed over because a record of this area had it typed?"""
    if not number.model:
        return number.voided_on is None and number.issued_on == day
    return number.voided_on is not None and number.model.startswith("office.")
