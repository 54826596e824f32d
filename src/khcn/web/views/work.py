"""What waits for me: the work list, all deadlines of the department, and one deadline with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.http import Http404
from django.shortcuts import render

from khcn.kernel.actors import SYSTEM
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import DeadlineEvent, DeadlineQuerySet
from khcn.kernel.deadlines.past_terms import terms_as_of
from khcn.kernel.prepared_query import PreparedQuerySets, asked
from khcn.kernel.screens.visible_deadlines import (
    may_read_all_deadlines,
    named_for,
    shown_deadlines,
    visible_deadlines,
)
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.view_decorators import read_only
from khcn.kernel.ui.work_items import work_of
from khcn.parties.models import OrgUnit
from khcn.web.delegating import delegations_by, delegations_to, with_scopes
from khcn.web.late_by_division import (
    STATES,
    WITHOUT_UNIT,
    DeadlineFilter,
    late_by_division,
    past_deadlines,
)
from khcn.web.reporting import read_day

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request

PAGE_SIZE: Final = 50


@read_only
def work_list(request: Request) -> HttpResponse:
    """What waits for the person or the division, by urgency."""
    on = request.reporting.work_day
    context = {
        "work": work_of(request.actor, on=on),
        "divisions": late_by_division(request.actor, on=on, today=request.today),
        "on": on,
        "is_today": on == request.today,
        "deputies": with_scopes(delegations_by(request.user.pk, request.today)),
        "delegated": []
        if request.actor.delegated or not request.actor.is_staff_of_department
        else with_scopes(delegations_to(request.user.pk, request.today)),
    }
    return render(request, "web/work.html", context)


@read_only
def deadline_list(request: Request) -> HttpResponse:
    """All deadlines that the person may see, by state, kind and division; fifty at a time."""
    choice, on = DeadlineFilter.read(request), request.reporting.work_day
    standings, following = (_page_of_past if on < request.today else _page_of_today)(request, choice, on)
    context = {
        "choice": choice,
        "states": [(name, label, choice.address(state=name)) for name, label in STATES],
        "kinds": [(kind.code, kind.label) for kind in registry.kinds.values()],
        "units": OrgUnit.objects.valid(on=on).order_by("position", "pk").values_list("code", "name"),
        "without_unit": WITHOUT_UNIT,
        "rows": [
            (each, registry.owners[each.row.kind].detail_url(each.row.subject_id)) for each in standings
        ],
        "next": following,
        "stale": any(each.row.is_stale for each in standings),
        "on": on,
    }
    return render(request, "web/deadlines.html", context)


def _page_rows(
    rows: DeadlineQuerySet, choice: DeadlineFilter, on: date, after: tuple[Any, Any] | None
) -> DeadlineQuerySet:
    """One more than a page shows, ``after`` the day and the key of the last one on the page before."""
    rows, column = choice.rows(rows, on), choice.column
    if after is not None:
        # the first condition bounds the index scan, the second leaves out what was on the pages before
        rows = rows.filter(**{f"{column}__gte": after[0]}).exclude(**{column: after[0], "pk__lte": after[1]})
    return rows.order_by(column, "pk")[: PAGE_SIZE + 1]


class _PageOfAll(NamedTuple):
    choice: DeadlineFilter
    on: date
    is_first: bool


# For those who may read them all, as the program itself: putting the statement together takes longer than the answer.
_PAGES_OF_ALL: Final[PreparedQuerySets[_PageOfAll, DeadlineQuerySet]] = PreparedQuerySets(
    lambda page: _page_rows(
        visible_deadlines(SYSTEM),
        page.choice,
        page.on,
        None if page.is_first else (asked("day"), asked("pk")),
    )
)


def _page_of_today(request: Request, choice: DeadlineFilter, on: date) -> tuple[list[DeadlineStatus], str]:
    """From an index, and the address of the following page."""
    day, _slash, pk = request.GET.get("after", "").partition("/")
    place = (read_day(day), short_number(pk))
    after = None if None in place else place
    if may_read_all_deadlines(request.actor):
        values = {"day": place[0], "pk": place[1]} if after else {}
        found = list(_PAGES_OF_ALL.rows(_PageOfAll(choice, on, is_first=after is None), **values))
    else:
        found = list(_page_rows(visible_deadlines(request.actor), choice, on, after))
    column = choice.column
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    following = choice.address(after=f"{getattr(last, column)}/{last.pk}") if last else ""
    return [DeadlineStatus(row, on) for row in shown_deadlines(found[:PAGE_SIZE], request.actor)], following


def _page_of_past(request: Request, choice: DeadlineFilter, on: date) -> tuple[list[DeadlineStatus], str]:
    """As the terms stood on that day, like the figures of it; a term of then need not be stored now."""
    found = [each for each in past_deadlines(request.actor, on=on) if choice.holds(each)]
    found.sort(
        key=lambda each: (getattr(each.row, choice.column), each.row.subject_label, each.row.subject_id)
    )
    first = short_number(request.GET.get("after", "")) or 0
    end = first + PAGE_SIZE
    rows = named_for([each.row for each in found[first:end]], request.actor)
    return [DeadlineStatus(row, on) for row in rows], choice.address(after=str(end)) if found[end:] else ""


@read_only
def deadline_detail(request: Request, pk: int) -> HttpResponse:
    """One deadline: how it was found, what was done to it, and how its date moved."""
    row = visible_deadlines(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    events = DeadlineEvent.objects.filter(
        subject_model=row.subject_model, subject_id=row.subject_id, kind=row.kind
    )
    on = request.reporting.work_day
    shown = shown_deadlines([row], request.actor)
    if on < request.today:
        of_record = terms_as_of(row.subject_model, [row.subject_id], on=on)
        shown = named_for([each for each in of_record if each.kind == row.kind], request.actor) or shown
    context: dict[str, Any] = {
        "standing": DeadlineStatus(shown[0], on),
        "url_of_record": registry.owners[row.kind].detail_url(row.subject_id),
        "events": events.order_by("on", "pk"),
        "changes": row.changes.all(),
    }
    return render(request, "web/deadline.html", context)
