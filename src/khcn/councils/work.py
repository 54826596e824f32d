"""Meetings of councils, for those with a seat, those who may change the meeting, and the leaders of the department: for the calendar and the work list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.councils.models import CouncilMeeting
from khcn.councils.queries import seats_on_the_day_of_meeting, with_unreached
from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import NEAR
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.times import format_time
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem
from khcn.parties.models import User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from khcn.councils.models import CouncilMember
    from khcn.kernel.actors import Actor

_sees_all: Final = has_role(Role.LEADER)  # leaders chair councils, or send somebody
MOST_OF_A_MONTH: Final = 500
_DAYS: Final = 31


def meeting_entries(actor: Actor, first: date, last: date) -> list[WorkItem]:
    """Meetings from one day to another, both among them."""
    most = MOST_OF_A_MONTH * (1 + (last - first).days // _DAYS)
    return [_item(each, actor) for each in _meetings(actor, first, last)[:most]]


def meeting_work(actor: Actor, on: date) -> ProvidedItems:
    """Meetings of the next thirty days."""
    return ProvidedItems(tuple(_item(each, actor) for each in _meetings(actor, on, on + NEAR)[:MOST]))


def _meetings(actor: Actor, first: date, last: date) -> QuerySet[CouncilMeeting]:
    register = register_of(CouncilMeeting)
    if not actor.is_of_department or not register.may("read", actor):
        return register.visible(actor).none()
    found = register.visible(actor).filter(held_on__gte=first, held_on__lte=last)
    if not _sees_all.test(actor, None):
        prepared = Q(pk__in=register.visible(actor, "change").values("pk"))
        found = found.filter(prepared | Q(Exists(_seats(actor))))
    return with_unreached(found, first).order_by("held_on", F("starts_at").asc(nulls_first=True), "pk")


def _seats(actor: Actor) -> QuerySet[CouncilMember]:
    """Seats of the account's person on the day of the meeting. Account and person are one where they have one e-mail address:
    names are not enough for that.
    """
    account = User.objects.filter(pk=actor.user_id).exclude(email="").values(_address=Lower("email"))
    seats = seats_on_the_day_of_meeting()
    return seats.alias(_address=Lower(F("person__email"))).filter(_address__in=account)


def _notes(meeting: CouncilMeeting) -> Iterator[str]:
    when = _("lúc %(hour)s") % {"hour": format_time(meeting.starts_at)} if meeting.starts_at else ""
    where = _("tại %(venue)s") % {"venue": meeting.venue} if meeting.venue else ""
    if when or where:
        yield " ".join(filter(None, (when, where)))
    if count := meeting.unreached:  # type: ignore[attr-defined]  # of with_unreached
        words = ngettext(
            "%(num)d thành viên không nhận được lịch họp",
            "%(num)d thành viên không nhận được lịch họp",
            count,
        )
        yield words % {"num": count}


def _item(meeting: CouncilMeeting, actor: Actor) -> WorkItem:
    register = register_of(CouncilMeeting).seen_by(actor)
    return WorkItem(
        what=_("Họp hội đồng"),
        title=record_title(register, meeting),
        url=register.detail_url(meeting.pk),
        due_on=meeting.held_on,
        at=meeting.starts_at,
        place=meeting.venue,
        note="; ".join(_notes(meeting)),
        icon="messages",
        key=f"meeting {meeting.pk} {meeting.held_on} {meeting.starts_at or ''}".rstrip(),
    )
