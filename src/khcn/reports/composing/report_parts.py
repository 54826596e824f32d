"""What a resolved report is made of: figures where they are printed, stretches of lines, lines and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from khcn.reports.composing.printing import NOTHING, format_value
from khcn.reports.models import OverrideAspect
from khcn.reports.texts.markup import Aspect

if TYPE_CHECKING:
    from khcn.kernel.indicators import TableColumn
    from khcn.reports.composing.sources import Number, TypedValue
    from khcn.reports.texts.markup import Bullet

KINDS = {
    Aspect.VALUE: OverrideAspect.VALUE,
    Aspect.PLAIN: OverrideAspect.VALUE,
    Aspect.WORDS: OverrideAspect.VALUE,
    Aspect.NAMES: OverrideAspect.NAMES,
    Aspect.TABLE: OverrideAspect.CELLS,
}


@dataclass(frozen=True, slots=True)
class Content:
    """A value, a list of names, or the cells of a table: whichever the aspect prints."""

    value: Number = 0
    names: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a figure is printed: what was computed, what stands there, and why it differs."""

    section: str
    note: str
    code: str
    aspect: Aspect
    nth: int
    computed: Content
    printed: Content
    typed: TypedValue | None = None
    is_left_out: bool = False  # it counts nothing, and the words for that stand elsewhere or nowhere

    @property
    def is_nothing(self) -> bool:
        """There is nothing to print of it: 0, or no names."""
        content = self.printed
        return not (content.value or content.names or content.rows)

    @property
    def kind(self) -> OverrideAspect:
        return KINDS[self.aspect]

    @property
    def text(self) -> str:
        """As printed; empty for a table."""
        match self.kind:
            case OverrideAspect.VALUE:
                return format_value(self.printed.value, self.aspect)
            case OverrideAspect.NAMES:
                return "; ".join(self.printed.names) or NOTHING
            case OverrideAspect.CELLS:
                return ""


@dataclass(frozen=True, slots=True)
class LinePart:
    """A stretch of one line: typed words, a variable's words, a figure, or a mark of a note."""

    text: str
    kind: Literal["typed", "variable", "figure", "note"]
    bold: bool = False
    italic: bool = False
    occurrence: Occurrence | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A heading, a paragraph, a cell, or the text of a note (``note`` is then its key)."""

    section: str
    pieces: tuple[LinePart, ...]
    bullet: Bullet = ""
    note: str = ""
    is_heading: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class TypedRows:
    head: tuple[ReportLine, ...]
    rows: tuple[tuple[ReportLine, ...], ...]


@dataclass(frozen=True, slots=True)
class RecordRows:
    """A table of records; ``columns`` are the indicator's."""

    occurrence: Occurrence
    columns: tuple[TableColumn, ...]
