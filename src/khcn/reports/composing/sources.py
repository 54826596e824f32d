"""What a report is made from, as one value: a stored report and a bare form look the same to everything that follows."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from khcn.kernel.text.dates import long_date
from khcn.kernel.text.numbers import parse_number
from khcn.reports.forms.definition import fill
from khcn.reports.models import OverrideAspect
from khcn.reports.texts.own_words import printed_words, unfilled
from khcn.reports.texts.period_words import OF_PLACES, OF_PROVINCE, place_words, province_words, variables

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period
    from khcn.reports.forms.definition import Form
    from khcn.reports.models import ReportInstance
    from khcn.reports.texts.own_words import OwnWord

Number: TypeAlias = int | Decimal
_BEFORE_VARIABLE: Final = re.compile(r"(?=\{\{)")
_DAY: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_UNSIGNED_STATES = frozenset({"drafting", "compiled", "cancelled"})


@dataclass(frozen=True, slots=True)
class TypedValue:
    """An override, read."""

    aspect: OverrideAspect
    reason: str
    value: Number = 0
    names: tuple[str, ...] = ()
    cells: tuple[tuple[int, int, str], ...] = ()  # row and column from 1; column 0 is the last


@dataclass(frozen=True, slots=True)
class SectionSource:
    key: str
    label: str
    level: int
    title: str
    owner: str
    text: str
    typed: bool = False
    also: tuple[str, ...] = ()
    state: str = ""  # "" when no division has anything to hand in
    carried: str = ""  # the text of an earlier report, until somebody confirms what is left of it
    carried_from: str = ""
    carried_confirmed: tuple[str, ...] = ()  # keys of its statements that somebody has confirmed
    annex: bool = False
    form_owner: str = ""  # as the form has it, where the work has gone to another division since

    def answers_for(self, owner: str) -> bool:
        """Is this the section of a division, or of the one that has its work now?"""
        return owner in {self.owner, self.form_owner}

    @property
    def is_untouched(self) -> bool:
        """A division answers for its words and has written none: what is printed is the form's "Không phát sinh"."""
        return self.typed and self.state not in {"", "taken_over"} and not self.text.strip()


@dataclass(frozen=True)
class ReportSource:
    form: Form
    period: Period
    sections: tuple[SectionSource, ...]
    overrides: dict[tuple[str, str, int, OverrideAspect], TypedValue]
    doc_number: str = ""
    signed_on: date | None = None
    signer_name: str = ""
    is_draft: bool = False
    given: dict[str, str] = field(default_factory=dict)  # the form's own words, as this report gives them
    replaces: str = (
        ""  # the signed report in whose place this one is: "số 01/BC-SKHCN ngày 30 tháng 11 năm 2026"
    )

    @cached_property
    def words(self) -> dict[str, str]:
        """What each variable of a text prints: the words of the period, the province on its last day, and the form's own."""
        of_province = province_words(self.period.last_day)
        if any(name in text for text in (*self._texts(), repr(self.form.tables)) for name in OF_PLACES):
            of_province |= place_words(self.period)  # asked of the rules, which few forms need
        return {**variables(self.period), **of_province, **printed_words(self.form.words, self.given)}

    @property
    def day(self) -> date:
        """The day on the letterhead: that of the signature, and of an unsigned report the last one of its period."""
        return self.signed_on or self.period.last_day

    @cached_property
    def words_of_letterhead(self) -> dict[str, str]:
        """The same with the province in whose name the report is issued."""
        return {**self.words, **province_words(self.day)}

    def base(self, text: str) -> str:
        """A document that the report is based on. The province that issued it is that of the document's own day: after a merger the
        rules of the former province stay in force, and were not made by the new one.
        """
        filled: list[str] = []
        day: date | None = None
        for part in _BEFORE_VARIABLE.split(text):
            of_province = province_words(day) if day and any(name in part for name in OF_PROVINCE) else {}
            filled.append(fill(part, {**self.words, **of_province}))
            day = _day_in(filled[-1]) or day
        return "".join(filled)

    @property
    def unfilled(self) -> list[OwnWord]:
        """The form's own words that the report prints and nobody has given."""
        return unfilled(self.form.words, self.given, self._texts())

    def _texts(self) -> tuple[str, ...]:
        """Every text of the report that may name words."""
        texts = [text for each in self.sections for text in (each.title, each.text)]
        return (*self.form.letterhead.texts(), *texts)


