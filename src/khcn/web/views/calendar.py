"""Dates by month, the calendar feed, and how a person wants to hear of work."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from datetime import MAXYEAR, MINYEAR
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.deadlines.models import PersonalSettings
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only
from khcn.reference.queries import working_calendar
from khcn.web.calendar_days import calendar_days
from khcn.web.feed import feed, owner_of, renew_feed
from khcn.web.reporting import read_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@read_only
def calendar_page(request: Request) -> HttpResponse:
    """One month of the division's dates and of the person's meetings, with days off; ``?month=2023-09``."""
    on = request.reporting.work_day
    first = (read_day(f"{request.GET.get('month', '')}-01") or on).replace(day=1)
    if not MINYEAR < first.year < MAXYEAR:  # the months before and after have to be days as well
        raise Http404
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    by_day = defaultdict(list)
    for entry in calendar_days(request.actor, weeks[0][0], weeks[-1][-1], on=on):
        by_day[entry.item.due_on].append((entry.item, entry.tone))
    calendar = working_calendar()
    context = {
        "weeks": [
            [
                (day, by_day.get(day, ()), _is_off(calendar.days, day), day.month == first.month)
                for day in week
            ]
            for week in weeks
        ],
        "first": first,
        "is_empty": not by_day,
        "on": on,
        "earlier": f"{plus_months(first, -1):%Y-%m}",
        "later": f"{plus_months(first, 1):%Y-%m}",
    }
    return render(request, "web/calendar.html", context)


def _is_off(days: Mapping[date, bool], day: date) -> bool:
    return not days.get(day, day.weekday() < 5)  # noqa: PLR2004 -- Saturday


@login_not_required
@read_only
def calendar_feed(request: Request, token: str) -> HttpResponse:
    """The feed of the person whose secret is in the address. Programs fetch it, so nobody signs in."""
    person = owner_of(token)
    if person is None:
        raise Http404
    content = feed(person.actor_on(request.today), on=request.reporting.work_day)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def work_settings(request: Request) -> HttpResponse:
    """Whether the morning's e-mail comes, and the address of the feed."""
    deny_unless(request.actor.gets_reminders)
    user_id = request.actor.user_id
    assert user_id is not None  # noqa: S101 -- staff alone get here
    if request.method == "POST":
        wanted = request.POST.get("digest") == "on"
        PersonalSettings.objects.update_or_create(user_id=user_id, defaults={"digest": wanted})
        messages.success(request, _("Đã lưu."))
        return see_other(reverse("work-settings"))
    return render(request, "web/work_settings.html", _settings(request, user_id))


def _settings(request: Request, user_id: int) -> dict[str, object]:
    stored = PersonalSettings.objects.filter(user_id=user_id).first()
    return {
        "digest": stored is None or stored.digest,
        "has_feed": bool(stored and stored.feed_hash),
        "email": request.user.email,  # type: ignore[union-attr]
    }


@asks_again
@require_POST
def renew(request: Request) -> HttpResponse:
    """A new secret address, shown this once."""
    user_id = request.actor.user_id
    assert user_id is not None  # noqa: S101 -- staff alone get here
    token = renew_feed(user_id=user_id)
    address = request.build_absolute_uri(reverse("calendar-feed", args=[token]))
    return render(request, "web/work_settings.html", {**_settings(request, user_id), "address": address})
