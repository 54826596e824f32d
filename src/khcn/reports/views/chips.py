"""What the editor shows in the place of marks: labels, present values, and the menus to insert from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.indicators import registry
from khcn.reports.composing.printing import NOTHING, format_value
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import SectionSource
from khcn.reports.forms.definition import palette
from khcn.reports.models import OverrideAspect
from khcn.reports.texts.choices import CHOICE_MARKS
from khcn.reports.texts.markup import CODE, MarkupProblem
from khcn.reports.texts.period_words import VARIABLES, place_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.reports.composing.report_parts import Occurrence
    from khcn.reports.composing.sources import ReportSource

MONEY = "đồng"
_SIGNS = {"neu_co": "[", "neu_khong": "|", "het": "]"}  # of words in each other's place, in the editor
_LONGEST = 48
_MARK = re.compile(rf"\[(?P<code>{CODE.pattern})(?::(?:so|ten|chu|bang))?\]")


@dataclass(frozen=True, slots=True)
class PrintedOccurrence:
    """One place of a section where a figure stands, for the table under the editor."""

    occurrence: Occurrence
    mark: str
    label: str
    unit: str
    computed: str
    shown: str

    @property
    def anchor(self) -> str:
        """Its id in the HTML of the whole report."""
        return anchor_of(self.occurrence)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A figure that can be inserted, and the ways to print it."""

    code: str
    label: str
    unit: str
    marks: tuple[tuple[str, str], ...]  # (mark, what it prints)


def anchor_of(occurrence: Occurrence) -> str:
    """Where a printed figure is found in the HTML of its report."""
    return f"so-{occurrence.section}-{occurrence.code}-{occurrence.kind.value}-{occurrence.nth}"


def section_source(source: ReportSource, key: str, text: str | None = None) -> ReportSource:
    """A report of one section alone, with its stored words or with others."""
    section = next(each for each in source.sections if each.key == key)
    if text is not None:
        section = replace(section, text=text)
    return replace(source, sections=(section,))


def occurrences_of(source: ReportSource, key: str) -> tuple[PrintedOccurrence, ...]:
    """Every printed figure of a stored section. Empty when the stored text cannot be read."""
    try:
        report = resolve(section_source(source, key))
    except MarkupProblem:
        return ()
    return tuple(map(_printed, report.occurrences))


def _printed(each: Occurrence) -> PrintedOccurrence:
    indicator = registry[each.code]
    mark = f"[{each.code}:{each.aspect}]" if each.aspect else f"[{each.code}]"
    return PrintedOccurrence(
        each, mark, str(indicator.label), str(indicator.unit), _brief(each, computed=True), _brief(each)
    )


def _brief(each: Occurrence, *, computed: bool = False) -> str:
    """A value as printed; a list or a table by its length and beginning."""
    content = each.computed if computed else each.printed
    match each.kind:
        case OverrideAspect.VALUE:
            return format_value(content.value, each.aspect)
        case OverrideAspect.NAMES:
            start = "; ".join(content.names)
            cut = start if len(start) <= _LONGEST else start[: _LONGEST - 1].rstrip() + "…"
            if not content.names:
                return NOTHING
            return _("%(count)d tên: %(names)s") % {"count": len(content.names), "names": cut}
        case OverrideAspect.CELLS:
            return _("bảng %(count)d dòng") % {"count": len(content.rows)}


def chip_data(
    source: ReportSource, key: str, text: str, stored: Iterable[PrintedOccurrence]
) -> dict[str, Any]:
    """For the script: what each mark of ``text`` shows, and the typed values laid over the stored occurrences."""
    stored = tuple(stored)
    title = next(each.title for each in source.sections if each.key == key)
    return {
        "chips": shown_by_mark(source, [title, text, *(each.mark for each in stored)]),
        "overrides": [
            {
                "code": each.occurrence.code,
                "nth": each.occurrence.nth,
                "aspect": each.occurrence.kind.value,
                "shown": each.shown,
                "reason": each.occurrence.typed.reason,
            }
            for each in stored
            if each.occurrence.typed
        ],
    }


def shown_by_mark(source: ReportSource, texts: Iterable[str]) -> list[dict[str, str]]:
    """What every mark in ``texts`` shows in the source's period; marks of figures nobody knows are left out.

    The texts are only searched for marks: one that cannot be read as a whole still shows its figures.
    """
    marks = dict.fromkeys(
        found[0] for text in texts for found in _MARK.finditer(text) if found["code"] in registry
    )
    asked = SectionSource("", "", 1, "", "", "\n".join(marks))
    found = map(_printed, resolve(replace(source, sections=(asked,), overrides={})).occurrences)
    figures = {each.mark: each for each in found}
    return [
        *({"source": mark, "label": label, "shown": shown} for mark, label, shown in variable_menu(source)),
        *({"source": each.mark, "label": each.label, "shown": each.computed} for each in figures.values()),
    ]


def menu() -> list[MenuEntry]:
    """Every figure that can be bound, with the ways to print it."""
    found = []
    for code, label, unit in palette():
        marks = [(f"[{code}]", _("Số")), (f"[{code}:ten]", _("Danh sách tên"))]
        if registry[code].table:
            marks.append((f"[{code}:bang]", _("Bảng")))
        if unit == MONEY:
            marks.append((f"[{code}:chu]", _("Số tiền bằng chữ")))
        found.append(MenuEntry(code, label, unit, tuple(marks)))
    return found


def variable_menu(source: ReportSource) -> list[tuple[str, str, str]]:
    """Words that change with the period, and the form's own: mark, name, and what they print now."""
    labels = {**VARIABLES, **{each.name: each.label for each in source.form.words}}
    shown = {**place_words(source.period), **source.words}
    words = [(f"{{{{{name}}}}}", labels[name], value) for name, value in shown.items()]
    return [*words, *((f"{{{{{name}}}}}", label, _SIGNS[name]) for name, label in CHOICE_MARKS.items())]
