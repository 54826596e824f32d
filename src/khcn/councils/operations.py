"""What the rows of councils keep to: one seat for a person and one chair at a time, and meetings within the time and of the kind of their council."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Q
from django.utils.translation import gettext as _

from khcn.councils.models import SOLE_ROLES, Council, CouncilKind, CouncilMeeting, CouncilMember
from khcn.kernel.access.closed_registers import name_to_acting
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, number_key
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free, why_typed_number_not_readable
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.history_from_paper import may_write_history, refuse_writing_history
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter, Write, save_rows
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext
    from khcn.parties.models import Person

MINUTES_BOOK: Final = "BB-HĐKHCN"
_OF_BOOK: Final = number_key(MINUTES_BOOK)
# A council that determines tasks also determines those that are added within the year.
ALSO_MEETS_FOR: Final = {CouncilKind.DETERMINATION: (CouncilKind.SUPPLEMENTARY,)}
_SEATS: Final = "councils.seats"  # what rows of one workbook say, besides what is on record


class CouncilRefused(Refused):
    """The council does not allow this; the text says why, in Vietnamese."""


def why_outside_council(meeting: CouncilMeeting, council: Council | None) -> dict[str, str]:
    """By field, why the council cannot have held this meeting; {} when it can."""
    if council is None:
        return {}
    if meeting.kind != council.kind and meeting.kind not in ALSO_MEETS_FOR.get(CouncilKind(council.kind), ()):
        why = _(
            "Cuộc họp “%(kind)s” không phải việc của “%(council)s”. Hãy xem lại loại cuộc họp hoặc hội đồng."
        )
        return {"kind": why % {"kind": meeting.get_kind_display(), "council": name_to_acting(council)}}
    if meeting.held_on < council.established_on:
        why = _("“%(council)s” thành lập ngày %(day)s, sau ngày họp. Hãy xem lại ngày họp hoặc hội đồng.")
        return {
            "held_on": why % {"council": name_to_acting(council), "day": format_date(council.established_on)}
        }
    if council.dissolved_on is not None and meeting.held_on > council.dissolved_on:
        why = _("“%(council)s” kết thúc ngày %(day)s, trước ngày họp. Hãy xem lại ngày họp hoặc hội đồng.")
        return {
            "held_on": why % {"council": name_to_acting(council), "day": format_date(council.dissolved_on)}
        }
    return {}


def _outside_councils(path: str, keys: Collection[int]) -> Iterator[CouncilMeeting]:
    """Of the stored meetings whose ``path`` is one of these keys those that their councils cannot have held."""
    doubtful = (
        Q(held_on__lt=F("council__established_on"))
        | Q(held_on__gt=F("council__dissolved_on"))
        | ~Q(kind=F("council__kind"))
    )
    rows = CouncilMeeting.objects.filter(doubtful, council__isnull=False).select_related("council")
    for part in chunks(sorted(keys)):
        for meeting in rows.filter(**{f"{path}__in": part}).order_by("held_on", "pk"):
            if why_outside_council(meeting, meeting.council):
                yield meeting


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
        for meeting in _outside_councils("pk", placed):
            why = why_outside_council(meeting, meeting.council)
            raise CouncilRefused.about(next(iter(why.values())), *why).at(placed[meeting.pk])


_PLACE: Final = frozenset({"kind", "held_on", "council"})


def _is_placed(write: Write) -> bool:
    return write.is_new or bool(write.changed & _PLACE)


def _of_paper() -> str:
    """A meeting from paper may lack members and quorum, so it does not become another meeting."""
    return _(
        "Cuộc họp này chuyển từ hồ sơ giấy: chỉ lãnh đạo phòng, đơn vị và quản trị sửa ngày họp, loại và hội đồng. Cuộc họp khác "
        "thì thêm mới."
    )


_LIFE: Final = frozenset({"kind", "established_on", "dissolved_on"})


class CouncilWriter(RowWriter):
    """A council keeps the time and the kind in which it has met."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Changed councils against their meetings; what did not fit before is not the fault of the change."""
        for write in writes:
            if write.is_new or not write.changed & _LIFE:
                continue
            for meeting in CouncilMeeting.objects.filter(council=write.before.pk).order_by("held_on", "pk"):
                if why_outside_council(meeting, write.record) and not why_outside_council(
                    meeting, write.before
                ):
                    yield write, _refusal_of_council(write, meeting)
                    break

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """A workbook may change the meetings of the council as well."""
        changed = {each.record.pk: each for each in writes if not each.is_new and each.changed & _LIFE}
        before = {each.pk for each in _outside_councils("council", changed)}
        yield
        for meeting in _outside_councils("council", changed):
            if meeting.pk not in before:
                write = changed[meeting.council_id]
                raise _refusal_of_council(write, meeting).at(write.record)


def _refusal_of_council(write: Write, meeting: CouncilMeeting) -> CouncilRefused:
    why = _("Hội đồng đã họp ngày %(day)s (“%(meeting)s”). Hãy xem lại nội dung sửa.") % {
        "day": format_date(meeting.held_on),
        "meeting": meeting.subject,
    }
    return CouncilRefused.about(why, *sorted(write.changed & _LIFE))


