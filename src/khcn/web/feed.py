"""A person's dates as a calendar that Outlook, Google Calendar and telephones subscribe to (RFC 5545)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.deadlines.models import PersonalSettings
from khcn.parties.models import User
from khcn.web.calendar_days import calendar_days

if TYPE_CHECKING:
    from datetime import date

    from icalendar import Event

    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.work_items import WorkItem

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


def feed(actor: Actor, *, on: date) -> bytes:
    """The actor's calendar from a quarter ago to a year ahead, as entries of whole days, or from their hour on."""
    from icalendar import Calendar, Event  # local: slow import

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Thời hạn và cuộc họp"))
    stamp = datetime.combine(on, time(), UTC)
    first, last = on - timedelta(days=92), on + timedelta(days=366)
    for each in calendar_days(actor, first, last, on=on):
        item = each.item
        entry = Event()
        entry.add("uid", f"{each.name}@{settings.PUBLIC_URL.partition('//')[2]}")
        entry.add("dtstamp", stamp)
        _add_time(entry, item)
        entry.add("summary", f"{item.what}: {item.title}")
        entry.add("description", each.text)
        if item.place:
            entry.add("location", item.place)
        entry.add("url", f"{settings.PUBLIC_URL}{item.url}")
        calendar.add_component(entry)
    calendar.add_missing_timezones(first, last)
    return bytes(calendar.to_ical())


def _add_time(entry: Event, item: WorkItem) -> None:
    """The hour where one is known, else the whole day. How long a meeting takes nobody has said, so it has no end."""
    assert item.due_on is not None  # noqa: S101 -- all entries of a calendar have a day
    if item.at is not None:
        entry.add("dtstart", datetime.combine(item.due_on, item.at, timezone.get_default_timezone()))
        return
    entry.add("dtstart", item.due_on)
    entry.add("dtend", item.due_on + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")  # no deadline makes the day busy, nor a meeting of unknown hour
