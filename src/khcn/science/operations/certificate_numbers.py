"""Numbers of certificates: those that the book gives, and those that are typed at a registration, agree year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.numbering.typed_numbers import NumberOnRecord
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CERTIFICATE_BOOK: Final = "GCN-SKHCN"


def typed_registrations(year: int) -> Iterator[NumberOnRecord]:
    """Registrations of a year with a number that no certificate of this system for the task has borne."""
    rows = TaskMilestone.objects.filter(kind=MilestoneKind.REGISTERED, on__year=year).exclude(number="")
    found = rows.select_related("task").order_by("on", "pk")
    return typed_only(
        ScienceTask, ((each.task_id, NumberOnRecord(each.number, each.on, each.task)) for each in found)
    )


def lock_numbers(years: Collection[int]) -> None:
    """Nobody takes a number of a certificate of these years until the transaction ends."""
    lock_book(CERTIFICATE_BOOK, years)


def why_not_numbered(milestone: TaskMilestone, seen: dict[str, Any]) -> str:
    """Why a registration may not bear this number: the book of its year gave it to something else, it is void, or another
    task has it.
    """
    if milestone.kind != MilestoneKind.REGISTERED or not milestone.number:
        return ""
    return why_not_free(
        book=CERTIFICATE_BOOK,
        day=milestone.on,
        text=milestone.number,
        record=milestone.task,
        seen=seen,
        given=_(
            "Số %(number)s trong sổ giấy chứng nhận đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số, hoặc lập giấy chứng "
            "nhận ở tab Sản phẩm để lấy số mới."
        ),
    )
