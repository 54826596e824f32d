"""The result of reading a workbook, as plain values: problems, questions, and what would be written."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.registers.spec import Register


ROWS_SHOWN = 200  # of one sheet on one page of the preview
_OF_HEADINGS = frozenset({"column_not_assigned", "sheet_not_assigned"})  # the row that they name has these


class ImportSeverity(enum.Enum):
    """Only an error keeps the file from being written."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One problem: what, where, and what to do about it."""

    sheet: str
    message: str
    remedy: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    value: str = ""
    severity: ImportSeverity = ImportSeverity.ERROR
    code: str = ""
    written: str | None = None  # what stands in the cell, where it may be corrected in the preview

    @property
    def is_about_row(self) -> bool:
        """Does leaving out its row settle the problem?"""
        return bool(self.sheet and self.row) and self.code not in _OF_HEADINGS

    def as_json(self) -> dict[str, Any]:
        """For programs; keys are part of the command's contract (docs/howto/import.md)."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
            "severity": self.severity.value,
            "code": self.code,
        }

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.sheet, self.cell or (self.row and str(self.row)), self.column) if part
        )
        words = f"{self.message} {self.remedy}".strip()
        return f"{place}: {words}" if place else words


class AnswerAction(TextChoices):
    """What to do with a name that matches no stored record."""

    USE = "use", _("Dùng bản ghi đã có")
    CREATE = "create", _("Tạo mới")
    SKIP = "skip", _("Bỏ qua các dòng này")


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer. ``target`` is the primary key or the stored value of a closed list."""

    action: AnswerAction
    target: str
    label: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer that a person gave, now or for an earlier file."""

    action: AnswerAction
    target: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A value that a person has to decide; once for all rows that contain it."""

    key: str
    sheet: str
    column: str  # "science.sciencetask.host"
    heading: str
    value: str  # as typed
    name_key: str  # of the value: other letters and tones are another question
    rows: tuple[int, ...]
    text: str
    options: tuple[Option, ...]
    answer: Option | None = None
    of_file: bool = False  # the answer is about one row, and holds for this file only
    register: str = ""  # whose records may be the answer, offered or not
    choices: tuple[tuple[str, str], ...] = ()  # of a closed list: all values with their labels

    @staticmethod
    def key_of(column: str, word: str) -> str:
        """One question per column and value, the same for every file."""
        return hashlib.sha256(f"{column}|{word}".encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "key": self.key,
            "sheet": self.sheet,
            "column": self.heading,
            "value": self.value,
            "rows": list(self.rows),
            "text": self.text,
            "options": [
                {"action": o.action.value, "target": o.target, "label": o.label} for o in self.options
            ],
        }


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that is possible and yet unlikely, with the record beside it; ``reason``: why it is right, once somebody said so."""

    key: str
    sheet: str
    row: int
    cell: str
    column: str  # "science.sciencetask.budget_total"
    heading: str
    label: str
    address: str  # of the record, where it is on file
    value: str
    text: str
    code: str
    facts: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        names = ("key", "sheet", "row", "cell", "value", "text", "code", "reason")
        return {**{name: getattr(self, name) for name in names}, "column": self.heading, "record": self.label}


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One field of one record: what is on record and what the file says."""

    column: str
    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What would happen with one row: "create", "change" or "skip"; rows that change nothing are only counted.

    A new row, and one that is an action, has every value that the file gives it as a change. ``effects``: what an action would do, in words. ``facts``: of an action that decides
    about a record, what is on record, as heading and text. ``corrects``: the record whose code or date the row changes;
    ``question`` has the other answers to which record the row is. ``corrected``: cells that were corrected in the preview.
    """

    row: int
    action: str
    label: str
    changes: tuple[PlannedChange, ...] = ()
    pk: int | None = None
    effects: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    corrects: str = ""
    question: Question | None = None
    corrected: tuple[PlannedChange, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A row of the file that is not read, and why. ``fixed``: it stands beside the table and cannot be put back."""

    row: int
    text: str
    reason: str
    code: str
    fixed: bool = False


