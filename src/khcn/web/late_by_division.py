"""Which deadlines a person looks at, and for leaders how many are late in each division."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import NEAR, Deadline, DeadlineQuerySet
from khcn.kernel.deadlines.past_terms import terms_as_of
from khcn.kernel.screens.visible_deadlines import visible_deadlines
from khcn.kernel.text.numbers import two_digits
from khcn.kernel.ui.home_cards import HomeLine, HomeList
from khcn.parties.models import OrgUnit

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.http import Request

STATES: Final = (
    ("late", _("Quá hạn")),
    ("soon", _("Sắp đến hạn")),
    ("running", _("Đang tính")),
    ("stopped", _("Tạm dừng")),
    ("met-late", _("Xong, chậm hạn")),
)


WITHOUT_UNIT: Final = "-"
"""In place of a division's code: the deadlines for which none answers."""


@dataclass(frozen=True, slots=True)
class DeadlineFilter:
    """Which deadlines a person wants to see."""

    state: str
    kind: str
    unit: str

    @classmethod
    def read(cls, request: Request) -> DeadlineFilter:
        """From the address; what is not known is left out."""
        state, kind = request.GET.get("state", "late"), request.GET.get("kind", "")
        return cls(
            state if state in dict(STATES) else "late",
            kind if kind in registry.kinds else "",
            request.GET.get("unit", "")[:20],
        )

    def rows(self, rows: DeadlineQuerySet, on: date) -> DeadlineQuerySet:
        """Those of the chosen state, kind and division."""
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.unit:
            rows = rows.filter(owner_code="" if self.unit == WITHOUT_UNIT else self.unit)
        if self.state == "late":
            return rows.late(on=on)
        if self.state == "soon":
            return rows.due_by(on + NEAR, on=on)
        if self.state == "running":
            return rows.running().filter(due_on__gte=on)
        if self.state == "met-late":
            return rows.met_late()
        return rows.filter(stopped_since__isnull=False, met_on__isnull=True)

    @property
    def column(self) -> str:
        """The column of the day by which the list is ordered."""
        return {"met-late": "met_on", "stopped": "stopped_since"}.get(self.state, "due_on")

    def holds(self, each: DeadlineStatus) -> bool:
        """Is this term, as it stood on its day, one of :meth:`rows`?"""
        row, on = each.row, each.on
        if self.kind not in ("", row.kind) or self.unit not in ("", row.owner_code or WITHOUT_UNIT):
            return False
        if self.state == "met-late":
            is_over = row.due_on is not None and row.met_on is not None and row.met_on > row.due_on
            return is_over and row.shown_until is None
        if row.met_on is not None or (row.stopped_since is not None) != (self.state == "stopped"):
            return False
        if row.due_on is None or self.state == "stopped":
            return self.state == "stopped"
        if self.state == "late":
            return row.due_on < on and row.shown_until is None
        return on <= row.due_on and (self.state == "running" or row.due_on <= on + NEAR)

    def address(self, **more: str) -> str:
        """The list with this choice."""
        chosen = {"state": self.state, "kind": self.kind, "unit": self.unit, **more}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"{reverse('deadline-list')}?{query}"


# The deadlines themselves are those that the actor may see.
_leads = has_role(Role.LEADER, in_some_register=True)


def late_by_division(actor: Actor, *, on: date, today: date) -> list[tuple[str, int, str]]:
    """For leaders, who have no division's deadlines of their own: how many are late in each, with the list of them.

    Those for which no division answers, as of tasks that a ministry manages, come last: no division has them in its list.
    """
    if not _leads.test(actor, None):
        return []
    names = dict(OrgUnit.objects.valid(on=on).values_list("code", "name"))
    names[""] = gettext("Không do phòng nào phụ trách")
    listed = [
        (names.get(code, code), number, DeadlineFilter("late", "", code or WITHOUT_UNIT).address())
        for code, number in sorted(_late_by_code(actor, on=on, today=today).items())
    ]
    return sorted(listed, key=lambda line: line[0] == names[""])


def _late_by_code(actor: Actor, *, on: date, today: date) -> dict[str, int]:
    if on < today:
        late = DeadlineFilter("late", "", "")
        return Counter(each.row.owner_code for each in past_deadlines(actor, on=on) if late.holds(each))
    rows = visible_deadlines(actor).late(on=on).order_by()
    return dict(rows.values_list("owner_code").annotate(number=Count("pk")))


def late_lists(request: Request) -> list[HomeList]:
    """For leaders: the deadlines that have passed, by the division that answers for them."""
    divisions = late_by_division(request.actor, on=request.reporting.work_day, today=request.today)
    if not divisions:
        return []
    late = sum(number for _name, number, _address in divisions)
    title = ngettext("%(count)s việc quá hạn, theo phòng", "%(count)s việc quá hạn, theo phòng", late)
    lines = tuple(
        HomeLine(name, address, gettext("%(count)s quá hạn") % {"count": two_digits(number)}, tone="bad")
        for name, number, address in divisions
    )
    return [
        HomeList(title % {"count": two_digits(late)}, reverse("deadline-list"), lines, "calendar-due", "bad")
    ]


def past_deadlines(actor: Actor, *, on: date) -> list[DeadlineStatus]:
    """Deadlines of records that the actor may read, as they stood on a past day: what was decided later is not in them.

    All of them are computed: for days that are looked back at, not for the pages of every day.
    """
    found: list[Deadline] = []
    for register in registry.subjects():
        if register.reach("read", actor) is not False:
            found += terms_as_of(register.name, register.visible(actor).values_list("pk", flat=True), on=on)
    return [DeadlineStatus(row, on) for row in found]