def _day_in(text: str) -> date | None:
    """The day that a text names first; None where it names none that the calendar has."""
    with suppress(ValueError):
        for found in _DAY.findall(text):
            return datetime.strptime(found, "%d/%m/%Y").date()  # noqa: DTZ007 -- a day has no zone
    return None


def source_from_form(form: Form, period: Period) -> ReportSource:
    """A report straight from its definition: all computed, nobody's section outstanding."""
    sections = tuple(
        SectionSource(
            each.key,
            each.label,
            each.level,
            each.title,
            each.owner,
            each.text,
            each.typed,
            each.also,
            annex=each.annex,
        )
        for each in form.sections
    )
    given = {each.name: each.value for each in form.words} if form.wording_of in {0, period.year} else {}
    return ReportSource(form, period, sections, {}, given=given)


def source_of(instance: ReportInstance) -> ReportSource:
    """A stored report as it stands."""
    form = instance.form
    defined = {each.key: each for each in form.sections}
    sections = tuple(
        SectionSource(
            each.key,
            each.label,
            each.level,
            each.title,
            each.owner_code,
            each.text,
            each.typed,
            defined[each.key].also if each.key in defined else (),
            each.state,
            each.carried_text,
            each.carried_from,
            tuple(each.carried_confirmed),
            each.key in defined and defined[each.key].annex,
            defined[each.key].owner if each.key in defined else "",
        )
        for each in instance.sections.all()
    )
    overrides = {
        (each.section.key, each.code, each.nth, OverrideAspect(each.aspect)): read_override(
            each.aspect, each.data, each.reason
        )
        for each in instance.overrides
    }
    return ReportSource(
        form,
        instance.period(),
        sections,
        overrides,
        instance.doc_number,
        instance.signed_on,
        instance.signer_name,
        is_draft=instance.state in _UNSIGNED_STATES,
        given=dict(instance.given),
        replaces=_replaced_paper(instance.replaces),
    )


def _replaced_paper(signed: ReportInstance | None) -> str:
    if signed is None:
        return ""
    day = f" {long_date(signed.signed_on)}" if signed.signed_on else ""
    return f"số {signed.doc_number}{day}"


def read_override(aspect: str, data: Any, reason: str = "") -> TypedValue:
    """The typed content of an override: ``{"value": "09"}``, ``{"names": [...]}`` or ``{"cells": {"1.4": "…"}}``.

    Raises:
        ValueError: content of another shape (a :class:`khcn.kernel.text.text_problem.TextProblem` for a bad number).
    """
    match OverrideAspect(aspect), data:
        case OverrideAspect.VALUE, {"value": value}:
            return TypedValue(OverrideAspect.VALUE, reason, value=parse_number(value))
        case OverrideAspect.NAMES, {"names": list(names)}:
            return TypedValue(OverrideAspect.NAMES, reason, names=tuple(str(each).strip() for each in names))
        case OverrideAspect.CELLS, {"cells": dict(cells)}:
            return TypedValue(
                OverrideAspect.CELLS, reason, cells=tuple(_cell(*each) for each in cells.items())
            )
        case wanted, _:
            message = f"an override of {wanted.value} holds {{'{wanted.value}': …}}, not {data!r}"
            raise ValueError(message)


def _cell(place: str, text: object) -> tuple[int, int, str]:
    row, _dot, column = str(place).partition(".")
    return int(row), int(column or 0), str(text)
