"""Figures: the dictionary of all of them, and for one and a period its value with the very records it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import READ
from khcn.kernel.audit.events import log_download
from khcn.kernel.deadlines.kinds import registry as kinds_of_deadlines
from khcn.kernel.deadlines.queries import terms_on
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.indicators.registry import registry as indicators
from khcn.kernel.indicators.slices import SEPARATOR, paths_of
from khcn.kernel.registers import list_pages
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens import column_headings, list_table
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.http import Request, workbook
from khcn.kernel.ui.view_decorators import read_only
from khcn.kernel.workbooks.export import export_workbook
from khcn.kernel.workbooks.printed_pages import head_with_day
from khcn.kernel.workbooks.shown_columns import Shown, ShownColumns
from khcn.web.progress import shown_value
from khcn.web.reporting import PeriodChoice, period_choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Indicator, Period
    from khcn.kernel.registers.spec import Column, Register


def _indicator_or_404(request: Request, code: str) -> tuple[Indicator, Register]:
    if code not in indicators:
        raise Http404
    indicator = indicators[code]
    register = register_of(indicator.model)
    if (
        register.reach("read", request.actor) is not True
    ):  # a figure counts all rows, so one must be allowed to read all
        raise PermissionDenied
    seen = register.seen_by(request.actor)
    shown = {column.path.partition("__")[0] for column in list_pages.all_columns(seen)}
    if any(path.partition("__")[0] not in shown for path in paths_of(code)):
        raise PermissionDenied  # part of a figure by a field that the person does not see
    return indicator, seen


def _columns(register: Register, indicator: Indicator) -> list[tuple[Column, column_headings.ColumnHeading]]:
    """The register's columns that the indicator's own rows have, and the column that is summed."""
    found = [
        each
        for each in column_headings.chosen_headings(register)
        if kind_at(register.model, each[0].path) is not None
    ]
    summed = indicator.measure.column
    if summed and summed not in {column.path for column, _head in found}:
        found += [each for each in column_headings.all_headings(register) if each[0].path == summed]
    return found


def _visible_rows(
    register: Register, indicator: Indicator, period: Period, actor: Actor, verb: str = READ
) -> QuerySet[Any]:
    """The rows of the register that the actor may see, so that annotations of the figure do not get in the way; with those of the
    register on the last day where the sum is of one of them.
    """
    summed = indicator.measure.column
    is_annotation = summed and kind_at(register.model, summed) is None
    return register.rows_within(register.reach(verb, actor), period.last_day if is_annotation else None)


def _words_of_term(indicator: Indicator, period: Period) -> str:
    return _("%(term)s, tính đến %(day)s") % {
        "term": kinds_of_deadlines.kinds[indicator.terms[0]].label,
        "day": format_date(period.last_day),
    }


@in_vietnamese
def _shown_columns(register: Register, indicator: Indicator, period: Period) -> ShownColumns:
    """The term of each counted record as it stood on the last day of the period, and by how many days it was over."""
    if not indicator.terms:
        return ShownColumns((), lambda _keys: {})

    def cells(keys: Sequence[int]) -> dict[int, tuple[Shown, ...]]:
        terms = terms_on(register.name, keys, indicator.terms, on=period.last_day)
        return {
            key: (each.due_on if each.is_day else each.due_text, each.days_late)
            for key, each in terms.items()
        }

    return ShownColumns((_words_of_term(indicator, period), _("Số ngày quá hạn")), cells)


def _rows_with_terms(
    register: Register, indicator: Indicator, period: Period, rows: Sequence[list_pages.ListRow]
) -> list[list_pages.ListRow]:
    """A cell more: the term as it stood on the last day of the period. The record's own page shows what was decided since."""
    keys = [row.pk for row in rows]
    terms = terms_on(register.name, keys, indicator.terms, on=period.last_day)
    texts = {key: f"{each.due_text}, {each.text}" for key, each in terms.items()}
    return [replace(row, cells=(*row.cells, list_pages.Cell(texts.get(row.pk, "")))) for row in rows]


@read_only
def figure(request: Request, code: str) -> HttpResponse:
    """One figure for a period: value, definition, records."""
    indicator, register = _indicator_or_404(request, code)
    choice = PeriodChoice.read(request.GET, request.reporting.choice)
    period = choice.period()
    records = indicator.records(period)
    pairs = _columns(register, indicator)
    columns = [column for column, _head in pairs]
    rows = _visible_rows(register, indicator, period, request.actor).filter(
        pk__in=records.order_by().values("pk")
    )
    try:
        page = list_pages.list_page(
            register,
            rows,
            columns=columns,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
    except list_pages.BadCursorError:
        raise BadRequest from None
    value = indicator.value(period)
    headings = [heading for _column, heading in pairs]
    invented = list_table.illustrative_table_cells(pairs, page.rows)
    rows_shown: Sequence[list_pages.ListRow] = page.rows
    if indicator.terms:
        headings.append(column_headings.ColumnHeading("", _words_of_term(indicator, period), "", ""))
        rows_shown = _rows_with_terms(register, indicator, period, page.rows)
    parameters = choice.parameters()
    context: dict[str, Any] = {
        "indicator": indicator,
        "register": register,
        "choice": choice,
        "period": period,
        "value": shown_value(value),
        "records": format_number(records.count()),
        "summed": bool(indicator.measure.column),
        "page": page,
        "headings": headings,
        "invented": invented,
        "body": list_table.table_body(rows_shown, headings, invented, register.list_url(), numbered=True),
        "export_url": f"{reverse('figure-export', args=[code])}?{urlencode(parameters)}",
        "with_": lambda **more: f"?{urlencode({**parameters, **more})}",
        "years": range(request.today.year + 1, 2014, -1),
        "periods": period_choices(),
    }
    return render(request, "web/figure.html", context)


@read_only
def figure_export(request: Request, code: str) -> HttpResponse:
    """The counted records as a workbook."""
    indicator, register = _indicator_or_404(request, code)
    choice = PeriodChoice.read(request.GET, request.reporting.choice)
    pks = indicator.records(choice.period()).order_by().values("pk")
    visible = _visible_rows(register, indicator, choice.period(), request.actor, "export")
    rows = visible.filter(pk__in=pks).order_by(*register.order, "pk")
    head, name = _names_of_export(request, indicator, choice)
    content = export_workbook(register, rows, head, _shown_columns(register, indicator, choice.period()))
    log_download(name, at=request.at)
    return workbook(content, name)


@in_vietnamese
def _names_of_export(request: Request, indicator: Indicator, choice: PeriodChoice) -> tuple[str, str]:
    """The head of the printed pages and the name of the file: which figure, of which period."""
    head = head_with_day([f"{indicator.code}: {indicator.label}", choice.label], request.today)
    code = "-".join(part.rpartition("=")[2] for part in indicator.code.split(SEPARATOR) if part[-1:] != "=")
    return head, f"{code}-{fold(choice.label).replace(' ', '-')}.xlsx"


@read_only
def figure_list(request: Request) -> HttpResponse:
    """The dictionary: every figure with what it counts, and its value for the chosen period."""
    choice, period = request.reporting.choice, request.reporting.period
    groups: dict[str, list[tuple[Indicator, str, str]]] = {}
    for indicator in indicators:
        register = register_of(indicator.model)
        if register.reach("read", request.actor) is not True:
            continue
        url = f"{reverse('figure', args=[indicator.code])}?{urlencode(choice.parameters())}"
        line = (indicator, shown_value(indicator.value(period)), url)
        groups.setdefault(str(register.title), []).append(line)
    return render(request, "web/figures.html", {"groups": groups, "choice": choice, "period": period})
