"""What stands in a person's calendar, on the page and in the calendar that telephones subscribe to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.screens.deadline_work_items import work_item_of
from khcn.kernel.screens.visible_deadlines import shown_deadlines, visible_deadlines
from khcn.kernel.ui.calendar_entries import entries_between

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.work_items import WorkItem

MOST: Final = 1000  # deadlines of one answer


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One line of a day: a deadline with how it stands, or something else, which has no standing."""

    item: WorkItem
    standing: DeadlineStatus | None = None

    @property
    def tone(self) -> str:
        """How a page colours it."""
        return self.standing.tone if self.standing else "info"

    @property
    def text(self) -> str:
        """What is said of it below its title."""
        if self.standing is None:
            return str(self.item.note)
        state = _("Tình trạng: %(text)s.") % {"text": self.standing.text}
        return " ".join([*self.standing.explanation, state])

    @property
    def name(self) -> str:
        """Names it among all entries, and stays when its day or hour is moved."""
        return self.item.key.partition(f" {self.item.due_on}")[0].replace(" ", "-")


def calendar_days(actor: Actor, first: date, last: date, *, on: date) -> list[CalendarEntry]:
    """The running deadlines of the actor's division that the actor may see, by their state on the day ``on``, then what packages
    offer, from one day to another, both among them.
    """
    mine = visible_deadlines(actor).filter(owner_code=actor.unit_code).exclude(owner_code="")
    rows = mine.running().filter(due_on__gte=first, due_on__lte=last).order_by("due_on", "pk")[:MOST]
    standings = [DeadlineStatus(row, on) for row in shown_deadlines(rows, actor)]
    # computed anew, a term may have no day any more, or be met
    deadlines = [
        CalendarEntry(work_item_of(each), each)
        for each in standings
        if each.row.due_on is not None and each.row.met_on is None
    ]
    return deadlines + [CalendarEntry(item) for item in entries_between(actor, first, last)]
