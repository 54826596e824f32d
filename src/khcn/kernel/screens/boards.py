"""The board of a register: a list for each state of its workflow, with what waits, since when, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from khcn.kernel.access.predicates import may_act
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.registers.list_pages import Cells, all_columns
from khcn.kernel.screens.list_filters import apply_filters
from khcn.kernel.screens.requested_record import day_of_list, register_or_404, requested_day
from khcn.kernel.screens.saved_filters import list_conditions
from khcn.kernel.screens.visible_deadlines import shown_deadlines
from khcn.kernel.text.dates import format_date
from khcn.kernel.ui.http import with_query
from khcn.kernel.ui.view_decorators import read_only
from khcn.kernel.workflow import Category
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from khcn.kernel.registers.list_pages import ListRow
    from khcn.kernel.registers.spec import Column, Register
    from khcn.kernel.ui.http import Request
    from khcn.kernel.workflow import State, Transition

ON_BOARD: Final = 30  # cards of one state; the list has them all
IN_TABLE: Final = 500
_OVER: Final = frozenset({Category.DONE, Category.ENDED_EARLY})


@dataclass(frozen=True, slots=True)
class BoardStep:
    """A step that people take from a state; with an address for who may take it."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One record on the board."""

    title: str
    url: str
    facts: tuple[tuple[str, str], ...]  # of the columns that the register names: heading and text
    last_on: str  # the day of the last step, or on which the record began
    term: str  # the term that ends first, in words
    tone: str  # "bad": it has passed
    next: tuple[BoardStep, ...]
    is_invented: bool


@dataclass(frozen=True, slots=True)
class BoardList:
    """The records in one state: all are counted, the first are shown."""

    state: State
    label: str
    count: int
    cards: tuple[BoardCard, ...]
    url: str

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.cards)

    @property
    def late(self) -> int:
        """How many of those shown are late."""
        return sum(card.tone == "bad" for card in self.cards)


def has_board(register: Register) -> bool:
    """Whether the register declares a board, and has a stored workflow to make it of."""
    return bool(register.board) and register.workflow is not None and not register.workflow.replayed


def board_url(register: Register) -> str:
    """Its address; empty where the register has none."""
    return reverse("register-board", args=[register.area, register.slug]) if has_board(register) else ""


@read_only
def board(request: Request, area: str, slug: str) -> HttpResponse:
    """The rows of the list by the same filter, as lists under headings, or as one table to print."""
    register = register_or_404(request, area, slug)
    if not has_board(register):
        raise Http404
    day = day_of_list(request, register)
    filtered = apply_filters(register, register.rows(request.actor, day), request.GET)
    conditions = list_conditions(register, request.GET)
    as_table = request.GET.get("view") == "table"
    lists = _Board(request, register, filtered.records).lists(
        conditions, most=IN_TABLE if as_table else ON_BOARD
    )
    address = board_url(register)
    context = {
        "register": register,
        "lists": lists,
        "headings": [column.heading for column in _columns(register)],
        "filtered": filtered,
        "as_table": as_table,
        "count": sum(each.count for each in lists),
        "list_url": _with(register.list_url(), conditions),
        "other_view": _with(address, conditions if as_table else {**conditions, "view": "table"}),
        "day": format_date(requested_day(request, register)),
        "most": IN_TABLE,
    }
    return render(request, "registers/board.html", context)


def _with(address: str, conditions: dict[str, str]) -> str:
    return with_query(address, urlencode(conditions))


def _columns(register: Register) -> list[Column]:
    """What leads to the record, then what the board names; without those that the actor is not shown."""
    shown = {column.path: column for column in all_columns(register)}
    lead = [column for column in shown.values() if column.look == "link"][:1]
    return [*lead, *(shown[path] for path in register.board if path in shown)]


