"""Titled groups of fields: of a form, of an action's dialog, of a record's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

Condition = tuple[str, tuple[str | bool, ...]]


@dataclass(frozen=True)
class Section:
    """A titled group of fields.

    With ``when=("kind", ("extend_duration", "extend_submission"))`` the section belongs to the record only while the
    field ``kind`` holds one of these values: a choice, or True or False of a yes/no field. What is typed into a
    section that does not apply is refused, by the form, the API and the import alike.
    """

    title: StrOrPromise
    fields: tuple[str, ...]
    when: Condition | None

    def __init__(self, title: StrOrPromise, *fields: str, when: Condition | None = None) -> None:
        """Take fields as positional arguments, so that a register reads like the paper form."""
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "when", when)

    def applies_to(self, value: object) -> bool:
        """Does the section apply while its controlling field holds ``value``?"""
        return self.when is None or value in self.when[1]


def field_names_of(sections: Iterable[Section]) -> tuple[str, ...]:
    """The fields of all sections, in their order."""
    return tuple(name for section in sections for name in section.fields)