@dataclass(slots=True)
class Counts:
    """How many rows of each sort."""

    create: int = 0
    change: int = 0
    same: int = 0
    skip: int = 0
    errors: int = 0
    questions: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def as_json(self) -> dict[str, int]:
        """For programs and for the batch."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class UnreadSheet:
    """A sheet with a table that nobody has assigned to a register, or has columns that may belong to a field."""

    place: int  # from 1, among the visible sheets of the file
    name: str
    heading_row: int
    needs_columns: bool = False  # it is read, and named only where its rows lack columns


@dataclass(slots=True)
class SheetPlan:
    """One sheet of the file and what its rows are."""

    sheet: str
    kind: SheetKind
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Sequence[RowPlan] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    left_out: list[LeftOutRow] = field(default_factory=list)
    layout: int | None = None  # the chosen way of reading that was used
    missing: tuple[
        tuple[str, str], ...
    ] = ()  # required fields, by name and heading, that new rows have no column for

    @property
    def register(self) -> Register:
        """The register that the sheet belongs to."""
        return self.kind.register

    @property
    def title(self) -> str:
        """What officials call the register, or what is done with its records."""
        return self.kind.title if self.kind.action else str(self.register.title)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "sheet": self.sheet,
            "register": self.register.name,
            "do": self.kind.action.name if self.kind.action else "",
            "title": self.title,
            **self.counts.as_json(),
            "left_out": [
                {"row": each.row, "text": each.text, "reason": each.reason} for each in self.left_out
            ],
            "rows": [
                {
                    "row": row.row,
                    "action": row.action,
                    "label": row.label,
                    "changes": [{"column": c.heading, "old": c.old, "new": c.new} for c in row.changes],
                    "effects": list(row.effects),
                    "record": [{"column": heading, "value": text} for heading, text in row.facts],
                    "corrects": row.corrects,
                }
                for row in self.rows
            ],
        }


@dataclass(slots=True)
class ImportPlan:
    """Everything that a file would write, and everything that prevents it."""

    name: str
    sha256: str
    sheets: list[SheetPlan]
    questions: list[Question]
    settled: list[Question]
    problems: list[ImportProblem]
    unread: list[UnreadSheet] = field(default_factory=list)  # somebody has to say how they are read
    doubts: list[Doubt] = field(default_factory=list)
    columns_not_read: list[str] = field(default_factory=list)  # but for those of running numbers

    @property
    def errors(self) -> list[ImportProblem]:
        """Problems that keep the file from being written."""
        return [each for each in self.problems if each.severity is ImportSeverity.ERROR]

    @property
    def is_ready(self) -> bool:
        """Nothing prevents writing."""
        return not self.questions and not self.errors

    @property
    def counts(self) -> Counts:
        """Over all sheets."""
        total = sum((sheet.counts for sheet in self.sheets), Counts())
        total.errors, total.questions = len(self.errors), len(self.questions)
        return total

    @property
    def is_empty(self) -> bool:
        """The file contains nothing new."""
        return not self.counts.create and not self.counts.change

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "file": self.name,
            "sha256": self.sha256,
            "ready": self.is_ready,
            "counts": self.counts.as_json(),
            "problems": [each.as_json() for each in self.problems],
            "questions": [each.as_json() for each in self.questions],
            "doubts": [each.as_json() for each in self.doubts],
            "sheets": [each.as_json() for each in self.sheets],
        }


class WorkbookRefused(Exception):  # noqa: N818 -- a finding about the file, no fault of ours
    """The file cannot be read as a workbook of ours; nothing was stored."""

    def __init__(self, problems: Sequence[ImportProblem]) -> None:
        super().__init__("; ".join(str(each) for each in problems))
        self.problems = tuple(problems)


class IntakeRefused(Refused):
    """A step of the import that is not possible now; the text says why and what to do."""


class FileChanged(IntakeRefused):
    """The bytes on disk are not those that were received, or are gone."""


class NotReady(IntakeRefused):
    """Problems or open questions remain; nothing was written."""

    def __init__(self, message: str, plan: ImportPlan) -> None:
        super().__init__(message)
        self.plan = plan
