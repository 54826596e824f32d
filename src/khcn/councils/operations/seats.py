"""What the rows of members keep to: one seat for a person and one chair and one secretary at a time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.councils.models import SOLE_ROLES, Council, CouncilMember
from khcn.councils.operations.councils import CouncilRefused
from khcn.kernel.access.shown_names import name_to_acting
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter, Write, save_rows
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.refusals import Refused
    from khcn.kernel.registers.writing import ValidationContext
    from khcn.parties.models import Person

_SEATS: Final = "councils.seats"  # what rows of one workbook say, besides what is on record
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
