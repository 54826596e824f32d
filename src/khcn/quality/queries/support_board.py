"""The board of supported parties: how far each has come by its case, beside what the system holds of it.

Lists and numbers are those of the figures TX-01 to TX-04, so that board and report cannot say different things.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.fields.reference_targets import is_nameable
from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import short_number
from khcn.parties.models import Organisation
from khcn.quality.queries.supports import (
    ELEMENTS_RULE,
    WAITS,
    contracted,
    once,
    published,
    still_supported,
    supported,
    usual_ends,
)
from khcn.quality.workflow import ENTERED, PUBLISHED, STOPPED, SURVEYED, TRAINED, UNDER_WAY
from khcn.reference.models import RuleParameter
from khcn.reference.queries import window_of
from khcn.trace.queries.party_progress import PartyProgress, party_progress

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.quality.models import TraceabilitySupport

PAGE_SIZE: Final = 100
FIRST_YEAR, LAST_YEAR = 2000, 2100
ALL, SUPPORTED, CONTRACT, OPEN, PUBLIC, LATE = "", "supported", "contracted", "open", "published", "late"
_MOST_PAGES: Final = 1_000
_DATA_THERE: Final = (ENTERED, TRAINED, PUBLISHED)


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """What somebody looks at; a value that is none of the choices narrows nothing."""

    year: int
    commune: int | None = None
    consultant: int | None = None
    shown: str = ALL
    page: int = 1
    regime: str = ""

    @property
    def period(self) -> Period:
        """The year as the figures of a report have it."""
        return year_as_reported(self.year, self.regime)


@dataclass(frozen=True, slots=True)
class BoardCount:
    """A number above the board, the figure of the report that it is, and the list that it counts."""

    shown: str
    label: str
    value: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class SupportDifference:
    """Where case and system say different things. `action`: the step that would record what the system says, "" where none comes next."""

    words: str
    action: str = ""
    inputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SupportRow:
    """A case with what the system holds of its party. `party`, `consultant`: as the actor may read their names."""

    case: TraceabilitySupport
    party: str
    consultant: str
    awaited: str
    usual_end: date | None
    is_late: bool
    progress: PartyProgress | None
    data: SupportDifference | None
    publication: SupportDifference | None

    @property
    def next_step(self) -> str:
        """What is done next, in words; "" where nothing is."""
        return str(WAITS[self.case.state].label) if self.awaited else ""

    @property
    def differences(self) -> list[SupportDifference]:
        """All of them."""
        return [each for each in (self.data, self.publication) if each is not None]


@dataclass(frozen=True, slots=True)
class SupportBoard:
    """One page of a list, the numbers above it, and what it can be narrowed by."""

    query: BoardQuery
    period: Period
    counts: tuple[BoardCount, ...]
    rows: tuple[SupportRow, ...]
    total: int
    has_next: bool
    elements_asked: int | None
    communes: Sequence[tuple[int, str]]
    consultants: Sequence[tuple[int, str]]
    years: Sequence[int]
    conditions: tuple[tuple[str, str], ...]
    """By what the list is narrowed, as label and value."""


def year_as_reported(year: int, regime: str = "") -> Period:
    """The days that a report of the year counts under a regime, else under the first; the calendar year where none says so."""
    window = window_of(kind=PeriodKind.YEAR, number=1, on=date(year, 6, 30), regime=regime)
    return window.period(year) if window else Period(date(year, 1, 1), date(year + 1, 1, 1), year)


def read_board_query(given: Mapping[str, str], *, year: int, regime: str = "") -> BoardQuery:
    """What an address asks for; without a year, the one that is given."""
    asked = short_number(given.get("year", ""))
    shown = given.get("shown", "")
    return BoardQuery(
        asked if asked is not None and FIRST_YEAR <= asked <= LAST_YEAR else year,
        short_number(given.get("commune", "")),
        short_number(given.get("consultant", "")),
        shown if shown in (SUPPORTED, CONTRACT, OPEN, PUBLIC, LATE) else ALL,
        max(1, min(short_number(given.get("page", "")) or 1, _MOST_PAGES)),
        regime,
    )


def support_board(
    query: BoardQuery, visible: QuerySet[Any], *, actor: Actor, on: date, size: int | None = PAGE_SIZE
) -> SupportBoard:
    """The board as it is on a day. ``visible``: the cases that the actor may read; ``size``: None for all rows on one page."""
    narrowed = _narrowing(query)

    def among(rows: QuerySet[TraceabilitySupport]) -> QuerySet[TraceabilitySupport]:
        return rows.filter(pk__in=visible.values("pk"), **narrowed)

    period = query.period
    late = _late(among(supported(period)), on=on)
    lists = {
        SUPPORTED: once(among(supported(period))),
        CONTRACT: once(among(contracted(period))),
        OPEN: once(among(still_supported(period))),
        PUBLIC: among(published(period)),
        LATE: among(supported(period)).filter(pk__in=late),
        ALL: among(supported(period)),
    }
    rows = lists[query.shown]
    total = rows.count()
    start = 0 if size is None else (query.page - 1) * size
    cases = rows.select_related("organisation__admin_unit", "consultant").order_by(
        "organisation__name", "registered_on", "pk"
    )[start : None if size is None else start + size]
    rule = RuleParameter.objects.in_force(ELEMENTS_RULE, on=on)
    asked = None if rule is None else rule.value
    in_year = supported(period).filter(pk__in=visible.values("pk"))
    communes = _choices(in_year, visible, "organisation__admin_unit", query.commune)
    consultants = (
        _choices(in_year, visible, "consultant", query.consultant) if is_nameable(Organisation, actor) else []
    )
    return SupportBoard(
        query,
        period,
        (
            BoardCount(SUPPORTED, _("Tổ chức, cá nhân được hỗ trợ"), lists[SUPPORTED].count(), "TX-01"),
            BoardCount(CONTRACT, _("Đã ký hợp đồng tư vấn"), lists[CONTRACT].count(), "TX-02"),
            BoardCount(OPEN, _("Còn được hỗ trợ"), lists[OPEN].count(), "TX-03"),
            BoardCount(PUBLIC, _("Trường hợp đã công bố dữ liệu"), lists[PUBLIC].count(), "TX-04"),
            BoardCount(LATE, _("Trường hợp chậm bước tiếp theo"), len(late)),
        ),
        _rows(list(cases), asked, actor=actor, on=on),
        total,
        size is not None and total > start + size,
        asked,
        communes,
        consultants,
        _years(visible, query, on),
        (
            *_condition(_("Xã, phường"), query.commune, communes),
            *_condition(_("Đơn vị tư vấn"), query.consultant, consultants),
        ),
    )


def _narrowing(query: BoardQuery) -> dict[str, int]:
    asked = {"organisation__admin_unit": query.commune, "consultant": query.consultant}
    return {name: key for name, key in asked.items() if key is not None}


def _choices(
    rows: QuerySet[Any], visible: QuerySet[Any], key: str, chosen: int | None
) -> Sequence[tuple[int, str]]:
    """What the rows have, and what is chosen, though no row of the year has it."""

    def among(some: QuerySet[Any]) -> list[tuple[int, str]]:
        name = f"{key}__name"
        return list(some.order_by(name, key).values_list(key, name).distinct())

    found = among(rows.filter(**{f"{key}__isnull": False}))
    if chosen is not None and chosen not in dict(found):
        found += among(visible.filter(**{key: chosen}))
    return found


def _condition(
    label: str, chosen: int | None, choices: Sequence[tuple[int, str]]
) -> tuple[tuple[str, str], ...]:
    if chosen is None:
        return ()
    return ((label, dict(choices).get(chosen, _("không có trong danh sách"))),)


def _years(visible: QuerySet[Any], query: BoardQuery, on: date) -> Sequence[int]:
    """The years of reports in which cases began, that of today and the one that is shown."""
    days = [*visible.order_by().values_list("registered_on", flat=True).distinct(), on]
    periods = {year: year_as_reported(year, query.regime) for year in {day.year for day in days}}
    began = {day.year + (day >= periods[day.year].end) - (day < periods[day.year].start) for day in days}
    return sorted({*began, query.year}, reverse=True)


def _late(rows: QuerySet[TraceabilitySupport], *, on: date) -> Collection[int]:
    ends = usual_ends(rows.filter(state__in=UNDER_WAY), on=on)
    return [key for key, end in ends.items() if end < on]


def _rows(
    cases: Sequence[TraceabilitySupport], asked: int | None, *, actor: Actor, on: date
) -> tuple[SupportRow, ...]:
    ends = usual_ends(cases, on=on)
    found = party_progress({(case.organisation_id, case.registered_on) for case in cases}, actor)
    return tuple(
        SupportRow(
            case,
            shown_record_name(case.organisation, actor),
            shown_record_name(case.consultant, actor),
            WAITS[case.state].step if case.state in WAITS else "",
            end := ends.get(case.pk),
            end is not None and end < on,
            progress := found.get((case.organisation_id, case.registered_on)),
            _data_difference(case, progress, asked),
            _publication_difference(case, progress),
        )
        for case in cases
    )


def _data_difference(
    case: TraceabilitySupport, progress: PartyProgress | None, asked: int | None
) -> SupportDifference | None:
    """Whether the case has another number of groups than the lot in the system; while data are being entered, only once all are there."""
    if progress is None or case.state == STOPPED:
        return None
    if case.state in _DATA_THERE:
        return _difference_of_numbers(case, progress)
    if asked is None or progress.elements is None or progress.elements < asked:
        return None
    text = _("Hệ thống đã đủ dữ liệu, hồ sơ chưa ghi bước cập nhật dữ liệu.")
    if case.state != SURVEYED or progress.data_on is None:
        return SupportDifference(text)
    day = format_date(progress.data_on)
    return SupportDifference(
        text, "enter-data", (("entered_on", day), ("data_elements", str(min(progress.elements, asked))))
    )


def _difference_of_numbers(case: TraceabilitySupport, progress: PartyProgress) -> SupportDifference | None:
    if case.data_elements == (progress.elements or 0):
        return None
    if progress.elements is None:
        return SupportDifference(_("Hồ sơ ghi đã có dữ liệu, hệ thống chưa có lô nào."))
    text = _("Hồ sơ ghi %(noted)s nhóm, hệ thống có %(stored)s.")
    return SupportDifference(text % {"noted": case.data_elements or 0, "stored": progress.elements})


def _publication_difference(
    case: TraceabilitySupport, progress: PartyProgress | None
) -> SupportDifference | None:
    """Whether case and system have another day of publication, or one of them has none."""
    if progress is None or case.state == STOPPED or case.published_on == progress.published_on:
        return None
    if progress.published_on is None:
        return SupportDifference(_("Hồ sơ ghi đã công bố, hệ thống không có lô nào đang công bố."))
    if case.published_on is not None:
        return SupportDifference(_("Ngày công bố trong hồ sơ khác ngày trong hệ thống."))
    text = _("Hệ thống đã công bố, hồ sơ chưa ghi công bố dữ liệu.")
    if case.state != TRAINED:
        return SupportDifference(text)
    inputs = [("published_on", format_date(progress.published_on))]
    if progress.elements is not None:
        inputs.append(("data_elements", str(progress.elements)))
    return SupportDifference(text, "publish", tuple(inputs))
