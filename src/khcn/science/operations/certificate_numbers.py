"""Numbers of certificates: those that the book gives, and those that are typed at a registration, agree year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, number_key
from khcn.kernel.papers.models import Paper
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CERTIFICATE_BOOK: Final = "GCN-SKHCN"


def typed_registrations(year: int) -> Iterator[NumberOnRecord]:
    """Registrations of a year with a number that no certificate of this system for the task has borne."""
    rows = TaskMilestone.objects.filter(kind=MilestoneKind.REGISTERED, on__year=year).exclude(number="")
    found = list(rows.select_related("task").order_by("on", "pk"))
    papers = Paper.objects.filter(model=ScienceTask._meta.label_lower, number__isnull=False)
    issued = set(papers.values_list("object_id", "number__text"))
    for each in found:
        if (each.task_id, each.number) not in issued:
            yield NumberOnRecord(each.number, each.on, each.task)


def lock_book(years: Collection[int]) -> None:
    """Nobody takes a number of these years until the transaction ends."""
    books = NumberBook.objects.filter(book=CERTIFICATE_BOOK, year__in=years)
    list(books.select_for_update().order_by("pk").values_list("pk", flat=True))


def why_not_numbered(milestone: TaskMilestone) -> str:
    """Why a registration may not bear this number: the book of its year gave it to something else, or it is void."""
    if milestone.kind != MilestoneKind.REGISTERED or not milestone.number:
        return ""
    key = number_key(milestone.number)
    numbers = IssuedNumber.objects.filter(book__book=CERTIFICATE_BOOK, book__year=milestone.on.year)
    taken = next((each for each in numbers.order_by("pk") if number_key(each.text) == key), None)
    if taken is None or _is_of(taken, milestone):
        return ""
    return _(
        "Số %(number)s trong sổ giấy chứng nhận đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số, hoặc lập giấy chứng "
        "nhận ở tab Sản phẩm để lấy số mới."
    ) % {"number": taken.text, "holder": taken.given_to, "day": format_date(taken.issued_on)}


def _is_of(taken: IssuedNumber, milestone: TaskMilestone) -> bool:
    """Does the task of the milestone have the number: by its certificate, or passed over in the book for the task?"""
    if taken.voided_on is not None:
        return (taken.model, taken.object_id) == (ScienceTask._meta.label_lower, milestone.task_id)
    papers = Paper.objects.in_force_for(ScienceTask)
    return papers.filter(number=taken, object_id=milestone.task_id).exists()
