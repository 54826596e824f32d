"""Which records are found, and by what. Registers declare it when the program starts."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import Model

RECORD_BITS: Final = 32  # of a key of an entry; the number of the model stands before them
LAST_RECORD: Final = (1 << RECORD_BITS) - 1


class SameNumberError(ValueError):
    """Two models have the same number: one has to be renamed."""


@dataclass(frozen=True)
class SearchDeclaration:
    """By what records of one model are found: their own columns, and the names of records that they link to."""

    model: type[Model]
    own: tuple[str, ...]  # text columns; the first one is the record's name
    links: tuple[str, ...]  # foreign keys to other searched models
    shown: str  # the text column that names the record on pages; "" where its ``__str__`` does
    names_only: bool = False  # for readers from whom a searched column is hidden: found by the name alone

    def without(self, hidden: Collection[str]) -> SearchDeclaration:
        """The same for readers who may not see some fields: what they may not read does not find a record either."""
        if not set(hidden) & {*self.own, *self.links}:
            return self
        own = () if self.own[:1] and self.own[0] in hidden else self.own
        return replace(self, own=own, names_only=True)

    @cached_property
    def number(self) -> int:
        """The same on every installation and in every migration, without a table to look it up in."""
        return zlib.crc32(self.model._meta.label_lower.encode()) & 0x7FFFFFFF

    @property
    def first(self) -> int:
        """The lowest key that an entry of this model can have."""
        return self.number << RECORD_BITS

    @property
    def last(self) -> int:
        """The highest key that an entry of this model can have."""
        return self.first + LAST_RECORD

    def entry_id(self, pk: int) -> int:
        """The key of a record's entry."""
        if not 0 < pk <= LAST_RECORD:
            raise ValueError(pk)
        return self.first + pk

    def target(self, link: str) -> SearchDeclaration:
        """What a link leads to. Raises ``KeyError`` when that is not searched."""
        return _declared[self.model._meta.get_field(link).related_model]


_declared: dict[Any, SearchDeclaration] = {}


def declare_searched(
    model: type[Model], *, own: tuple[str, ...], links: tuple[str, ...] = (), shown: str = ""
) -> SearchDeclaration:
    """Let records of ``model`` be found. A second declaration for a model replaces the first."""
    made = SearchDeclaration(model, own, links, shown)
    for other in _declared.values():
        if other.number == made.number and other.model is not model:
            message = f"{model._meta.label} and {other.model._meta.label}"
            raise SameNumberError(message)
    _declared[model] = made
    return made


def declared(model: type[Model]) -> SearchDeclaration:
    """How records of a model are found. Raises ``KeyError`` when they are not."""
    return _declared[model]


def find_declared(model: type[Model]) -> SearchDeclaration | None:
    """How records of a model are found; None when they are not."""
    return _declared.get(model)


def all_declared() -> list[SearchDeclaration]:
    """Every searched model, in a stable order."""
    return sorted(_declared.values(), key=lambda each: each.number)


def found_through(model: type[Model]) -> Iterator[tuple[SearchDeclaration, str]]:
    """Who is found by the name of a record of ``model``, and through which link."""
    for each in all_declared():
        for link in each.links:
            if each.model._meta.get_field(link).related_model is model:
                yield each, link
