"""Places to jump to in the HTML of a report: every section and every printed figure."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from khcn.kernel.documents.html import render_html
from khcn.reports.models import OverrideAspect
from khcn.reports.texts.markup import CODE
from khcn.reports.views.chips import anchor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from khcn.kernel.documents.model import OfficialDocument
    from khcn.reports.checking.findings import Finding
    from khcn.reports.composing.report_parts import Occurrence
    from khcn.reports.composing.resolve import Report

_HEADING = re.compile(r"<h([2-6])(?=[ >])")
_PREVIEWED_UNDER = 2  # the heading "Xem trước" of the page
_FIGURE = re.compile(r'<a class="figure"(?= )')
_FRAME = re.compile(
    r"<(header|h1|footer)[ >].*?</\1>\n?", re.DOTALL
)  # texts are escaped: no such tag in them
_SHORTEST_QUOTE = 4


def body_of(document: OfficialDocument, figure_href: Callable[[str], str]) -> str:
    """The HTML of a document's body without letterhead, title and signature: what a section looks like in print."""
    bare = replace(document, addressees=(), bases=(), closing=())
    return in_steps(_FRAME.sub("", render_html(bare, figure_href, standalone=False)), _PREVIEWED_UNDER)


def in_steps(html: str, above: int) -> str:
    """Headings that go down one level at a time for those who hear the page: the outline itself may leave some out."""
    open_tags: list[int] = []

    def levelled(found: re.Match[str]) -> str:
        tag = int(found[1])
        while open_tags and open_tags[-1] >= tag:
            open_tags.pop()
        open_tags.append(tag)
        return f'{found[0]} aria-level="{above + len(open_tags)}"'

    return _HEADING.sub(levelled, html)


def section_anchor(key: str) -> str:
    """The id of a section."""
    return f"muc-{key}"


def with_anchors(html: str, report: Report) -> str:
    """The HTML of ``compose(report)`` with ids: headings follow the sections that have one, figures the order of
    reading with the notes last, as the renderer writes them. Where the counts differ, that kind gets no ids.
    """
    keys = [each.source.key for each in report.sections if each.heading]
    html = _numbered(in_steps(html, 1), _HEADING, [section_anchor(key) for key in keys])
    figures = [
        each for each in report.occurrences if each.kind is not OverrideAspect.CELLS and not each.is_left_out
    ]
    ordered = [each for each in figures if not each.note] + [each for each in figures if each.note]
    return _numbered(html, _FIGURE, [anchor_of(each) for each in ordered])


def _numbered(html: str, tag: re.Pattern[str], ids: list[str]) -> str:
    if len(tag.findall(html)) != len(ids):
        return html
    waiting: Iterator[str] = iter(ids)
    return tag.sub(lambda found: f'{found[0]} id="{escape(next(waiting), quote=True)}"', html)


def places(finding: Finding, report: Report) -> tuple[str, str]:
    """Fragments of both places of a finding, "" where one has no section."""
    codes = set(CODE.findall(f"{finding.message} {finding.value_1} {finding.value_2} {finding.remedy}"))
    return (
        _place(finding.section_1, finding.place_1, finding.value_1, codes, report),
        _place(finding.section_2, finding.place_2, finding.value_2, codes, report),
    )


def _place(section: str, place: str, value: str, codes: Iterable[str], report: Report) -> str:
    if not section:
        return ""
    here = [
        each
        for each in report.occurrences
        if each.section == section and each.code in codes and each.kind is not OverrideAspect.CELLS
        if report.place(section, each.note) == place
    ]
    best = _best(here, value)
    if best is not None:
        return f"#{quote(anchor_of(best))}"
    if (
        len(value) >= _SHORTEST_QUOTE
    ):  # typed words: browsers that know text fragments go to them and mark them
        return f"#{quote(section_anchor(section))}:~:text={quote(value[:80], safe='')}"
    return f"#{quote(section_anchor(section))}"


def _best(here: list[Occurrence], value: str) -> Occurrence | None:
    matching = [each for each in here if each.text and each.text == value]
    return next(iter([*matching, *here]), None)
