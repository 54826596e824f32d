"""Numbers of minutes: of the book of the year, typed from paper, and corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.councils.models import CouncilMeeting
from khcn.councils.operations.councils import CouncilRefused
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, number_key
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free, why_typed_number_not_readable
from khcn.kernel.registers.history_from_paper import refuse_writing_history
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from khcn.kernel.actors import Actor

MINUTES_BOOK: Final = "BB-HĐKHCN"
_OF_BOOK: Final = number_key(MINUTES_BOOK)


def with_minutes(keys: Collection[int]) -> set[int]:
    """Those of the meetings with these keys whose minutes are issued and in force."""
    return set(keys).intersection(
        Paper.objects.in_force_for(CouncilMeeting).values_list("object_id", flat=True)
    )


def _is_of_book(meeting: CouncilMeeting) -> bool:
    """Councils of the past numbered their minutes each for itself: such numbers are none of the book."""
    return number_key(meeting.minutes_number, year=meeting.numbered_on.year).endswith(_OF_BOOK)


def typed_minutes(year: int) -> Iterator[NumberOnRecord]:
    """Meetings with a number of the book of minutes of a year that no minutes of this system have borne."""
    of_year = Q(minutes_on__year=year) | Q(minutes_on=None, held_on__year=year)
    rows = CouncilMeeting.objects.filter(of_year).exclude(minutes_number="")
    found = (each for each in rows.order_by("held_on", "pk") if _is_of_book(each))
    return typed_only(
        CouncilMeeting,
        ((each.pk, NumberOnRecord(each.minutes_number, each.numbered_on, each)) for each in found),
    )


def why_not_numbered(meeting: CouncilMeeting, seen: dict[str, Any]) -> str:
    """Why the minutes may not bear this number: the book of the year gave it, or another meeting has it."""
    if not _is_of_book(meeting):
        return why_typed_number_not_readable(meeting.minutes_number)
    return why_not_free(
        book=MINUTES_BOOK,
        day=meeting.numbered_on,
        text=meeting.minutes_number,
        record=meeting,
        seen=seen,
        given=_(
            "Số %(number)s trong sổ biên bản đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số và ngày biên bản, hoặc lập "
            "biên bản ở trang cuộc họp để lấy số mới."
        ),
    )


def why_not_minuted_on(meeting: CouncilMeeting, on: date) -> str:
    """Why the minutes may not bear this day: it is still to come."""
    if meeting.minutes_on is None or meeting.minutes_on <= on:
        return ""
    return _("Ngày biên bản %(day)s chưa đến. Hãy xem lại ngày.") % {"day": format_date(meeting.minutes_on)}


def why_not_correct_minutes_number(meeting: CouncilMeeting, *, actor: Actor, on: date) -> str:
    """Why the number of the minutes is no matter of correction; "" when it is."""
    if with_minutes([meeting.pk]):
        return _("Số, ngày biên bản do biên bản đã cấp ghi. Muốn đổi thì thay thế hoặc thu hồi biên bản đó.")
    if not meeting.minutes_number:
        return _("Cuộc họp chưa ghi số biên bản: ghi bằng nút “Sửa”.")
    return ""


def correct_minutes_number(
    *,
    meeting: CouncilMeeting,
    reason: str,
    actor: Actor,
    on: date,
    minutes_number: str = "",
    minutes_on: date | None = None,
) -> CouncilMeeting:
    """Correct or take back number and day that were typed from paper; the meeting is marked for ever.

    Raises ``Refused`` when another meeting has the number in that year, or when the meeting was taken over from paper and
    the actor may not enter history.
    """
    if meeting.taken_over:
        refuse_writing_history(register_of(CouncilMeeting), actor)
    with correcting(actor, reason):
        meeting.minutes_number, meeting.minutes_on = minutes_number, minutes_on
        if why := why_not_minuted_on(meeting, on):
            raise CouncilRefused.about(why, "minutes_on")
        lock_book(MINUTES_BOOK, {meeting.numbered_on.year})
        if why := why_not_numbered(meeting, {}):
            raise CouncilRefused.about(why, "minutes_number")
        meeting.corrected = True
        meeting.full_clean()
        meeting.save()
    return meeting
