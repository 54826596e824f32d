"""Charts of a register: bars that are counted by the filters of its list, so that none can differ from the list that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.indicators.breakdowns import Breakdown
from khcn.kernel.screens.list_filters import apply_filters, controls, filterset_class
from khcn.kernel.screens.requested_record import day_of_list, register_or_404
from khcn.kernel.screens.saved_filters import list_conditions
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.http import with_query
from khcn.kernel.ui.view_decorators import read_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Period
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class BreakdownBar:
    """A number with the list that it counts. ``share`` is of the longest bar of the chart, in hundredths."""

    label: str  # of a part of a divided bar, else empty
    count: int
    share: int
    url: str
    tone: str

    @property
    def value(self) -> str:
        """As it is written."""
        return format_number(self.count)


@dataclass(frozen=True, slots=True)
class BreakdownCategory:
    """One value: its name and its bar, or the bars of its parts."""

    label: str
    bars: tuple[BreakdownBar, ...]


@dataclass(frozen=True, slots=True)
class BreakdownChart:
    """A breakdown with its numbers."""

    title: str
    note: str
    categories: tuple[BreakdownCategory, ...]
    total: int
    left: int  # records of further values, which have no bar
    url: str  # the list of all that it is about


@dataclass(frozen=True, slots=True)
class _Counted:
    label: str
    conditions: tuple[
        tuple[dict[str, str], int, str, str], ...
    ]  # the filter, number, label and tone of each part

    @property
    def total(self) -> int:
        return sum(count for _filter, count, _label, _tone in self.conditions)


def breakdowns_of(register: Register) -> tuple[Breakdown, ...]:
    """Those that the register declares, of filters that the actor it is shown to has."""
    known = filterset_class(register).base_filters
    return tuple(
        each
        for each in register.charts
        if isinstance(each, Breakdown)
        and all(
            name in known or f"{name}__gte" in known
            for name in (each.by, each.split, each.within, *dict(each.only))
            if name
        )
    )


def charts_url(register: Register) -> str:
    """Address of the page with them; empty where the register has none."""
    if not any(isinstance(each, Breakdown) for each in register.charts):
        return ""
    return reverse("register-charts", args=[register.area, register.slug])


def chart_of(
    register: Register,
    breakdown: Breakdown,
    *,
    actor: Actor,
    on: date,
    period: Period,
    conditions: Mapping[str, str] | None = None,
) -> BreakdownChart:
    """The numbers of a breakdown as of a day, of the records that the actor may read and that the conditions of a list leave."""
    asked = {**(conditions or {}), **dict(breakdown.only)}
    note = ""
    if breakdown.within:
        start, end = (
            (date(period.year, 1, 1), date(period.year + 1, 1, 1))
            if breakdown.whole_year
            else (period.start, period.end)
        )
        asked |= _between(breakdown.within, start, end)
        last = format_date(end - timedelta(days=1))
        note = _("từ %(first)s đến %(last)s") % {"first": format_date(start), "last": last}
    if breakdown.months:
        first = on.replace(day=1)
        asked |= _between(breakdown.by, first, plus_months(first, breakdown.months))
        note = _("%(months)d tháng từ %(month)d/%(year)d") % {
            "months": breakdown.months,
            "month": first.month,
            "year": first.year,
        }
    rows = apply_filters(register, register.rows(actor, on), asked).records
    found = [*_by_month(rows, breakdown, on)] if breakdown.months else [*_by_value(rows, register, breakdown)]
    shown = found if breakdown.months else found[: breakdown.most]
    longest = max((count for each in shown for _c, count, _l, _t in each.conditions), default=0)
    address = register.list_url()

    def bar(narrower: dict[str, str], count: int, label: str, tone: str) -> BreakdownBar:
        share = round(_WHOLE * count / longest) if longest else 0
        return BreakdownBar(label, count, share, with_query(address, urlencode({**asked, **narrower})), tone)

    return BreakdownChart(
        str(breakdown.title),
        note,
        tuple(BreakdownCategory(each.label, tuple(bar(*part) for part in each.conditions)) for each in shown),
        sum(each.total for each in found),
        sum(each.total for each in found[len(shown) :]),
        with_query(address, urlencode(asked)),
    )


def _between(day: str, start: date, end: date) -> dict[str, str]:
    return {f"{day}__gte": format_date(start), f"{day}__lt": format_date(end)}


def _by_month(rows: QuerySet[Any], breakdown: Breakdown, on: date) -> Iterable[_Counted]:
    """Every month, also one without records: a gap is what somebody looks for."""
    days = list(rows.order_by().values_list(breakdown.by, flat=True))
    tone = dict(breakdown.tones).get("", "")
    for number in range(breakdown.months):
        start = plus_months(on.replace(day=1), number)
        end = plus_months(start, 1)
        count = sum(start <= day < end for day in days)
        label = f"{start.month}/{start.year}"
        yield _Counted(label, ((_between(breakdown.by, start, end), count, "", tone),))


def _by_value(rows: QuerySet[Any], register: Register, breakdown: Breakdown) -> Iterable[_Counted]:
    names = [name for name in (breakdown.by, breakdown.split) if name]
    counts = [
        (*values, number)
        for *values, number in rows.order_by().values_list(*names).annotate(_number=Count("pk"))
        if number
    ]
    tones = dict(breakdown.tones)
    labels = _labels(register, breakdown.by, {values[0] for values in counts}, rows)
    parts = _labels(register, breakdown.split, {each[1] for each in counts}, rows) if breakdown.split else {}
    of_value: dict[Any, list[tuple[dict[str, str], int, str, str]]] = {}
    for value, *rest in counts:
        narrower, tone = _asking(breakdown.by, value), tones.get(str(value), "")
        label = ""
        if breakdown.split:
            narrower |= _asking(breakdown.split, rest[0])
            tone, label = tones.get(str(rest[0]), ""), parts[rest[0]]
        of_value.setdefault(value, []).append((narrower, rest[-1], label, tone))
    order = {key: place for place, key in enumerate(parts.values())}
    found = [
        _Counted(labels[value], tuple(sorted(each, key=lambda part: order.get(part[2], 0))))
        for value, each in of_value.items()
    ]
    if _is_choice(register, breakdown.by):
        place = {label: number for number, label in enumerate(labels.values())}
        return sorted(found, key=lambda each: place[each.label])
    none = labels.get(None)
    return sorted(found, key=lambda each: (each.label == none, -each.total, each.label))


def _asking(name: str, value: Any) -> dict[str, str]:
    if value is None:
        return {f"{name}__isnull": "1"}
    return {name: f"#{value}" if isinstance(value, int) and not isinstance(value, bool) else str(value)}


def _is_choice(register: Register, name: str) -> bool:
    return any(each.name == name and each.choices for each in controls(register))


def _labels(register: Register, name: str, values: set[Any], rows: QuerySet[Any]) -> dict[Any, str]:
    """What the values are called, in the order of the choices where there are any."""
    none = _("(chưa ghi)")
    choices = next((each.choices for each in controls(register) if each.name == name), ())
    if choices:
        words = dict(choices)
        known = [value for value, _text in choices if value in values]
        return {value: words.get(value, none) for value in [*known, *(values - set(known))]}
    kind = kind_at(register.model, name)
    assert kind is not None  # noqa: S101 -- a filter without choices is one of a field
    if not values:
        return {}
    path, shown = kind.listed(name)  # as the list shows it
    text = shown.texts()
    pairs = rows.order_by().values_list(name, path).distinct()
    return {**{key: text(value) for key, value in pairs if key is not None}, None: none}


@read_only
def charts_page(request: Request, area: str, slug: str) -> HttpResponse:
    """All charts of a register, of the rows that the filter of its list leaves."""
    register = register_or_404(request, area, slug)
    found = breakdowns_of(register)
    if not found:
        raise Http404
    conditions = list_conditions(register, request.GET)
    day, period = day_of_list(request, register), request.reporting.period
    context = {
        "register": register,
        "charts": [
            chart_of(register, each, actor=request.actor, on=day, period=period, conditions=conditions)
            for each in sorted(found, key=lambda each: each.position)
        ],
        "chips": apply_filters(register, register.rows(request.actor, day), request.GET).chips,
        "list_url": with_query(register.list_url(), urlencode(conditions)),
    }
    return render(request, "registers/charts.html", context)


def charts_to_look_at(
    all_registers: Iterable[Register], actor: Actor, *, on: date, period: Period
) -> list[BreakdownChart]:
    """The charts of the registers of which the actor may see all rows, in their order, without those that count nothing."""
    wanted = [
        (each, register)
        for register in all_registers
        if register.charts and register.reach("read", actor) is True
        for each in breakdowns_of(register.seen_by(actor))
    ]
    found = [
        chart_of(register, each, actor=actor, on=on, period=period)
        for each, register in sorted(wanted, key=lambda pair: pair[0].position)
    ]
    return [each for each in found if each.total]
