"""The home page: numbers that open exactly the records they count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.indicators.registry import registry as indicators
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.screens.breakdown_charts import charts_to_look_at
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui import home_cards as cards
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.own_pages import own_pages
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
from khcn.kernel.ui.work_items import work_of
from khcn.web.progress import figure_url, progress_charts, shown_value

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.indicators import Indicator, Period
    from khcn.kernel.indicators.figures import Number
    from khcn.kernel.registers.spec import Tile
    from khcn.kernel.ui.http import Request


@dataclass(frozen=True, slots=True)
class TilePart:
    """One of the numbers that a tile's number is made of."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownTile:
    """A tile as drawn."""

    title: str
    value: str
    unit: str
    url: str
    icon: str
    tone: str
    parts: tuple[TilePart, ...]
    names: tuple[tuple[str, str], ...]  # the first records, where the number is not made of others
    more: int


NAMED = 3
_leads_or_compiles = has_role(Role.LEADER, Role.OFFICE)


def _number_and_names(tile: Tile, period: Period) -> tuple[Number, tuple[tuple[str, str], ...]]:
    """The number of a tile, and the first records with their addresses where it is not made of other numbers."""
    indicator: Indicator = indicators[tile.code]
    if tile.parts:
        return indicator.value(period), ()
    number, rows = indicator.number_and_first(period, NAMED)
    register = register_of(indicator.model)
    return number, tuple((indicator.line(row), register.detail_url(row.pk)) for row in rows)


def tiles(request: Request) -> list[ShownTile]:
    """The numbers that registers put on the home page, of those of which the actor may see all rows."""
    choice, period = request.reporting.choice, request.reporting.period
    wanted = [
        (tile, register)
        for register in registers()
        if register.reach("read", request.actor) is True  # a number counts all rows
        for tile in register.tiles
        if tile.code in indicators
    ]
    found = []
    for tile, register in sorted(wanted, key=lambda pair: pair[0].position):
        indicator: Indicator = indicators[tile.code]
        value, names = _number_and_names(tile, period)
        parts = tuple(
            TilePart(str(label), shown_value(indicators[code].value(period)), figure_url(code, choice))
            for label, code in tile.parts
            if code in indicators
        )
        tone = tile.tone if value or tile.tone not in {"warn", "bad"} else "ok"
        found.append(
            ShownTile(
                str(tile.title or indicator.label),
                shown_value(value),
                str(indicator.unit),
                figure_url(tile.code, choice),
                register.icon,
                tone,
                parts,
                names,
                max(int(value) - len(names), 0) if names else 0,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class OwnRegister:
    """A register on the home page of who sees some of its rows: how many, and whether rows may be added."""

    title: str
    icon: str
    url: str
    count: str
    takes_new: bool


def _own(request: Request) -> list[OwnRegister]:
    """Registers in which the account has something to see; of those of an organisation, that have rows of its own or take new ones."""
    found = []
    for register in registers():
        if not (register.in_menu and register.may("read", request.actor)):
            continue
        count = register.visible(request.actor).count()
        takes_new = register.may("create", request.actor)
        if count or takes_new or request.actor.is_of_department:
            title = capfirst(str(register.title))
            found.append(
                OwnRegister(title, register.icon, register.list_url(), format_number(count), takes_new)
            )
    return found


def looked_at(request: Request) -> dict[str, Any]:
    """The charts for who leads or compiles: quarters beside last year's, and the registers by what their records are."""
    reporting = request.reporting
    return {
        "charts": progress_charts(request.actor, reporting.choice),
        "breakdowns": charts_to_look_at(
            registers(), request.actor, on=reporting.work_day, period=reporting.period
        ),
    }


@open_to_outside_accounts
@read_only
def home(request: Request) -> HttpResponse:
    """What is on, what is late, what came in."""
    if not request.actor.is_staff_of_department:
        work = work_of(request.actor, on=request.reporting.work_day)
        shown = {"lines": _own(request), "work": work, "pages": own_pages(request.actor)}
        return render(request, "web/home_outside.html", shown)
    if settings.VIEWING_ONLY:  # the stores of the provinces are all that it has
        return see_other(reverse("trace-provinces"))
    context = {
        "lists": cards.all_lists(request),
        "tiles": tiles(request),
        **(looked_at(request) if _leads_or_compiles.test(request.actor, None) else {}),
        "work": work_of(request.actor, on=request.reporting.work_day),
        "cards": cards.all_cards(request),
        "period": request.reporting.period,
    }
    return render(request, "web/home.html", context)
