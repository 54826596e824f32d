"""The catalogue of standards as everybody may look at it: numbers, titles and what took their place, never texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import BadRequest

from khcn.kernel.registers.list_pages import BadCursorError, list_page
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import Column
from khcn.kernel.search.register_search import rows_with_words
from khcn.kernel.search.search_words import read_words
from khcn.quality.enums import StandardField, StandardForce
from khcn.quality.models import Standard

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.registers.list_pages import ListPage, ListRow

LONGEST_QUERY: Final = 200
PAGE_SIZE: Final = 30
_LONGEST_KEY: Final = 18  # digits
# "tcvn7648-2007" is how people type "TCVN 7648:2007": a number stands apart from the letters beside it.
_BESIDE_A_NUMBER: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_COLUMNS: Final = (
    Column("number"),
    Column("title"),
    Column("kind"),
    Column("field"),
    Column("published_on"),
    Column("ended_on"),
    Column("standing"),
    Column("replaced_by__number"),
)


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What somebody looks for; a value that is none of the choices narrows nothing."""

    words: str = ""
    standing: str = ""
    field: str = ""
    after: str = ""
    before: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for but the whole catalogue."""
        return bool(self.words or self.standing or self.field)


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """One standard as a line of the page."""

    pk: int
    number: str
    title: str
    kind: str
    field: str
    published_on: str
    ended_on: str
    standing: str
    replaced_by: str
    is_invented: bool

    @property
    def standing_label(self) -> str:
        """In words."""
        return str(StandardForce(self.standing).label)


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """The lines of one page, and the marks of its neighbours."""

    lines: tuple[CatalogueLine, ...]
    page: ListPage


def read_query(given: dict[str, str]) -> CatalogueQuery:
    """What an address asks for."""
    standing, field = given.get("standing", ""), given.get("field", "")
    return CatalogueQuery(
        given.get("q", "").strip()[:LONGEST_QUERY],
        standing if standing in StandardForce.values else "",
        field if field in StandardField.values else "",
        given.get("after", ""),
        given.get("before", ""),
    )


def catalogue_page(query: CatalogueQuery, *, on: date) -> CataloguePage:
    """The standards with the words, in the order of their numbers. Raises ``BadRequest`` where the mark of a page is none."""
    register = register_of(Standard)
    words = read_words(_BESIDE_A_NUMBER.sub(" ", query.words))
    rows: QuerySet[Any] = rows_with_words(
        Standard.objects.with_standing(on=on), register.searched, words
    ).rows
    if query.standing:
        rows = rows.filter(standing=query.standing)
    if query.field:
        rows = rows.filter(field=query.field)
    try:
        page = list_page(
            register, rows, columns=_COLUMNS, after=query.after, before=query.before, size=PAGE_SIZE
        )
    except BadCursorError:
        raise BadRequest from None
    return CataloguePage(tuple(_line(row) for row in page.rows), page)


def _line(row: ListRow) -> CatalogueLine:
    number, title, kind, field, published_on, ended_on, standing, replaced_by = (
        cell.text for cell in row.cells
    )
    return CatalogueLine(
        row.pk,
        number,
        title,
        kind,
        field,
        published_on,
        ended_on,
        standing,
        replaced_by,
        is_invented=bool(row.invented),
    )


def offered_standard(key: str) -> Standard | None:
    """The standard that the address of a request names; None where it names none."""
    if not (key.isascii() and key.isdigit() and len(key) <= _LONGEST_KEY):
        return None
    return Standard.objects.filter(pk=int(key)).first()
