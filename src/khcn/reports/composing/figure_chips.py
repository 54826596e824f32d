"""Marks of the markup as the editor shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.reports.texts import markup
from khcn.reports.texts.choices import CHOICE_MARKS
from khcn.reports.texts.markup import Aspect
from khcn.reports.texts.nodes import ChoiceMark
from khcn.reports.texts.period_words import VARIABLES, place_words, province_words, variables

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


@dataclass(frozen=True, slots=True)
class FigureChip:
    """A mark of the markup as the editor shows it."""

    kind: Literal["figure", "variable", "note"]
    source: str
    label: str
    shown: str = ""


def chips(text: str, period: Period, known: IndicatorRegistry = registry) -> list[FigureChip]:
    """The marks of a text in order, each once, with what people call it; figures without their values.

    Raises:
        MarkupProblem: the text is malformed.
    """
    words = {**variables(period), **province_words(period.last_day), **place_words(period)}
    found: dict[str, FigureChip] = {}
    blocks = markup.parse(text)
    for block in blocks:
        if isinstance(block, markup.RecordTable):
            found.setdefault(block.code, _figure_chip(block.code, Aspect.TABLE, known))
        for inlines in markup.inlines_of(block):
            for inline in inlines:
                match inline:
                    case markup.Figure(code, aspect):
                        chip = _figure_chip(code, aspect, known)
                    case markup.Variable(name):
                        chip = FigureChip(
                            "variable", f"{{{{{name}}}}}", VARIABLES.get(name, name), words.get(name, "")
                        )
                    case markup.NoteMark(key):
                        chip = FigureChip("note", f"[^{key}]", _("Chú thích %(key)s") % {"key": key})
                    case ChoiceMark(name):
                        chip = FigureChip("variable", f"{{{{{name}}}}}", CHOICE_MARKS[name])
                    case markup.Text():
                        continue
                found.setdefault(chip.source, chip)
    return list(found.values())


def _figure_chip(code: str, aspect: Aspect, known: IndicatorRegistry) -> FigureChip:
    source = f"[{code}:{aspect}]" if aspect else f"[{code}]"
    label = (
        str(known[code].label) if code in known else _("Mã %(code)s chưa có trong sổ nào") % {"code": code}
    )
    return FigureChip("figure", source, label)
