"""What the rows of meetings keep to: the time and the kind of their council, and a number of their minutes that is free."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilMeeting
from khcn.councils.operations.councils import CouncilRefused, meetings_outside_councils, why_outside_council
from khcn.councils.operations.minutes_numbers import MINUTES_BOOK, why_not_minuted_on, why_not_numbered
from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.registers.history_from_paper import may_write_history
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.refusals import Refused
    from khcn.kernel.registers.writing import ValidationContext, Write

_PLACE: Final = frozenset({"kind", "held_on", "council"})


class MeetingWriter(RowWriter):
    """A meeting lies in the time of its council and is of its kind; its minutes have a number of their own."""

    def lock(self, writes: Sequence[Write]) -> None:
        """The books that the numbers are of."""
        lock_book(
            MINUTES_BOOK, {each.record.numbered_on.year for each in writes if each.record.minutes_number}
        )

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """New meetings, and those that move or change their kind or council."""
        history = may_write_history(register_of(CouncilMeeting), context.actor)
        for write in writes:
            if (
                _is_placed(write)
                and not (write.is_new or history or context.restoring)
                and write.before.taken_over
            ):
                yield write, CouncilRefused.about(_of_paper(), *sorted(write.changed & _PLACE))
            elif _is_placed(write) and (outside := why_outside_council(write.record, write.record.council)):
                yield write, CouncilRefused.about(next(iter(outside.values())), *outside)
            elif (write.is_new or "minutes_on" in write.changed) and (
                why := why_not_minuted_on(write.record, context.on)
            ):
                yield write, CouncilRefused.about(why, "minutes_on")
            elif (write.is_new or write.changed & {"held_on", "minutes_number", "minutes_on"}) and (
                why := why_not_numbered(write.record, context.seen)
            ):
                yield write, CouncilRefused.about(why, "minutes_number")

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """A workbook may change the council of the meeting as well."""
        yield
        placed = {each.record.pk: each.record for each in writes if _is_placed(each)}
        for meeting in meetings_outside_councils("pk", placed):
            why = why_outside_council(meeting, meeting.council)
            raise CouncilRefused.about(next(iter(why.values())), *why).at(placed[meeting.pk])


def _is_placed(write: Write) -> bool:
    return write.is_new or bool(write.changed & _PLACE)


def _of_paper() -> str:
    """A meeting from paper may lack members and quorum, so it does not become another meeting."""
    return _(
        "Cuộc họp này chuyển từ hồ sơ giấy: chỉ lãnh đạo phòng, đơn vị và quản trị sửa ngày họp, loại và hội đồng. Cuộc họp khác "
        "thì thêm mới."
    )
