"""What the rows of councils keep to: one chair at a time, and meetings within the time and of the kind of their council."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.councils.models import Council, CouncilKind, CouncilMeeting, CouncilMember, CouncilRole
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.registers.writing import ValidationContext, Write

# A council that determines tasks also determines those that are added within the year.
_ALSO: Final = {CouncilKind.DETERMINATION: (CouncilKind.SUPPLEMENTARY,)}
_SEATS: Final = "councils.seats"  # what rows of one workbook say, besides what is on record


class CouncilRefused(Refused):
    """The council does not allow this; the text says why, in Vietnamese."""


def why_outside_council(meeting: CouncilMeeting, council: Council | None) -> dict[str, str]:
    """By field, why the council cannot have held this meeting; {} when it can."""
    if council is None:
        return {}
    if meeting.kind != council.kind and meeting.kind not in _ALSO.get(CouncilKind(council.kind), ()):
        why = _(
            "Cuộc họp “%(kind)s” không phải việc của “%(council)s”. Hãy xem lại loại cuộc họp hoặc hội đồng."
        )
        return {"kind": why % {"kind": meeting.get_kind_display(), "council": council}}
    if meeting.held_on < council.established_on:
        why = _("“%(council)s” thành lập ngày %(day)s, sau ngày họp. Hãy xem lại ngày họp hoặc hội đồng.")
        return {"held_on": why % {"council": council, "day": format_date(council.established_on)}}
    if council.dissolved_on is not None and meeting.held_on > council.dissolved_on:
        why = _("“%(council)s” kết thúc ngày %(day)s, trước ngày họp. Hãy xem lại ngày họp hoặc hội đồng.")
        return {"held_on": why % {"council": council, "day": format_date(council.dissolved_on)}}
    return {}


class MeetingWriter(RowWriter):
    """A meeting lies in the time of its council and is of its kind."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """New meetings, and those that move or change their kind or council."""
        for write in writes:
            if not write.is_new and not write.changed & {"kind", "held_on", "council"}:
                continue
            if why := why_outside_council(write.record, write.record.council):
                yield write, _refusal(why)


class CouncilWriter(RowWriter):
    """A council keeps the time and the kind in which it has met."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Changed councils against their meetings; what did not fit before is not the fault of the change."""
        for write in writes:
            names = write.changed & {"kind", "established_on", "dissolved_on"}
            if write.is_new or not names:
                continue
            for meeting in CouncilMeeting.objects.filter(council=write.before.pk).order_by("held_on", "pk"):
                if why_outside_council(meeting, write.record) and not why_outside_council(
                    meeting, write.before
                ):
                    why = _("Hội đồng đã họp ngày %(day)s (“%(meeting)s”). Hãy xem lại nội dung sửa.") % {
                        "day": format_date(meeting.held_on),
                        "meeting": meeting.subject,
                    }
                    yield write, _refusal(dict.fromkeys(sorted(names), why))
                    break


class SeatWriter(RowWriter):
    """A council has one chair at a time."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Of two chairs entered at the same moment the second sees the first."""
        keys = {each.record.council_id for each in writes if each.record.role == CouncilRole.CHAIR}
        councils = Council.objects.filter(pk__in=[each for each in keys if each is not None])
        list(councils.select_for_update().order_by("pk").values_list("pk", flat=True))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Chairs, also those of the same workbook; rows of it that change take the place of what is on record."""
        rewritten = {each.record.pk for each in writes if each.record.pk is not None}
        accepted: list[CouncilMember] = context.seen.setdefault(_SEATS, [])
        for write in writes:
            seat = write.record
            if seat.role != CouncilRole.CHAIR:
                continue
            if write.is_new or write.changed & {"council", "role", "from_on", "to_on"}:
                stored = _chairs_of(seat.council, rewritten)
                other = next((each for each in [*accepted, *stored] if _overlap(each, seat)), None)
                if other is not None:
                    yield write, _refusal({"role": _why_not_chair(other)})
                    continue
            accepted.append(seat)


def _chairs_of(council: Council, without: set[int]) -> list[CouncilMember]:
    if council._state.adding:  # made by the same workbook
        return []
    chairs = CouncilMember.objects.filter(council=council, role=CouncilRole.CHAIR).exclude(pk__in=without)
    return list(chairs.select_related("person").order_by("from_on", "pk"))


def _overlap(one: CouncilMember, other: CouncilMember) -> bool:
    return (
        one.council == other.council
        and one.from_on < (other.to_on or date.max)
        and other.from_on < (one.to_on or date.max)
    )


def _why_not_chair(other: CouncilMember) -> str:
    return _(
        "Hội đồng đã có Chủ tịch là %(person)s từ ngày %(day)s. Mỗi lúc một Chủ tịch: ghi ngày thôi giữ chức của người đó trước."
    ) % {"person": other.person.full_name, "day": format_date(other.from_on)}


def _refusal(why: dict[str, Any]) -> CouncilRefused:
    text = next(iter(why.values()))
    return CouncilRefused(text, code="rule", fields={name: [each] for name, each in why.items()})
