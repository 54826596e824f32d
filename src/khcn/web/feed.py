"""A person's dates as a calendar that Outlook, Google Calendar and telephones subscribe to (RFC 5545)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import PersonalSettings
from khcn.kernel.registers.deadline_work_items import work_item_of
from khcn.kernel.registers.visible_deadlines import shown_deadlines, visible_deadlines
from khcn.parties.models import User

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

PRODUCT = "-//KHCN//Deadlines//VI"


def token_hash(token: str) -> str:
    """What is stored of a token: the person who reads the database cannot read calendars with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def renew_feed(*, user_id: int) -> str:
    """Make a new secret address for a person; the old one opens nothing from now on."""
    token = secrets.token_urlsafe(24)
    PersonalSettings.objects.update_or_create(user_id=user_id, defaults={"feed_hash": token_hash(token)})
    return token


def owner_of(token: str) -> User | None:
    """The person of a secret address, if the account is in use."""
    found = PersonalSettings.objects.filter(feed_hash=token_hash(token)).exclude(feed_hash="").first()
    if found is None:
        return None
    return User.objects.filter(pk=found.user_id, is_active=True).select_related("unit").first()


def calendar_rows(actor: Actor, *, on: date) -> list[DeadlineStatus]:
    """Deadlines of the actor's division from a quarter ago to a year ahead, for calendars."""
    mine = visible_deadlines(actor).filter(owner_code=actor.unit_code)
    rows = mine.running().filter(due_on__gte=on - timedelta(days=92), due_on__lte=on + timedelta(days=366))
    return [DeadlineStatus(row, on) for row in shown_deadlines(rows.order_by("due_on", "pk")[:1000], actor)]


def deadline_calendar_text(standing: DeadlineStatus) -> str:
    """What a calendar entry or a mail says of a deadline below its title."""
    return " ".join([*standing.explanation, _("Tình trạng: %(text)s.") % {"text": standing.text}])


def feed(actor: Actor, *, on: date) -> bytes:
    """The deadlines of the actor's division that the actor may see, as whole-day entries."""
    from icalendar import Calendar, Event  # local: slow import

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Thời hạn công việc"))
    stamp = datetime.combine(on, time(), UTC)
    for standing in calendar_rows(actor, on=on):
        item = work_item_of(standing)
        entry = Event()
        entry.add("uid", f"deadline-{standing.row.pk}@{settings.PUBLIC_URL.partition('//')[2]}")
        entry.add("dtstamp", stamp)
        entry.add("dtstart", standing.row.due_on)
        entry.add("dtend", standing.row.due_on + timedelta(days=1))  # type: ignore[operator]  # rows have a day
        entry.add("summary", f"{item.what}: {item.title}")
        entry.add("description", deadline_calendar_text(standing))
        entry.add("url", f"{settings.PUBLIC_URL}{item.url}")
        entry.add("transp", "TRANSPARENT")  # a deadline does not make the day busy
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
