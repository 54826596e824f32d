"""The reporting year and period a person works in: kept in the session, shown in the head of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.text.numbers import short_number
from khcn.reference.models import RuleParameter
from khcn.reference.queries import window_of

if TYPE_CHECKING:
    from django.http import HttpRequest

SESSION_KEY = "reporting"
FIRST_YEAR = 2015
READABLE_YEARS = range(1990, 2101)
_MONTHS = {6: PeriodKind.HALF, 9: PeriodKind.NINE_MONTHS, 12: PeriodKind.YEAR}
_ROMAN = ("", "I", "II", "III", "IV")


def period_name(kind: PeriodKind, number: int) -> str:
    """As officials say it: "9 tháng", "Quý III", "Tháng 9"."""
    if kind is PeriodKind.MONTH:
        return _("Tháng %(number)d") % {"number": number}
    if kind is PeriodKind.QUARTER:
        return _("Quý %(number)s") % {"number": _ROMAN[number]}
    if kind is PeriodKind.YEAR:
        return _("Cả năm")
    return str(kind.label)


def period_choices() -> list[tuple[str, str]]:
    """Every kind of period as (value in a form, name)."""
    found = [(PeriodKind.YEAR, 1), (PeriodKind.NINE_MONTHS, 1), (PeriodKind.HALF, 1)]
    found += [(PeriodKind.QUARTER, number) for number in range(1, 5)]
    found += [(PeriodKind.MONTH, number) for number in range(1, 13)]
    return [(f"{kind.value}:{number}", period_name(kind, number)) for kind, number in found]


_OPTION = Markup('<option value="{}"{}>{}</option>')
_CHOSEN = Markup(" selected")


@lru_cache(maxsize=256)
def year_options(chosen: int, present: int, language: str) -> Markup:
    """Options of a select, the latest year first; drawn once for each choice and language."""
    last, first = max(present + 1, chosen), min(FIRST_YEAR, chosen)
    return Markup("").join(
        _OPTION.format(year, _CHOSEN if year == chosen else "", _("Năm %(year)s") % {"year": year})
        for year in range(last, first - 1, -1)
    )


@lru_cache(maxsize=256)
def period_options(chosen: str, language: str) -> Markup:
    """Options of a select with every kind of period; drawn once for each choice and language."""
    return Markup("").join(
        _OPTION.format(value, _CHOSEN if value == chosen else "", name) for value, name in period_choices()
    )


def read_day(text: str) -> date | None:
    """A day as our own addresses have it (2023-09-14); None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """What a person chose: a year, a kind of period and which one of it, maybe a regime."""

    year: int
    kind: PeriodKind = PeriodKind.YEAR
    number: int = 1
    regime: str = ""

    @classmethod
    def read(cls, values: Any, fallback: PeriodChoice) -> PeriodChoice:
        """From an address or form: ``year``, ``kind`` ("nine_months" or "quarter:3"), ``number``, ``regime``.

        What cannot be read is taken from ``fallback``, so that a cut address still shows a page.
        """
        kind_text, _colon, number_text = str(values.get("kind") or "").partition(":")
        year_text = str(values.get("year") or "")
        number_text = number_text or str(values.get("number") or "1")
        known = {kind.value: kind for kind in PeriodKind}
        asked = short_number(year_text)
        year = asked if asked is not None and asked in READABLE_YEARS else fallback.year
        if kind_text not in known:
            return cls(year, fallback.kind, fallback.number, str(values.get("regime") or fallback.regime))
        most = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.HALF: 2}.get(known[kind_text], 1)
        number = short_number(number_text) or 1
        number = number if number <= most else 1
        return cls(year, known[kind_text], number, str(values.get("regime") or fallback.regime))

    @property
    def value(self) -> str:
        """As the period select names it."""
        return f"{self.kind.value}:{self.number}"

    @property
    def label(self) -> str:
        """ "9 tháng năm 2023"."""
        if self.kind is PeriodKind.YEAR:
            return _("Năm %(year)d") % {"year": self.year}
        return _("%(period)s năm %(year)d") % {
            "period": period_name(self.kind, self.number),
            "year": self.year,
        }

    def parameters(self) -> dict[str, Any]:
        """For addresses that carry the period along."""
        found: dict[str, Any] = {"year": self.year, "kind": self.kind.value}
        if self.number != 1:
            found["number"] = self.number
        if self.regime:
            found["regime"] = self.regime
        return found

    def period(self) -> Period:
        """The window under the regime; calendar days where no regime has such a period."""
        window = window_of(kind=self.kind, number=self.number, on=date(self.year, 6, 30), regime=self.regime)
        return window.period(self.year) if window else self._calendar_period()

    def _calendar_period(self) -> Period:
        length = {
            PeriodKind.MONTH: 1,
            PeriodKind.QUARTER: 3,
            PeriodKind.HALF: 6,
            PeriodKind.NINE_MONTHS: 9,
        }.get(self.kind, 12)
        first = (self.number - 1) * length
        after = first + length
        end = date(self.year + after // 12, after % 12 + 1, 1)
        return Period(date(self.year, first + 1, 1), end, self.year, self.kind, self.number)


# A row where the database has the parameter ``opening_year`` on a day, as the demonstration has.
_OPENING_YEARS = PreparedQuery(
    lambda: RuleParameter.objects.valid(on=asked("on")).filter(code="opening_year").values_list("pk")
)


def opening_choice(today: date) -> PeriodChoice:
    """What a new session opens on: the rule parameters ``opening_year`` and ``opening_months`` where they are set,
    else the first period of the present year that has not ended.
    """
    rows = RuleParameter.objects.filter(code__in=("opening_year", "opening_months")).order_by("valid_from")
    found = {each.code: each.value for each in rows if each.is_valid(on=today)}  # the youngest counts
    if year := found.get("opening_year"):
        return PeriodChoice(year, _MONTHS.get(found.get("opening_months", 12), PeriodKind.YEAR))
    months = next((months for months in (6, 9) if today.month <= months), 12)
    return PeriodChoice(today.year, _MONTHS[months])


class Reporting:
    """The choice of one request, read from the session only when a page asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        """Keep the request; nothing is read yet."""
        self._request = request

    @cached_property
    def choice(self) -> PeriodChoice:
        """What is in the session, or what a new session opens on."""
        stored = self._request.session.get(SESSION_KEY)
        today: date = self._request.today  # type: ignore[attr-defined]
        if stored is None:
            opening = opening_choice(today)
            if self._request.user.is_authenticated:
                self.keep(opening)
            return opening
        return PeriodChoice.read(stored, PeriodChoice(today.year))

    def keep(self, choice: PeriodChoice) -> None:
        """Remember a choice in the session."""
        self._request.session[SESSION_KEY] = {
            "year": choice.year,
            "kind": choice.value,
            "regime": choice.regime,
        }

    @property
    def year(self) -> int:
        """The reporting year."""
        return self.choice.year

    @cached_property
    def period(self) -> Period:
        """The window of the choice."""
        return self.choice.period()

    @cached_property
    def work_day(self) -> date:
        """The day of "as of" questions, of records, lists and work: today, whatever period is looked at.

        In the demonstration, whose records end with the year that it opens on, it is the last day of the period: else
        everything would be late by years. Accounts of outside organisations have no reporting period, and write today.
        """
        today: date = self._request.today  # type: ignore[attr-defined]
        if self._request.actor.is_outside:  # type: ignore[attr-defined]
            return today
        return min(today, self.period.last_day) if _OPENING_YEARS.rows(on=today) else today