_SEAT: Final = frozenset({"council", "person", "role", "from_on", "to_on"})


class SeatWriter(RowWriter):
    """A person has one seat on a council at a time, and a council one chair and one secretary."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Of two seats entered at the same moment the second sees the first."""
        keys = {each.record.council_id for each in writes if each.record.council_id is not None}
        lock_rows(Council.objects.filter(pk__in=keys))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Also against rows of the same workbook; rows of it that change take the place of what is on record."""
        seated: list[CouncilMember] = context.seen.setdefault(_SEATS, [])
        moving = []
        for write in writes:
            if write.is_new or write.changed & _SEAT:
                moving.append(write)
            else:
                seated.append(write.record)
        stored = _seats_of({each.record.council_id for each in moving}, [each.record for each in writes])
        for write in moving:
            if why := _why_before_council(write.record) or _why_not_seated(write.record, [*seated, *stored]):
                yield write, CouncilRefused.about(next(iter(why.values())), *why)
            else:
                seated.append(write.record)

    def contradictory(self, versions: Sequence[tuple[Any, Any]]) -> Iterator[tuple[Any, str]]:
        """Seats of two persons who turn out to be one."""
        stored = _seats_of({row.council_id for row, _before in versions}, [row for row, _before in versions])
        for row, before in versions:
            why = _why_not_seated(row, stored)
            if why and why != _why_not_seated(before, stored):
                yield before, next(iter(why.values()))


def _seats_of(councils: Collection[int | None], without: Sequence[Any]) -> list[CouncilMember]:
    """The seats on record but these; a council that the same workbook makes has none."""
    seats = CouncilMember.objects.filter(council__in=[each for each in councils if each is not None])
    seats = seats.exclude(pk__in=[each.pk for each in without if each.pk is not None])
    return list(seats.select_related("council", "person").order_by("from_on", "pk"))


def _overlap(one: CouncilMember, other: CouncilMember) -> bool:
    return (
        one.council == other.council
        and one.from_on < (other.to_on or date.max)
        and other.from_on < (one.to_on or date.max)
    )


def _why_before_council(seat: CouncilMember) -> dict[str, str]:
    """By field, why nobody is on a council before there is one; {} when all is well."""
    established_on = seat.council.established_on
    if seat.from_on >= established_on:
        return {}
    why = _("%(council)s thành lập ngày %(day)s. Ghi ngày giữ chức từ ngày đó trở đi.") % {
        "council": name_to_acting(seat.council),
        "day": format_date(established_on),
    }
    return {"from_on": why}


def _why_not_seated(seat: CouncilMember, others: Sequence[CouncilMember]) -> dict[str, str]:
    """By field, why the seat cannot be beside these; {} when it can."""
    for other in (each for each in others if _overlap(each, seat)):
        named = {
            "person": name_to_acting(other.person),
            "role": other.get_role_display(),
            "day": format_date(other.from_on),
        }
        if other.person == seat.person:
            why = _(
                "%(person)s đã ở trong hội đồng từ ngày %(day)s, chức danh “%(role)s”. Mỗi người mỗi lúc một chức danh: sửa chức "
                "danh ở dòng đã ghi, hoặc ghi ngày thôi giữ chức danh đó trước."
            )
            return {"person": why % named}
        if other.role == seat.role and seat.role in SOLE_ROLES:
            why = _(
                "Hội đồng đã có %(role)s là %(person)s từ ngày %(day)s. Mỗi lúc một %(role)s: ghi ngày thôi giữ chức của người đó "
                "trước."
            )
            if seat.pk is not None:
                why += " " + _(
                    "Nếu ghi nhầm chức danh của hai người thì bấm “Đổi chức danh cho nhau” ở trang của một trong hai người."
                )
            return {"role": why % named}
    return {}


def lock_council_of(seat: CouncilMember) -> None:
    """Lock what a change of the seat is decided by, before the seat."""
    register_of(CouncilMember).writer.lock([Write(seat)])


def swap_roles(*, seat: CouncilMember, person: Person, actor: Actor, on: date) -> CouncilMember:
    """Give a member of a council the role of another one, who gets that of the first. One after the other could not be changed
    where a council has to have one chair.

    Raises ``Refused`` when ``person`` has no seat beside this one, or the register's rules are against it.
    """
    seats = CouncilMember.objects.filter(council=seat.council_id, person=person).exclude(pk=seat.pk)
    other = next((each for each in seats.order_by("from_on") if _overlap(each, seat)), None)
    named = {"person": name_to_acting(person), "member": name_to_acting(seat.person)}
    if other is None:
        why = _("%(person)s không ở trong hội đồng này cùng lúc với %(member)s. Hãy chọn thành viên khác.")
        raise CouncilRefused.about(why % named, "person")
    if other.role == seat.role:
        why = _("%(person)s và %(member)s cùng một chức danh. Hãy chọn thành viên khác.")
        raise CouncilRefused.about(why % named, "person")
    seat.role, other.role = other.role, seat.role
    save_rows(register_of(CouncilMember), [seat, other], actor=actor, on=on)
    return seat
