"""Reports that a search finds: by title, period and number, as officials ask for them ("báo cáo 9 tháng", "báo cáo tháng 2")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.search.offered_hits import Hit, first_hits
from khcn.kernel.text.fold import fold
from khcn.reports.forms.definition import fill
from khcn.reports.models import ReportInstance
from khcn.reports.texts.period_words import period_words, variables

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.search.offered_hits import HitGroup
    from khcn.kernel.search.search_words import Words

_TITLE: Final = "báo cáo"  # what a title may lack: it is printed below the word
_NEWEST: Final = 500  # reports: those of twenty years of a department with two a month
_READ: Final = (
    *("pk", "form_version__title", "kind", "year", "number", "start_on", "end_on"),
    *("variant", "variant_label", "doc_number"),
)


def report_hits(actor: Actor, words: Words, size: int) -> list[HitGroup]:
    """Reports with all the words, the newest first; those in which the words stand side by side before others."""
    newest = ReportInstance.objects.visible_to(actor).exclude(state="cancelled")
    found = [
        (words.folded not in folded, hit)
        for row in newest.values(*_READ)[:_NEWEST]
        for hit, folded in [_hit(row)]
        if all(_stands_in(word, folded) for word in words.words)
    ]
    found.sort(key=lambda each: each[0])
    hits = [hit for _apart, hit in found]
    return first_hits(_("Báo cáo"), "report", hits, reverse("reports:list"), size)


def _hit(row: dict[str, Any]) -> tuple[Hit, str]:
    """The line of a report, and the folded words by which it is found."""
    period = Period(row["start_on"], row["end_on"], row["year"], PeriodKind(row["kind"]), row["number"])
    variant = row["variant_label"] or row["variant"]
    text = fill(row["form_version__title"], variables(period)) + (f" ({variant})" if variant else "")
    if row["doc_number"]:
        text = f"{row['doc_number']}: {text}"
    in_figures = f"quý {period.number}" if period.kind is PeriodKind.QUARTER else ""
    folded = fold(" ".join((_TITLE, period_words(period), in_figures, text)))
    return Hit(text, reverse("reports:detail", args=[row["pk"]])), folded


def _stands_in(word: str, folded: str) -> bool:
    """A number is a whole word: February is no part of a year."""
    whole = f"{word} " if word[-1:].isdigit() else word
    return f" {whole}" in f" {folded} "
