"""Questions that the rest of the program asks of what changes by law and by year."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from khcn.kernel.calendar.terms import Term, TermEnd, TermUnit, end_of_term
from khcn.kernel.calendar.working_days import WorkingCalendar
from khcn.kernel.dated.models import current_successors
from khcn.kernel.deadlines.law_source import Law, RuleVersion
from khcn.kernel.prepared_query import PreparedQuerySets
from khcn.kernel.province import province_key
from khcn.kernel.province.names import ProvinceNames
from khcn.kernel.shipped_data import shipped_data
from khcn.reference.models import (
    SHARED_CALENDAR,
    AdminLevel,
    AdminUnit,
    AdminUnitSuccession,
    DayKind,
    RegimeWindow,
    RuleParameter,
    WorkingDayException,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.dated.models import DatedQuerySet
    from khcn.kernel.indicators import PeriodKind

# As text (as `kernel.dated.models.version_in_force` has it): every list with a column "as of" asks this, and to make the statement took six times as long as to run it.
_WINDOW: Final = """
    SELECT w.* FROM reference_regimewindow w JOIN reference_reportingregime r ON r.id = w.regime_id
    WHERE w.kind = %(kind)s AND w.number = %(number)s AND (%(regime)s = '' OR r.code = %(regime)s)
    AND w.valid_from <= %(on)s AND (w.valid_to IS NULL OR w.valid_to > %(on)s) ORDER BY r.code, w.valid_from DESC LIMIT 1
"""


_TWO_LEVELS: Final = "reference.two_levels"
# Every write of a record with terms asks both.
_DAYS: Final[PreparedQuerySets[str, QuerySet[WorkingDayException, Any]]] = PreparedQuerySets(
    lambda code: WorkingDayException.objects.filter(calendar__in=sorted({SHARED_CALENDAR, code})).values_list(
        "calendar", "on", "kind", "provisional"
    )
)
_RULES: Final[PreparedQuerySets[tuple[str, ...], QuerySet[RuleParameter]]] = PreparedQuerySets(
    lambda codes: RuleParameter.objects.filter(code__in=codes).select_related("legal_document")
)


def province_name(*, on: date, code: str | None = None) -> str:
    """Name of the province of a code on a day, or of what took its place; "" when unknown.

    `code`: that with which the installation began if None.
    """
    found = _provinces_on(on, code)
    unit = found[0] if found else _provinces(code).order_by("-valid_from").first()
    return "" if unit is None else unit.full_name[:1].lower() + unit.full_name[1:]


def _provinces(code: str | None) -> DatedQuerySet[AdminUnit]:
    return AdminUnit.objects.filter(level=AdminLevel.PROVINCE, code=code or province_key())


def _provinces_on(on: date, code: str | None = None) -> list[AdminUnit]:
    """The province of a code on a day, or what took its place: several after a split, none where no row says it."""
    units = _provinces(code)
    if (unit := units.valid(on=on).first()) is not None:
        return [unit]
    if (unit := units.order_by("-valid_from").first()) is None:
        return []
    links = AdminUnitSuccession.objects.all()
    return list(current_successors(unit, among=AdminUnit.objects.all(), links=links, on=on)[:2])


def communes(on: date) -> DatedQuerySet[AdminUnit]:
    """Those that exist on a day, by name: what a form for everybody offers."""
    return AdminUnit.objects.valid(on=on).filter(level=AdminLevel.COMMUNE).order_by("full_name")


class ProvinceOnRecord:
    """Names of the province for the letterheads of the kernel, which may not know these tables."""

    def names(self, on: date) -> ProvinceNames | None:
        """The names on a day; None where no row says them, or several provinces took the place of the one."""
        found = _provinces_on(on)
        return _names_of(found[0]) if len(found) == 1 else None

    def districts_ended(self, on: date) -> date | None:
        """The day from which the rule says that there are two levels of local government, where it is not after this one."""
        rows = [each for each in _RULES.rows((_TWO_LEVELS,)) if each.value == 1 and each.is_valid(on=on)]
        return min((each.valid_from for each in rows), default=None)

    def ended(self, on: date) -> list[tuple[ProvinceNames, date]]:
        """Provinces that became the present one and have another name, and the first day without them."""
        now = _provinces_on(on)
        became = Q(code=province_key()) | Q(successions__successor__in=now)
        units = AdminUnit.objects.filter(became, level=AdminLevel.PROVINCE, valid_to__lte=on).distinct()
        present = [_names_of(each) for each in now]
        ended = [(_names_of(each), each.valid_to) for each in units.order_by("valid_to", "pk")]
        return [(names, day) for names, day in ended if day is not None and names not in present]


def _names_of(unit: AdminUnit) -> ProvinceNames:
    """Without what follows the name where two versions share it: "Tỉnh Thái Nguyên (đến 30/6/2025)"."""
    before, found, _after = unit.full_name.partition(unit.name)
    full = f"{before}{found}"
    return ProvinceNames(full[:1].lower() + full[1:], unit.name)


def working_calendar(code: str = SHARED_CALENDAR) -> WorkingCalendar:
    """A calendar as its table has it now, in one query: shared days, with its own laid over them.

    A year without any row is not announced, and a year is provisional as long as one of its shared rows is.
    """
    own_last = sorted(_DAYS.rows(code), key=lambda row: row[0] != SHARED_CALENDAR)
    days = {on: kind == DayKind.WORKING for _calendar, on, kind, _provisional in own_last}
    provisional = frozenset(on.year for _calendar, on, _kind, provisional in own_last if provisional)
    return WorkingCalendar(days, frozenset(day.year for day in days), provisional=provisional)


def send_by(window: RegimeWindow, last_day: date, *, calendar: WorkingCalendar) -> TermEnd:
    """Until when a report has to be sent: the regime's number of working days after the last day of its period."""
    return end_of_term(last_day, term_to_send(window), calendar=calendar)


