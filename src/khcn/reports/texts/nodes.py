"""The parts of a report text, as frozen values, and the problem that a text may have instead."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.utils.translation import gettext as _

from khcn.kernel.text.text_problem import TextProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise


Bullet: TypeAlias = Literal["", "-", "+"]


class Aspect(enum.StrEnum):
    """What of a figure is printed."""

    VALUE = ""  # two digits below 10
    PLAIN = "so"  # no padding
    NAMES = "ten"  # the records' names, joined by "; "
    WORDS = "chu"  # money with words
    TABLE = "bang"  # a table of the records


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    code: str
    aspect: Aspect = Aspect.VALUE
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class NoteMark:
    key: str


@dataclass(frozen=True, slots=True)
class ChoiceMark:
    """One of three: what follows is printed while one of its figures counts anything; the words for nothing follow; they end."""

    name: str


Inline: TypeAlias = Text | Figure | Variable | NoteMark | ChoiceMark
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: Inlines
    bullet: Bullet = ""


@dataclass(frozen=True, slots=True)
class TypedTable:
    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordTable:
    code: str


@dataclass(frozen=True, slots=True)
class Note:
    key: str
    inlines: Inlines


Block: TypeAlias = Paragraph | TypedTable | RecordTable | Note


class MarkupProblem(TextProblem):
    """A text that cannot be taken: what is wrong, where (line and column from 1), and what to type."""

    def __init__(
        self, code: str, message: StrOrPromise, params: Mapping[str, Any], line: int, column: int
    ) -> None:
        super().__init__(code, message, params)
        self.line = line
        self.column = column

    @property
    def sentence(self) -> str:
        """The message without its place."""
        return super().__str__()

    def __str__(self) -> str:
        place = _("Dòng %(line)d, ký tự %(column)d: ") % {"line": self.line, "column": self.column}
        return place + self.sentence
