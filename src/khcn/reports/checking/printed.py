"""The report as it is printed, for checks: every line in reading order with its place, and every figure.

Plain values without a database: a test builds one from text, the product from a resolved report. The records of a figure
are read only when a check asks for their names.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.reports.composing.filled_tables import FilledTable
from khcn.reports.composing.report_parts import RecordRows, TypedRows
from khcn.reports.forms.definition import fill
from khcn.reports.models import OverrideAspect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from khcn.kernel.indicators import Period
    from khcn.reports.composing.report_parts import ReportLine
    from khcn.reports.composing.resolve import Report, ResolvedSection
    from khcn.reports.composing.sources import Number, ReportSource

Part: TypeAlias = Literal["letterhead", "heading", "text", "note", "cell", "recipients"]
SpanKind: TypeAlias = Literal["typed", "variable", "figure", "note"]
MASKS: Final = {"figure": "\x01", "variable": "\x02"}
_PLANS: Final = "phuong huong"  # the heading, folded, under which the plans stand


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line. ``figure`` and ``aspect`` are those of a printed figure, ``note`` the key of a note's mark."""

    start: int
    end: int
    kind: SpanKind
    figure: str = ""
    aspect: OverrideAspect | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A heading, paragraph, cell or footnote. ``of_plans``: it stands under the plans, where days to come belong."""

    section: str
    place: str
    text: str
    spans: tuple[Span, ...]
    part: Part = "text"
    bullet: str = ""
    note: str = ""
    of_plans: bool = False
    label: str = ""  # of a heading: "Phụ lục", "1."

    def within(self, start: int, end: int) -> Iterator[Span]:
        """The spans that the stretch touches. The spans of a line follow each other."""
        first = bisect_right(self.spans, start, key=lambda each: each.end)
        for place in range(first, len(self.spans)):  # not islice, which walks there from the first span
            if self.spans[place].start >= end:
                return
            yield self.spans[place]

    def kinds(self, start: int, end: int) -> set[SpanKind]:
        """What the stretch is made of."""
        return {each.kind for each in self.within(start, end)}

    def is_typed(self, start: int, end: int) -> bool:
        """Somebody typed all of it."""
        return self.kinds(start, end) == {"typed"}

    def has_names(self, start: int, end: int) -> bool:
        """The records of a figure are listed in it."""
        return any(each.aspect is OverrideAspect.NAMES for each in self.within(start, end))

    @property
    def masked(self) -> str:
        """The text with everything that follows the data or the period hidden."""
        done = ""
        for each in self.spans:
            done += self.text[each.start : each.end] if each.kind == "typed" else MASKS.get(each.kind, "")
        return done

    def note_marks(self) -> Iterator[Span]:
        """The marks of its footnotes."""
        return (each for each in self.spans if each.kind == "note")


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table that was typed into a section: its headings, and the cells of its rows."""

    head: tuple[PrintedLine, ...]
    rows: tuple[tuple[PrintedLine, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """A bound figure: what is printed of it first, and the names of its records."""

    code: str
    label: str
    unit: str
    value: Number
    text: str
    place: str
    section: str
    names: Callable[[], tuple[str, ...]] = field(compare=False)
    also_called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """The text that a section had in an earlier report, where it comes from, and the text that the section has now.

    ``confirmed``: keys of the statements that somebody has read and left as they are.
    """

    text: str
    source: str
    now: str
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """What the checks of typed words read."""

    period: Period
    lines: tuple[PrintedLine, ...]
    tables: tuple[PrintedTable, ...] = ()
    figures: Mapping[str, PrintedFigure] = field(default_factory=dict)
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    carried: Mapping[str, Carried] = field(default_factory=dict)  # by section, until confirmed
    wording_of: int = 0  # the year whose facts the words of the form state, where it names one
    given: tuple[tuple[str, str], ...] = ()  # label and value of the form's own words that the report gives
    unfilled: tuple[str, ...] = ()  # labels of those that it prints and nobody has given
    untouched: tuple[tuple[str, str], ...] = ()  # key and place of sections in which nobody has written

    @property
    def content(self) -> tuple[object, ...]:
        """All that is printed, to be compared with others; the records of the figures are neither in it nor kept by it."""
        figures = tuple(
            tuple(getattr(each, part.name) for part in fields(each) if part.compare)
            for each in self.figures.values()
        )
        texts = (
            self.addressees,
            self.recipients,
            self.sections,
            self.given,
            self.unfilled,
            self.untouched,
            self.wording_of,
        )
        return self.period, self.lines, self.tables, figures, tuple(self.carried.items()), texts

    def notes(self) -> dict[tuple[str, str], PrintedLine]:
        """The footnotes by section and key."""
        return {(each.section, each.note): each for each in self.lines if each.part == "note"}


def bullets_below(lines: Sequence[PrintedLine], place: int) -> list[PrintedLine]:
    """The lines of the list that the line at a place opens, which ends with a colon; none where it opens none."""
    line = lines[place]
    found: list[PrintedLine] = []
    if line.part != "text" or not line.text.rstrip().endswith(":"):
        return found
    for number in range(place + 1, len(lines)):
        each = lines[number]
        if each.part == "note":
            continue
        is_entry = each.section == line.section and each.part == "text" and each.bullet
        if not is_entry or each.bullet == line.bullet:
            break
        found.append(each)
    return found


# ------------------------------------------------------------------------------ from a resolved report


def printed_report(report: Report) -> PrintedReport:
    """The lines, figures and recipients of a report that was resolved."""
    source = report.source
    head = source.form.letterhead
    words = source.words
    return PrintedReport(
        source.period,
        (*_opening(source), *_body(report), *_ending(source)),
        tuple(_tables(report)),
        _figures(report),
        tuple(fill(each, words) for each in head.addressees),
        tuple(fill(each, words) for each in head.recipients),
        tuple(each.key for each in source.sections),
        {
            each.key: Carried(each.carried, each.carried_from, each.text, each.carried_confirmed)
            for each in source.sections
            if each.carried
        },
        source.form.wording_of,
        tuple(
            (each.label, source.given[each.name]) for each in source.form.words if source.given.get(each.name)
        ),
        tuple(each.label for each in source.unfilled),
        tuple((each.key, report.place(each.key)) for each in source.sections if each.is_untouched),
    )


def _opening(source: ReportSource) -> Iterator[PrintedLine]:
    head = source.form.letterhead
    place = _("Phần mở đầu")
    for text in (head.subject, *head.bases, head.opening):
        if text:
            yield _plain(text, place, "letterhead", source)


def _ending(source: ReportSource) -> Iterator[PrintedLine]:
    head = source.form.letterhead
    if head.closing:
        yield _plain(head.closing, _("Phần kết"), "letterhead", source)
    for text in (*head.addressees, *head.recipients):
        yield _plain(text, _("Nơi nhận"), "recipients", source)


def _plain(text: str, place: str, part: Part, source: ReportSource) -> PrintedLine:
    """A line of the form outside its sections; what a variable prints in it follows the period."""
    words = source.words
    done, spans = "", []
    for start, piece in enumerate(text.split("{{")):
        name, found, rest = piece.partition("}}") if start else ("", "", piece)
        printed = words.get(name.strip(), name) if found else ""
        for kind, part_text in (("variable", printed), ("typed", rest)):
            if part_text:
                spans.append(Span(len(done), len(done) + len(part_text), kind))  # type: ignore[arg-type]
                done += part_text
    return PrintedLine("", place, done, tuple(spans), part)


def _body(report: Report) -> Iterator[PrintedLine]:
    plans_at = 0
    for section in report.sections:
        level = section.source.level
        if section.heading and (not plans_at or level <= plans_at):
            plans_at = level if fold(section.heading.text).startswith(_PLANS) else 0
        yield from _section_lines(report, section, of_plans=bool(plans_at))


def _section_lines(report: Report, section: ResolvedSection, *, of_plans: bool) -> Iterator[PrintedLine]:
    cells = {id(each) for each in _cells(section)}
    for line in section.lines():
        printed = _printed(report, line, of_plans=of_plans, in_cell=id(line) in cells)
        yield replace(printed, label=section.source.label) if line.is_heading else printed
    place = report.place(section.source.key)
    for block in section.blocks:
        if isinstance(block, RecordRows):
            span = (block.occurrence.code, OverrideAspect.CELLS)
            for row in block.occurrence.printed.rows:
                for text in row:
                    spans = (Span(0, len(text), "figure", *span),)
                    yield PrintedLine(section.source.key, place, text, spans, "cell", of_plans=of_plans)


def _tables(report: Report) -> Iterator[PrintedTable]:
    def cells(row: tuple[ReportLine, ...]) -> tuple[PrintedLine, ...]:
        return tuple(_printed(report, each, of_plans=False, in_cell=True) for each in row)

    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, TypedRows):
                yield PrintedTable(cells(block.head), tuple(cells(row) for row in block.rows))


def _cells(section: ResolvedSection) -> list[ReportLine]:
    found: list[ReportLine] = []
    for block in section.blocks:
        if isinstance(block, TypedRows):
            found += [*block.head, *(cell for row in block.rows for cell in row)]
        elif isinstance(block, FilledTable):
            found += block.lines()
    return found


def _printed(report: Report, line: ReportLine, *, of_plans: bool, in_cell: bool) -> PrintedLine:
    spans, at = [], 0
    for piece in line.pieces:
        end = at + len(piece.text)
        occurrence = piece.occurrence
        if occurrence and occurrence.is_left_out:
            continue
        code, aspect = (occurrence.code, occurrence.kind) if occurrence else ("", None)
        spans.append(Span(at, end, piece.kind, code, aspect, piece.note))
        at = end
    part: Part = "heading" if line.is_heading else "note" if line.note else "cell" if in_cell else "text"
    return PrintedLine(
        line.section,
        report.place(line.section, line.note),
        line.text,
        tuple(spans),
        part,
        line.bullet,
        line.note,
        of_plans,
    )


def _figures(report: Report) -> dict[str, PrintedFigure]:
    found: dict[str, PrintedFigure] = {}
    for each in report.occurrences:
        if each.kind is not OverrideAspect.VALUE or each.code in found:
            continue
        indicator = report.readings.indicator(each.code)
        found[each.code] = PrintedFigure(
            each.code,
            str(indicator.label),
            str(indicator.unit),
            each.printed.value,
            each.text,
            report.place(each.section, each.note),
            each.section,
            lambda code=each.code: report.readings.lines(code),  # type: ignore[misc]
            indicator.also_called,
        )
    return found
