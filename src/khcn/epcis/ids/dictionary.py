"""Application Identifiers: what each one's data look like and which others it needs or excludes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from khcn.epcis.ids.ai_table import TABLE
from khcn.epcis.ids.linters import LINTERS, Linter, cset39, cset64, cset82, cset_numeric

_CHARACTER_SETS: Final[dict[str, Linter]] = {"N": cset_numeric, "X": cset82, "Y": cset39, "Z": cset64}
_COMPONENT: Final = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)\]?((?:,\w+)*)")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of an AI's data: at least `shortest`, at most `longest` characters of one character set."""

    kind: str
    shortest: int
    longest: int
    optional: bool
    linters: tuple[Linter, ...]


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """An entry of the GS1 Barcode Syntax Dictionary.

    `requires` is a set of alternatives for each "req" attribute: one of them must be there in whole, unless none is
    given. `excludes` and `requires` hold AIs or patterns with ``n`` for any digit. `qualifiers` are the ordered key
    qualifier sequences of a Digital Link primary key, None where the AI is no primary key.
    """

    code: str
    title: str
    fixed_length: bool
    link_attribute: bool
    components: tuple[Component, ...]
    requires: tuple[tuple[tuple[str, ...], ...], ...]
    excludes: tuple[str, ...]
    qualifiers: tuple[tuple[str, ...], ...] | None

    @property
    def is_key(self) -> bool:
        return self.qualifiers is not None

    @property
    def shortest(self) -> int:
        return sum(part.shortest for part in self.components if not part.optional)

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.components)

    def fault(self, value: str) -> str | None:
        """The first fault of the AI's data (a linter's code, or TOO_SHORT, TOO_LONG), or None.

        Each component takes its characters from the front; optional ones may be left out from the end, but a part
        of one may not (dictionary, "Note: Each component of the format specification …").
        """
        rest = value
        for part in self.components:
            if part.optional and not rest:
                break
            taken, rest = rest[: part.longest], rest[part.longest :]
            if len(taken) < part.shortest:
                return _CHARACTER_SETS[part.kind](taken) or "TOO_SHORT"
            for lint in part.linters:
                fault = lint(taken)
                if fault:
                    return fault
        return "TOO_LONG" if rest else None


def _components(specification: str) -> tuple[Component, ...]:
    parts = []
    for optional, kind, variable, length, linters in _COMPONENT.findall(specification):
        named = tuple(LINTERS[name] for name in linters.split(",") if name)
        parts.append(
            Component(
                kind=kind,
                shortest=1 if variable else int(length),
                longest=int(length),
                optional=bool(optional),
                linters=(_CHARACTER_SETS[kind], *named),
            )
        )
    return tuple(parts)


def _codes(cell: str) -> Iterator[str]:
    first, _, last = cell.partition("-")
    yield from (str(number).zfill(len(first)) for number in range(int(first), int(last or first) + 1))


def _entries(line: str) -> Iterator[ApplicationIdentifier]:
    cell, flags, specification, rest = line.split("|", 3)
    attributes, _, title = rest.rpartition("|")  # attributes may have a bar of their own
    requires: list[tuple[tuple[str, ...], ...]] = []
    excludes: list[str] = []
    qualifiers: tuple[tuple[str, ...], ...] | None = None
    for attribute in attributes.split():
        name, _, value = attribute.partition("=")
        if name == "req":
            requires.append(tuple(tuple(group.split("+")) for group in value.split(",")))
        elif name == "ex":
            excludes.extend(value.split(","))
        elif name == "dlpkey":
            qualifiers = tuple(tuple(sequence.split(",")) for sequence in value.split("|") if sequence)
    for code in _codes(cell):
        yield ApplicationIdentifier(
            code=code,
            title=title,
            fixed_length="*" in flags,
            link_attribute="?" in flags,
            components=_components(specification),
            requires=tuple(requires),
            excludes=tuple(excludes),
            qualifiers=qualifiers,
        )


APPLICATION_IDENTIFIERS: Final[dict[str, ApplicationIdentifier]] = {
    entry.code: entry for line in TABLE.splitlines() for entry in _entries(line)
}

# Lengths of AIs by their first two digits (General Specifications 3.1): known even where the AI is not.
_LENGTH_BY_PREFIX: Final[dict[str, int]] = {code[:2]: len(code) for code in APPLICATION_IDENTIFIERS}

# Prefixes whose AIs are of pre-defined length (General Specifications figure 7.8.5-2); fixed for ever, so that a
# reader may split data with AIs it does not know. Value: length of AI and data.
PREDEFINED_LENGTH: Final[dict[str, int]] = (
    {"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "20": 4, "41": 16}
    | {f"{number}": 8 for number in range(11, 20)}
    | {f"{number}": 10 for number in range(31, 37)}
)


def ai_length(text: str) -> int | None:
    """How many of the leading digits of `text` are the AI, or None where no AI begins so."""
    return _LENGTH_BY_PREFIX.get(text[:2])


def find(code: str) -> ApplicationIdentifier | None:
    """The entry of an AI, or None for one that GS1 has not assigned."""
    return APPLICATION_IDENTIFIERS.get(code)


@cache
def matches_pattern(code: str, pattern: str) -> bool:
    """Whether an AI is the one named, or falls under a pattern such as ``31nn``."""
    return len(code) == len(pattern) and all(p in {"n", c} for c, p in zip(code, pattern, strict=True))