class _Board:
    """The lists of one board: one statement for the numbers, one for each state that has records, two for their terms."""

    def __init__(self, request: Request, register: Register, records: QuerySet[Any]) -> None:
        assert register.workflow is not None  # noqa: S101 -- `has_board`
        self.actor, self.register, self.workflow = request.actor, register, register.workflow
        self.day = requested_day(request, register)
        self.records = records
        self.columns = _columns(register)
        self.cells = Cells(register, self.columns)
        self._steps: dict[str, list[tuple[Transition, bool]]] = {}

    def lists(self, conditions: dict[str, str], *, most: int) -> tuple[BoardList, ...]:
        """In the order of the workflow; a way out that nothing took is left out."""
        counts = dict(self.records.order_by().values_list("state").annotate(_number=Count("pk")))
        states = [
            state
            for state in self.workflow.states
            if counts.get(state.value) or state.category is not Category.ENDED_EARLY
        ]
        found = {state.value: self._rows(state, most) if counts.get(state.value) else [] for state in states}
        terms = self._terms([row.pk for rows in found.values() for row, _last in rows])
        address = self.register.list_url()
        return tuple(
            BoardList(
                state,
                str(self.register.label_of(state)),
                counts.get(state.value, 0),
                tuple(self._card(state, row, last, terms.get(row.pk)) for row, last in found[state.value]),
                _with(address, {**conditions, "state": state.value}),
            )
            for state in states
        )

    def _rows(self, state: State, most: int) -> list[tuple[ListRow, date | None]]:
        """Where something is still to be done, what waits longest comes first; of the rest the newest."""
        rows = self.records.filter(state=state.value)
        if state.category in _OVER:
            rows = rows.order_by("-pk")[:most]
            rows = self.records.filter(pk__in=[*rows.values_list("pk", flat=True)])
        rows = rows.annotate(_last=self._last_step()).order_by(
            F("_last").desc(nulls_last=True) if state.category in _OVER else F("_last").asc(nulls_first=True),
            "pk",
        )
        values = rows.values_list("pk", "_last", *self.cells.paths)[:most]
        return [(self.cells.row(pk, rest), last) for pk, last, *rest in values]

    def _last_step(self) -> Any:
        """The day of the step that led to the state; without one, the day that puts the record into a period."""
        steps = WorkflowStep.objects.filter(
            workflow=self.workflow.name, object_id=OuterRef("pk"), target=OuterRef("state")
        ).order_by("-effective_on", "-pk")
        last = Subquery(steps.values("effective_on")[:1])
        begun = self.register.date_field
        return Coalesce(last, F(begun)) if begun else last

    def _terms(self, keys: Sequence[int]) -> dict[int, DeadlineStatus]:
        """Of each record the term that ends first of those that are not met."""
        if not keys or not self.register.deadlines:
            return {}
        rows = Deadline.objects.of_subject(self.register.name, keys).running()
        found: dict[int, DeadlineStatus] = {}
        for row in sorted(
            shown_deadlines(rows, self.actor), key=lambda each: (each.due_on or date.max, each.pk)
        ):
            found.setdefault(row.subject_id, DeadlineStatus(row, self.day))
        return found

    def _card(self, state: State, row: ListRow, last: date | None, term: DeadlineStatus | None) -> BoardCard:
        title, *rest = (cell.text for cell in row.cells)
        headings = (str(column.heading) for column in self.columns[1:])
        return BoardCard(
            title,
            self.register.detail_url(row.pk),
            tuple((heading, text) for heading, text in zip(headings, rest, strict=True) if text),
            format_date(last) if last else "",
            f"{term.title}: {term.due_text}, {term.text}" if term else "",
            term.tone if term else "",
            self._next(state, row.pk),
            bool(row.invented),
        )

    def _next(self, state: State, pk: int) -> tuple[BoardStep, ...]:
        """What people do next, but for giving up."""
        return tuple(
            BoardStep(
                str(step.label),
                reverse(
                    "register-action",
                    args=[self.register.area, self.register.slug, pk, step.name.replace("_", "-")],
                )
                if may
                else "",
            )
            for step, may in self._steps_from(state)
        )

    def _steps_from(self, state: State) -> list[tuple[Transition, bool]]:
        if state.value not in self._steps:
            self._steps[state.value] = [
                (step, may_act(step.who, self.register, self.actor))
                for step in self.workflow.leaving(state.value)
                if step.offered and self.workflow.by_value[step.target].category is not Category.ENDED_EARLY
            ]
        return self._steps[state.value]
