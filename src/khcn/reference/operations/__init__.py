"""Verbs of the shared reference data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.reference.models import (
    SHARED_CALENDAR,
    DayKind,
    LegalDocument,
    RuleParameter,
    WorkingDayException,
)
from khcn.reference.queries import shipped_days, shipped_rules, version_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from khcn.kernel.actors import Actor

FIRST_YEAR, LAST_YEAR = 1990, 2100
# Data, not interface: what is stored must not depend on the language of the person who fills in the year.
_SOURCE = "Lấy tự động, cần đối chiếu với thông báo lịch nghỉ hằng năm"
_SWAPPED = "Làm bù"


class PrefillRefused(ValueError):  # noqa: N818 -- a refusal with a reason, not a fault
    """The year lies outside what the library knows."""


@dataclass(frozen=True, slots=True)
class PrefillResult:
    """What a pre-fill did. ``kept`` are rows of people that say something else than the library; ``unknown`` are
    earlier pre-filled rows that the library no longer has: a person should look at both.
    """

    created: tuple[date, ...] = ()
    corrected: tuple[date, ...] = ()
    unchanged: tuple[date, ...] = ()
    unknown: tuple[date, ...] = ()


def _library_days(year: int) -> Iterator[tuple[date, DayKind, str]]:
    import holidays  # local: slow import

    known = holidays.country_holidays("VN", years=year, language="vi")
    for day, name in sorted(known.items()):
        yield day, DayKind.HOLIDAY, name
    for each in shipped_days()["day"]:
        if each["on"].year == year and each["on"] not in known:
            yield each["on"], DayKind(each["kind"]), each["name"]
    for day in sorted(known.weekend_workdays):
        if day.year == year:
            yield day, DayKind.WORKING, _SWAPPED


def _set(row: WorkingDayException, kind: DayKind, name: str) -> None:
    source = shipped_days()["sources"].get(str(row.on.year), _SOURCE)
    row.kind, row.name, row.source = kind, name[:200], source
    row.prefilled_as = row.signature


def prefill_years(*, years: Iterable[int], actor: Actor) -> None:
    """The same for several years of the shared calendar."""
    with acting(actor, "Lịch làm việc"):
        for year in years:
            prefill_year(year=year, actor=actor)


def prefill_year(*, year: int, actor: Actor, calendar: str = SHARED_CALENDAR) -> PrefillResult:
    """Fill in the public holidays and swapped working days of a year as the library ``holidays`` knows them.

    A row that a person entered or changed is never touched; a row an earlier pre-fill left is brought up to date.
    Repeating it changes nothing. Nothing is deleted. Raises :class:`PrefillRefused` outside 1990–2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PrefillRefused(
            _("Chỉ lấy được lịch nghỉ từ năm %(first)s đến %(last)s. Hãy chọn năm trong khoảng đó.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    present = {row.on: row for row in WorkingDayException.objects.of_calendar(calendar).of_year(year)}
    created: list[WorkingDayException] = []
    corrected, unchanged = [], []
    with acting(actor, _("Lấy lịch nghỉ năm %(year)s") % {"year": year}), transaction.atomic():
        for day, kind, name in _library_days(year):
            row = present.pop(day, None)
            if row is None:
                row = WorkingDayException(
                    calendar=calendar, on=day, provisional=year not in shipped_days()["announced"]
                )
                _set(row, kind, name)
                created.append(row)
            elif row.is_hand_made:
                if row.kind != kind:
                    unchanged.append(day)
            else:
                before = row.signature
                _set(row, kind, name)
                if row.signature != before:
                    row.save()
                    corrected.append(day)
        bulk_insert(created)
    unknown = tuple(day for day, row in sorted(present.items()) if not row.is_hand_made)
    return PrefillResult(tuple(row.on for row in created), tuple(corrected), tuple(unchanged), unknown)


def enter_shipped_rules(*, actor: Actor) -> list[RuleParameter]:
    """Enter the rules that come with the program and that this database does not have; touches no row that is there."""
    known = set(RuleParameter.objects.values_list("code", flat=True))
    missing = [rule for rule in shipped_rules() if rule["code"] not in known]
    numbers = {rule["basis"] for rule in missing if rule.get("basis")}
    found = LegalDocument.objects.filter(number__in=numbers).order_by("-pk")
    documents = {document.number: document for document in found}  # the first of each number
    made = [
        RuleParameter(
            code=rule["code"],
            label=rule["label"],
            value=rule["value"],
            unit=rule["unit"],
            valid_from=rule["valid_from"],
            valid_to=rule.get("valid_to"),  # of one that another follows
            legal_document=documents.get(rule.get("basis", "")),
            illustrative=["value", "valid_from"] if rule.get("confirm") else [],
        )
        for rule in missing
    ]
    with acting(actor, _("Nhập tham số quy định đi kèm phần mềm")), transaction.atomic():
        for row in made:
            row.clean_fields(exclude={"legal_document"})  # the database judges keys, links and days
        bulk_insert(made)
    return made


def continue_ended_rules(*, codes: Collection[str], actor: Actor, on: date) -> list[RuleParameter]:
    """Put the last value of rules that are not in force on a day into force again, from the day on which they ended.

    For a database in which somebody ended them past the program; the screens refuse it. Rules without any usable
    version get the shipped value from ``on``.
    """
    shipped = {rule["code"]: rule for rule in shipped_rules()}
    made = []
    with acting(actor, _("Nối tiếp tham số quy định đã bị kết thúc")), transaction.atomic():
        for code in sorted(codes):
            rows = RuleParameter.objects.filter(code=code, valid_from__lte=on).order_by("valid_from")
            usable = [row for row in rows if version_of(row).term is not None]
            if usable:
                last = max(usable, key=lambda row: row.valid_to or row.valid_from)
                row = RuleParameter(
                    code=code,
                    label=last.label,
                    value=last.value,
                    unit=last.unit,
                    legal_document=last.legal_document,
                    valid_from=last.valid_to or on,
                    illustrative=last.illustrative,
                )
            else:
                rule = shipped[code]
                row = RuleParameter(
                    code=code,
                    label=rule["label"],
                    value=rule["value"],
                    unit=rule["unit"],
                    valid_from=on,
                    illustrative=["value", "valid_from"],
                )
            row.full_clean()
            row.save()
            made.append(row)
    return made


def why_not_confirm(rule: RuleParameter, *, actor: Actor, on: date) -> str:
    """A value is confirmed once."""
    return "" if rule.illustrative else _("Giá trị này đã được xác nhận.")


def confirm_rule(*, rule: RuleParameter, reason: str, actor: Actor, on: date) -> RuleParameter:
    """Somebody of the department has compared the value with the text that sets it; from then on it is no illustration."""
    rule.illustrative = []
    with acting(actor, reason):
        rule.save()
    return rule
