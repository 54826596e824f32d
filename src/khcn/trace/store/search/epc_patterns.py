"""EPC patterns as conditions on `EventObject` rows.

The conditions include every event that `khcn.epcis.query.epc_matching.matches_pattern` accepts, and perhaps more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from khcn.epcis.ids import epc
from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.epcis.store import LONGEST, thing_of
from khcn.trace.store.encoding.classes_and_lots import class_of

_PATTERN: Final = "urn:epc:idpat:"
_START: Final = LONGEST // 2  # `shortened` keeps at least so many leading characters
_PARTS: Final = 5  # urn:epc:idpat:scheme:rest
_KINDS: Final = ("id", "class", "idpat")
# Scheme: the key in a Digital Link, and what is between it and the company prefix ("?": any one digit).
_KEY_LAYOUT: Final = {
    "sgtin": ("01", "?"),
    "lgtin": ("01", "?"),
    "upui": ("01", "?"),
    "sscc": ("00", "?"),
    "itip": ("8006", "?"),
    "sgln": ("414", ""),
    "pgln": ("417", ""),
    "grai": ("8003", "0"),
    "giai": ("8004", ""),
    "gsrn": ("8018", ""),
    "gsrnp": ("8017", ""),
    "gdti": ("253", ""),
    "cpi": ("8010", ""),
    "sgcn": ("255", ""),
    "ginc": ("401", ""),
    "gsin": ("402", ""),
}


@dataclass(frozen=True, slots=True)
class PatternTargets:
    """The things that an identifier or pattern may mean: by name, by class, and by prefix."""

    things: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def pattern_targets(wanted: str) -> PatternTargets | None:
    """The things that a value of a MATCH parameter may match; None: any thing."""
    here = (thing_of(wanted),)
    if not wanted.startswith(_PATTERN) or wanted.count(":") < _PARTS - 1:
        return PatternTargets(here)
    _, _, _, scheme, rest = wanted.split(":", 4)
    parts = rest.split(".")
    if parts[0] == epc.ANY:
        return None
    # Texts that are not valid EPC URNs are stored and matched as written.
    fixed = parts[: parts.index(epc.ANY)] if epc.ANY in parts else parts
    prefixes = [f"urn:epc:{kind}:{scheme}:{'.'.join(fixed)}"[:_START] for kind in _KINDS]
    if scheme not in _KEY_LAYOUT:
        return PatternTargets(here, prefixes=tuple(prefixes))
    named = _class(scheme, parts)
    if named is not None:
        return PatternTargets(here, (named,), tuple(prefixes))
    return PatternTargets(here, prefixes=(*prefixes, *(start[:_START] for start in _links(scheme, fixed[0]))))


def _class(scheme: str, parts: list[str]) -> str | None:
    """The class of a pattern in which everything but the serial number is fixed."""
    named = "sgtin" if scheme == "lgtin" else scheme
    thing = thing_of(f"{_PATTERN}{named}:{'.'.join(parts)}")
    return thing if class_of(thing) == thing else None


def _links(scheme: str, prefix: str) -> list[str]:
    """Prefixes of the Digital Links of a company prefix."""
    key, between = _KEY_LAYOUT[scheme]
    stem = f"{CANONICAL_STEM}/{key}/"
    if between == "?":
        return [f"{stem}{digit}{prefix}" for digit in range(10)]
    return [stem + between + prefix]
