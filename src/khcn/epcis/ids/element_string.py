"""GS1 element strings: "(01)…(10)…" as people write them, and FNC1-separated data as scanners give them.

Own code after the GS1 General Specifications, chapter 7.8: GS1's C engine has no wheel, and PyPI's biip 5.2.0 knows
neither the dictionary's linters (it agrees with GS1 on 65 of 122 cases) nor its rules of association.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids.check import CSET82, is_digits
from khcn.epcis.ids.dictionary import PREDEFINED_LENGTH, ai_length, find, matches_pattern

FNC1: Final = "^"
"""How this library (like GS1's engine) writes the FNC1 separator; `scan` takes the scanner's 0x1D."""

LONGEST_UNKNOWN: Final = 90
_CSET82 = frozenset(CSET82)

# Keys whose serial component is optional, and their length without it: a digital signature needs the serial.
_SERIAL_AFTER: Final = {"253": 13, "255": 13, "8003": 14}
_SIGNATURE: Final = "8030"


@dataclass(frozen=True, slots=True)
class Element:
    """One AI with its data, e.g. ``Element("01", "09521234220312")``."""

    ai: str
    value: str


def is_data(value: str) -> bool:
    """Whether a text may be the data of an AI that is not known."""
    return 1 <= len(value) <= LONGEST_UNKNOWN and _CSET82.issuperset(value)


def _check(element: Element, *, permit_unknown: bool) -> Element:
    entry = find(element.ai)
    if entry is None:
        length = ai_length(element.ai)
        known_prefix = length is None or length == len(element.ai)
        if not permit_unknown or not is_digits(element.ai) or not known_prefix:
            raise IdentifierError("UNKNOWN_AI", f"({element.ai}) is not a GS1 Application Identifier")
        if not is_data(element.value):
            raise IdentifierError("UNKNOWN_AI", f"({element.ai}) is unknown and its data are no GS1 data")
        fixed = PREDEFINED_LENGTH.get(element.ai[:2])
        if fixed is not None and len(element.ai + element.value) != fixed:
            raise IdentifierError(
                "UNKNOWN_AI", f"({element.ai}) is unknown; with its data it has {fixed} digits"
            )
        return element
    fault = entry.fault(element.value)
    if fault:
        raise IdentifierError(fault, f"({element.ai}) {entry.title}: {element.value!r} has the fault {fault}")
    return element


def parse(text: str, *, permit_unknown: bool = False) -> tuple[Element, ...]:
    """Read a bracketed element string such as ``(01)09521234220312(10)LO-7``.

    A bracket that belongs to the data is written with a backslash before it. Each element's data are checked by the
    dictionary's linters; associations are checked by `association_faults`.

    Raises:
        IdentifierError: brackets, an AI or its data are wrong.
    """
    elements = []
    rest = text
    while rest:
        close = rest.find(")")
        if not rest.startswith("(") or close < 0:
            raise IdentifierError("BRACKETS", f"an element must begin with an AI in brackets: {rest!r}")
        ai, rest = rest[1:close], rest[close + 1 :]
        end = rest.find("(")
        while end > 0 and rest[end - 1] == "\\":
            end = rest.find("(", end + 1)
        value, rest = (rest, "") if end < 0 else (rest[:end], rest[end:])
        elements.append(_check(Element(ai, value.replace("\\(", "(")), permit_unknown=permit_unknown))
    if not elements:
        raise IdentifierError("EMPTY", "an element string needs at least one element")
    return tuple(elements)


def parse_fnc1(text: str, *, permit_unknown: bool = False) -> tuple[Element, ...]:
    """Read data that begin with FNC1 (``^``), e.g. ``^0109521234220312`` followed by ``10LO-7^21A``.

    Raises:
        IdentifierError: no FNC1 in front, an AI that does not exist, data too short, too long or of wrong content.
    """
    if not text.startswith(FNC1) or len(text) == 1:
        raise IdentifierError("NO_FNC1", "GS1 data begin with FNC1")
    elements = []
    rest = text[1:]
    while rest:
        length = ai_length(rest)
        if length is None and permit_unknown:
            length = 2
        if length is None or len(rest) < length:
            raise IdentifierError("UNKNOWN_AI", f"no GS1 Application Identifier begins {rest!r}")
        ai = rest[:length]
        fixed = PREDEFINED_LENGTH.get(ai[:2])
        field = rest[: rest.find(FNC1)] if FNC1 in rest else rest
        if fixed:
            field = field[:fixed]
        elements.append(_check(Element(ai, field[length:]), permit_unknown=permit_unknown))
        rest = rest[len(field) :].removeprefix(FNC1)
    return tuple(elements)


def serialise(elements: Iterable[Element]) -> str:
    """Write elements with brackets; the reverse of `parse`."""
    return "".join(f"({element.ai})" + element.value.replace("(", "\\(") for element in elements)


def serialise_fnc1(elements: Iterable[Element]) -> str:
    """Write elements for a barcode, FNC1 in front and after each element of no pre-defined length but the last."""
    parts = [FNC1]
    separate = False
    for element in elements:
        if separate:
            parts.append(FNC1)
        parts.append(element.ai + element.value)
        separate = element.ai[:2] not in PREDEFINED_LENGTH
    return "".join(parts)


def association_faults(elements: Sequence[Element]) -> list[IdentifierError]:
    """Every broken rule between the elements of one item: exclusions, requirements, repeats, signatures.

    General Specifications 4.14; a list, because all are of use to the person who must mend the label.
    """
    present = {element.ai for element in elements}
    values: dict[str, str] = {}
    faults = [
        IdentifierError("REPEATED", f"({element.ai}) is given twice with different data")
        for element in elements
        if values.setdefault(element.ai, element.value) != element.value
    ]
    for ai in sorted(present):
        faults.extend(_exclusions(ai, present))
        faults.extend(_requirements(ai, present))
    if _SIGNATURE in present:
        faults.extend(
            IdentifierError("SIGNATURE_NEEDS_SERIAL", f"({ai}) must carry a serial number to be signed")
            for ai, length in _SERIAL_AFTER.items()
            if ai in values and len(values[ai]) == length
        )
    return faults


def _exclusions(ai: str, present: set[str]) -> list[IdentifierError]:
    entry = find(ai)
    return [
        IdentifierError("EXCLUDED", f"({ai}) must not be with ({other})")
        for pattern in (entry.excludes if entry else ())
        for other in sorted(present)
        if other != ai and matches_pattern(other, pattern)
    ]


def _requirements(ai: str, present: set[str]) -> list[IdentifierError]:
    entry = find(ai)
    others = present - {ai}

    def met(alternatives: tuple[tuple[str, ...], ...]) -> bool:
        return any(
            all(any(matches_pattern(other, pattern) for other in others) for pattern in group)
            for group in alternatives
        )

    return [
        IdentifierError(
            "REQUIRED", f"({ai}) needs one of {' / '.join(map('+'.join, alternatives))} beside it"
        )
        for alternatives in (entry.requires if entry else ())
        if not met(alternatives)
    ]
