"""Cases of support with traceability: those that the figures count, and how long each waits for its next step."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.terms import end_of_term
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.quality.models import TraceabilitySupport
from khcn.quality.workflow import CONTRACTED, ENTERED, REGISTERED, SURVEYED, TRAINED
from khcn.reference.models import RuleParameter
from khcn.reference.queries import version_of, working_calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.indicators import Period

ELEMENTS_RULE: Final = "quality.data_elements"


def supported(period: Period, since: str = "registered_on") -> QuerySet[TraceabilitySupport]:
    """Cases that had begun when the window ended, and had not ended before it began."""
    over = Q(published_on__lt=period.start) | Q(stopped_on__lt=period.start)
    over |= Q(published_on__lt=F(since)) | Q(stopped_on__lt=F(since))
    return TraceabilitySupport.objects.filter(**{f"{since}__lt": period.end}).exclude(over)


def contracted(period: Period) -> QuerySet[TraceabilitySupport]:
    """Those of them with a contract by the end of the window."""
    return supported(period, "contracted_on")


def still_supported(period: Period) -> QuerySet[TraceabilitySupport]:
    """Cases that had begun, and had not ended, when the window ended."""
    over = Q(published_on__lt=period.end) | Q(stopped_on__lt=period.end)
    return TraceabilitySupport.objects.filter(registered_on__lt=period.end).exclude(over)


def published(period: Period) -> QuerySet[TraceabilitySupport]:
    """Cases of which the data became public in the window."""
    return TraceabilitySupport.objects.filter(period.covers("published_on"))


def once(rows: QuerySet[TraceabilitySupport]) -> QuerySet[TraceabilitySupport]:
    """Of each party its first case among the rows."""
    return first_of_each(rows, "organisation", "registered_on").select_related("organisation")


class Wait(NamedTuple):
    """Since which day a case in a state waits, for which step, and which rule says how long that usually takes."""

    since: str
    step: str
    label: StrOrPromise
    rule: str


WAITS: Final[Mapping[str, Wait]] = {
    REGISTERED: Wait(
        "registered_on", "contracted_on", _("ký hợp đồng tư vấn"), "quality.support_contract_days"
    ),
    CONTRACTED: Wait("contracted_on", "surveyed_on", _("khảo sát"), "quality.support_survey_days"),
    SURVEYED: Wait("surveyed_on", "entered_on", _("cập nhật dữ liệu"), "quality.support_data_days"),
    ENTERED: Wait("entered_on", "trained_on", _("tập huấn"), "quality.support_training_days"),
    TRAINED: Wait("trained_on", "published_on", _("công bố dữ liệu"), "quality.support_publication_days"),
}
"""By the state that a case is in."""


def usual_ends(cases: Iterable[TraceabilitySupport], *, on: date) -> dict[int, date]:
    """By the key of a case until when its next step is usually done, by the rules that are in force on the day on which it began to wait.

    None for cases that are over, and where no rule says how long.
    """
    calendar = working_calendar()
    rules: dict[tuple[str, date], date | None] = {}
    found = {}
    for case in cases:
        wait = WAITS.get(case.state)
        since = getattr(case, wait.since) if wait else None
        if wait is None or since is None or since > on + timedelta(days=1):
            continue
        if (wait.rule, since) not in rules:
            row = RuleParameter.objects.in_force(wait.rule, on=since)
            term = None if row is None else version_of(row).term
            rules[wait.rule, since] = (
                None if term is None else end_of_term(since, term, calendar=calendar).due_on
            )
        if (end := rules[wait.rule, since]) is not None:
            found[case.pk] = end
    return found
