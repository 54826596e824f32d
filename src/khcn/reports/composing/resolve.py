"""From a source to a report with every figure read, every variable worded and every override laid over its value.

What comes out is plain values: the document, the checks and the figure table are all made from it, so that they
cannot see different numbers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import override as language

from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.kernel.text.language import in_vietnamese
from khcn.reports.composing.filled_tables import FilledTable, fill_table
from khcn.reports.composing.printed_records import codes_of_tables
from khcn.reports.composing.readings import Readings
from khcn.reports.composing.report_parts import (
    KINDS,
    Content,
    LinePart,
    Occurrence,
    RecordRows,
    ReportLine,
    TypedRows,
)
from khcn.reports.models import OverrideAspect
from khcn.reports.texts import markup
from khcn.reports.texts.choices import stretches
from khcn.reports.texts.markup import Aspect
from khcn.reports.texts.nodes import ChoiceMark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.reports.composing.sources import ReportSource, SectionSource, TypedValue

ResolvedBlock: TypeAlias = ReportLine | TypedRows | RecordRows | FilledTable


@dataclass(frozen=True, slots=True)
class ResolvedSection:
    source: SectionSource
    heading: ReportLine | None
    blocks: tuple[ResolvedBlock, ...]
    notes: dict[str, ReportLine]

    def lines(self) -> Iterator[ReportLine]:
        """Every line in reading order; a note follows the line that carries its mark."""
        if self.heading:
            yield self.heading
        for block in self.blocks:
            for line in _lines_of(block):
                yield line
                yield from (self.notes[piece.note] for piece in line.pieces if piece.kind == "note")


@dataclass(frozen=True)
class Report:
    """A report ready to be printed and checked."""

    source: ReportSource
    sections: tuple[ResolvedSection, ...]
    readings: Readings

    @cached_property
    def lines(self) -> tuple[ReportLine, ...]:
        """Every line of the report in reading order."""
        return tuple(line for section in self.sections for line in section.lines())

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """Every printed figure in reading order, tables last in their section."""
        return tuple(each for section in self.sections for each in _occurrences(section))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every bound figure once, in reading order; figures bound without being printed come after their section's."""
        found: dict[str, None] = {}
        for section in self.sections:
            found |= dict.fromkeys(each.code for each in self.occurrences_of(section.source.key))
            found |= dict.fromkeys(section.source.also)
        return tuple(found)

    def occurrences_of(self, section: str) -> Iterator[Occurrence]:
        """The printed figures of one section."""
        return (each for each in self.occurrences if each.section == section)

    @cached_property
    def note_numbers(self) -> dict[tuple[str, str], int]:
        """The number each note is printed with, by section and key."""
        marks = [
            (line.section, piece.note) for line in self.lines for piece in line.pieces if piece.kind == "note"
        ]
        return {mark: number for number, mark in enumerate(marks, start=1)}

    def place(self, section: str, note: str = "") -> str:
        """A place as people find it: "Mục A.III.2.a, chú thích 1"."""
        words = _("Mục %(key)s") % {"key": section}
        if note:
            words += _(", chú thích %(number)s") % {"number": self.note_numbers.get((section, note), note)}
        return words


def _lines_of(block: ResolvedBlock) -> Iterator[ReportLine]:
    match block:
        case ReportLine():
            yield block
        case TypedRows(head, rows):
            yield from head
            for row in rows:
                yield from row
        case FilledTable():
            yield from block.lines()
        case RecordRows():
            pass


def _occurrences(section: ResolvedSection) -> Iterator[Occurrence]:
    for line in section.lines():
        yield from (piece.occurrence for piece in line.pieces if piece.occurrence)
    yield from (block.occurrence for block in section.blocks if isinstance(block, RecordRows))


@in_vietnamese
def resolve(
    source: ReportSource, known: IndicatorRegistry = registry, readings: Readings | None = None
) -> Report:
    """Read every bound figure once and put everything in its place.

    Printed words are Vietnamese whatever the language of the screen. ``readings`` of the same period are used where they
    are there already.

    Raises:
        MarkupProblem: a section's text is malformed (texts are checked when saved, so this is a damaged record).
        UnknownIndicatorError: a bound figure that no register declares.
    """
    with language("vi"):
        parsed = [(each, markup.parse_section(each.text)) for each in source.sections]
        with_records = {
            code
            for _section, blocks in parsed
            for code, aspect in markup.codes_in(blocks)
            if KINDS[aspect] is not OverrideAspect.VALUE
        }
        tables = codes_of_tables(blocks for _section, blocks in parsed)
        readings = readings or Readings(source.period, frozenset(with_records), tables, known)
        words = source.words
        sections = tuple(_Section(each, source, readings, words).resolve(blocks) for each, blocks in parsed)
        return Report(source, sections, readings)


