"""Which members of councils see its meetings in a calendar: those with an account of the same e-mail address. Names are not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower

from khcn.councils.models import CouncilMember
from khcn.parties.models import User

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.councils.models import CouncilMeeting

UNREACHED = "unreached"


def seats_on_the_day_of_meeting() -> QuerySet[CouncilMember]:
    """The seats that hold on the day of the meeting of the outer query."""
    return CouncilMember.objects.filter(
        Q(to_on=None) | Q(to_on__gt=OuterRef("held_on")),
        council=OuterRef("council"),
        from_on__lte=OuterRef("held_on"),
    )


def _has_account() -> Exists:
    accounts = User.objects.filter(is_active=True, organisation=None).exclude(email="")
    return Exists(accounts.alias(_address=Lower("email")).filter(_address=Lower(OuterRef("person__email"))))


def with_reach(seats: QuerySet[CouncilMember], on: date) -> QuerySet[CouncilMember]:
    """Adds ``reach``: "unreached" for a member whose calendar nobody reads, else empty."""
    del on
    unreached = When(~_has_account(), then=Value(UNREACHED))
    return seats.annotate(reach=Case(unreached, default=Value(""), output_field=CharField()))


def with_unreached(meetings: QuerySet[CouncilMeeting], on: date) -> QuerySet[CouncilMeeting]:
    """Adds ``unreached``: how many members of the day of the meeting have no such account; nothing where all have."""
    del on
    seats = seats_on_the_day_of_meeting().filter(~_has_account())
    counted = seats.order_by().values("council").annotate(_count=Count("pk")).values("_count")
    return meetings.annotate(unreached=Subquery(counted))