def term_to_send(window: RegimeWindow) -> Term:
    """The same as a length of time."""
    return Term(window.due_working_days, TermUnit.WORKING_DAY)


_TERM_UNITS: Final = {unit.value: unit for unit in TermUnit if unit is not TermUnit.FIXED}


def version_of(row: RuleParameter) -> RuleVersion:
    """A stored rule as a term; its document is not looked up."""
    unit = _TERM_UNITS.get(row.unit)
    term = Term(row.value, unit) if unit and row.value >= 0 else None
    return RuleVersion(row.pk, term, row.valid_from, row.valid_to)


def end_by_rule(code: str, *, start: date) -> date:
    """The last day of the term that a rule sets, counted from a day: of the version in force on that day, else of the one that comes
    with the program. It is a working day.
    """
    shipped = next(rule for rule in shipped_rules() if rule["code"] == code)
    row = RuleParameter.objects.in_force(code, on=start)
    terms = [Term(shipped["value"], _TERM_UNITS[shipped["unit"]])]
    if row is not None and (stored := version_of(row).term) is not None:
        terms.insert(0, stored)
    calendar = working_calendar()
    for term in terms:
        with suppress(OverflowError, ValueError):  # a number that leaves the calendar
            if (end := end_of_term(start, term, calendar=calendar).due_on) is not None and end > start:
                return end
    message = f"{code} sets no term"
    raise LookupError(message)


class LawOnRecord:
    """Rules and calendar for the deadlines of the kernel, which may not know these tables."""

    rule_model = RuleParameter._meta.label_lower
    day_model = WorkingDayException._meta.label_lower

    def law(self, codes: Collection[str]) -> Law:
        """All versions of some rules, and the shared calendar."""
        rules: dict[str, list[RuleVersion]] = {code: [] for code in codes}
        for row in _RULES.rows(tuple(sorted(codes))):
            rules[row.code].append(version_of(row)._replace(basis=str(row.legal_document or "")))
        return Law(rules, working_calendar())

    def end_by_rule(self, code: str, *, start: date) -> date:
        """The last day of the term of a rule."""
        return end_by_rule(code, start=start)

    def shipped_codes(self) -> Collection[str]:
        """Codes of the rules that come with the program."""
        return [rule["code"] for rule in shipped_rules()]


@cache
def shipped_rules() -> tuple[dict[str, Any], ...]:
    """The rules that come with the program: code, label, value, unit, first day, basis, whether to confirm. Each app
    ships those that it asks for, in ``data/rule_parameters.toml``.
    """
    return tuple(rule for _app, content in shipped_data("rule_parameters.toml") for rule in content["rule"])


@cache
def shipped_days() -> dict[str, Any]:
    """What is known of the yearly announcements of days off, beside the library."""
    text = resources.files("khcn.reference").joinpath("data", "working_days.toml").read_text("utf-8")
    return tomllib.loads(text)


def window_of(*, kind: PeriodKind, number: int, on: date, regime: str = "") -> RegimeWindow | None:
    """The window of a period as it is in force on a day, under a regime or else the first by code."""
    wanted = {"kind": kind.value, "number": number, "on": on, "regime": regime}
    return next(iter(RegimeWindow.objects.raw(_WINDOW, wanted)), None)