class _Section:
    """Resolves one section; it holds how often each figure was met."""

    def __init__(
        self, section: SectionSource, source: ReportSource, readings: Readings, words: dict[str, str]
    ) -> None:
        self._section, self._source, self._readings, self._words = section, source, readings, words
        self._met: Counter[tuple[str, OverrideAspect]] = Counter()

    def resolve(self, blocks: Iterable[markup.Block]) -> ResolvedSection:
        section = self._section
        heading = None
        if section.title or section.label:
            heading = ReportLine(
                section.key, self._pieces(markup.parse_inline(section.title), ""), is_heading=True
            )
        done: list[ResolvedBlock] = []
        notes: dict[str, ReportLine] = {}
        for block in blocks:
            match block:
                case markup.Paragraph(inlines, bullet):
                    done.append(ReportLine(section.key, self._pieces(inlines, ""), bullet))
                case markup.Note(key, inlines):
                    notes[key] = ReportLine(section.key, self._pieces(inlines, key), note=key)
                case markup.TypedTable(head, rows):
                    done.append(TypedRows(self._cells(head), tuple(map(self._cells, rows))))
                case markup.RecordTable(code):
                    columns = self._readings.indicator(code).columns
                    done.append(RecordRows(self._occurrence(code, Aspect.TABLE, ""), columns))
        if table := self._source.form.table(section.key):
            done.append(fill_table(table, self._readings, self._words, self._cell))
        return ResolvedSection(section, heading, tuple(done), notes)

    def _cell(self, text: str, code: str) -> ReportLine:
        """A cell of the section's table: a figure as a plain number, or words of the form and the records."""
        if not code:
            return ReportLine(self._section.key, (LinePart(text, "variable"),))
        occurrence = self._occurrence(code, Aspect.PLAIN, "")
        return ReportLine(self._section.key, (LinePart(occurrence.text, "figure", occurrence=occurrence),))

    def _cells(self, cells: Iterable[markup.Inlines]) -> tuple[ReportLine, ...]:
        return tuple(ReportLine(self._section.key, self._pieces(cell, "")) for cell in cells)

    def _pieces(self, inlines: markup.Inlines, note: str) -> tuple[LinePart, ...]:
        done: list[LinePart] = []
        for stretch in stretches(inlines):
            pieces = [self._piece(inline, note) for inline in stretch.inlines]
            if stretch.nothing is None or not all(
                each.occurrence.is_nothing for each in pieces if each.occurrence
            ):
                done += pieces
            else:
                done += self._words_for_nothing(pieces, stretch.nothing)
        return tuple(done)

    def _words_for_nothing(self, pieces: list[LinePart], words: markup.Inlines) -> Iterator[LinePart]:
        """They are what is printed of the first figure; the others stay, so that a number can be typed over each."""
        text = "".join(self._piece(each, "").text for each in words)
        for piece in pieces:
            if piece.occurrence is not None:
                occurrence = replace(piece.occurrence, is_left_out=not text)
                yield LinePart(text, "figure", occurrence=occurrence)
                text = ""

    def _piece(self, inline: markup.Inline, note: str) -> LinePart:
        match inline:
            case markup.Text(text, bold, italic):
                return LinePart(text, "typed", bold, italic)
            case markup.Variable(name, bold, italic):
                # a mark that the form does not know is refused when the text is saved; here it is being typed
                return LinePart(self._words.get(name, f"{{{{{name}}}}}"), "variable", bold, italic)
            case markup.NoteMark(key):
                return LinePart("", "note", note=key)
            case ChoiceMark():  # separated before
                return LinePart("", "typed")
            case markup.Figure(code, aspect, bold, italic):
                occurrence = self._occurrence(code, aspect, note)
                return LinePart(occurrence.text, "figure", bold, italic, occurrence)

    def _occurrence(self, code: str, aspect: Aspect, note: str) -> Occurrence:
        kind = KINDS[aspect]
        self._met[code, kind] += 1
        nth = self._met[code, kind]
        computed = self._computed(code, kind)
        typed = self._source.overrides.get((self._section.key, code, nth, kind))
        printed = computed if typed is None else _laid_over(computed, typed)
        return Occurrence(self._section.key, note, code, aspect, nth, computed, printed, typed)

    def _computed(self, code: str, kind: OverrideAspect) -> Content:
        match kind:
            case OverrideAspect.VALUE:
                return Content(value=self._readings.value(code))
            case OverrideAspect.NAMES:
                return Content(names=self._readings.lines(code))
            case OverrideAspect.CELLS:
                return Content(rows=tuple(each.cells for each in self._readings.printed(code)))


def _laid_over(computed: Content, typed: TypedValue) -> Content:
    match typed.aspect:
        case OverrideAspect.VALUE:
            return Content(value=typed.value)
        case OverrideAspect.NAMES:
            return Content(names=typed.names)
        case OverrideAspect.CELLS:
            rows = [list(row) for row in computed.rows]
            for row, column, text in typed.cells:
                if 1 <= row <= len(rows) and column <= len(rows[row - 1]):
                    rows[row - 1][column - 1] = text  # column 0 is the last one
            return Content(rows=tuple(map(tuple, rows)))
